/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.List;

/**
 * The clustering options of a model definition.
 *
 * @param count the number of clusters, 2 to {@link #MAX_COUNT}, or {@link #AUTO} to choose it from the data
 * @param seed the seed of every random draw: equal points and options give an equal partition
 * @param seeds the subjects that get clusters of their own if the documents support them; labels differ
 */
public record ClusterOptions(int count, long seed, List<Seed> seeds) {
    /** The value of {@link #count} with which the number of clusters is chosen from the data. */
    public static final int AUTO = 0;

    /** The largest number of clusters that a definition can request. */
    public static final int MAX_COUNT = 1000;

    /** {@link #AUTO} and seed 42. */
    public static final ClusterOptions DEFAULTS = new ClusterOptions(AUTO, 42);

    /** Options without subjects. */
    public ClusterOptions(int count, long seed) {
        this(count, seed, List.of());
    }

    /**
     * @throws IllegalArgumentException if count is neither {@link #AUTO} nor in bounds, or there are too many subjects
     */
    public ClusterOptions {
        if (count != AUTO && (count < 2 || count > MAX_COUNT)) {
            throw new IllegalArgumentException(
                    "[clusters.count] must be \"auto\" or in [2, " + MAX_COUNT + "]: " + count);
        }
        seeds = List.copyOf(seeds);
        int most = count == AUTO ? Seed.MAX_SEEDS : Math.min(count, Seed.MAX_SEEDS);
        if (seeds.size() > most) {
            throw new IllegalArgumentException(
                    "[clusters.seeds] must have at most " + most + " seeds: " + seeds.size());
        }
        if (Seed.repeated(seeds) != null) {
            throw new IllegalArgumentException("[clusters.seeds] must have different labels: " + Seed.repeated(seeds));
        }
    }

    /** Without seeds as it was before there were any, so that checkpoints of trainings under way stay valid. */
    @Override
    public String toString() {
        String text = "ClusterOptions[count=" + count + ", seed=" + seed;
        return (seeds.isEmpty() ? text : text + ", seeds=" + seeds) + "]";
    }
}

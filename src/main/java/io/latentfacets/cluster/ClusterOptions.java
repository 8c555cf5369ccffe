/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

/**
 * The clustering options of a model definition.
 *
 * @param count the number of clusters, 2 to {@link #MAX_COUNT}, or {@link #AUTO} to choose it from the data
 * @param seed the seed of every random draw: equal points and options give an equal partition
 */
public record ClusterOptions(int count, long seed) {
    /** The value of {@link #count} with which the number of clusters is chosen from the data. */
    public static final int AUTO = 0;

    /** The largest number of clusters that a definition can request. */
    public static final int MAX_COUNT = 1000;

    /** {@link #AUTO} and seed 42. */
    public static final ClusterOptions DEFAULTS = new ClusterOptions(AUTO, 42);

    /** @throws IllegalArgumentException if count is neither {@link #AUTO} nor in bounds */
    public ClusterOptions {
        if (count != AUTO && (count < 2 || count > MAX_COUNT)) {
            throw new IllegalArgumentException(
                    "[clusters.count] must be \"auto\" or in [2, " + MAX_COUNT + "]: " + count);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

/**
 * What a user chooses about clustering.
 *
 * @param count number of clusters, 2 to {@link #MAX_COUNT}, or {@link #AUTO} to let the data decide
 * @param seed everything random follows from it: same points, same options, same partition
 */
public record ClusterOptions(int count, long seed) {
    /** The value of {@link #count} that lets the data decide. */
    public static final int AUTO = 0;

    /** Most clusters that can be asked for. */
    public static final int MAX_COUNT = 1000;

    /** The number of clusters decided from the data. */
    public static final ClusterOptions DEFAULTS = new ClusterOptions(AUTO, 42);

    /** @throws IllegalArgumentException if count is neither {@link #AUTO} nor in bounds */
    public ClusterOptions {
        if (count != AUTO && (count < 2 || count > MAX_COUNT)) {
            throw new IllegalArgumentException(
                    "[clusters.count] must be \"auto\" or in [2, " + MAX_COUNT + "]: " + count);
        }
    }
}

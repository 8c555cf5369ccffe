/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import java.util.Arrays;
import java.util.Locale;

/** What a training makes new. */
public enum TrainMode {
    /** Everything: vocabulary, encoder, clusters. */
    FULL,
    /** Only the clusters, of latents that the documents have already. */
    CLUSTERS,
    /** What the plugin thinks best. */
    AUTO;

    /** IllegalArgumentException naming the key, the value and what is allowed. */
    static TrainMode parse(String value) {
        for (TrainMode mode : values()) {
            if (mode.toString().equals(value)) {
                return mode;
            }
        }
        throw new IllegalArgumentException("[mode] must be one of " + Arrays.toString(values()) + ": [" + value + "]");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

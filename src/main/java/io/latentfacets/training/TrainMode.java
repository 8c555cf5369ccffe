/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.strict.OptionType;
import java.util.List;
import java.util.Locale;

/** What a training makes new. */
public enum TrainMode {
    /** Everything: vocabulary, encoder, clusters. */
    FULL,
    /**
     * Only the clusters and their labels: encoder, vocabulary, analysis and fields are those of the active generation,
     * so the latents that documents have stay what they are.
     */
    CLUSTERS,
    /** What the plugin thinks best: {@link #FULL}, since nothing yet tells when an encoder still fits its documents. */
    AUTO;

    /** As requests say it. */
    static final OptionType<TrainMode> TYPE = OptionType.oneOf(TrainMode::toString, List.of(FULL, CLUSTERS, AUTO));

    /** What becomes of {@link #CLUSTERS} for a model without an active generation. */
    static IllegalArgumentException nothingToCluster(String model) {
        return new IllegalArgumentException("[mode] [clusters] keeps the encoder of the active generation and model ["
                + model + "] has none, must be [full] or [auto]");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

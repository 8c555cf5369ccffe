/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.strict.OptionType;
import java.util.List;
import java.util.Locale;

/** The parts of a generation that a training makes new. */
public enum TrainMode {
    /** Everything: vocabulary, encoder, clusters. */
    FULL,
    /**
     * Only the clusters and their labels. The new generation keeps the encoder, vocabulary, analysis and fields of the
     * active one, so the stored latents of documents stay valid.
     */
    CLUSTERS,
    /** The plugin's choice, at present always {@link #FULL}: nothing detects yet whether an encoder still fits. */
    AUTO;

    /** The mode as a request option. */
    static final OptionType<TrainMode> TYPE = OptionType.oneOf(TrainMode::toString, List.of(FULL, CLUSTERS, AUTO));

    /** The error for {@link #CLUSTERS} and a model without an active generation. */
    static IllegalArgumentException nothingToCluster(String model) {
        return new IllegalArgumentException("[mode] [clusters] keeps the encoder of the active generation and model ["
                + model + "] has none, must be [full] or [auto]");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.strict.OptionType;
import java.util.List;
import java.util.Locale;

/** Where the network of a full training starts. */
public enum TrainStart {
    /** Warm if that is possible and promises to be good enough ({@link Beginning}), otherwise cold. */
    AUTO,
    /** From the network of the active generation. */
    WARM,
    /** From random weights, so that nothing of an earlier generation is left. */
    COLD;

    /** The start as a request option. */
    static final OptionType<TrainStart> TYPE = OptionType.oneOf(TrainStart::toString, List.of(AUTO, WARM, COLD));

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

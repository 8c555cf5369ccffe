/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.progress;

import java.util.Locale;

/** The phases of a training, in order, each with the percentage of the whole training at which it begins. */
public enum TrainingPhase {
    WAITING(0),
    READING(1),
    VOCABULARY(15),
    TRAINING(20),
    CLUSTERING(82),
    EVALUATING(92),
    PUBLISHING(95),
    REENCODING(97),
    DONE(100);

    private final double percent;

    TrainingPhase(double percent) {
        this.percent = percent;
    }

    /** The percentage of the whole training, 0 to 100, when this phase is done to the fraction {@code done}, 0 to 1. */
    @SuppressWarnings("EnumOrdinal") // phases follow each other in the order they are declared in
    double percent(double done) {
        double next = this == DONE ? 100 : values()[ordinal() + 1].percent;
        return percent + (next - percent) * Math.min(1, Math.max(0, done));
    }

    /** The name in the API. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.Decision;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.StoredModel;
import java.util.Objects;

/**
 * How a training is to begin. It is chosen once, when the training is asked for, and is a part of the persistent task:
 * a node that goes on from a checkpoint starts from the same generation, whichever is active by then. Immutable.
 *
 * @param asked what the request asked for
 * @param from the number of the generation whose network the training starts from; 0 for a cold start, and for a
 *     training that keeps the encoder
 * @param why why this start, as the generation's record has it
 * @param newSubjects the number of subjects that the documents are known to have and the active generation lacks
 */
record Beginning(TrainStart asked, int from, String why, int newSubjects) {

    /**
     * The largest number of warm starts in a row that are chosen by themselves. Each inherits what the one before has
     * learned, good or bad; a cold start now and then takes in what warm ones may miss.
     */
    static final int MOST_IN_A_ROW = 10;

    Beginning {
        Objects.requireNonNull(asked);
        Objects.requireNonNull(why);
    }

    /** A beginning without known new subjects. */
    Beginning(TrainStart asked, int from, String why) {
        this(asked, from, why, 0);
    }

    /** Returns this beginning with that many new subjects. */
    Beginning withNewSubjects(int count) {
        return new Beginning(asked, from, why, count);
    }

    /**
     * Chooses.
     *
     * @throws IllegalArgumentException if the request asks for a warm start, and the model has no active generation
     */
    static Beginning choose(TrainMode mode, TrainStart asked, StoredModel stored) {
        int active = stored.active();
        if (mode == TrainMode.CLUSTERS) {
            return new Beginning(asked, 0, "the encoder is kept");
        }
        if (asked == TrainStart.COLD) {
            return new Beginning(asked, 0, "asked for");
        }
        if (active == 0) {
            if (asked == TrainStart.WARM) {
                throw impossible("model [" + stored.name() + "] has no active generation");
            }
            return new Beginning(asked, 0, "the model has no active generation");
        }
        if (asked == TrainStart.WARM) {
            return new Beginning(asked, active, "asked for");
        }
        int inARow = inARow(stored.generation(active));
        if (inARow >= MOST_IN_A_ROW) {
            return new Beginning(
                    asked, 0, "the last " + inARow + " full trainings in a row, up to the active one, started warm");
        }
        for (GenerationSummary each : stored.generations()) {
            if (each.rejected()
                    && each.decision().comparedWith() == active
                    && each.decision().start() != null
                    && each.decision().start().warm()) {
                return new Beginning(
                        asked, 0, "generation " + each.number() + " started warm and was worse than the active one");
            }
        }
        return new Beginning(asked, active, "the plugin's choice");
    }

    private static int inARow(GenerationSummary active) {
        Decision decision = active == null ? null : active.decision();
        return decision == null || decision.start() == null
                ? 0
                : decision.start().inARow();
    }

    /** The error for a request of a warm start that cannot be. */
    static IllegalArgumentException impossible(String reason) {
        return new IllegalArgumentException(
                "[start] [warm] is not possible: " + reason + "; must be [auto] or [cold] here");
    }
}

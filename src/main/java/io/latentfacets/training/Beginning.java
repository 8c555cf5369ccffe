/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.Decision;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.StoredModel;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * How a training is to begin. It is chosen once, when the training is asked for, and is a part of the persistent task:
 * a node that goes on from a checkpoint starts from the same generation, whichever is active by then. Immutable.
 *
 * @param asked what the request asked for
 * @param from the number of the generation whose network the training starts from; 0 for a cold start, and for a
 *     training that keeps the encoder
 * @param why why this start, as the generation's record has it
 * @param continuity what it is to keep of the active clusters
 */
record Beginning(TrainStart asked, int from, String why, Continuity continuity) {

    /**
     * The largest number of warm starts in a row that are chosen by themselves. Each inherits what the one before has
     * learned, good or bad; a cold start now and then takes in what warm ones may miss.
     */
    static final int MOST_IN_A_ROW = 10;

    Beginning {
        Objects.requireNonNull(asked);
        Objects.requireNonNull(why);
        Objects.requireNonNull(continuity);
    }

    /** A beginning that looks for the clusters anew. */
    Beginning(TrainStart asked, int from, String why) {
        this(asked, from, why, Continuity.NONE);
    }

    /** Returns this beginning with another continuity. */
    Beginning with(Continuity other) {
        return new Beginning(asked, from, why, other);
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

    /**
     * What a training is to keep of the active clusters, where the data chooses their number. Immutable.
     *
     * @param kept whether it continues them, unless a division anew is clearly better; a schedule does
     * @param newSubjects latents of some documents of each subject that is known to be new since the active generation,
     *     in the space of that generation, int8 {@code [dims]} as base64; not ids, which documents of a log have not
     */
    record Continuity(boolean kept, List<List<String>> newSubjects) implements Writeable {

        /** Clusters are looked for anew; those who train by hand want that. */
        static final Continuity NONE = new Continuity(false, List.of());

        Continuity {
            newSubjects = newSubjects.stream().map(List::copyOf).toList();
        }

        Continuity(StreamInput in) throws IOException {
            this(in.readBoolean(), in.readList(StreamInput::readStringList));
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeBoolean(kept);
            out.writeCollection(newSubjects, StreamOutput::writeStringCollection);
        }
    }
}

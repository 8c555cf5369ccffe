/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.model.StoredModel;
import io.latentfacets.training.TrainMode;
import io.latentfacets.training.TrainStart;
import io.latentfacets.wire.WireEnum;
import java.util.List;
import java.util.Locale;
import org.opensearch.core.action.ActionListener;

/** Decides what a run does for a model that has an active generation. Implementations are thread-safe, never block. */
@FunctionalInterface
public interface RefreshPolicy {

    /** What to do. */
    enum Advice implements WireEnum {
        /** Nothing. */
        NONE(0),
        /** New clusters for the encoder of the active generation. */
        CLUSTERS(1),
        /** A new encoder, vocabulary and clusters. */
        FULL(2);

        private final int id;

        Advice(int id) {
            this.id = id;
        }

        @Override
        public int id() {
            return id;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Advice of(String key) {
            return valueOf(key.toUpperCase(Locale.ROOT));
        }

        /** The mode of the training. Not for {@link #NONE}. */
        TrainMode training() {
            return switch (this) {
                case CLUSTERS -> TrainMode.CLUSTERS;
                case FULL -> TrainMode.FULL;
                case NONE -> throw new IllegalStateException("nothing to train");
            };
        }
    }

    /**
     * A decision.
     *
     * @param advice what to do
     * @param why the reason in words that a person understands, to be read after "because"
     * @param start where the network of a full training starts
     * @param newSubjects latents of some documents of each subject that the active generation lacks, in its space, int8
     *     {@code [dims]} as base64; null if it is not known which subjects are new
     */
    record Decision(Advice advice, String why, TrainStart start, List<List<String>> newSubjects) {

        /** A decision that leaves the start to the training, and knows nothing of new subjects. */
        Decision(Advice advice, String why) {
            this(advice, why, TrainStart.AUTO, null);
        }
    }

    /**
     * Decides. A failure of the listener ends the run: with status 401 or 403 as refused, else as failed.
     *
     * @param model the model, with its definer
     * @param listener called once, on any thread
     */
    void decide(StoredModel model, ActionListener<Decision> listener);
}

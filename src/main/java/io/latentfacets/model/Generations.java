/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.util.List;
import java.util.Set;
import org.opensearch.core.action.ActionListener;

/**
 * Gives fields, searches and ingest access to the models in this node's memory. Thread-safe.
 *
 * <p>The look-ups never block and may run on any thread, including transport threads. Only {@link #load} does work. It
 * calls its listener on the generic pool; if the generation is already in memory, or a load failed a short while ago,
 * it calls the listener at once on the calling thread. A caller may use a generation for as long as it holds it, even
 * after the node has evicted it.
 */
public interface Generations {

    /**
     * The active generation of a model in the cluster state that this node has applied; 0 if the model has none or is
     * unknown.
     */
    int active(String model);

    /** The names of the models with an active generation, in the cluster state that this node has applied. */
    default Set<String> models() {
        return Set.of();
    }

    /** The generation if this node's memory holds it, else null. */
    Generation loaded(String model, int generation);

    /**
     * Loads a generation into this node's memory. Concurrent calls for one generation share one load.
     *
     * <p>Fails with ResourceNotFoundException if there is no such generation, with CircuitBreakingException if the node
     * has no room for it, and with OpenSearchStatusException (503) during the back-off after a failed load.
     */
    void load(String model, int generation, ActionListener<Generation> listener);

    /** The largest number of generations that the cluster state describes, besides the active one. */
    int MAX_KNOWN = 16;

    /**
     * What the cluster state says about a generation.
     *
     * @param number the generation's number
     * @param encoder the fingerprint of its encoder
     * @param createdMillis the end of its training, epoch milliseconds; tells it from another generation of that number
     * @param major the major generation; the generation itself unless it is minor
     */
    record Known(int number, EncoderId encoder, long createdMillis, MajorGeneration major) {

        /** A major generation. */
        public Known(int number, EncoderId encoder, long createdMillis) {
            this(number, encoder, createdMillis, new MajorGeneration(number, createdMillis));
        }

        /** The description of a loaded generation. */
        public static Known of(Generation generation) {
            return new Known(
                    generation.number(),
                    generation.encoder(),
                    generation.createdMillis(),
                    generation.info().major());
        }
    }

    /**
     * The generations of a model that the cluster state describes, ascending by number: the active one and the newest
     * others, at most {@value #MAX_KNOWN} of them. Readers look for no other: a latent of another encoder is
     * unassigned, whoever wrote it. Empty for an unknown model, and for one that was activated before fingerprints
     * existed. Never blocks.
     */
    List<Known> known(String model);

    /** The description of a generation; null if the cluster state has none. Never blocks. */
    default Known known(String model, int generation) {
        for (Known each : known(model)) {
            if (each.number() == generation) {
                return each;
            }
        }
        return null;
    }

    /**
     * The names of the fields that a generation reads, that of the vector among them. A node knows them from the first
     * time that it has read the generation's record, loaded or not. Empty if it does not know them. Never blocks.
     */
    default Set<String> fields(String model, int generation) {
        return Set.of();
    }

    /**
     * The indices that a model is bound to; {@link Bound#NONE} for an unknown model, and for one that nobody has bound.
     * Never blocks.
     */
    default Bound bound(String model) {
        return Bound.NONE;
    }

    /**
     * The custom labels and hidden flags of a model's clusters; {@link ClusterEdits#NONE} for an unknown model. Never
     * blocks.
     */
    default ClusterEdits edits(String model) {
        return ClusterEdits.NONE;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

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

    /** The generation if this node's memory holds it, else null. */
    Generation loaded(String model, int generation);

    /**
     * Loads a generation into this node's memory. Concurrent calls for one generation share one load.
     *
     * <p>Fails with ResourceNotFoundException if there is no such generation, with CircuitBreakingException if the node
     * has no room for it, and with OpenSearchStatusException (503) during the back-off after a failed load.
     */
    void load(String model, int generation, ActionListener<Generation> listener);

    /**
     * The number of the generation whose encoder a generation uses; 0 if this node has not read the generation's
     * description yet. It stays known if loading the archive fails afterwards. Never blocks.
     */
    int encoder(String model, int generation);

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

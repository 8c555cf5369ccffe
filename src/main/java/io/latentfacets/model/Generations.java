/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import org.opensearch.core.action.ActionListener;

/**
 * What fields, searches and ingest see of this node's models. Thread-safe.
 *
 * <p>The look-ups never block and may be called on any thread, a transport thread too; only {@link #load} does work,
 * and calls its listener on the generic pool, or at once on the calling thread when the generation is already here. A
 * generation that is returned stays usable for as long as its caller holds it, even after the node has let go of it.
 */
public interface Generations {

    /**
     * The active generation of a model in the cluster state this node has applied; 0 for none and for an unknown model.
     */
    int active(String model);

    /** The generation if it is in this node's memory, else null. */
    Generation loaded(String model, int generation);

    /**
     * Brings a generation into this node's memory. Concurrent calls for one generation share one load. Fails with
     * ResourceNotFoundException when there is no such generation, CircuitBreakingException when the node has no room
     * for it, OpenSearchStatusException (503) within the back-off after a failed load.
     */
    void load(String model, int generation, ActionListener<Generation> listener);

    /**
     * Number of the generation whose encoder a generation uses, as far as this node has read what the generation is; 0
     * where it has not. Known even of a generation that could not be loaded since. Never blocks.
     */
    int encoder(String model, int generation);

    /**
     * What people have said about the clusters of a model; {@link ClusterEdits#NONE} for an unknown model. Never
     * blocks.
     */
    default ClusterEdits edits(String model) {
        return ClusterEdits.NONE;
    }
}

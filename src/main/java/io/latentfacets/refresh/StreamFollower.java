/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.model.StoredModel;
import org.opensearch.core.action.ActionListener;

/** Moves the clusters of a model after the documents that have come. Thread-safe; never blocks. */
@FunctionalInterface
public interface StreamFollower {

    /** Follows nothing. */
    StreamFollower STILL = (model, last, listener) -> listener.onResponse(null);

    /**
     * Makes a minor generation if the centroids have to move.
     *
     * @param model the model as the store has it now
     * @param last the last step; null for none
     * @param listener gets the step; null if nothing has moved
     */
    void step(StoredModel model, StreamStep last, ActionListener<StreamStep> listener);
}

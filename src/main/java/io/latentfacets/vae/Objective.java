/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/** What a training minimises. Stateless; builds a graph of engine arrays and leaves the gradients to the trainer. */
interface Objective {

    /**
     * One batch: two views of each document, next to each other in rows 2i and 2i + 1.
     *
     * @param manager of the arrays that this step makes
     * @param firstLayer h, 2·documents × width
     * @param documents in the batch
     * @param decoded how many of them, from the first, the decoder sees; it is the dearest part of a step
     * @param targets for each view of the decoded documents the words of the <em>other</em> view
     * @param noise standard normal, 2·decoded × d
     * @param beta weight of the KL divergence at this step
     */
    record Batch(
            NDManager manager,
            NDArray firstLayer,
            int documents,
            int decoded,
            Targets targets,
            NDArray noise,
            float beta) {}

    /**
     * @param total scalar to be minimised
     * @param parts its terms, scalars, before their weights
     */
    record Loss(NDArray total, Map<String, NDArray> parts) {}

    Loss loss(Network network, Batch batch);

    /** The term that held-out documents are judged by, for two views of each: a scalar. */
    NDArray heldOut(Network network, NDArray firstLayer, int documents);
}

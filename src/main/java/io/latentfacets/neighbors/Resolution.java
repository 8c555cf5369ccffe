/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import org.opensearch.common.SetOnce;

/**
 * How far a node has come in turning what a search names into a latent that fits the generation. The rewrite of
 * {@link LatentNeighborsQueryBuilder} goes from {@link Open} over {@link Underway} to {@link Done}. Never sent: each
 * node begins anew, and a latent that fits costs it one look.
 */
sealed interface Resolution {

    /** This node has not looked at the target. */
    record Open() implements Resolution {}

    /**
     * Text is being encoded or a document read.
     *
     * @param found set once the latent is there
     */
    record Underway(SetOnce<NeighborTarget.Latent> found) implements Resolution {}

    /** The question's target is a latent of the generation's length. */
    record Done() implements Resolution {}
}

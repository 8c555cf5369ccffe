/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import org.opensearch.common.SetOnce;
import org.opensearch.index.query.QueryBuilder;

/**
 * The state of a node that turns the query's target into a latent of the generation's length. The rewrite of
 * {@link LatentNeighborsQueryBuilder} moves from {@link Open} over {@link Underway} to {@link Done}, and for diverse
 * neighbours on to {@link Choosing}. The state is never sent: each node starts anew, and for a latent of the right
 * length it needs one check.
 */
sealed interface Resolution {

    /** This node has not checked the target. */
    record Open() implements Resolution {}

    /**
     * This node encodes a text or reads a document.
     *
     * @param found set when the latent is available
     */
    record Underway(SetOnce<NeighborTarget.Latent> found) implements Resolution {}

    /**
     * This node searches for candidates and chooses diverse neighbours.
     *
     * @param chosen set when they are chosen: the query that matches just these
     */
    record Choosing(SetOnce<QueryBuilder> chosen) implements Resolution {}

    /** The query's target is a latent of the generation's length. */
    record Done() implements Resolution {}
}

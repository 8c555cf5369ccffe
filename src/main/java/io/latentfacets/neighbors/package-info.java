/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Nearest documents: the {@code latent_neighbors} query. The coordinating node turns text or a document into a latent
 * ({@link io.latentfacets.neighbors.NeighborTargets}); each shard finds the latents nearest to it, in the HNSW graph of
 * the field or by looking at all of them.
 */
package io.latentfacets.neighbors;

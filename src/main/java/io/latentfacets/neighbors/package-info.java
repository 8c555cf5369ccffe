/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Nearest documents: the {@code latent_neighbors} query. The coordinating node turns a text or a document into a latent
 * ({@link io.latentfacets.neighbors.NeighborTargets}). Each shard finds the nearest latents, in the field's HNSW graph
 * or by a comparison with all of them.
 */
package io.latentfacets.neighbors;

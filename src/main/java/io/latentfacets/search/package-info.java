/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The first steps of every search by cluster or latent. {@link io.latentfacets.search.SearchPins} decides on the field,
 * the model and the generation on the coordinating node. {@link io.latentfacets.search.ShardFields} resolves them on a
 * shard.
 */
package io.latentfacets.search;

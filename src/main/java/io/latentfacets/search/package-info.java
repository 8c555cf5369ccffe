/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What every search by cluster or latent begins with: {@link io.latentfacets.search.SearchPins} decides on the field,
 * the model and the generation where the search arrives; {@link io.latentfacets.search.ShardFields} says what a shard
 * sees of them.
 */
package io.latentfacets.search;

/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Searching by cluster: the {@code latent_clusters} aggregation, the {@code latent_cluster} query and the facets
 * endpoint. All go through {@link io.latentfacets.search.LatentSearch}, which knows what the mappings say, which
 * generation a search sees and where the columns are.
 */
package io.latentfacets.search;

/* SPDX-License-Identifier: Apache-2.0 */
/** The map of a search's documents: the aggregation {@code latent_map} and the query {@code latent_region}. */
package io.latentfacets.search.map;

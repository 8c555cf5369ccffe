/* SPDX-License-Identifier: Apache-2.0 */
/** Clusters of one search's results: the sample of latents, the clustering, and the token that describes it. */
package io.latentfacets.search.results;

/* SPDX-License-Identifier: Apache-2.0 */
/** Clusters of one search's results: sampling latents, dividing them, and the token that says how. */
package io.latentfacets.search.results;

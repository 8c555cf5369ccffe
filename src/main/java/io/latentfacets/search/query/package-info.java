/* SPDX-License-Identifier: Apache-2.0 */
/** The query {@code latent_cluster} and the explanations of its matches. */
package io.latentfacets.search.query;

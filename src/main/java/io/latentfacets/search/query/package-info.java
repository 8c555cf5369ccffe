/* SPDX-License-Identifier: Apache-2.0 */
/** The query {@code latent_cluster}, and why a document matches it. */
package io.latentfacets.search.query;

/* SPDX-License-Identifier: Apache-2.0 */
/** The aggregation {@code latent_clusters}. */
package io.latentfacets.search.aggregation;

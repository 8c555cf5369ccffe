/* SPDX-License-Identifier: Apache-2.0 */

/**
 * Clusters in latent space: how many, which latent belongs where ({@link io.latentfacets.cluster.fit.Clusterer}), what
 * to call them ({@link io.latentfacets.cluster.label.Labeler}), how they live on
 * ({@link io.latentfacets.cluster.StableKeys}) and how good they are ({@link io.latentfacets.cluster.Measures}). Knows
 * nothing of a node.
 */
package io.latentfacets.cluster;

/* SPDX-License-Identifier: Apache-2.0 */

/**
 * Clusters in latent space: the partition ({@link io.latentfacets.cluster.Partition}), keys that stay across
 * generations ({@link io.latentfacets.cluster.StableKeys}) and measures of quality
 * ({@link io.latentfacets.cluster.Measures}). {@link io.latentfacets.cluster.fit.Clusterer} finds the clusters and
 * {@link io.latentfacets.cluster.label.Labeler} names them. Uses nothing of OpenSearch.
 */
package io.latentfacets.cluster;

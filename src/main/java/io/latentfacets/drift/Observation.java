/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

/**
 * What one document says about drift.
 *
 * @param unknownShare the share of its words that the vocabulary does not know, 0 to 1; NaN if it has no words
 * @param cluster its cluster; −1 without a latent
 * @param similarity the cosine to the centroid of its cluster, −1 to 1; of no meaning without a latent
 * @param below whether the similarity is below the floor of the cluster
 * @param odd whether the model represents it badly, see {@link OddDocument}; false without a latent
 */
public record Observation(double unknownShare, int cluster, float similarity, boolean below, boolean odd) {}

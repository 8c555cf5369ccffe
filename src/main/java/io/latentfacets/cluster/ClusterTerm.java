/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

/**
 * A word or phrase that says what a cluster is about.
 *
 * @param term as people wrote it
 * @param weight share of this term among the cluster's terms, 0 to 1, adding up to 1 over all that were kept
 */
public record ClusterTerm(String term, float weight) {}

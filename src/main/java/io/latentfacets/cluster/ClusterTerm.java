/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

/**
 * A word or phrase that describes a cluster.
 *
 * @param term the term in its surface form, as documents write it
 * @param weight the share of this term among the cluster's terms, 0 to 1; the weights of a cluster add up to 1
 */
public record ClusterTerm(String term, float weight) {}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

/**
 * A vocabulary entry that may become a term of a cluster.
 *
 * @param id the id of the entry
 * @param words the words of its surface
 * @param logProbability ln p(entry|cluster)
 * @param score how well it describes the cluster; the greater, the better
 */
record Candidate(int id, TermWords words, double logProbability, double score) {}

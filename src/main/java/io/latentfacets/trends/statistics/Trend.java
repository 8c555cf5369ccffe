/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

/**
 * What the test says about one cluster. Immutable.
 *
 * @param table the counts that were compared
 * @param p the corrected p-value, 0 to 1
 * @param verdict whether and how the shares differ
 * @param first the index of the first interval with a document of the cluster; −1 for none
 * @param last the index of the last one; −1 for none
 * @param burst the strongest burst; null for none
 */
public record Trend(Table table, double p, Verdict verdict, int first, int last, Burst burst) {}

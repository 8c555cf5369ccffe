/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

/**
 * A subject that is to have a cluster of its own, in numbers: the terms and the documents that show it. Immutable by
 * convention: nobody writes to the arrays.
 *
 * @param terms the vocabulary ids of each known term, {@code [terms][ids]}, no two equal: a document has a term if it
 *     has all its ids
 * @param given the number of terms that a person gave, known or not; those with equal ids are one
 * @param rows the rows of documents that a person gave
 */
public record Subject(int[][] terms, int given, int[] rows) {}

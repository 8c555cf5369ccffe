/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Turns text into bags of words. {@link io.latentfacets.text.CorpusBuilder} reads a corpus once through a Lucene
 * analyzer, learns its {@link io.latentfacets.text.Vocabulary}, and writes the {@link io.latentfacets.text.Corpus} to
 * disk as sparse rows. {@link io.latentfacets.text.BowFactory} turns any later document into a bag of the same
 * vocabulary. No result in this package depends on hash order, threads or the clock: the same documents give the same
 * vocabulary, bit for bit.
 */
package io.latentfacets.text;

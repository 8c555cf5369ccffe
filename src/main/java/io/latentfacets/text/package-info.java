/* SPDX-License-Identifier: Apache-2.0 */
/**
 * From text to bags of words. {@link io.latentfacets.text.CorpusBuilder} reads a corpus once through a Lucene analyzer,
 * learns its {@link io.latentfacets.text.Vocabulary} and leaves the {@link io.latentfacets.text.Corpus} as sparse rows
 * on disk; {@link io.latentfacets.text.BowFactory} turns any later document into a bag of the same vocabulary. Nothing
 * here depends on hash order, threads or the clock: the same documents give the same vocabulary, bit for bit.
 */
package io.latentfacets.text;

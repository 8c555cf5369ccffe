/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.List;

/**
 * Options that define how text becomes words. Immutable. They are part of a generation, because a vocabulary is valid
 * only for text that is read with the same options.
 *
 * @param analyzer the name of a registered analyzer
 * @param vocabularySize the largest number of entries (words and phrases), in [100, 200000]
 * @param minDocFreq the smallest number of documents a word must occur in, in [1, 1000000]. In a corpus of fewer than
 *     50 × this many documents the bound falls to documents / 50, but not below 1
 * @param maxDocRatio the largest share of the documents a word may occur in, in (0, 1]
 * @param phrases whether pairs of words that form a phrase become entries of their own
 * @param exclude the patterns of words that never enter the vocabulary, see {@link TermPatterns}
 */
public record TextOptions(
        String analyzer,
        int vocabularySize,
        int minDocFreq,
        double maxDocRatio,
        boolean phrases,
        List<String> exclude) {
    public static final TextOptions DEFAULTS = new TextOptions("english", 20_000, 5, 0.5, true, List.of());

    public TextOptions {
        if (analyzer == null || analyzer.isBlank()) {
            throw new IllegalArgumentException("[text.analyzer] must name an analyzer: [" + analyzer + "]");
        }
        if (vocabularySize < 100 || vocabularySize > 200_000) {
            throw new IllegalArgumentException("[text.vocabulary_size] must be in [100, 200000]: " + vocabularySize);
        }
        if (minDocFreq < 1 || minDocFreq > 1_000_000) {
            throw new IllegalArgumentException("[text.min_doc_freq] must be in [1, 1000000]: " + minDocFreq);
        }
        if (!(maxDocRatio > 0 && maxDocRatio <= 1)) {
            throw new IllegalArgumentException("[text.max_doc_ratio] must be in (0, 1]: " + maxDocRatio);
        }
        exclude = List.copyOf(exclude);
        TermPatterns.of("text.exclude", exclude);
    }
}

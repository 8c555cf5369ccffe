/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.List;

/**
 * How text becomes words. Immutable; part of a generation, because what was learned is only valid for text read the
 * same way.
 *
 * @param analyzer name of a registered analyzer
 * @param vocabularySize most entries (words and phrases) to learn, in [100, 200000]
 * @param minDocFreq fewest documents a word must occur in, at least 1. In a corpus of fewer than 50 × this many
 *     documents the bound falls to documents / 50, but not below 1
 * @param maxDocRatio largest share of the documents a word may occur in, in (0, 1]
 * @param phrases whether pairs of words that belong together become entries of their own
 * @param exclude patterns of words never learned, see {@link TermPatterns}
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

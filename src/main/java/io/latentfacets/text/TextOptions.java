/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Options that define how text becomes words. Immutable. All but the last are part of a generation, because a
 * vocabulary is valid only for text that is read with the same options.
 *
 * @param analyzer the name of a registered analyzer
 * @param vocabularySize the largest number of entries (words and phrases), in [100, 200000]
 * @param minDocFreq the smallest number of documents a word must occur in, in [1, 1000000]. In a corpus of fewer than
 *     50 × this many documents the bound falls to documents / 50, but not below 1
 * @param maxDocRatio the largest share of the documents a word may occur in, in (0, 1]
 * @param phrases whether pairs of words that form a phrase become entries of their own
 * @param exclude the patterns of words that never enter the vocabulary, see {@link TermPatterns}
 * @param wordVectors the name of a file of word vectors from which a training starts; null for none
 */
public record TextOptions(
        String analyzer,
        int vocabularySize,
        int minDocFreq,
        double maxDocRatio,
        boolean phrases,
        List<String> exclude,
        String wordVectors) {
    public static final TextOptions DEFAULTS = new TextOptions("english", 20_000, 5, 0.5, true, List.of());

    /** The longest name of a file of word vectors, in characters. */
    public static final int MAX_FILE_NAME = 200;

    private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

    /** Options without word vectors. */
    public TextOptions(
            String analyzer,
            int vocabularySize,
            int minDocFreq,
            double maxDocRatio,
            boolean phrases,
            List<String> exclude) {
        this(analyzer, vocabularySize, minDocFreq, maxDocRatio, phrases, exclude, null);
    }

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
        if (wordVectors != null
                && (wordVectors.length() > MAX_FILE_NAME
                        || wordVectors.contains("..")
                        || !FILE_NAME.matcher(wordVectors).matches())) {
            throw new IllegalArgumentException("[text.word_vectors] must be the name of a file, of at most ["
                    + MAX_FILE_NAME + "] letters, digits, '_', '-' and '.', not beginning with '-' or '.', and"
                    + " without '..': ["
                    + wordVectors.substring(0, Math.min(wordVectors.length(), MAX_FILE_NAME)) + "]");
        }
    }

    /** The options without the file of word vectors, which nothing needs that reads text. */
    public TextOptions withoutWordVectors() {
        return wordVectors == null
                ? this
                : new TextOptions(analyzer, vocabularySize, minDocFreq, maxDocRatio, phrases, exclude);
    }
}

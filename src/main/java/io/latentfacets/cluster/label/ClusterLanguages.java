/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Tells the language of clusters by that of the words of a vocabulary. Immutable and thread-safe. */
final class ClusterLanguages {
    private final List<String> languages;
    /** The number of each word's language; −1 for none. Null if there is one language or none. */
    private final byte[] ofWord;

    /** @param words the number of words */
    ClusterLanguages(LabelWords vocabulary, int words) {
        TreeSet<String> all = new TreeSet<>();
        String last = "";
        for (int w = 0; w < words; w++) {
            String language = vocabulary.languages().apply(w);
            if (!language.isEmpty() && !language.equals(last)) {
                all.add(language);
                last = language;
            }
        }
        languages = new ArrayList<>(all);
        ofWord = languages.size() < 2 ? null : new byte[words];
        for (int w = 0; w < words && ofWord != null; w++) {
            ofWord[w] = (byte) languages.indexOf(vocabulary.languages().apply(w));
        }
    }

    /**
     * The language with the largest summed probability in a cluster, the first by name of a tie; empty if no word has a
     * language.
     *
     * @param logProbabilities log p(w|c), {@code [words]}
     */
    String of(float[] logProbabilities) {
        if (ofWord == null) {
            return languages.isEmpty() ? "" : languages.get(0);
        }
        double[] totals = new double[languages.size()];
        for (int w = 0; w < ofWord.length; w++) {
            if (ofWord[w] >= 0) {
                totals[ofWord[w]] += Math.exp(logProbabilities[w]);
            }
        }
        int best = 0;
        for (int i = 1; i < totals.length; i++) {
            best = totals[i] > totals[best] ? i : best;
        }
        return languages.get(best);
    }
}

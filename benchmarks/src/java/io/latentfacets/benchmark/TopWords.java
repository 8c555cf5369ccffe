/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.text.Bow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Finds the words that characterise clusters. */
final class TopWords {
    static final int COUNT = 10;

    private TopWords() {}

    /**
     * Class-based TF-IDF (Grootendorst, 2022): the share of a word among the words of a cluster, times ln(1 + words of
     * a cluster on average / count of the word in all).
     */
    static List<int[]> byClass(Bags corpus, int[] clusters) {
        int count = Arrays.stream(clusters).max().orElse(-1) + 1;
        int size = corpus.vocabulary().size();
        double[][] counts = new double[count][size];
        double[] ofCluster = new double[count];
        double[] ofWord = new double[size];
        double all = 0;
        for (int doc = 0; doc < clusters.length; doc++) {
            if (clusters[doc] < 0) {
                continue;
            }
            Bow bow = corpus.words(doc);
            for (int e = 0; e < bow.size(); e++) {
                counts[clusters[doc]][bow.id(e)] += bow.count(e);
                ofCluster[clusters[doc]] += bow.count(e);
                ofWord[bow.id(e)] += bow.count(e);
                all += bow.count(e);
            }
        }
        List<int[]> words = new ArrayList<>();
        for (int c = 0; c < count; c++) {
            double[] scores = new double[size];
            for (int word = 0; word < size; word++) {
                scores[word] = counts[c][word] == 0
                        ? 0
                        : counts[c][word] / ofCluster[c] * Math.log(1 + all / count / ofWord[word]);
            }
            words.add(largest(scores));
        }
        return words;
    }

    /** The ids of the {@link #COUNT} largest scores (fewer if fewer are positive), the largest first. */
    static int[] largest(double[] scores) {
        return IntStream.range(0, scores.length)
                .filter(id -> scores[id] > 0)
                .boxed()
                .sorted(Comparator.comparingDouble(id -> -scores[id]))
                .limit(COUNT)
                .mapToInt(Integer::intValue)
                .toArray();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.Measures;
import java.util.Arrays;
import java.util.List;

/**
 * One run of one method, measured.
 *
 * @param silhouette of the plugin's latents; NaN for other methods
 * @param coherence NPMI of the clusters' ten words
 * @param clusters how many there are, without the one of documents that were left out
 * @param documents how many have a label and were clustered
 * @param seconds of learning, without reading and analysis for baselines
 */
record Scores(
        double nmi,
        double ari,
        double accuracy,
        double silhouette,
        double diversity,
        double coherence,
        int clusters,
        int documents,
        double seconds) {

    /**
     * @param truth per document its label, −1 for none: not scored
     * @param predicted per document its cluster, −1 for none: those are scored as one cluster more
     * @param words per cluster ids of the vocabulary
     */
    static Scores of(int[] truth, int[] predicted, List<int[]> words, Bags corpus, double silhouette, double seconds) {
        int clusters =
                (int) Arrays.stream(predicted).filter(c -> c >= 0).distinct().count();
        int rest = Arrays.stream(predicted).max().orElse(-1) + 1;
        int[] all = Arrays.stream(predicted).map(c -> c < 0 ? rest : c).toArray();
        List<List<String>> topics = words.stream()
                .map(ids -> Arrays.stream(ids).mapToObj(Integer::toString).toList())
                .toList();
        return new Scores(
                Measures.nmi(truth, all),
                Measures.adjustedRandIndex(truth, all),
                Measures.accuracy(truth, all),
                silhouette,
                Measures.diversity(topics),
                Measures.npmiCoherence(words, corpus),
                clusters,
                (int) Arrays.stream(truth).filter(label -> label >= 0).count(),
                seconds);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.util.Arrays;

/** k-means on the TF-IDF vectors themselves. */
final class TfIdfKMeans implements Baseline {
    @Override
    public String name() {
        return "tfidf";
    }

    @Override
    public String title() {
        return "TF-IDF + k-means";
    }

    @Override
    public Clustering fit(Bags corpus, int count, long seed) {
        int[] usable = corpus.usable();
        return clustering(corpus, usable, corpus.tfIdf(usable), count, seed);
    }

    /** Runs k-means on one row per usable document and finds the words by c-TF-IDF. */
    static Clustering clustering(Bags corpus, int[] usable, SparseMatrix rows, int count, long seed) {
        int[] labels = new SparseKMeans(rows, Math.min(count, usable.length)).fit(seed);
        int[] clusters = new int[corpus.size()];
        Arrays.fill(clusters, -1);
        for (int i = 0; i < usable.length; i++) {
            clusters[usable[i]] = labels[i];
        }
        return new Clustering(clusters, TopWords.byClass(corpus, clusters));
    }
}

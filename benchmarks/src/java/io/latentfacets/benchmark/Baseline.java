/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.io.IOException;
import java.util.List;

/** Another way of clustering the documents that the plugin learns from. Stateless. */
interface Baseline {
    /** As on the command line. */
    String name();

    /** As in the table. */
    String title();

    /** Most documents it can take in reasonable time and memory; of more, a uniform sample is clustered and scored. */
    default int limit() {
        return Integer.MAX_VALUE;
    }

    /**
     * Clusters all documents of the corpus.
     *
     * @param count clusters wanted; a method that decides itself takes it as a hint
     */
    Clustering fit(Bags corpus, int count, long seed) throws IOException;

    /**
     * @param clusters per document, −1 for those it leaves out
     * @param words per cluster up to ten ids of the vocabulary, the most telling first
     */
    record Clustering(int[] clusters, List<int[]> words) {}
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.io.IOException;
import java.util.List;

/** Another method to cluster the documents that the plugin learns from. Stateless. */
interface Baseline {
    /** The name on the command line. */
    String name();

    /** The name in the table. */
    String title();

    /**
     * The most documents that the method can process in reasonable time and memory. Of a larger corpus, a uniform
     * sample is clustered and scored.
     */
    default int limit() {
        return Integer.MAX_VALUE;
    }

    /**
     * Clusters all documents of the corpus.
     *
     * @param corpus the documents
     * @param count the number of clusters to make; a hint for a method that decides the number itself
     * @param seed the seed of the random numbers
     */
    Clustering fit(Bags corpus, int count, long seed) throws IOException;

    /**
     * A clustering of a corpus.
     *
     * @param clusters the cluster of each document, −1 for none
     * @param words up to ten vocabulary ids for each cluster, the most characteristic first
     */
    record Clustering(int[] clusters, List<int[]> words) {}
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.carrot2.clustering.Cluster;
import org.carrot2.clustering.ClusteringAlgorithm;
import org.carrot2.clustering.Document;
import org.carrot2.clustering.kmeans.BisectingKMeansClusteringAlgorithm;
import org.carrot2.clustering.lingo.LingoClusteringAlgorithm;
import org.carrot2.clustering.stc.STCClusteringAlgorithm;
import org.carrot2.language.LanguageComponents;

/**
 * Carrot2, a library that clusters search results. It is made for hundreds of documents, holds all of them in memory,
 * and has an English analysis of its own. If clusters overlap, a document counts for the one with the highest score.
 * Documents without a cluster are left out.
 */
abstract class Carrot2Baseline implements Baseline {

    private LanguageComponents english;

    @Override
    public synchronized Clustering fit(Bags corpus, int count, long seed) throws IOException {
        if (english == null) {
            english = LanguageComponents.loader()
                    .limitToLanguages("English")
                    .load()
                    .language("English");
        }
        List<Numbered> documents = IntStream.range(0, corpus.size())
                .mapToObj(doc -> new Numbered(doc, corpus.text(doc)))
                .toList();
        List<Cluster<Numbered>> found = algorithm(count).cluster(documents.stream(), english);

        int[] clusters = new int[corpus.size()];
        Arrays.fill(clusters, -1);
        double[] scores = new double[corpus.size()];
        List<int[]> words = new ArrayList<>();
        for (int c = 0; c < found.size(); c++) {
            Cluster<Numbered> cluster = found.get(c);
            double score = cluster.getScore() == null ? 0 : cluster.getScore();
            for (Numbered document : cluster.getDocuments()) {
                if (clusters[document.number()] < 0 || score > scores[document.number()]) {
                    clusters[document.number()] = c;
                    scores[document.number()] = score;
                }
            }
            Set<Integer> ids = new LinkedHashSet<>();
            cluster.getLabels().forEach(label -> ids.addAll(corpus.ids(label)));
            words.add(ids.stream()
                    .limit(TopWords.COUNT)
                    .mapToInt(Integer::intValue)
                    .toArray());
        }
        return new Clustering(clusters, words);
    }

    abstract ClusteringAlgorithm algorithm(int count);

    private record Numbered(int number, String text) implements Document {
        @Override
        public void visitFields(BiConsumer<String, String> fields) {
            fields.accept("text", text);
        }
    }

    /** Carrot2's k-means, which repeatedly splits the largest cluster in two. */
    static final class BisectingKMeans extends Carrot2Baseline {
        private static final int CELLS = 8_000_000;

        private final Integer cells;

        /**
         * Uses a matrix large enough for most words of a few thousand documents. The default would keep only a few
         * words per document.
         */
        BisectingKMeans() {
            this(CELLS);
        }

        /**
         * An algorithm with a given size of its matrix.
         *
         * @param cells the number of cells of the matrix of words and documents; null for Carrot2's default
         */
        BisectingKMeans(Integer cells) {
            this.cells = cells;
        }

        @Override
        public String name() {
            return "carrot2-kmeans";
        }

        @Override
        public String title() {
            return "Carrot2 bisecting k-means";
        }

        @Override
        public int limit() {
            return 2000;
        }

        @Override
        ClusteringAlgorithm algorithm(int count) {
            BisectingKMeansClusteringAlgorithm algorithm = new BisectingKMeansClusteringAlgorithm();
            algorithm.clusterCount.set(count);
            algorithm.labelCount.set(TopWords.COUNT);
            if (cells != null) {
                algorithm.matrixBuilder.maximumMatrixSize.set(cells);
            }
            return algorithm;
        }
    }

    /** Suffix tree clustering (Zamir and Etzioni, 1998): groups of documents that share phrases, which may overlap. */
    static final class SuffixTree extends Carrot2Baseline {
        @Override
        public String name() {
            return "carrot2-stc";
        }

        @Override
        public String title() {
            return "Carrot2 STC";
        }

        @Override
        public int limit() {
            return 2000;
        }

        @Override
        ClusteringAlgorithm algorithm(int count) {
            STCClusteringAlgorithm algorithm = new STCClusteringAlgorithm();
            algorithm.maxClusters.set(count);
            return algorithm;
        }
    }

    /**
     * Lingo (Osiński et al., 2004), which finds labels first and then the documents that match them. It decides the
     * number of clusters itself.
     */
    static final class Lingo extends Carrot2Baseline {
        @Override
        public String name() {
            return "carrot2-lingo";
        }

        @Override
        public String title() {
            return "Carrot2 Lingo";
        }

        @Override
        public int limit() {
            return 1000;
        }

        @Override
        ClusteringAlgorithm algorithm(int count) {
            LingoClusteringAlgorithm algorithm = new LingoClusteringAlgorithm();
            algorithm.desiredClusterCount.set(Math.min(100, count));
            return algorithm;
        }
    }
}

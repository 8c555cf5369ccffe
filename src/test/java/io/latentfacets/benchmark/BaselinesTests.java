/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.latentfacets.cluster.Measures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.mult.VectorVectorMult_DDRM;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class BaselinesTests {
    private static final String[][] TOPICS = {
        {"barrel", "crude", "drilling", "petroleum", "pipeline", "refinery", "tanker", "gasoline"},
        {"goalkeeper", "striker", "tournament", "referee", "penalty", "stadium", "midfield", "trophy"},
        {"galaxy", "telescope", "orbit", "comet", "asteroid", "nebula", "planet", "astronaut"},
    };
    private static final String[] COMMON = {"people", "today", "report", "country", "number", "another", "week", "place"
    };

    @Rule
    public final TemporaryFolder temp = new TemporaryFolder();

    @Test
    public void eachBaselineFindsTopicsThatHardlyShareWords() throws IOException {
        LabeledCorpus corpus = corpus(240);
        Bags bags = Bags.of(corpus, temp.newFolder().toPath());
        for (Baseline baseline : Baselines.ALL) {
            Baseline.Clustering found = baseline.fit(bags, TOPICS.length, 42);
            Scores scores = Scores.of(corpus.truth(), found.clusters(), found.words(), bags, Double.NaN, 0);
            // Lingo looks for phrases, and these documents have none; it also chooses the number of clusters itself
            double least = baseline.name().equals("carrot2-lingo") ? 0.3 : 0.9;
            assertThat(baseline.title() + " " + scores, scores.nmi(), greaterThan(least));
        }
    }

    @Test
    public void topWordsAreThoseOfTheTopic() throws IOException {
        LabeledCorpus corpus = corpus(240);
        Bags bags = Bags.of(corpus, temp.newFolder().toPath());
        for (Baseline baseline : List.of(new TfIdfKMeans(), new Nmf(), new MalletLda())) {
            Baseline.Clustering found = baseline.fit(bags, TOPICS.length, 42);
            List<String> first = found.words().stream()
                    .map(ids -> Arrays.stream(ids)
                            .limit(8)
                            .mapToObj(bags.vocabulary()::surface)
                            .sorted()
                            .collect(Collectors.joining(" ")))
                    .sorted()
                    .toList();
            List<String> wanted = Arrays.stream(TOPICS)
                    .map(words -> Arrays.stream(words).sorted().collect(Collectors.joining(" ")))
                    .sorted()
                    .toList();
            assertThat(baseline.title(), first, equalTo(wanted));
        }
    }

    @Test
    public void documentsWithoutWordsAreInNoCluster() throws IOException {
        List<Map<String, Object>> lines = lines(60);
        lines.add(Map.of("text", "the of and", "label", "0"));
        lines.add(Map.of("label", "1"));
        LabeledCorpus corpus = LabeledCorpus.of("topics", lines, QualityOptions.parse(new String[] {"f"}));
        Bags bags = Bags.of(corpus, temp.newFolder().toPath());
        for (Baseline baseline : Baselines.ALL.subList(0, 5)) {
            int[] clusters = baseline.fit(bags, 3, 42).clusters();
            assertThat(Arrays.copyOfRange(clusters, 60, 62), equalTo(new int[] {-1, -1}));
            assertThat(Arrays.stream(clusters).limit(60).min().orElseThrow(), equalTo(0));
        }
    }

    @Test
    public void samplesKeepTheirDocumentNumbers() throws IOException {
        LabeledCorpus corpus = corpus(60);
        Bags bags = Bags.of(corpus, temp.newFolder().toPath());
        Bags sample = bags.sample(20, 7);
        assertThat(sample.size(), equalTo(20));
        for (int i = 0; i < 20; i++) {
            assertThat(sample.text(i), equalTo(bags.text(sample.number(i))));
            assertThat(sample.words(i), equalTo(bags.words(sample.number(i))));
        }
    }

    @Test
    public void coOccurrenceIsCountedByDocument() throws IOException {
        LabeledCorpus corpus = corpus(120);
        Bags bags = Bags.of(corpus, temp.newFolder().toPath());
        int first = bags.ids("barrel").get(0);
        int second = bags.ids("crude").get(0);
        List<String> texts = corpus.documents().stream()
                .map(document -> " " + document.source().get("text") + " ")
                .toList();
        assertThat(bags.documents(), equalTo(120L));
        assertThat(
                bags.documents(first),
                equalTo(texts.stream().filter(t -> t.contains(" barrel ")).count()));
        assertThat(
                bags.documents(first, second),
                equalTo(texts.stream()
                        .filter(t -> t.contains(" barrel ") && t.contains(" crude "))
                        .count()));
    }

    @Test
    public void singularValuesAreThoseOfTheMatrix() {
        // U·diag(9, 5, 2, ½)·Vᵀ with random rotations
        Random random = new Random(1);
        DMatrixRMaj u = rotation(30, random);
        DMatrixRMaj v = rotation(12, random);
        double[] values = {9, 5, 2, 0.5};
        int[][] ids = new int[30][12];
        float[][] entries = new float[30][12];
        for (int i = 0; i < 30; i++) {
            for (int j = 0; j < 12; j++) {
                ids[i][j] = j;
                for (int k = 0; k < values.length; k++) {
                    entries[i][j] += (float) (u.get(i, k) * values[k] * v.get(j, k));
                }
            }
        }
        TruncatedSvd svd = TruncatedSvd.of(new SparseMatrix(ids, entries, 12), 3, 42);
        for (int k = 0; k < 3; k++) {
            assertThat(svd.values()[k], closeTo(values[k], 1e-5));
            double dot = 0;
            for (int j = 0; j < 12; j++) {
                dot += svd.columns().get(j, k) * v.get(j, k);
            }
            assertThat(Math.abs(dot), closeTo(1, 1e-5));
            double squares = 0;
            for (int i = 0; i < 30; i++) {
                squares += svd.rows().get(i, k) * svd.rows().get(i, k);
            }
            assertThat(Math.sqrt(squares), closeTo(values[k], 1e-5));
        }
    }

    @Test
    public void kMeansMakesAsManyClustersAsThereArePlaces() {
        int[][] ids = new int[40][];
        float[][] values = new float[40][];
        int[] truth = new int[40];
        for (int i = 0; i < 40; i++) {
            truth[i] = i % 4;
            ids[i] = new int[] {truth[i], 4 + i % 3};
            values[i] = new float[] {1, 0.05f};
        }
        int[] labels = new SparseKMeans(new SparseMatrix(ids, values, 7), 4).fit(3);
        assertThat(Measures.nmi(truth, labels), closeTo(1, 1e-9));
        assertThat(Arrays.stream(labels).max().orElseThrow(), lessThanOrEqualTo(3));
    }

    private static DMatrixRMaj rotation(int size, Random random) {
        DMatrixRMaj matrix = new DMatrixRMaj(size, size);
        for (int i = 0; i < matrix.data.length; i++) {
            matrix.data[i] = random.nextGaussian();
        }
        // Gram-Schmidt
        for (int c = 0; c < size; c++) {
            DMatrixRMaj column = CommonOps_DDRM.extractColumn(matrix, c, null);
            for (int before = 0; before < c; before++) {
                DMatrixRMaj other = CommonOps_DDRM.extractColumn(matrix, before, null);
                CommonOps_DDRM.addEquals(column, -VectorVectorMult_DDRM.innerProd(other, column), other);
            }
            CommonOps_DDRM.divide(column, Math.sqrt(VectorVectorMult_DDRM.innerProd(column, column)));
            CommonOps_DDRM.insert(column, matrix, 0, c);
        }
        return matrix;
    }

    private static LabeledCorpus corpus(int documents) {
        return LabeledCorpus.of("topics", lines(documents), QualityOptions.parse(new String[] {"f"}));
    }

    /** Documents of twelve words of their topic and six common words, in random order. */
    private static List<Map<String, Object>> lines(int documents) {
        Random random = new Random(5);
        List<Map<String, Object>> lines = new ArrayList<>();
        for (int i = 0; i < documents; i++) {
            List<String> words = new ArrayList<>();
            for (int w = 0; w < 18; w++) {
                String[] from = w < 12 ? TOPICS[i % TOPICS.length] : COMMON;
                words.add(from[random.nextInt(from.length)]);
            }
            Collections.shuffle(words, random);
            lines.add(Map.of("text", String.join(" ", words), "label", i % TOPICS.length));
        }
        return lines;
    }
}

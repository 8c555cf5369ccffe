/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.Partition;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.SourceField;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;

/** A tiny model of oil and wheat, and an encoder that needs no engine. */
public final class IngestFixtures {

    static final int DIMS = 2;

    private IngestFixtures() {}

    public static Analyzer analyzer(String name) {
        return new WhitespaceAnalyzer();
    }

    public static Generation generation(String model, int number, Path spill) throws IOException {
        TextOptions text = new TextOptions("whitespace", 100, 1, 1, false, List.of());
        Vocabulary vocabulary = vocabulary(text, spill);
        float[][] axes = {{1, 0}, {0, 1}};
        Clusters clusters = new Clusters(
                new Partition(axes, axes, new float[] {0, 0}, CountCurve.NONE),
                List.of(info("c0", "oil"), info("c1", "wheat")),
                2);
        return new Generation(
                new GenerationInfo(model, number, 1000 + number, 100, 1, "cpu", Map.of()),
                text,
                List.of(new SourceField("title", 2), new SourceField("body", 1)),
                vocabulary,
                VaeWeights.initial(vocabulary.inputWeights(), vocabulary.logUnigram(), List.of(4), DIMS, 1),
                clusters);
    }

    /** The same model, which also reads a vector of three numbers from the field {@code embedding}. */
    public static Generation withVectors(Generation of) {
        return new Generation(
                of.info(),
                of.text(),
                of.fields(),
                "embedding",
                of.vocabulary(),
                of.weights().withVectors(3, 1),
                of.clusters());
    }

    static ClusterInfo info(String key, String term) {
        return new ClusterInfo(key, term, List.of(new ClusterTerm(term, 1)), 50, .5, 0, 0, List.of());
    }

    private static Vocabulary vocabulary(TextOptions text, Path spill) throws IOException {
        try (CorpusBuilder builder = new CorpusBuilder(analyzer("whitespace"), text, spill)) {
            for (int i = 0; i < 40; i++) {
                builder.add(List.of(new FieldText(1, i % 2 == 0 ? "crude oil" : "wheat grain")));
            }
            try (Corpus corpus = builder.build()) {
                return corpus.vocabulary();
            }
        }
    }

    /**
     * Opens encoders with two dimensions. The first counts words about oil, the second all others; each adds one of the
     * first two numbers of a vector. Counts open encoders and batch sizes, and fails on demand.
     */
    public static final class CountingFactory implements LatentEncoder.Factory {

        public final AtomicInteger open = new AtomicInteger();
        final AtomicInteger opened = new AtomicInteger();
        public final List<Integer> batches = new ArrayList<>();
        public volatile RuntimeException failure;

        @Override
        public LatentEncoder open(Generation generation) {
            if (failure != null) {
                throw failure;
            }
            open.incrementAndGet();
            opened.incrementAndGet();
            return new LatentEncoder() {
                private volatile boolean closed;

                @Override
                public float[][] encode(List<Input> documents) {
                    if (closed) {
                        throw new AssertionError("used after it was closed");
                    }
                    if (failure != null) {
                        throw failure;
                    }
                    synchronized (batches) {
                        batches.add(documents.size());
                    }
                    float[][] means = new float[documents.size()][DIMS];
                    for (int i = 0; i < means.length; i++) {
                        Bow bow = documents.get(i).words();
                        for (int j = 0; j < bow.size(); j++) {
                            String term = generation.vocabulary().term(bow.id(j));
                            means[i][term.equals("crude") || term.equals("oil") ? 0 : 1] += bow.count(j);
                        }
                        float[] vector = documents.get(i).vector();
                        for (int j = 0; j < DIMS && vector != null; j++) {
                            means[i][j] += vector[j];
                        }
                    }
                    return means;
                }

                @Override
                public void close() {
                    if (closed) {
                        throw new AssertionError("closed twice");
                    }
                    closed = true;
                    open.decrementAndGet();
                }
            };
        }
    }
}

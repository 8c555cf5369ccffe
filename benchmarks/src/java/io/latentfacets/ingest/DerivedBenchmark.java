/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.classify.serve.Classifiers;
import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.Curation;
import io.latentfacets.cluster.Partition;
import io.latentfacets.drift.watch.DriftWatch;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.IngestFixtures;
import io.latentfacets.field.DerivedFields;
import io.latentfacets.field.MappedEncoding;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.vae.VaeWeights;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.util.VectorUtil;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.index.VersionType;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;

/**
 * Measures what {@code cluster_field} and {@code knn_field} cost a document at ingest, and what a mapping with
 * {@code encode} costs a document that a pipeline has encoded already. Random latents of 64 dimensions, batches of 256,
 * CPU time of the thread, best and median of the rounds. No arguments.
 */
public final class DerivedBenchmark {
    private static final int DIMS = 64;
    private static final int DOCUMENTS = 20_480;
    private static final int BATCH = 256;
    private static final int ROUNDS = 15;

    private DerivedBenchmark() {}

    public static void main(String[] args) throws Exception {
        PrintStream out = System.out;
        out.println("| clusters | fields | µs a document, best | median |");
        out.println("|---|---|---|---|");
        Path directory = Files.createTempDirectory("derived-benchmark");
        for (int clusters : new int[] {20, 100, 300}) {
            Generation generation = generation(clusters, directory);
            for (DerivedFields fields : List.of(
                    DerivedFields.NONE,
                    new DerivedFields("topic", null),
                    new DerivedFields(null, "numbers"),
                    new DerivedFields("topic", "numbers"))) {
                derive(generation, fields, out);
            }
        }
        out.println();
        out.println("| words of the document | µs of the mapping after a pipeline, best | median |");
        out.println("|---|---|---|");
        for (int words : new int[] {30, 200, 1000}) {
            keep(words, directory, out);
        }
    }

    private static Generation generation(int clusters, Path directory) throws Exception {
        Generation tiny = IngestFixtures.generation("news", 2, directory);
        Random random = new Random(7);
        float[][] centroids = new float[clusters][DIMS];
        List<ClusterInfo> infos = new ArrayList<>();
        for (int c = 0; c < clusters; c++) {
            for (int d = 0; d < DIMS; d++) {
                centroids[c][d] = (float) random.nextGaussian();
            }
            VectorUtil.l2normalize(centroids[c]);
            infos.add(new ClusterInfo("c" + c, "c" + c, List.of(), 1, 0, 0, 0, List.of()));
        }
        return new Generation(
                new GenerationInfo("news", 2, 1002, 100, 1, "cpu", Map.of()),
                tiny.text(),
                tiny.fields(),
                tiny.vocabulary(),
                VaeWeights.initial(
                        tiny.vocabulary().inputWeights(), tiny.vocabulary().logUnigram(), List.of(4), DIMS, 1),
                new Clusters(
                        new Partition(centroids, centroids, new float[clusters], CountCurve.NONE), infos, clusters));
    }

    private static void derive(Generation generation, DerivedFields fields, PrintStream out) {
        LatentField field = new LatentField("latent", fields);
        Random random = new Random(9);
        byte[][] latents = new byte[DOCUMENTS][DIMS];
        List<IngestDocument> documents = new ArrayList<>();
        for (byte[] latent : latents) {
            random.nextBytes(latent);
            documents.add(document(Map.of("title", "oil")));
        }
        double[] micros = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = cpu();
            for (int from = 0; from < DOCUMENTS; from += BATCH) {
                DerivedValues derived =
                        new DerivedValues(field, generation, Curation.NONE, new WriteIndices(), new OncePerMinute());
                for (int i = from; i < from + BATCH; i++) {
                    derived.write(documents.get(i), latents[i]);
                }
            }
            micros[round] = (cpu() - start) / 1e3 / DOCUMENTS;
        }
        Arrays.sort(micros);
        out.printf(
                "| %d | %s | %.2f | %.2f |%n",
                generation.clusters().partition().count(), fields.paths(), micros[0], micros[ROUNDS / 2]);
    }

    private static void keep(int words, Path directory, PrintStream out) throws Exception {
        InMemoryGenerations generations = new InMemoryGenerations();
        generations.put(IngestFixtures.generation("news", 2, directory)).activate("news", 2);
        ThreadContext context = new ThreadContext(Settings.EMPTY);
        try (EncoderService encoders = new EncoderService(
                new IngestFixtures.CountingFactory(),
                IngestFixtures::analyzer,
                generations,
                new NoopCircuitBreaker(CircuitBreaker.REQUEST))) {
            LatentEncodeProcessor.Services services = new LatentEncodeProcessor.Services(
                    generations,
                    encoders,
                    new LatentStats(),
                    new DriftWatch(generations, directory, () -> 7),
                    new Classifiers(null, null, null),
                    new WriteIndices());
            MappedEncodeProcessor mapped = new MappedEncodeProcessor.Factory(() -> services, context)
                    .of(Map.of("latent", new MappedEncoding("news", DerivedFields.NONE)));
            List<IngestDocumentWrapper> batch = new ArrayList<>();
            for (int i = 0; i < BATCH; i++) {
                String text = "oil " + "market ".repeat(words - 1) + i;
                batch.add(new IngestDocumentWrapper(i, 0, document(Map.of("body", text)), null));
            }
            double[] micros = new double[ROUNDS];
            mapped.batchExecute(batch, results -> {}); // encodes
            for (int round = 0; round < ROUNDS; round++) {
                long start = cpu();
                for (int i = 0; i < 20; i++) {
                    mapped.batchExecute(batch, results -> {});
                }
                micros[round] = (cpu() - start) / 1e3 / BATCH / 20;
            }
            Arrays.sort(micros);
            out.printf("| %d | %.2f | %.2f |%n", words, micros[0], micros[ROUNDS / 2]);
        }
    }

    private static IngestDocument document(Map<String, Object> source) {
        return new IngestDocument("index", "1", null, 1L, VersionType.INTERNAL, new HashMap<>(source));
    }

    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}

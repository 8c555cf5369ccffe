/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.Partition;
import io.latentfacets.field.LatentDocValue;
import io.latentfacets.field.column.ClusterColumn;
import io.latentfacets.field.column.ClusterColumns;
import io.latentfacets.field.column.ColumnDemand;
import io.latentfacets.field.column.DocumentMemberships;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.Generations;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.SourceField;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.store.FSDirectory;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;

/**
 * Measures the time and memory to build the cluster column of one large segment on one thread. It makes a Lucene index
 * of one segment whose latents lie around as many centers as there are clusters. It prints a table row per number of
 * clusters: the median of the rounds, in CPU time of the thread, so that a busy machine does not distort it; the bytes
 * per document, as charged and as the heap grew; the cost for a search that collects a thousand of the documents before
 * the column exists; and the cost for a search that collects all of them, from the column and by their memberships.
 *
 * <p>Arguments: documents, dimensions, numbers of clusters separated by commas, a directory to write the index to.
 */
public final class ColumnBenchmark {
    private static final String FIELD = "latent";
    private static final int ROUNDS = 5;
    private static final double SPREAD = .8;
    private static final double LEAST = .2;

    private ColumnBenchmark() {}

    public static void main(String[] args) throws IOException {
        int documents = Integer.parseInt(args[0]);
        int dims = Integer.parseInt(args[1]);
        PrintStream out = System.out;
        out.printf("%,d documents, %d dimensions, one thread%n", documents, dims);
        out.println(
                "| clusters | s | with similarities | 1,000 looked up, ms | bytes a document | heap, bytes a document |"
                        + " read, s | memberships, s |");
        out.println("|---|---|---|---|---|---|---|---|");
        for (String clusters : args[2].split(",", -1)) {
            Path directory = Files.createTempDirectory(Path.of(args[3]), "columns");
            measure(directory, documents, dims, Integer.parseInt(clusters), out);
            try (var files = Files.list(directory)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(directory);
        }
    }

    private static void measure(Path directory, int documents, int dims, int clusters, PrintStream out)
            throws IOException {
        Random random = new Random(clusters);
        float[][] centres = new float[clusters][dims];
        float[][] directions = new float[clusters][];
        float[] biases = new float[clusters];
        for (int c = 0; c < clusters; c++) {
            for (int i = 0; i < dims; i++) {
                centres[c][i] = (float) random.nextGaussian();
            }
            directions[c] = Latents.dequantize(Latents.quantize(centres[c]));
            biases[c] = random.nextFloat() * .1f;
        }
        Generation generation = generation(directions, biases);
        try (FSDirectory index = FSDirectory.open(directory)) {
            write(index, documents, generation.encoder(), centres, random);
            try (DirectoryReader reader = DirectoryReader.open(index)) {
                LeafReader segment = reader.leaves().get(0).reader();
                double plain = seconds(segment, generation, false);
                double few = lookUps(segment, generation);
                double similar = seconds(segment, generation, true);
                report(segment, generation, plain, similar, few, out);
            }
        }
    }

    private static void report(
            LeafReader segment, Generation generation, double plain, double similar, double few, PrintStream out)
            throws IOException {
        double charged;
        double grown;
        double read;
        double memberships;
        LatentStats stats = new LatentStats();
        try (ClusterColumns columns = columns(generation, stats)) {
            long before = heap();
            ClusterColumn column = columns.get(segment, FIELD, generation, false);
            grown = (double) (heap() - before) / segment.maxDoc();
            charged = (double) stats.get(StatName.CLUSTER_COLUMNS_BYTES) / segment.maxDoc();
            if (column.count(0) != 0) {
                throw new IllegalStateException("documents without a cluster");
            }
            read = seconds(() -> {
                long sum = 0;
                for (int doc = 0; doc < segment.maxDoc(); doc++) {
                    sum += column.ordinal(doc);
                }
                return sum;
            });
            memberships = seconds(() -> {
                DocumentMemberships all = columns.memberships(segment, FIELD, generation);
                long sum = 0;
                for (int doc = 0; doc < segment.maxDoc(); doc++) {
                    for (double membership : all.of(doc)) {
                        sum += membership >= LEAST ? 1 : 0;
                    }
                }
                return sum;
            });
        }
        out.printf(
                "| %,d | %.2f | %.2f | %.1f | %.3f | %.3f | %.3f | %.2f |%n",
                generation.clusters().partition().count(),
                plain,
                similar,
                1000 * few,
                charged,
                grown,
                read,
                memberships);
    }

    /** Reads every document and returns a sum that depends on all of them. */
    @FunctionalInterface
    private interface Pass {
        long run() throws IOException;
    }

    /** The median CPU seconds of this thread for a pass over all documents. */
    private static double seconds(Pass pass) throws IOException {
        double[] rounds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            if (pass.run() == 0) {
                throw new IllegalStateException("documents without a cluster");
            }
            rounds[round] = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
        }
        Arrays.sort(rounds);
        return rounds[ROUNDS / 2];
    }

    /** The median CPU seconds of this thread to build the column. */
    private static double seconds(LeafReader segment, Generation generation, boolean similarity) throws IOException {
        double[] rounds = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            try (ClusterColumns columns = columns(generation, new LatentStats())) {
                long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                columns.get(segment, FIELD, generation, similarity);
                rounds[round] = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
            }
        }
        Arrays.sort(rounds);
        return rounds[ROUNDS / 2];
    }

    /** The median CPU seconds of this thread to look up a thousand documents, spread over the segment. */
    private static double lookUps(LeafReader segment, Generation generation) throws IOException {
        double[] rounds = new double[20 * ROUNDS];
        try (ClusterColumns columns = columns(generation, new LatentStats())) {
            for (int round = 0; round < rounds.length; round++) {
                long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                ClusterColumn few = columns.lookUp(segment, FIELD, generation, false);
                int assigned = 0;
                for (int i = 0; i < 1000; i++) {
                    assigned += Math.min(1, few.ordinal((int) ((long) i * segment.maxDoc() / 1000)));
                }
                rounds[round] = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
                if (assigned != 1000) {
                    throw new IllegalStateException("documents without a cluster");
                }
            }
        }
        Arrays.sort(rounds);
        return rounds[rounds.length / 2];
    }

    private static long heap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static ClusterColumns columns(Generation generation, LatentStats stats) {
        return new ClusterColumns(
                new Only(generation), () -> new NoopCircuitBreaker("latent"), stats, new ColumnDemand());
    }

    private static void write(FSDirectory index, int documents, EncoderId encoder, float[][] centres, Random random)
            throws IOException {
        int dims = centres[0].length;
        try (IndexWriter writer = new IndexWriter(index, new IndexWriterConfig().setRAMBufferSizeMB(256))) {
            float[] mu = new float[dims];
            for (int doc = 0; doc < documents; doc++) {
                float[] centre = centres[random.nextInt(centres.length)];
                for (int i = 0; i < dims; i++) {
                    mu[i] = (float) (centre[i] + SPREAD * random.nextGaussian());
                }
                Document document = new Document();
                document.add(new BinaryDocValuesField(FIELD, LatentDocValue.encode(encoder, Latents.quantize(mu))));
                writer.addDocument(document);
            }
            writer.forceMerge(1);
        }
    }

    /** A generation with these clusters and an encoder that nothing uses. */
    private static Generation generation(float[][] directions, float[] biases) throws IOException {
        List<ClusterInfo> infos = new ArrayList<>();
        for (int c = 0; c < biases.length; c++) {
            List<ClusterTerm> terms = List.of(new ClusterTerm("term" + c, 1));
            infos.add(new ClusterInfo(
                    "c" + (c + 1), ClusterInfo.labelOf(terms), terms, 10, 1.0 / biases.length, .5f, .5f, List.of()));
        }
        Clusters clusters =
                new Clusters(new Partition(directions, directions, biases, CountCurve.NONE), infos, biases.length);
        Path directory = Files.createTempDirectory("column-benchmark");
        try (CorpusBuilder builder = new CorpusBuilder(new StandardAnalyzer(), TextOptions.DEFAULTS, directory)) {
            for (int i = 0; i < 20; i++) {
                builder.add(List.of(new FieldText(1, i % 2 == 0 ? "crude oil barrels" : "wheat grain harvest")));
            }
            try (Corpus corpus = builder.build()) {
                return new Generation(
                        new GenerationInfo("benchmark", 1, 1, 20, 1, "cpu", Map.of()),
                        TextOptions.DEFAULTS,
                        List.of(new SourceField("text", 1)),
                        corpus.vocabulary(),
                        VaeWeights.initial(
                                corpus.vocabulary().inputWeights(),
                                corpus.vocabulary().logUnigram(),
                                List.of(4),
                                directions[0].length,
                                1),
                        clusters);
            }
        }
    }

    /** Provides one generation, always loaded. */
    private record Only(Generation generation) implements Generations {
        @Override
        public int active(String model) {
            return generation.number();
        }

        @Override
        public Generation loaded(String model, int number) {
            return number == generation.number() ? generation : null;
        }

        @Override
        public void load(String model, int number, ActionListener<Generation> listener) {
            listener.onResponse(generation);
        }

        @Override
        public List<Known> known(String model) {
            return List.of(new Known(generation.number(), generation.encoder(), generation.createdMillis()));
        }
    }
}

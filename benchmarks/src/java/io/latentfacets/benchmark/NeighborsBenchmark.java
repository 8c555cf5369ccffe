/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.field.LatentVectorFieldMapper;
import io.latentfacets.field.NeighborGraphs;
import io.latentfacets.model.EncoderId;
import io.latentfacets.neighbors.LatentNeighborsQuery;
import io.latentfacets.neighbors.NeighborSearch;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.training.EpochReport;
import io.latentfacets.vae.training.TrainingListener;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.NoMergePolicy;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.FSDirectory;

/**
 * Measures how many of the ten nearest documents the graph finds, and the speed of the graph and of the exact
 * comparison of all latents. It trains with the default options, stores the latents in a Lucene index with the mapper's
 * fields, in one segment and in eight or nine, and searches for the neighbours of documents of the corpus. A document
 * as near as the tenth counts as found. It prints queries per second of the thread's own CPU time, so that a busy
 * machine does not distort them.
 *
 * <p>Arguments: a file of JSON lines (or .gz), its text fields separated by commas, the number of documents to search
 * for, a directory for the engine's libraries, and optionally how many times to store each latent, with noise, to
 * measure a larger index.
 */
public final class NeighborsBenchmark {
    private static final int K = 10;
    private static final EncoderId ENCODER = new EncoderId(1);
    private static final int ENCODE_BATCH = 1024;
    private static final int[] CANDIDATES = {10, 20, 50, 100, 200};
    private static final String FIELD = "latent";
    /** Matches a tenth of the documents. */
    private static final Query TENTH = new TermQuery(new Term("tag", "0"));

    private final IndexSearcher searcher;
    private final List<byte[]> queries;
    private final PrintStream out;

    /** Ignores the events of a training and never cancels it. */
    private static final class Silent implements TrainingListener {
        @Override
        public void epoch(EpochReport report) {}

        @Override
        public void checkCancelled() {}
    }

    private NeighborsBenchmark(IndexSearcher searcher, List<byte[]> queries, PrintStream out) {
        this.searcher = searcher;
        this.queries = queries;
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        int asked = Integer.parseInt(args[2]);
        int times = args.length > 4 ? Integer.parseInt(args[4]) : 1;
        InferenceEngine engine = new InferenceEngine(Path.of(args[3]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        Path directory = Files.createTempDirectory("neighbors-benchmark");
        List<byte[]> latents;
        try (Corpus corpus = EncodeBenchmark.read(
                Path.of(args[0]), args[1].split(",", -1), TextOptions.DEFAULTS.vocabularySize(), directory)) {
            VaeWeights weights = new VaeTrainer(VaeOptions.DEFAULTS, engine.djlDevice(), 1)
                    .train(corpus, corpus.vocabulary(), new Silent());
            latents = latents(corpus, weights, engine);
        }
        Random random = new Random(42);
        List<byte[]> stored = multiplied(latents, times, random);
        List<byte[]> queries = new ArrayList<>(latents);
        while (queries.size() > asked) {
            queries.remove(random.nextInt(queries.size()));
        }
        PrintStream out = System.out;
        out.printf(
                "%,d latents of %d dimensions, %,d of them asked for%n",
                stored.size(), stored.get(0).length, queries.size());
        out.println("| segments | filter | how | recall@10 | compared | queries/s |");
        out.println("|---|---|---|---|---|---|");
        for (boolean merged : new boolean[] {true, false}) {
            try (FSDirectory index = FSDirectory.open(directory)) {
                index(index, stored, merged);
                try (DirectoryReader reader = DirectoryReader.open(index)) {
                    NeighborsBenchmark benchmark = new NeighborsBenchmark(new IndexSearcher(reader), queries, out);
                    benchmark.run(null, "–");
                    benchmark.run(TENTH, "10 %");
                }
            }
        }
        try (DirectoryStream<Path> left = Files.newDirectoryStream(directory)) {
            for (Path file : left) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
    }

    /** The latents of the documents that have words. */
    private static List<byte[]> latents(Corpus corpus, VaeWeights weights, InferenceEngine engine) {
        List<byte[]> latents = new ArrayList<>();
        try (Encoder encoder = new Encoder(weights, engine.djlDevice())) {
            for (int from = 0; from < corpus.size(); from += ENCODE_BATCH) {
                List<Bow> bows = new ArrayList<>();
                for (int doc = from; doc < Math.min(corpus.size(), from + ENCODE_BATCH); doc++) {
                    if (!corpus.get(doc).isEmpty()) {
                        bows.add(corpus.get(doc));
                    }
                }
                for (float[] mean : encoder.encode(Input.of(bows))) {
                    latents.add(Latents.quantize(mean));
                }
            }
        }
        return latents;
    }

    private static List<byte[]> multiplied(List<byte[]> latents, int times, Random random) {
        List<byte[]> all = new ArrayList<>(latents);
        for (int copy = 1; copy < times; copy++) {
            for (byte[] latent : latents) {
                float[] near = Latents.dequantize(latent);
                for (int i = 0; i < near.length; i++) {
                    near[i] += (float) (0.05 * random.nextGaussian());
                }
                all.add(Latents.quantize(near));
            }
        }
        return all;
    }

    private static void index(FSDirectory index, List<byte[]> latents, boolean merged) throws IOException {
        IndexWriterConfig config = new IndexWriterConfig().setOpenMode(IndexWriterConfig.OpenMode.CREATE);
        if (!merged) {
            config.setMergePolicy(NoMergePolicy.INSTANCE);
        }
        try (IndexWriter writer = new IndexWriter(index, config.setMaxBufferedDocs(Math.max(2, latents.size() / 8)))) {
            for (int i = 0; i < latents.size(); i++) {
                Document document = new Document();
                document.add(new StringField("tag", Integer.toString(i % 10), Field.Store.NO));
                LatentVectorFieldMapper.fields(FIELD, 1, ENCODER, latents.get(i), true)
                        .forEach(document::add);
                writer.addDocument(document);
            }
            if (merged) {
                writer.forceMerge(1);
            }
        }
    }

    /**
     * The result of one way of searching, over all queries.
     *
     * @param scores the scores of each query's hits
     * @param perSecond the queries per second of CPU time
     * @param compared the mean number of compared latents; NaN if unknown
     */
    private record Run(float[][] scores, double perSecond, double compared) {}

    private interface Way {
        Query query(byte[] latent);
    }

    private void run(Query filter, String filtered) throws IOException {
        Run exact = run(latent -> new LatentNeighborsQuery(search(latent, filter), false));
        row(filtered, "exact", exact, exact);
        for (int candidates : CANDIDATES) {
            String graph = NeighborGraphs.field(FIELD, ENCODER, queries.get(0).length);
            Run run = run(latent -> new KnnByteVectorQuery(graph, NeighborGraphs.point(latent), candidates, filter));
            row(filtered, "graph, " + candidates + " candidates", run, exact);
        }
        row(
                filtered,
                "`latent_neighbors`",
                run(latent -> new LatentNeighborsQuery(search(latent, filter), true)),
                exact);
    }

    private static NeighborSearch search(byte[] latent, Query filter) {
        return new NeighborSearch(FIELD, "benchmark", 1, ENCODER, latent, K, filter, null);
    }

    private Run run(Way way) throws IOException {
        for (byte[] latent : queries.subList(0, Math.min(200, queries.size()))) {
            searcher.search(way.query(latent), K); // warms up
        }
        float[][] scores = new float[queries.size()][];
        double compared = 0;
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int i = 0; i < scores.length; i++) {
            Query query = way.query(queries.get(i));
            ScoreDoc[] found = searcher.search(query, K).scoreDocs;
            scores[i] = new float[found.length];
            for (int j = 0; j < found.length; j++) {
                scores[i][j] = found[j].score;
            }
            compared += compared(query);
        }
        double seconds = (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
        return new Run(scores, scores.length / seconds, compared / scores.length);
    }

    /**
     * The number of latents that the query reports as compared; NaN for Lucene's own queries, which do not report it.
     */
    private static double compared(Query query) {
        String said = query.toString();
        int at = said.indexOf("compared ");
        return at < 0 ? Double.NaN : Long.parseLong(said.substring(at + 9, said.indexOf(',', at)));
    }

    private void row(String filtered, String how, Run run, Run exact) {
        double recall = 0;
        for (int i = 0; i < run.scores().length; i++) {
            float[] best = exact.scores()[i];
            float least = best[best.length - 1];
            int found = 0;
            for (float score : run.scores()[i]) {
                found += score >= least ? 1 : 0;
            }
            recall += (double) found / best.length / run.scores().length;
        }
        out.printf(
                "| %d | %s | %s | %.3f | %s | %,.0f |%n",
                searcher.getIndexReader().leaves().size(),
                filtered,
                how,
                recall,
                Double.isNaN(run.compared()) ? "" : "%,.0f".formatted(run.compared()),
                run.perSecond());
    }
}

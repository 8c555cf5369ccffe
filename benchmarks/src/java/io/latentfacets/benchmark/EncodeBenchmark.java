/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;

/**
 * Measures how many documents per second the encoder processes on one thread. It uses real bags of words and an
 * untrained network (the arithmetic is the same), and measures only {@code Encoder.encode}, without analysis and
 * quantisation. It prints a table row per batch size: the best and the median of the rounds, in CPU time of the thread,
 * so that a busy machine does not distort it.
 *
 * <p>Arguments: a file of JSON lines (or .gz), its text fields separated by commas, the vocabulary size, a directory
 * for the engine's libraries.
 */
public final class EncodeBenchmark {
    private static final int[] BATCHES = {1, 16, 64, 256, 1024};
    private static final int ROUNDS = 7;

    private EncodeBenchmark() {}

    public static void main(String[] args) throws IOException {
        Path directory = Files.createTempDirectory("encode-benchmark");
        InferenceEngine engine = new InferenceEngine(Path.of(args[3]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        PrintStream out = System.out;
        try (Corpus corpus = read(Path.of(args[0]), args[1].split(",", -1), Integer.parseInt(args[2]), directory)) {
            List<Bow> bows = new ArrayList<>();
            long words = 0;
            for (int doc = 0; doc < corpus.size(); doc++) {
                bows.add(corpus.get(doc));
                words += corpus.get(doc).size();
            }
            out.printf(
                    "%d documents, %.0f distinct words each, V = %d, device %s, PyTorch %s%n",
                    bows.size(),
                    (double) words / bows.size(),
                    corpus.vocabulary().size(),
                    engine.device(),
                    engine.version());
            VaeOptions options = VaeOptions.DEFAULTS;
            VaeWeights weights = VaeWeights.initial(
                    corpus.vocabulary().inputWeights(),
                    corpus.vocabulary().logUnigram(),
                    options.hiddenDims(),
                    options.latentDims(),
                    options.seed());
            out.println("| batch | documents/s, best | median | ms a call |");
            out.println("|---|---|---|---|");
            try (Encoder encoder = new Encoder(weights, engine.djlDevice())) {
                encodeAll(encoder, bows, 256); // warms up
                for (int batch : BATCHES) {
                    measure(encoder, bows, batch, out);
                }
            }
        }
        Files.deleteIfExists(directory);
    }

    private static void measure(Encoder encoder, List<Bow> bows, int batch, PrintStream out) {
        double[] rates = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            rates[round] = bows.size() / encodeAll(encoder, bows, batch);
        }
        Arrays.sort(rates);
        double median = rates[ROUNDS / 2];
        out.printf("| %d | %,.0f | %,.0f | %.3f |%n", batch, rates[ROUNDS - 1], median, batch / median * 1000);
    }

    /** Encodes all documents and returns the CPU seconds of this thread. */
    private static double encodeAll(Encoder encoder, List<Bow> bows, int batch) {
        long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
        for (int from = 0; from < bows.size(); from += batch) {
            encoder.encode(Input.of(bows.subList(from, Math.min(from + batch, bows.size()))));
        }
        return (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start) / 1e9;
    }

    /**
     * Reads the documents of a file of JSON lines into the default vocabulary of a given size, each field with weight
     * 1.
     */
    static Corpus read(Path file, String[] fields, int vocabularySize, Path directory) throws IOException {
        TextOptions defaults = TextOptions.DEFAULTS;
        TextOptions options = new TextOptions(
                defaults.analyzer(),
                vocabularySize,
                defaults.minDocFreq(),
                defaults.maxDocRatio(),
                defaults.phrases(),
                defaults.exclude());
        try (CorpusBuilder builder = new CorpusBuilder(new EnglishAnalyzer(), options, directory)) {
            for (List<FieldText> texts : texts(file, fields)) {
                builder.add(texts);
            }
            return builder.build();
        }
    }

    /** Reads the documents of a file of JSON lines, each field with weight 1. */
    static List<List<FieldText>> texts(Path file, String[] fields) throws IOException {
        List<List<FieldText>> documents = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonObject json = JsonParser.parseString(line).getAsJsonObject();
                List<FieldText> texts = new ArrayList<>();
                for (String field : fields) {
                    String text = json.has(field) ? json.get(field).getAsString() : "";
                    if (!text.isBlank()) {
                        texts.add(new FieldText(1, text));
                    }
                }
                documents.add(texts);
            }
        }
        return documents;
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = Files.newInputStream(file);
        return file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in;
    }
}

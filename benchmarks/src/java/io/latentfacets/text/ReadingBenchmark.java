/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.benchmark.JsonLines;
import io.latentfacets.encode.SourceText;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.language.LanguageGuesser;
import io.latentfacets.text.tokens.Noise;
import io.latentfacets.text.tokens.PlainText;
import io.latentfacets.text.tokens.Tokens;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeOptions;
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
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;

/**
 * Measures where the time of a document's encoding goes, from text to latent, in CPU time of the thread: the stages of
 * reading alone, reading through the analyzer and through the memo, and the network, in batches of 256. The network is
 * untrained; the arithmetic is the same.
 *
 * <p>Arguments: a file of JSON lines (or .gz), its text fields separated by commas, the length of the pieces into which
 * the last field is cut, or 0 for whole documents, and a directory for the engine's libraries; without it the network
 * is left out.
 */
public final class ReadingBenchmark {
    private static final int BATCH = 256;
    private static final int ROUNDS = 9;
    /** Of more documents every n-th is taken. */
    private static final int MOST = 20_000;

    private interface Stage {
        Object of(List<FieldText> document) throws IOException;
    }

    private final List<List<FieldText>> documents;
    private final PrintStream out;
    /** Keeps the compiler from leaving out what nobody uses. */
    private volatile Object sink;

    private ReadingBenchmark(List<List<FieldText>> documents, PrintStream out) {
        this.documents = documents;
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        List<SourceField> fields =
                Arrays.stream(args[1].split(",", -1)).map(SourceField::parse).toList();
        int piece = Integer.parseInt(args[2]);
        List<List<FieldText>> documents = new ArrayList<>();
        for (Map<String, Object> line : JsonLines.read(Path.of(args[0]))) {
            List<FieldText> texts = SourceText.of(line, fields);
            if (piece == 0) {
                documents.add(texts);
            } else if (!texts.isEmpty()) {
                cut(texts.get(texts.size() - 1).text(), piece, documents);
            }
        }
        Path directory = Files.createTempDirectory("reading-benchmark");
        Analyzer analyzer = new EnglishAnalyzer();
        Corpus corpus;
        try (CorpusBuilder builder = new CorpusBuilder(analyzer, TextOptions.DEFAULTS, directory)) {
            for (List<FieldText> document : documents) {
                builder.add(document);
            }
            corpus = builder.build();
        }
        int step = (documents.size() + MOST - 1) / MOST;
        List<List<FieldText>> taken = new ArrayList<>();
        for (int doc = 0; doc < documents.size(); doc += step) {
            taken.add(documents.get(doc));
        }
        ReadingBenchmark benchmark = new ReadingBenchmark(taken, System.out);
        benchmark.measure(analyzer, corpus.vocabulary());
        if (args.length > 3) {
            benchmark.network(Path.of(args[3]), analyzer, corpus.vocabulary());
        }
        corpus.close();
    }

    private static void cut(String text, int piece, List<List<FieldText>> into) {
        for (int from = 0; from + piece < text.length(); ) {
            int to = from + piece;
            while (to < text.length() && text.charAt(to) > ' ') {
                to++;
            }
            into.add(List.of(new FieldText(1, text.substring(from, to))));
            from = to + 1;
        }
    }

    private void measure(Analyzer analyzer, Vocabulary vocabulary) throws IOException {
        long characters = 0;
        for (List<FieldText> document : documents) {
            for (FieldText field : document) {
                characters += field.text().length();
            }
        }
        out.printf("%,d documents of %,d characters%n%n", documents.size(), characters / documents.size());
        out.println("| stage | µs a document, best | median |");
        out.println("|---|---|---|");
        BowFactory bows = new BowFactory(analyzer, vocabulary, TextOptions.DEFAULTS);
        Tokens tokens = new Tokens();
        row("the analyzer alone", document -> analyze(analyzer, document));
        row("the guess of the language alone", document -> {
            Object guess = null;
            for (FieldText field : document) {
                guess = LanguageGuesser.guess(field.text());
            }
            return guess;
        });
        row("noise alone", document -> {
            Object noise = null;
            for (FieldText field : document) {
                noise = Noise.of(field.text());
            }
            return noise;
        });
        row("tokens of plain text alone", document -> {
            for (FieldText field : document) {
                tokens.shorten(0);
                PlainText.read(field.text(), 255, tokens);
            }
            return tokens;
        });
        row("text to bag, by the analyzer", bows::readAll);
        row("**text to bag**", bows::read);
    }

    private static Object analyze(Analyzer analyzer, List<FieldText> document) throws IOException {
        int count = 0;
        for (FieldText field : document) {
            try (TokenStream stream = analyzer.tokenStream("text", field.text())) {
                stream.reset();
                while (stream.incrementToken()) {
                    count++;
                }
                stream.end();
            }
        }
        return count;
    }

    private void network(Path libraries, Analyzer analyzer, Vocabulary vocabulary) throws IOException {
        BowFactory bows = new BowFactory(analyzer, vocabulary, TextOptions.DEFAULTS);
        InferenceEngine engine = new InferenceEngine(libraries.toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        VaeOptions options = VaeOptions.DEFAULTS;
        VaeWeights weights = VaeWeights.initial(
                vocabulary.inputWeights(),
                vocabulary.logUnigram(),
                options.hiddenDims(),
                options.latentDims(),
                options.seed());
        List<Input> batch = new ArrayList<>();
        try (Encoder encoder = new Encoder(weights, engine.djlDevice())) {
            row("**text to latent**", document -> {
                batch.add(new Input(bows.read(document).bow(), null));
                if (batch.size() < BATCH) {
                    return batch;
                }
                float[][] means = encoder.encode(batch);
                batch.clear();
                Object last = null;
                for (float[] mean : means) {
                    last = Latents.quantize(mean);
                }
                return last;
            });
        }
    }

    private void row(String name, Stage stage) throws IOException {
        double[] micros = new double[ROUNDS];
        for (int round = -2; round < ROUNDS; round++) {
            long start = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            for (List<FieldText> document : documents) {
                sink = stage.of(document);
            }
            long time = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - start;
            if (round >= 0) {
                micros[round] = time / 1e3 / documents.size();
            }
        }
        if (sink == micros) {
            throw new AssertionError("never, but now the stage's results are used");
        }
        Arrays.sort(micros);
        out.printf("| %s | %.2f | %.2f |%n", name, micros[0], micros[ROUNDS / 2]);
    }
}

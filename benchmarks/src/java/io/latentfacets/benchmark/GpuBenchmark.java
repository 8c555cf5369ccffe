/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import ai.djl.Device;
import io.latentfacets.engine.DeviceChoice;
import io.latentfacets.engine.EngineOptions;
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
import io.latentfacets.vae.training.EpochReport;
import io.latentfacets.vae.training.TrainingListener;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.analysis.standard.StandardAnalyzer;

/**
 * Compares a GPU with the CPU of the same machine: whether both compute the same, and how many documents a second they
 * train on and encode. The documents are made up: each has a subject, half of its words are the subject's, half are
 * anybody's. One file without others of this directory, so that {@code benchmarks/gpu} runs it from its source.
 *
 * <p>Arguments: a directory for the engine's libraries, a device as in the setting
 * {@code plugins.latent.engine.device}, the number of documents, and optionally a directory with an own libtorch.
 * Without a GPU it says so, and measures the CPU alone.
 */
public final class GpuBenchmark {
    private static final int SUBJECTS = 50;
    private static final int WORDS_EACH = 200;
    private static final int WORDS_OF_A_DOCUMENT = 100;
    private static final int EPOCHS = 4;
    private static final int[] BATCHES = {64, 1024, 8192};
    private static final int ROUNDS = 5;

    private static final PrintStream OUT = System.out;

    private GpuBenchmark() {}

    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(new EngineOptions(
                Path.of(args[0]).toAbsolutePath(),
                1,
                DeviceChoice.parse(args[1]),
                args.length > 3 ? Path.of(args[3]).toAbsolutePath() : null));
        engine.start();
        engine.requireAvailable();
        Device found = engine.djlDevice();
        OUT.printf("PyTorch %s on %s%n", engine.version(), engine.device());
        if (engine.notice() != null) {
            OUT.println(engine.notice());
        }
        if (found.isGpu()) {
            OUT.printf(
                    "memory of the GPU: %,d MiB, %,d MiB in use%n",
                    engine.deviceMemoryBytes() >> 20, engine.deviceMemoryUsedBytes() >> 20);
        } else {
            OUT.println("no GPU: what follows is the CPU alone");
        }
        List<Device> devices = found.isGpu() ? List.of(Device.cpu(), found) : List.of(Device.cpu());
        Path directory = Files.createTempDirectory("gpu-benchmark");
        try (Corpus corpus = corpus(Integer.parseInt(args[2]), directory)) {
            OUT.printf(
                    "%,d documents, %,d words%n%n",
                    corpus.size(), corpus.vocabulary().size());
            compare(train(corpus, devices), corpus, devices);
        }
        Files.deleteIfExists(directory);
    }

    private static Corpus corpus(int documents, Path directory) throws IOException {
        Random random = new Random(1);
        TextOptions options = new TextOptions("standard", 10_000, 2, 0.9, false, List.of());
        try (CorpusBuilder builder = new CorpusBuilder(new StandardAnalyzer(), options, directory)) {
            for (int doc = 0; doc < documents; doc++) {
                StringBuilder text = new StringBuilder();
                for (int i = 0; i < WORDS_OF_A_DOCUMENT; i++) {
                    int subject = i % 2 == 0 ? doc % SUBJECTS : random.nextInt(SUBJECTS);
                    // the product makes some words frequent and most rare
                    int number = (int) (WORDS_EACH * random.nextDouble() * random.nextDouble());
                    text.append(word(subject * WORDS_EACH + number)).append(' ');
                }
                builder.add(List.of(new FieldText(1, text.toString())));
            }
            return builder.build();
        }
    }

    /** A word of letters that no other number has. */
    private static String word(int number) {
        StringBuilder word = new StringBuilder();
        for (int rest = number + 400; rest > 0; rest /= 20) {
            word.append("bcdfghjklmnpqrstvwxz".charAt(rest % 20)).append("aeiou".charAt(rest % 5));
        }
        return word.append('k').toString();
    }

    /** Trains on each device, prints the throughput and the losses, and returns the CPU's network. */
    private static VaeWeights train(Corpus corpus, List<Device> devices) {
        VaeOptions options = VaeOptions.builder().epochs(EPOCHS).build();
        VaeWeights first = null;
        OUT.println("| device | training, documents/s | losses of the epochs |");
        OUT.println("|---|---|---|");
        for (Device device : devices) {
            List<String> losses = new ArrayList<>();
            long start = System.nanoTime();
            VaeWeights weights = new VaeTrainer(options, device, 1)
                    .train(corpus, corpus.vocabulary(), new TrainingListener() {
                        @Override
                        public void epoch(EpochReport report) {
                            losses.add("%s %.3f".formatted(report.stage(), report.loss()));
                        }

                        @Override
                        public void checkCancelled() {}
                    });
            double seconds = (System.nanoTime() - start) / 1e9;
            OUT.printf(
                    "| %s | %,.0f | %s |%n",
                    name(device), corpus.size() * (double) losses.size() / seconds, String.join(", ", losses));
            first = first == null ? weights : first;
        }
        OUT.println();
        return first;
    }

    /** Encodes all documents with one network on each device; prints throughputs and how far the latents are apart. */
    private static void compare(VaeWeights weights, Corpus corpus, List<Device> devices) {
        List<Input> inputs = new ArrayList<>();
        for (int doc = 0; doc < corpus.size(); doc++) {
            Bow bow = corpus.get(doc);
            inputs.add(Input.of(bow));
        }
        OUT.println("| device | batch | encoding, documents/s | least cosine to the CPU | largest difference |");
        OUT.println("|---|---|---|---|---|");
        float[][] expected = null;
        for (Device device : devices) {
            try (Encoder encoder = new Encoder(weights, device)) {
                for (int batch : BATCHES) {
                    double best = 0;
                    float[][] means = null;
                    for (int round = 0; round < ROUNDS; round++) {
                        long start = System.nanoTime();
                        means = encode(encoder, inputs, batch);
                        best = Math.max(best, inputs.size() / ((System.nanoTime() - start) / 1e9));
                    }
                    expected = expected == null ? means : expected;
                    OUT.printf(
                            "| %s | %d | %,.0f | %.6f | %.1e |%n",
                            name(device), batch, best, leastCosine(expected, means), largest(expected, means));
                }
            }
        }
    }

    private static float[][] encode(Encoder encoder, List<Input> inputs, int batch) {
        float[][] means = new float[inputs.size()][];
        for (int from = 0; from < inputs.size(); from += batch) {
            float[][] some = encoder.encode(inputs.subList(from, Math.min(from + batch, inputs.size())));
            System.arraycopy(some, 0, means, from, some.length);
        }
        return means;
    }

    private static double leastCosine(float[][] a, float[][] b) {
        double least = 1;
        for (int i = 0; i < a.length; i++) {
            double product = 0;
            double ofA = 0;
            double ofB = 0;
            for (int j = 0; j < a[i].length; j++) {
                product += (double) a[i][j] * b[i][j];
                ofA += (double) a[i][j] * a[i][j];
                ofB += (double) b[i][j] * b[i][j];
            }
            if (ofA > 0 && ofB > 0) {
                least = Math.min(least, product / Math.sqrt(ofA * ofB));
            }
        }
        return least;
    }

    private static double largest(float[][] a, float[][] b) {
        double largest = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a[i].length; j++) {
                largest = Math.max(largest, Math.abs(a[i][j] - b[i][j]));
            }
        }
        return largest;
    }

    private static String name(Device device) {
        return device.isGpu() ? "gpu:" + device.getDeviceId() : "cpu";
    }
}

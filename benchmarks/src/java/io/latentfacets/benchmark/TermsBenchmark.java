/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.terms.WordSpace;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures spaces of words: of the ten terms nearest to a term, how many have the same dominant label, which is that of
 * most of their documents. It asks for terms of at least 20 documents, half of which have one label.
 *
 * <p>Arguments: a file of JSON lines (or .gz) with the field {@code label}, its text fields separated by commas, a
 * directory for the engine's libraries, a directory that keeps the trained network, and the terms to show, separated by
 * commas.
 */
public final class TermsBenchmark {
    private static final int K = 10;
    private static final int SEED = 42;
    private static final int LEAST_DOCUMENTS = 20;
    private static final int EVERY = 10;

    private final Vocabulary vocabulary;
    private final int[] dominant;
    private final double[] share;
    private final PrintStream out;

    private TermsBenchmark(Corpus corpus, List<Map<String, Object>> lines, PrintStream out) {
        this.vocabulary = corpus.vocabulary();
        this.out = out;
        List<String> labels = lines.stream()
                .map(line -> (String) line.get("label"))
                .distinct()
                .toList();
        int[][] counts = new int[vocabulary.size()][labels.size()];
        for (int doc = 0; doc < corpus.size(); doc++) {
            int label = labels.indexOf((String) lines.get(doc).get("label"));
            for (int id : corpus.get(doc).ids()) {
                counts[id][label]++;
            }
        }
        dominant = new int[counts.length];
        share = new double[counts.length];
        for (int id = 0; id < counts.length; id++) {
            int sum = 0;
            for (int label = 0; label < labels.size(); label++) {
                sum += counts[id][label];
                if (counts[id][label] > counts[id][dominant[id]]) {
                    dominant[id] = label;
                }
            }
            share[id] = sum < LEAST_DOCUMENTS ? 0 : (double) counts[id][dominant[id]] / sum;
        }
    }

    public static void main(String[] args) throws IOException {
        Path file = Path.of(args[0]);
        InferenceEngine engine = new InferenceEngine(Path.of(args[2]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        Path directory = Files.createTempDirectory("terms-benchmark");
        try (Corpus corpus =
                EncodeBenchmark.read(file, args[1].split(",", -1), TextOptions.DEFAULTS.vocabularySize(), directory)) {
            VaeWeights weights = TrainedNetwork.of(corpus, SEED, engine, Path.of(args[3]));
            new TermsBenchmark(corpus, JsonLines.read(file), System.out).run(weights, engine, args[4].split(",", -1));
        }
        Files.delete(directory);
    }

    private void run(VaeWeights weights, InferenceEngine engine, String[] shown) {
        float[][] decoder = columns(weights.decoder());
        float[][] first = rows(weights.layers().get(0));
        float[][] latents = latents(weights, engine);
        Map<String, float[][]> spaces = new LinkedHashMap<>();
        spaces.put("decoder", decoder);
        spaces.put("decoder, centred", centred(decoder, false));
        spaces.put("decoder, centred by frequency", centred(decoder, true));
        spaces.put("first layer of the encoder", first);
        spaces.put("first layer, centred", centred(first, false));
        spaces.put("latent of the word alone", latents);
        spaces.put("latent of the word alone, centred", centred(latents, false));
        spaces.put("decoder and first layer, both centred", joined(centred(decoder, false), centred(first, false)));
        spaces.put("decoder and first layer", joined(decoder, first));
        spaces.put("decoder and latent", joined(decoder, latents));
        out.println("| space | words: share of 10 with the same label | all terms | median document frequency found |");
        out.println("|---|---|---|---|");
        for (Map.Entry<String, float[][]> space : spaces.entrySet()) {
            for (float[] row : space.getValue()) {
                normalize(row);
            }
            double[] words = measure(space.getValue(), false);
            double[] all = measure(space.getValue(), true);
            out.printf("| %s | %.3f | %.3f | %.0f |%n", space.getKey(), words[0], all[0], words[1]);
        }
        out.printf(
                "| the plugin's: decoder and first layer, pairs as the sum of their words | %.3f | %.3f | %.0f |%n",
                plugin(weights, false)[0], plugin(weights, true)[0], plugin(weights, true)[1]);
        out.printf("%nthe plugin's%n");
        for (String term : shown) {
            int id = vocabulary.id(term);
            if (id >= 0) {
                out.printf(
                        "  %s: %s%n",
                        vocabulary.surface(id),
                        new WordSpace(vocabulary, weights)
                                .nearest(List.of(new WordSpace.Part(id, 1)), K, () -> {}).stream()
                                        .map(near ->
                                                "%s %.2f".formatted(vocabulary.surface(near.id()), near.similarity()))
                                        .collect(Collectors.joining(", ")));
            }
        }
        for (String space : List.of(
                "decoder", "decoder, centred", "first layer, centred", "decoder and first layer, both centred")) {
            out.printf("%n%s%n", space);
            for (String term : shown) {
                int id = vocabulary.id(term);
                if (id >= 0) {
                    out.printf(
                            "  %s: %s%n",
                            vocabulary.surface(id),
                            nearest(spaces.get(space), id, true).stream()
                                    .map(each -> "%s %.2f"
                                            .formatted(
                                                    vocabulary.surface(each),
                                                    dot(spaces.get(space)[id], spaces.get(space)[each])))
                                    .collect(Collectors.joining(", ")));
                }
            }
        }
    }

    /** The plugin's own space, which leaves out entries that share a word with the asked one. */
    private double[] plugin(VaeWeights weights, boolean phrases) {
        WordSpace space = new WordSpace(vocabulary, weights);
        double same = 0;
        int count = 0;
        List<Integer> frequencies = new ArrayList<>();
        List<Integer> asked = asked(phrases);
        for (int i = 0; i < asked.size(); i += EVERY) {
            int id = asked.get(i);
            for (WordSpace.Near near : space.nearest(List.of(new WordSpace.Part(id, 1)), K, () -> {})) {
                same += dominant[near.id()] == dominant[id] ? 1.0 / K : 0;
                frequencies.add(vocabulary.docFreq(near.id()));
            }
            count++;
        }
        frequencies.sort(null);
        return new double[] {same / count, frequencies.get(frequencies.size() / 2)};
    }

    private List<Integer> asked(boolean phrases) {
        return IntStream.range(0, vocabulary.size())
                .filter(id -> share[id] >= 0.5 && (phrases || !vocabulary.isPhrase(id)))
                .boxed()
                .toList();
    }

    private double[] measure(float[][] space, boolean phrases) {
        List<Integer> asked = asked(phrases);
        double same = 0;
        int count = 0;
        List<Integer> frequencies = new ArrayList<>();
        for (int i = 0; i < asked.size(); i += EVERY) {
            int id = asked.get(i);
            for (int near : nearest(space, id, phrases)) {
                same += dominant[near] == dominant[id] ? 1.0 / K : 0;
                frequencies.add(vocabulary.docFreq(near));
            }
            count++;
        }
        frequencies.sort(null);
        return new double[] {same / count, frequencies.get(frequencies.size() / 2)};
    }

    private List<Integer> nearest(float[][] space, int id, boolean phrases) {
        float[] similarities = new float[space.length];
        for (int other = 0; other < space.length; other++) {
            similarities[other] = dot(space[id], space[other]);
        }
        return IntStream.range(0, space.length)
                .filter(other -> apart(other, id) && (phrases || !vocabulary.isPhrase(other)))
                .filter(other -> !vocabulary.isBoilerplate(other))
                .boxed()
                .sorted(Comparator.comparingDouble(other -> -similarities[other]))
                .limit(K)
                .toList();
    }

    /** Whether two entries have no word in common. */
    private boolean apart(int one, int other) {
        return Arrays.stream(vocabulary.words(one))
                .noneMatch(word -> Arrays.stream(vocabulary.words(other)).anyMatch(each -> each == word));
    }

    private static float[][] columns(Dense layer) {
        float[][] columns = new float[layer.out()][layer.in()];
        for (int i = 0; i < layer.in(); i++) {
            for (int j = 0; j < layer.out(); j++) {
                columns[j][i] = layer.weights()[i * layer.out() + j];
            }
        }
        return columns;
    }

    private static float[][] rows(Dense layer) {
        return IntStream.range(0, layer.in())
                .mapToObj(row -> Arrays.copyOfRange(layer.weights(), row * layer.out(), (row + 1) * layer.out()))
                .toArray(float[][]::new);
    }

    private float[][] latents(VaeWeights weights, InferenceEngine engine) {
        try (Encoder encoder = new Encoder(weights, engine.djlDevice())) {
            return encoder.encode(Input.of(IntStream.range(0, vocabulary.size())
                    .mapToObj(id -> new Bow(new int[] {id}, new float[] {1}))
                    .toList()));
        }
    }

    private float[][] centred(float[][] space, boolean byFrequency) {
        double[] mean = new double[space[0].length];
        double all = 0;
        for (int id = 0; id < space.length; id++) {
            double weight = byFrequency ? vocabulary.docFreq(id) : 1;
            all += weight;
            for (int i = 0; i < mean.length; i++) {
                mean[i] += weight * space[id][i];
            }
        }
        float[][] centred = new float[space.length][mean.length];
        for (int id = 0; id < space.length; id++) {
            for (int i = 0; i < mean.length; i++) {
                centred[id][i] = (float) (space[id][i] - mean[i] / all);
            }
        }
        return centred;
    }

    private static float[][] joined(float[][] one, float[][] other) {
        float[][] joined = new float[one.length][];
        for (int id = 0; id < one.length; id++) {
            float[] first = one[id].clone();
            float[] second = other[id].clone();
            normalize(first);
            normalize(second);
            joined[id] = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, joined[id], first.length, second.length);
        }
        return joined;
    }

    private static void normalize(float[] row) {
        double length = Math.sqrt(dot(row, row));
        for (int i = 0; i < row.length; i++) {
            row[i] /= length == 0 ? 1 : (float) length;
        }
    }

    private static float dot(float[] one, float[] other) {
        float dot = 0;
        for (int i = 0; i < one.length; i++) {
            dot += one[i] * other[i];
        }
        return dot;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.Partition;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.model.Generation;
import io.latentfacets.summarize.NewsModel;
import io.latentfacets.text.Bow;
import io.latentfacets.text.FieldText;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.Posterior;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;

/**
 * Measures what a latent keeps. First, what becomes of a document's cluster when fields of it are missing, and whether
 * anything about the latent tells so. Then, how well a latent of so many bits predicts the words of its document.
 *
 * <p>Arguments: a directory for the engine's libraries, a file of JSON lines (or .gz) with subject and body, a
 * directory that keeps trained generations, and numbers of seeds, separated by commas.
 */
public final class LatentBenchmark {
    private static final int DRAWS = 64;
    private static final float[] WIDTHS = {.3f, .5f, .7f, 1};
    /** The place in {@link #WIDTHS} of what {@code _encode} shows as certainty. */
    private static final int SHOWN = 1;

    private static final double[] BINS = {0, .5, .7, .9, 1.01};
    private static final int PARTS = 4;
    private static final int BATCH = 256;
    private static final int[] BITS = {8, 6, 5, 4, 3, 2, 1};
    private static final int PERPLEXITY_SAMPLE = 3000;

    private final Generation generation;
    private final Partition partition;
    private final NewsModel model;

    private LatentBenchmark(NewsModel model) {
        this.model = model;
        this.generation = model.generation();
        this.partition = generation.clusters().partition();
    }

    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[0]).toAbsolutePath(), 2);
        engine.start();
        engine.requireAvailable();
        Path file = Path.of(args[1]);
        List<Map<String, Object>> posts = JsonLines.read(file);
        for (String seed : args[3].split(",", -1)) {
            LatentBenchmark benchmark = new LatentBenchmark(
                    NewsModel.of(engine, NewsModel.documents(file), Integer.parseInt(seed), Path.of(args[2])));
            System.out.printf("%n### seed %s%n", seed);
            benchmark.missing(posts);
            benchmark.compression(posts);
        }
    }

    // ---- missing fields

    /** A document with some of its fields, and what is known of it. */
    private record Sight(
            Posterior posterior, int words, double norm, double similarity, double margin, double[] drawn) {}

    private void missing(List<Map<String, Object>> posts) {
        Map<String, List<List<FieldText>>> seen = new LinkedHashMap<>();
        Random random = new Random(7);
        List<List<FieldText>> whole = new ArrayList<>();
        for (Map<String, Object> post : posts) {
            String subject = (String) post.getOrDefault("subject", "");
            String body = (String) post.get("body");
            whole.add(List.of(new FieldText(1, subject), new FieldText(1, body)));
            List<FieldText> fields = new ArrayList<>(parts(subject, body));
            Collections.shuffle(fields, random);
            seen.computeIfAbsent("subject missing", name -> new ArrayList<>()).add(List.of(new FieldText(1, body)));
            seen.computeIfAbsent("body missing", name -> new ArrayList<>()).add(List.of(new FieldText(1, subject)));
            for (int kept = PARTS - 1; kept > 0; kept--) {
                seen.computeIfAbsent((PARTS - kept) + " of " + PARTS + " fields missing", name -> new ArrayList<>())
                        .add(fields.subList(0, fields.size() * kept / PARTS));
            }
        }
        List<Input> complete = inputs(whole);
        int[] truth = clusters(complete);
        System.out.println("| seen | documents | agree | known words, median |");
        System.out.println("|---|---|---|---|");
        Map<String, List<Sight>> sights = new LinkedHashMap<>();
        Map<String, boolean[]> agreements = new LinkedHashMap<>();
        seen.forEach((name, texts) -> {
            List<Input> inputs = inputs(texts);
            int[] found = clusters(inputs);
            int[] both = IntStream.range(0, truth.length)
                    .filter(i -> truth[i] >= 0 && found[i] >= 0)
                    .toArray();
            boolean[] agree = new boolean[both.length];
            List<Sight> of = new ArrayList<>();
            for (int i = 0; i < both.length; i++) {
                agree[i] = truth[both[i]] == found[both[i]];
                of.add(sight(inputs.get(both[i]), found[both[i]]));
            }
            sights.put(name, of);
            agreements.put(name, agree);
            double[] words = of.stream().mapToDouble(Sight::words).sorted().toArray();
            System.out.printf(
                    "| %s | %d | %.1f %% | %.0f |%n", name, both.length, 100 * share(agree), words[words.length / 2]);
        });
        certainty(sights, agreements);
        bins(sights, agreements);
    }

    /** How many documents have a certainty within bounds, and how many of them agree. */
    private static void bins(Map<String, List<Sight>> sights, Map<String, boolean[]> agreements) {
        System.out.println();
        System.out.println("| certainty | " + String.join(" | ", sights.keySet()) + " |");
        System.out.println("|---|" + "---|".repeat(sights.size()));
        for (int bin = 0; bin + 1 < BINS.length; bin++) {
            StringBuilder row =
                    new StringBuilder("| from %.1f to %.1f |".formatted(BINS[bin], Math.min(1, BINS[bin + 1])));
            for (Map.Entry<String, List<Sight>> seen : sights.entrySet()) {
                int all = 0;
                int agree = 0;
                for (int i = 0; i < seen.getValue().size(); i++) {
                    double certainty = seen.getValue().get(i).drawn()[SHOWN];
                    if (certainty >= BINS[bin] && certainty < BINS[bin + 1]) {
                        all++;
                        agree += agreements.get(seen.getKey())[i] ? 1 : 0;
                    }
                }
                row.append(" %.1f %% of %d |".formatted(100.0 * agree / all, all));
            }
            System.out.println(row);
        }
    }

    /** The subject and the thirds of the body, as fields of one document. */
    private static List<FieldText> parts(String subject, String body) {
        String[] words = body.split("(?<=\\s)");
        List<FieldText> parts = new ArrayList<>(List.of(new FieldText(1, subject)));
        int bodies = PARTS - 1;
        for (int part = 0; part < bodies; part++) {
            parts.add(new FieldText(
                    1,
                    String.join(
                            "",
                            Arrays.copyOfRange(
                                    words, words.length * part / bodies, words.length * (part + 1) / bodies))));
        }
        return parts;
    }

    private Sight sight(Input input, int cluster) {
        Posterior posterior = Posterior.of(generation.weights(), input);
        float[] unit = Latents.dequantize(Latents.quantize(posterior.mean()));
        double own = partition.similarity(unit, cluster);
        double other = IntStream.range(0, partition.count())
                .filter(c -> c != cluster)
                .mapToDouble(c -> partition.similarity(unit, c))
                .max()
                .orElse(-1);
        double[] drawn = new double[WIDTHS.length];
        for (int width = 0; width < WIDTHS.length; width++) {
            SplittableRandom random = new SplittableRandom(1);
            for (int draw = 0; draw < DRAWS; draw++) {
                drawn[width] += partition.assign(posterior.draw(WIDTHS[width], random)) == cluster ? 1.0 / DRAWS : 0;
            }
        }
        double words = 0;
        for (float count : input.words().counts()) {
            words += count;
        }
        return new Sight(
                posterior,
                (int) words,
                Math.sqrt(VectorUtil.dotProduct(posterior.mean(), posterior.mean())),
                own,
                own - other,
                drawn);
    }

    /** How well each figure separates the documents that keep their cluster from those that do not. */
    private static void certainty(Map<String, List<Sight>> sights, Map<String, boolean[]> agreements) {
        Map<String, ToDoubleFunction<Sight>> signals = new LinkedHashMap<>();
        signals.put("known words", Sight::words);
        signals.put("length of μ", Sight::norm);
        signals.put("cosine to the centroid", Sight::similarity);
        signals.put("cosine above the next", Sight::margin);
        signals.put("−Σ ln σ", sight -> {
            double sum = 0;
            for (float deviation : sight.posterior().deviation()) {
                sum -= Math.log(deviation);
            }
            return sum;
        });
        signals.put("KL from the prior", sight -> sight.posterior().divergence());
        for (int width = 0; width < WIDTHS.length; width++) {
            int of = width;
            signals.put("share of draws, " + WIDTHS[width] + " σ", sight -> sight.drawn()[of]);
        }
        for (double temperature : new double[] {.05, .1, .15, .2}) {
            signals.put("margin at " + temperature, sight -> 1 / (1 + Math.exp(-sight.margin() / temperature)));
        }
        System.out.println();
        System.out.println("| signal | " + String.join(" | ", sights.keySet()) + " |");
        System.out.println("|---|" + "---|".repeat(sights.size()));
        signals.forEach((name, signal) -> {
            StringBuilder row = new StringBuilder("| " + name + " |");
            sights.forEach((seen, of) -> {
                double[] values = of.stream().mapToDouble(signal).toArray();
                row.append(" %.3f".formatted(areaUnderCurve(values, agreements.get(seen))));
                if (name.startsWith("share of") || name.startsWith("margin")) {
                    row.append(" (ECE %.3f)".formatted(calibrationError(values, agreements.get(seen))));
                }
                row.append(" |");
            });
            System.out.println(row);
        });
    }

    /** The probability that a document that agrees has a higher value than one that does not; ½ for equal values. */
    static double areaUnderCurve(double[] values, boolean[] agree) {
        Integer[] order = IntStream.range(0, values.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> values[i]));
        double ranks = 0;
        long positives = 0;
        for (int from = 0, to; from < order.length; from = to) {
            to = from + 1;
            while (to < order.length && values[order[to]] == values[order[from]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                if (agree[order[i]]) {
                    ranks += (from + to + 1) / 2.0;
                    positives++;
                }
            }
        }
        return (ranks - positives * (positives + 1) / 2.0) / positives / (values.length - positives);
    }

    /** The expected calibration error in ten bins of equal width (Guo et al. 2017). */
    private static double calibrationError(double[] values, boolean[] agree) {
        double[] sum = new double[10];
        double[] right = new double[10];
        for (int i = 0; i < values.length; i++) {
            int bin = Math.min(9, (int) (values[i] * 10));
            sum[bin] += values[i];
            right[bin] += agree[i] ? 1 : 0;
        }
        double error = 0;
        for (int bin = 0; bin < 10; bin++) {
            error += Math.abs(sum[bin] - right[bin]);
        }
        return error / values.length;
    }

    // ---- compression

    private void compression(List<Map<String, Object>> posts) {
        Random random = new Random(3);
        List<Map<String, Object>> sample = new ArrayList<>(posts);
        Collections.shuffle(sample, random);
        List<Input> inputs = inputs(sample.subList(0, PERPLEXITY_SAMPLE).stream()
                .map(post -> List.of(new FieldText(1, post.getOrDefault("subject", "") + "\n\n" + post.get("body"))))
                .toList());
        inputs.removeIf(input -> input.words().size() < 2);
        // the document, the half that is encoded, and the half that is predicted
        List<Bow[]> halves =
                inputs.stream().map(input -> halves(input.words(), random)).toList();
        halves = halves.stream()
                .filter(half -> !half[0].isEmpty() && !half[1].isEmpty())
                .toList();
        List<Posterior> own = inputs.stream()
                .map(input -> Posterior.of(generation.weights(), input))
                .toList();
        List<Posterior> half = halves.stream()
                .map(one -> Posterior.of(generation.weights(), Input.of(one[0])))
                .toList();
        List<Bow> words = inputs.stream().map(Input::words).toList();
        List<Bow> others = halves.stream().map(one -> one[1]).toList();
        double nats = own.stream().mapToDouble(Posterior::divergence).average().orElse(0);
        System.out.printf(
                "%n%d documents; KL from the prior %.1f bits a document%n", inputs.size(), nats / Math.log(2));
        System.out.println("| latent | bits stored | bits by entropy | perplexity | bits of words saved | of the other "
                + "half of the words | same cluster as the float |");
        System.out.println("|---|---|---|---|---|---|---|");
        int[] clusters =
                own.stream().mapToInt(one -> partition.assign(unit(one.mean()))).toArray();
        row("none (unigram)", 0, 0, own, half, words, others, clusters, mu -> null);
        row("float", 32 * dims(), Double.NaN, own, half, words, others, clusters, LatentBenchmark::unit);
        for (int bits : BITS) {
            row(
                    bits == 8 ? "int8, as stored" : bits + " bits",
                    bits * dims(),
                    entropy(own, bits),
                    own,
                    half,
                    words,
                    others,
                    clusters,
                    mu -> rounded(mu, bits));
        }
    }

    private interface Coder {
        /** The point that is decoded, {@code [d]}; null for the unigram distribution. */
        float[] point(float[] mean);
    }

    private void row(
            String name,
            int stored,
            double entropy,
            List<Posterior> own,
            List<Posterior> half,
            List<Bow> words,
            List<Bow> others,
            int[] clusters,
            Coder coder) {
        double[] whole = loss(own, words, coder);
        double[] completion = loss(half, others, coder);
        double unigram = loss(own, words, mu -> null)[0];
        int same = 0;
        for (int i = 0; i < clusters.length; i++) {
            float[] point = coder.point(own.get(i).mean());
            same += point != null && partition.assign(unit(point)) == clusters[i] ? 1 : 0;
        }
        System.out.printf(
                "| %s | %d | %.0f | %.0f | %.0f | %.0f | %.1f %% |%n",
                name,
                stored,
                entropy,
                Math.exp(whole[0] / whole[1]),
                (unigram - whole[0]) / Math.log(2) / own.size(),
                Math.exp(completion[0] / completion[1]),
                100.0 * same / clusters.length);
    }

    /** Σ −n(w) ln p(w), and Σ n(w). */
    private double[] loss(List<Posterior> posteriors, List<Bow> words, Coder coder) {
        Decoder decoder = new Decoder(generation.weights());
        float[] unigram = generation.vocabulary().logUnigram();
        double[] sums = new double[2];
        for (int i = 0; i < words.size(); i++) {
            float[] point = coder.point(posteriors.get(i).mean());
            float[] predicted = point == null ? unigram : decoder.logProbabilities(point);
            Bow bow = words.get(i);
            for (int w = 0; w < bow.size(); w++) {
                sums[0] -= bow.count(w) * predicted[bow.id(w)];
                sums[1] += bow.count(w);
            }
        }
        return sums;
    }

    /** The words of a document in two random halves, each occurrence of each word for itself. */
    private static Bow[] halves(Bow bow, Random random) {
        float[][] counts = new float[2][bow.size()];
        for (int i = 0; i < bow.size(); i++) {
            for (int n = 0; n < (int) bow.count(i); n++) {
                counts[random.nextInt(2)][i]++;
            }
        }
        Bow[] halves = new Bow[2];
        for (int h = 0; h < 2; h++) {
            float[] of = counts[h];
            int[] kept = IntStream.range(0, of.length).filter(i -> of[i] > 0).toArray();
            float[] found = new float[kept.length];
            for (int i = 0; i < kept.length; i++) {
                found[i] = of[kept[i]];
            }
            halves[h] = new Bow(Arrays.stream(kept).map(bow::id).toArray(), found);
        }
        return halves;
    }

    /** The largest step of a number of bits; 1 bit has only the sign. */
    private static int levels(int bits) {
        return bits == 1 ? 1 : (1 << (bits - 1)) - 1;
    }

    private static int step(float component, float max, int bits) {
        return bits == 1 ? (component < 0 ? -1 : 1) : Math.round(component / max * levels(bits));
    }

    private static float[] rounded(float[] mu, int bits) {
        float max = max(mu);
        float[] steps = new float[mu.length];
        for (int i = 0; i < steps.length; i++) {
            steps[i] = step(mu[i], max, bits);
        }
        return unit(steps);
    }

    /** The bits of all dimensions by the entropy of each dimension's steps: what an entropy coder would need. */
    private double entropy(List<Posterior> posteriors, int bits) {
        double sum = 0;
        for (int d = 0; d < dims(); d++) {
            int[] counts = new int[2 * levels(bits) + 1];
            for (Posterior posterior : posteriors) {
                counts[step(posterior.mean()[d], max(posterior.mean()), bits) + levels(bits)]++;
            }
            for (int count : counts) {
                double share = (double) count / posteriors.size();
                sum -= count == 0 ? 0 : share * Math.log(share) / Math.log(2);
            }
        }
        return sum;
    }

    private static float max(float[] mu) {
        float max = 0;
        for (float component : mu) {
            max = Math.max(max, Math.abs(component));
        }
        return max;
    }

    private static float[] unit(float[] mu) {
        return VectorUtil.l2normalize(mu.clone(), false);
    }

    private int dims() {
        return partition.dims();
    }

    // ---- shared

    private List<Input> inputs(List<List<FieldText>> texts) {
        return new ArrayList<>(model.encoders()
                .inputs(generation, texts.stream().map(SourceDocument::of).toList()));
    }

    /** The cluster of each document; −1 for one without known words. */
    private int[] clusters(List<Input> inputs) {
        int[] clusters = new int[inputs.size()];
        for (int from = 0; from < clusters.length; from += BATCH) {
            List<byte[]> latents = model.encoders()
                    .encodeInputs(generation, inputs.subList(from, Math.min(clusters.length, from + BATCH)));
            for (int i = 0; i < latents.size(); i++) {
                clusters[from + i] = latents.get(i) == null ? -1 : partition.assign(Latents.dequantize(latents.get(i)));
            }
        }
        return clusters;
    }

    private static double share(boolean[] of) {
        int count = 0;
        for (boolean one : of) {
            count += one ? 1 : 0;
        }
        return (double) count / of.length;
    }
}

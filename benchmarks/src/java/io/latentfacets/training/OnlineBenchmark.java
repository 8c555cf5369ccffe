/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.benchmark.JsonLines;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.OnlineStep;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.StreamTally;
import io.latentfacets.encode.EngineEncoder;
import io.latentfacets.encode.LatentEncoder;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.FieldText;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Compares clusters that follow a stream with clusters that stay. In the stream some subjects change bit by bit: the
 * share of one newsgroup's posts falls from one to nothing, and that of a related group, which the training has not
 * seen, rises; both count as one subject. Other subjects go on as they were. Each step's documents are assigned before
 * the clusters follow them. Everything is the plugin's own code, without a server.
 */
public final class OnlineBenchmark {

    /** What becomes of what. */
    private static final List<List<String>> CHANGING = List.of(
            List.of("comp.sys.ibm.pc.hardware", "comp.sys.mac.hardware"),
            List.of("rec.autos", "rec.motorcycles"),
            List.of("rec.sport.baseball", "rec.sport.hockey"),
            List.of("soc.religion.christian", "alt.atheism"),
            List.of("talk.politics.guns", "talk.politics.misc"));

    private static final List<String> STAYING =
            List.of("comp.graphics", "misc.forsale", "sci.crypt", "sci.med", "sci.space", "talk.politics.mideast");

    private static final int TRAINED = 250;
    private static final int STEPS = 16;
    private static final int POSTS = 30;
    private static final int BATCH = 256;
    private static final long STEP_MILLIS = 3_600_000;

    private final InferenceEngine engine;
    private final Map<String, List<List<FieldText>>> posts;

    private OnlineBenchmark(InferenceEngine engine, Map<String, List<List<FieldText>>> posts) {
        this.engine = engine;
        this.posts = posts;
    }

    /** Documents of a step with the number of each one's subject. */
    private record Step(List<List<FieldText>> texts, List<Integer> subjects) {

        int[] truth() {
            return subjects.stream().mapToInt(Integer::intValue).toArray();
        }
    }

    /** Arguments: the engine's cache, a file of JSON lines (gzip) with label, subject and body, the number of seeds. */
    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[0]).toAbsolutePath(), 2);
        engine.start();
        engine.requireAvailable();
        OnlineBenchmark benchmark = new OnlineBenchmark(engine, read(Path.of(args[1])));
        System.out.println("| seed | half-life, steps | NMI, staying | NMI, following | same key, staying "
                + "| same key, following | largest way of a centroid |");
        System.out.println("|---|---|---|---|---|---|---|");
        for (int seed = 1; seed <= Integer.parseInt(args[2]); seed++) {
            benchmark.compare(seed);
        }
    }

    private static Map<String, List<List<FieldText>>> read(Path file) throws IOException {
        Map<String, List<List<FieldText>>> posts = new TreeMap<>();
        for (Map<String, Object> document : JsonLines.read(file)) {
            posts.computeIfAbsent((String) document.get("label"), label -> new ArrayList<>())
                    .add(List.of(new FieldText(1, document.getOrDefault("subject", "") + "\n" + document.get("body"))));
        }
        return posts;
    }

    private void compare(int seed) throws IOException {
        posts.values().forEach(each -> Collections.shuffle(each, new Random(seed)));
        List<List<FieldText>> learned = new ArrayList<>();
        CHANGING.forEach(pair -> learned.addAll(posts.get(pair.get(0)).subList(0, TRAINED)));
        STAYING.forEach(group -> learned.addAll(posts.get(group).subList(0, TRAINED)));
        TrainedTopics model = TrainedTopics.train(
                engine,
                learned,
                Map.of(
                        "vae", Map.of("seed", seed),
                        "clusters", Map.of("count", CHANGING.size() + STAYING.size())),
                seed);
        List<Step> stream = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
            stream.add(step(step));
        }
        List<float[][]> latents = new ArrayList<>();
        try (LatentEncoder encoder = EngineEncoder.of(engine, model.weights())) {
            for (Step step : stream) {
                latents.add(encode(model, encoder, step.texts()));
            }
        }
        for (int halfLife : new int[] {2, 4, 8}) {
            follow(seed, model, stream, latents, halfLife);
        }
    }

    private Step step(int number) {
        Step step = new Step(new ArrayList<>(), new ArrayList<>());
        int later = Math.round((float) POSTS * number / (STEPS - 1));
        for (int subject = 0; subject < CHANGING.size(); subject++) {
            List<String> pair = CHANGING.get(subject);
            add(step, pair.get(0), TRAINED + number * POSTS, POSTS - later, subject);
            add(step, pair.get(1), number * POSTS, later, subject);
        }
        for (int i = 0; i < STAYING.size(); i++) {
            add(step, STAYING.get(i), TRAINED + number * POSTS, POSTS, CHANGING.size() + i);
        }
        return step;
    }

    private void add(Step step, String group, int from, int count, int subject) {
        List<List<FieldText>> all = posts.get(group);
        for (int i = 0; i < count; i++) {
            // a group has fewer posts than a long stream takes; the training's do not come again
            int first = from >= TRAINED && !changed(group) ? TRAINED : 0;
            step.texts().add(all.get(first + (from - first + i) % (all.size() - first)));
            step.subjects().add(subject);
        }
    }

    private static boolean changed(String group) {
        return CHANGING.stream().anyMatch(pair -> pair.get(1).equals(group));
    }

    /** Unit latents as documents carry them; null for a document without known words. */
    private static float[][] encode(TrainedTopics model, LatentEncoder encoder, List<List<FieldText>> texts) {
        BowFactory bows = model.bows();
        float[][] latents = new float[texts.size()][];
        for (int from = 0; from < texts.size(); from += BATCH) {
            List<Input> inputs = texts.subList(from, Math.min(from + BATCH, texts.size())).stream()
                    .map(text -> new Input(bows.read(text).bow(), null))
                    .toList();
            float[][] means = encoder.encode(inputs);
            for (int i = 0; i < means.length; i++) {
                byte[] latent = Latents.quantize(means[i]);
                latents[from + i] = latent == null ? null : Latents.dequantize(latent);
            }
        }
        return latents;
    }

    private void follow(int seed, TrainedTopics model, List<Step> stream, List<float[][]> latents, int halfLife) {
        Partition anchor = model.clusters().partition();
        Partition present = anchor;
        StreamTally tally = new StreamTally(anchor.count(), anchor.dims(), halfLife * STEP_MILLIS, 0);
        double[] nmi = new double[2];
        double[] kept = new double[2];
        int[] keys = new int[CHANGING.size() + STAYING.size()];
        for (int step = 0; step < stream.size(); step++) {
            long now = (step + 1) * STEP_MILLIS;
            int[] truth = stream.get(step).truth();
            int[][] assigned = new int[2][truth.length];
            for (int i = 0; i < truth.length; i++) {
                float[] latent = latents.get(step)[i];
                assigned[0][i] = latent == null ? anchor.count() : anchor.assign(latent);
                assigned[1][i] = latent == null ? anchor.count() : present.assign(latent);
                if (latent != null) {
                    tally.add(assigned[1][i], latent, 1, now);
                }
            }
            if (step == 0) {
                for (int subject = 0; subject < keys.length; subject++) {
                    keys[subject] = mostly(assigned[0], truth, subject, anchor.count());
                }
            } else if (step >= stream.size() / 2) {
                for (int which = 0; which < 2; which++) {
                    nmi[which] += Measures.nmi(assigned[which], truth);
                    kept[which] += share(assigned[which], truth, keys);
                }
            }
            double[] masses = model.clusters().infos().stream()
                    .mapToDouble(each -> each.size() * Math.pow(2, -(double) now / (halfLife * STEP_MILLIS)))
                    .toArray();
            present = OnlineStep.of(anchor, masses, present, tally, now, OnlineStep.FEWEST)
                    .partition();
        }
        int counted = stream.size() - stream.size() / 2;
        System.out.printf(
                Locale.ROOT,
                "| %d | %d | %.3f | %.3f | %.1f %% | %.1f %% | %.1f° |%n",
                seed,
                halfLife,
                nmi[0] / counted,
                nmi[1] / counted,
                100 * kept[0] / counted,
                100 * kept[1] / counted,
                way(anchor, present));
    }

    /** The cluster that holds most of a subject. */
    private static int mostly(int[] assigned, int[] truth, int subject, int clusters) {
        int[] counts = new int[clusters];
        for (int i = 0; i < truth.length; i++) {
            if (truth[i] == subject && assigned[i] < clusters) {
                counts[assigned[i]]++;
            }
        }
        int best = 0;
        for (int c = 1; c < clusters; c++) {
            best = counts[c] > counts[best] ? c : best;
        }
        return best;
    }

    /** The share of the changing subjects' documents in the cluster that held most of their subject at first. */
    private static double share(int[] assigned, int[] truth, int[] keys) {
        int all = 0;
        int same = 0;
        for (int i = 0; i < truth.length; i++) {
            if (truth[i] < CHANGING.size()) {
                all++;
                same += assigned[i] == keys[truth[i]] ? 1 : 0;
            }
        }
        return (double) same / all;
    }

    /** The largest angle between a centroid at the beginning and at the end, in degrees. */
    private static double way(Partition from, Partition to) {
        double largest = 0;
        for (int c = 0; c < from.count(); c++) {
            double cosine = 0;
            for (int i = 0; i < from.dims(); i++) {
                cosine += (double) from.centroids()[c][i] * to.centroids()[c][i];
            }
            largest = Math.max(largest, Math.toDegrees(Math.acos(Math.min(1, cosine))));
        }
        return largest;
    }
}

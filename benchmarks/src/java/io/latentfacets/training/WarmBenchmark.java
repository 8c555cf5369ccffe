/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.benchmark.JsonLines;
import io.latentfacets.cluster.Lineage;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.cluster.label.LabelOptions;
import io.latentfacets.encode.EngineEncoder;
import io.latentfacets.encode.LatentEncoder;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.training.progress.Undisturbed;
import io.latentfacets.training.progress.WorkerTask;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.WarmStart;
import io.latentfacets.vae.training.Checkpoints;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.util.IOUtils;
import org.opensearch.core.tasks.TaskId;

/**
 * Compares trainings that follow a first one: on the same documents, on a tenth more, and after two new subjects. They
 * start warm, cold, or cold and with the former clusters ({@code continued}), as a schedule does that has found the new
 * subjects. Prints a row of a table for each.
 */
public final class WarmBenchmark {

    /** The subjects that are new in the last case. */
    private static final List<String> NEW_SUBJECTS = List.of("sci.space", "rec.sport.hockey");

    private static final LabelOptions LABELS = new LabelOptions(List.of(), LabelOptions.MAX_TERMS);

    /** The number of documents that show a new subject, as in {@code _drift}. */
    private static final int SHOWN = 10;

    /** A document; its subject is the part of its id before the slash. */
    private record Document(String id, String subject, String text) {}

    private final InferenceEngine engine;
    private final List<Document> documents;
    private final Path kept;
    private final int vocabulary;
    private final Analyzer analyzer = new EnglishAnalyzer();
    private final Map<String, Integer> subjects = new HashMap<>();

    private WarmBenchmark(InferenceEngine engine, List<Document> documents, Path kept, int vocabulary) {
        this.vocabulary = vocabulary;
        this.engine = engine;
        this.documents = documents;
        this.kept = kept;
        documents.forEach(each -> subjects.putIfAbsent(each.subject(), subjects.size()));
    }

    /**
     * Arguments: the engine's cache; a file of JSON lines (gzip) with {@code id}, {@code subject} and {@code body}; a
     * directory that keeps the first generations for the next run; the number of documents; seeds; the starts, some of
     * {@code warm,cold,continued}; the cases, some of {@code abc}; the size of the vocabulary.
     */
    public static void main(String[] args) throws Exception {
        InferenceEngine engine = new InferenceEngine(Path.of(args[0]), 1);
        engine.start();
        engine.requireAvailable();
        int count = Integer.parseInt(args[3]);
        Files.createDirectories(Path.of(args[2]));
        WarmBenchmark benchmark = new WarmBenchmark(
                engine, read(Path.of(args[1])).subList(0, count), Path.of(args[2]), Integer.parseInt(args[7]));
        System.out.println(
                "| case | seed | start | kept | clusters | NMI | F1 of new subjects | words kept | s | events |");
        for (int seed = 1; seed <= Integer.parseInt(args[4]); seed++) {
            for (char name : args[6].toCharArray()) {
                benchmark.compare(name, seed, List.of(args[5].split(",")));
            }
        }
    }

    private static List<Document> read(Path file) throws IOException {
        List<Document> documents = new ArrayList<>();
        for (Map<String, Object> document : JsonLines.read(file)) {
            String id = (String) document.get("id");
            documents.add(new Document(
                    id,
                    id.substring(0, id.indexOf('/')),
                    document.getOrDefault("subject", "") + "\n" + document.get("body")));
        }
        // the file may be sorted by subject
        SplittableRandom random = new SplittableRandom(42);
        for (int i = documents.size() - 1; i > 0; i--) {
            documents.set(i, documents.set(random.nextInt(i + 1), documents.get(i)));
        }
        return documents;
    }

    private ModelDefinition definition(int seed) {
        return ModelDefinition.fromMap(
                "m",
                Map.of(
                        "source",
                        Map.of("index", "docs", "fields", List.of("body")),
                        "text",
                        Map.of("vocabulary_size", vocabulary),
                        "vae",
                        Map.of("seed", seed)));
    }

    private void compare(char name, int seed, List<String> starts) throws IOException {
        List<Document> before =
                switch (name) {
                    case 'a' -> documents;
                    case 'b' -> documents.subList(0, documents.size() * 10 / 11);
                    default ->
                        documents.stream()
                                .filter(each -> !NEW_SUBJECTS.contains(each.subject()))
                                .toList();
                };
        Generation first = first(name, seed, before);
        List<String> shown = name == 'c' ? NEW_SUBJECTS : List.of();
        for (String start : starts) {
            boolean warm = start.equals("warm");
            train(
                    name + " | " + seed + " | " + start,
                    warm ? seed : 100 + seed,
                    documents,
                    first,
                    warm,
                    start.equals("continued") ? shown : null);
        }
    }

    private Generation first(char name, int seed, List<Document> before) throws IOException {
        Path file = kept.resolve("first-" + documents.size() + "-" + name + "-" + seed);
        if (!Files.exists(file)) {
            Generation made = train(name + " | " + seed + " | first", seed, before, null, false, null);
            try (OutputStream out = Files.newOutputStream(file)) {
                made.writeTo(out);
            }
        }
        try (InputStream in = Files.newInputStream(file)) {
            return Generation.readFrom(in);
        }
    }

    /** @param newSubjects continues the clusters, and knows that these subjects are new; null for clusters anew */
    private Generation train(
            String what, int seed, List<Document> read, Generation old, boolean warm, List<String> newSubjects)
            throws IOException {
        ModelDefinition definition = definition(seed);
        Path directory = Files.createTempDirectory("warm-benchmark");
        WorkerTask task = new WorkerTask(
                1, "transport", "train", TaskId.EMPTY_TASK_ID, Map.of(), "m", 2, "node", new Undisturbed());
        try (CleanEnd end = new CleanEnd();
                TrainingCorpus corpus = corpus(definition, read, old, directory)) {
            long start = System.nanoTime();
            WarmStart from = warm ? new WarmStart(old.weights(), old.vocabulary()) : null;
            VaeWeights weights = new VaeTrainer(
                            definition.vae(), engine.djlDevice(), 1, new Clusterer(definition.clusters()))
                    .train(corpus, corpus.vocabulary(), from, new TrainedTopics.Quiet(end), Checkpoints.NONE);
            double seconds = (System.nanoTime() - start) / 1e9;
            try (LatentEncoder encoder = EngineEncoder.of(engine, weights)) {
                Beginning.Continuity continuity =
                        newSubjects == null ? Beginning.Continuity.NONE : shown(corpus, newSubjects);
                ClusterPhase phase = new ClusterPhase(
                        corpus,
                        old == null ? null : old.clusters(),
                        0,
                        continuity,
                        TrainedTopics.mapping(engine, definition, old == null ? null : old.projection(), end::check),
                        task);
                ClusterPhase.Result found = (warm ? phase.continued() : phase)
                        .run(encoder, new Decoder(weights), definition.clusters(), LABELS);
                print(what, corpus, old, found, from, seconds);
                return new Generation(
                        new GenerationInfo("m", 1, 0, read.size(), seconds, "cpu", Map.of()),
                        definition.text(),
                        definition.source().fields(),
                        corpus.vocabulary(),
                        weights,
                        found.clusters());
            }
        } finally {
            IOUtils.rm(directory);
        }
    }

    /** What a schedule knows that continues the clusters: the former latents of some documents of each new subject. */
    private static Beginning.Continuity shown(TrainingCorpus corpus, List<String> newSubjects) {
        return new Beginning.Continuity(
                true,
                newSubjects.stream()
                        .map(subject -> IntStream.range(0, corpus.size())
                                .filter(row -> corpus.ids().get(row).startsWith(subject + "/"))
                                .mapToObj(row -> corpus.previous().get(row))
                                .filter(Objects::nonNull)
                                .limit(SHOWN)
                                .map(Base64.getEncoder()::encodeToString)
                                .toList())
                        .toList());
    }

    private void print(
            String what,
            TrainingCorpus corpus,
            Generation old,
            ClusterPhase.Result found,
            WarmStart from,
            double seconds) {
        String[] subject = new String[corpus.size()];
        Arrays.setAll(subject, row -> {
            String id = corpus.ids().get(row);
            return id.substring(0, id.indexOf('/'));
        });
        int[] truth = Arrays.stream(subject).mapToInt(subjects::get).toArray();
        Map<String, Integer> events = new TreeMap<>();
        List<String> keys = found.clusters().keys();
        for (Lineage.Transition each : found.lineage()) {
            if (each.key().startsWith("c")) {
                events.merge(each.event().key(), 1, Integer::sum);
            }
        }
        System.out.printf(
                Locale.ROOT,
                "| %s | %s | %d%s | %.3f | %s | %s | %.0f | %s |%n",
                what,
                old == null ? "" : kept(old, found, row -> !NEW_SUBJECTS.contains(subject[row])),
                keys.size(),
                old == null ? "" : " after " + old.clusters().keys().size(),
                Measures.nmi(found.assigned(), truth),
                NEW_SUBJECTS.stream()
                        .map(each ->
                                String.format(Locale.ROOT, "%.2f", f1(found.assigned(), truth, subjects.get(each))))
                        .toList(),
                from == null
                        ? ""
                        : from.kept(corpus.vocabulary()) + " of "
                                + corpus.vocabulary().size(),
                seconds,
                events);
    }

    /** The shares of the documents that keep the key of their cluster: of all, and of the old subjects. */
    private static String kept(Generation old, ClusterPhase.Result found, IntPredicate oldSubject) {
        int[] same = new int[2];
        int[] all = new int[2];
        List<String> before = old.clusters().keys();
        List<String> now = found.clusters().keys();
        for (int row = 0; row < found.assigned().length; row++) {
            int was = found.before().assigned()[row];
            int is = found.assigned()[row];
            if (was >= 0 && is >= 0) {
                int keeps = before.get(was).equals(now.get(is)) ? 1 : 0;
                for (int i = 0; i < 2; i++) {
                    if (i == 0 || oldSubject.test(row)) {
                        same[i] += keeps;
                        all[i]++;
                    }
                }
            }
        }
        return String.format(
                Locale.ROOT, "%.1f %% (old subjects %.1f %%)", 100.0 * same[0] / all[0], 100.0 * same[1] / all[1]);
    }

    /** The best F1 that one cluster has for a subject. */
    private static double f1(int[] assigned, int[] truth, int subject) {
        int clusters = Arrays.stream(assigned).max().orElse(0) + 1;
        int[] sizes = new int[clusters];
        int[] hits = new int[clusters];
        int all = 0;
        for (int row = 0; row < assigned.length; row++) {
            all += truth[row] == subject ? 1 : 0;
            if (assigned[row] >= 0) {
                sizes[assigned[row]]++;
                hits[assigned[row]] += truth[row] == subject ? 1 : 0;
            }
        }
        double best = 0;
        for (int c = 0; c < clusters; c++) {
            best = Math.max(best, 2.0 * hits[c] / Math.max(1, sizes[c] + all));
        }
        return best;
    }

    private TrainingCorpus corpus(ModelDefinition definition, List<Document> read, Generation old, Path directory)
            throws IOException {
        List<String> ids = new ArrayList<>();
        long[] hashes = new long[read.size()];
        int[] rows = new int[read.size()];
        Arrays.setAll(rows, row -> row);
        List<Input> inputs = new ArrayList<>();
        BowFactory bows = old == null ? null : new BowFactory(analyzer, old.vocabulary(), old.text());
        try (CorpusBuilder builder = new CorpusBuilder(analyzer, definition.text(), directory)) {
            for (Document document : read) {
                List<FieldText> text = List.of(new FieldText(1, document.text()));
                builder.add(text);
                hashes[ids.size()] = new SplittableRandom(document.id().hashCode()).nextLong();
                ids.add(document.id());
                if (bows != null) {
                    inputs.add(Input.of(bows.bow(text)));
                }
            }
            return TrainingCorpus.of(builder.build(), rows, null, ids, hashes, encoded(inputs, old));
        }
    }

    private List<byte[]> encoded(List<Input> inputs, Generation old) {
        if (old == null) {
            return null;
        }
        List<byte[]> latents = new ArrayList<>();
        try (LatentEncoder encoder = EngineEncoder.of(engine, old.weights())) {
            for (int from = 0; from < inputs.size(); from += 256) {
                List<Input> batch = inputs.subList(from, Math.min(from + 256, inputs.size()));
                float[][] means = encoder.encode(batch);
                for (int i = 0; i < batch.size(); i++) {
                    latents.add(batch.get(i).isEmpty() ? null : Latents.quantize(means[i]));
                }
            }
        }
        return latents;
    }
}

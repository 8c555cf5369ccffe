/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.benchmark.JsonLines;
import io.latentfacets.drift.CharacteristicWords;
import io.latentfacets.drift.DriftReport;
import io.latentfacets.drift.DriftWindow;
import io.latentfacets.encode.EngineEncoder;
import io.latentfacets.encode.LatentEncoder;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.ReadDocument;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Counts false and missed alarms of drift on labelled documents: random halves of one corpus against each other, which
 * must not alarm; a model of ten subjects against documents in which two of them are swapped for two others, for all
 * pairs, which must; and against documents among which a few are of a new subject. Everything is the plugin's own code,
 * without a server.
 */
public final class DriftAlarmBenchmark {

    private static final int SUBJECTS = 10;
    private static final int NEW = 200;
    private static final int BATCH = 256;

    private record Document(String subject, List<FieldText> text) {}

    private final InferenceEngine engine;
    private final Map<String, List<Document>> bySubject;

    private DriftAlarmBenchmark(InferenceEngine engine, Map<String, List<Document>> bySubject) {
        this.engine = engine;
        this.bySubject = bySubject;
    }

    /**
     * Arguments: the engine's cache, a file of JSON lines (gzip) with label, subject and body, the number of halves.
     */
    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[0]).toAbsolutePath(), 2);
        engine.start();
        engine.requireAvailable();
        DriftAlarmBenchmark benchmark =
                new DriftAlarmBenchmark(engine, read(Path.of(args[1]), Integer.parseInt(args[3])));
        benchmark.halves(Integer.parseInt(args[2]));
        benchmark.subjects();
    }

    private static Map<String, List<Document>> read(Path file, int most) throws IOException {
        Map<String, List<Document>> bySubject = new TreeMap<>();
        for (Map<String, Object> document : JsonLines.read(file)) {
            String subject = (String) document.get("label");
            String text = document.getOrDefault("subject", "") + "\n" + document.get("body");
            bySubject
                    .computeIfAbsent(subject, s -> new ArrayList<>())
                    .add(new Document(subject, List.of(new FieldText(1, text))));
        }
        bySubject.values().forEach(documents -> {
            Collections.shuffle(documents, new Random(42));
            documents
                    .subList(Math.min(most, documents.size()), documents.size())
                    .clear();
        });
        return bySubject;
    }

    private void halves(int count) throws IOException {
        List<Document> all = new ArrayList<>();
        bySubject.values().forEach(all::addAll);
        int alarms = 0;
        for (int seed = 1; seed <= count; seed++) {
            Collections.shuffle(all, new Random(seed));
            TrainedTopics model = train(all.subList(0, all.size() / 2), seed);
            DriftReport report = report(model, all.subList(all.size() / 2, all.size()));
            alarms += alarms(report) ? 1 : 0;
            System.out.printf(
                    "half %d: %s, %d clusters, %d new subjects, %s%n",
                    seed,
                    report.status(),
                    model.clusters().infos().size(),
                    report.newSubjects().size(),
                    report.reasons());
        }
        System.out.printf("alarms among %d random halves: %d%n", count, alarms);
    }

    /** Ten of the subjects, spread over the alphabet, are known; the others are new. */
    private void subjects() throws IOException {
        List<String> known = new ArrayList<>();
        List<String> other = new ArrayList<>();
        int i = 0;
        for (String subject : new TreeSet<>(bySubject.keySet())) {
            (i++ % 2 == 0 && known.size() < SUBJECTS ? known : other).add(subject);
        }
        List<Document> learned = new ArrayList<>();
        known.forEach(subject -> learned.addAll(half(subject, 0)));
        TrainedTopics model = train(learned, 1);
        System.out.printf(
                "known: %s, same subjects: %s%n",
                known, report(model, halves(known)).status());
        int pairs = 0;
        int alarms = 0;
        for (int a = 0; a < SUBJECTS; a++) {
            for (int b = a + 1; b < SUBJECTS; b++) {
                List<String> swapped = new ArrayList<>(known);
                swapped.set(a, other.get(a % other.size()));
                swapped.set(b, other.get(b % other.size()));
                DriftReport report = report(model, halves(swapped));
                pairs++;
                alarms += alarms(report) ? 1 : 0;
                if (!alarms(report)) {
                    System.out.printf("no alarm with %s and %s%n", swapped.get(a), swapped.get(b));
                }
            }
        }
        System.out.printf("alarms among %d swaps of two subjects of ten: %d%n", pairs, alarms);
        for (String subject : other) {
            List<Document> stream = halves(known);
            stream.addAll(bySubject.get(subject).subList(0, NEW));
            DriftReport report = report(model, stream);
            System.out.printf(
                    "%d of %s among %d: %s, %d new subjects %s, %s%n",
                    NEW,
                    subject,
                    stream.size(),
                    report.status(),
                    report.newSubjects().size(),
                    report.newSubjects().stream()
                            .map(found -> found.documents() + " " + found.terms())
                            .toList(),
                    report.reasons());
        }
    }

    private List<Document> halves(List<String> subjects) {
        List<Document> documents = new ArrayList<>();
        subjects.forEach(subject -> documents.addAll(half(subject, 1)));
        return documents;
    }

    private List<Document> half(String subject, int which) {
        List<Document> all = bySubject.get(subject);
        int middle = all.size() / 2;
        return which == 0 ? all.subList(0, middle) : all.subList(middle, all.size());
    }

    private static boolean alarms(DriftReport report) {
        return report.status() != DriftReport.Status.GREEN;
    }

    private TrainedTopics train(List<Document> documents, int seed) throws IOException {
        return TrainedTopics.train(
                engine, documents.stream().map(Document::text).toList(), Map.of("vae", Map.of("seed", seed)), seed);
    }

    /** The report about documents that are ingested after the training. */
    private DriftReport report(TrainedTopics model, List<Document> documents) {
        BowFactory bows = model.bows();
        DriftWindow window = new DriftWindow(model.clusters(), model.reference());
        try (LatentEncoder encoder = EngineEncoder.of(engine, model.weights())) {
            for (int from = 0; from < documents.size(); from += BATCH) {
                List<ReadDocument> read = documents.subList(from, Math.min(from + BATCH, documents.size())).stream()
                        .map(document -> bows.read(document.text()))
                        .toList();
                float[][] means = encoder.encode(read.stream()
                        .map(document -> new Input(document.bow(), null))
                        .toList());
                for (int i = 0; i < means.length; i++) {
                    byte[] latent = Latents.quantize(means[i]);
                    if (latent != null) {
                        ReadDocument document = read.get(i);
                        String id = "document-" + (from + i);
                        window.add(
                                latent,
                                document.unknownShare(),
                                () -> new DriftWindow.Origin(
                                        "docs", id, CharacteristicWords.of(document, model.vocabulary())),
                                1);
                    }
                }
            }
        }
        return model.reference().report(window.sketch());
    }
}

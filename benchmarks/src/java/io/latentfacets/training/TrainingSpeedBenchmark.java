/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.arithmetic.Workers;
import io.latentfacets.benchmark.JsonLines;
import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.cluster.label.LabelOptions;
import io.latentfacets.encode.EngineEncoder;
import io.latentfacets.encode.LatentEncoder;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.training.progress.Undisturbed;
import io.latentfacets.training.progress.WorkerTask;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.training.EpochReport;
import io.latentfacets.vae.training.TrainingListener;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.opensearch.common.util.io.IOUtils;
import org.opensearch.core.tasks.TaskId;

/**
 * Measures how long a training takes, phase by phase, as the training node runs it, without a server: from the texts to
 * the measures of the quality gate. Prints for each phase the seconds of the wall, of all threads of the process and of
 * the calling thread, and checksums of weights and clusters: equal ones mean equal bits. On a busy machine the wall
 * says nothing; on an idle one it is about the time of the calling thread, which never waits for long.
 */
public final class TrainingSpeedBenchmark {

    /** A document; the label is what people say its subject is. */
    private record Document(String id, String label, List<String> texts) {}

    /** The seconds of a phase. */
    private record Spent(double wall, double cpu, double caller) {
        Spent plus(Spent other) {
            return new Spent(wall + other.wall, cpu + other.cpu, caller + other.caller);
        }
    }

    private final InferenceEngine engine;
    private final List<Document> documents;
    private final String count;

    private TrainingSpeedBenchmark(InferenceEngine engine, List<Document> documents, String count) {
        this.engine = engine;
        this.documents = documents;
        this.count = count;
    }

    /**
     * Arguments: the engine's cache; a file of JSON lines (gzip) with {@code id}; its text fields, separated by commas;
     * the field of the label; 0 or, to measure short documents, into how many pieces of some 370 characters to cut the
     * texts; 0 or how many of the most frequent labels to keep; numbers of threads; seeds; the number of clusters or
     * {@code auto}.
     */
    public static void main(String[] args) throws Exception {
        InferenceEngine engine = new InferenceEngine(Path.of(args[0]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        List<Document> documents = read(Path.of(args[1]), args[2].split(",", -1), args[3]);
        int pieces = Integer.parseInt(args[4]);
        documents = frequent(documents, Integer.parseInt(args[5]));
        documents = pieces == 0 ? documents : cut(documents, pieces);
        TrainingSpeedBenchmark benchmark = new TrainingSpeedBenchmark(engine, documents, args[8]);
        long characters = documents.stream()
                .flatMap(document -> document.texts.stream())
                .mapToLong(String::length)
                .sum();
        System.out.printf(
                Locale.ROOT,
                "%d documents of %d characters, PyTorch %s%n",
                documents.size(),
                characters / documents.size(),
                engine.version());
        System.out.println("| threads | seed | phase | wall, s | CPU, s | of the calling thread, s |");
        System.out.println("|---|---|---|---|---|---|");
        for (String seed : args[7].split(",", -1)) {
            for (String threads : args[6].split(",", -1)) {
                benchmark.train(Integer.parseInt(threads), Integer.parseInt(seed));
            }
        }
    }

    private void train(int threads, int seed) throws IOException {
        ModelDefinition definition = ModelDefinition.fromMap(
                "m",
                Map.of(
                        "source",
                        Map.of("index", "docs", "fields", List.of("body")),
                        "vae",
                        Map.of("seed", seed),
                        "clusters",
                        Map.of("count", count.equals("auto") ? count : Integer.valueOf(count))));
        Path directory = Files.createTempDirectory("training-speed");
        WorkerTask task = new WorkerTask(
                1, "transport", "train", TaskId.EMPTY_TASK_ID, Map.of(), "m", 2, "node", new Undisturbed());
        CleanEnd end = new CleanEnd();
        Clock clock = new Clock(end);
        try (end;
                Workers workers = new Workers(threads);
                TrainingCorpus corpus = corpus(definition, directory, clock, threads)) {
            VaeWeights weights = new VaeTrainer(
                            definition.vae(), engine.djlDevice(), 1, new Clusterer(definition.clusters()), workers)
                    .train(corpus, corpus.vocabulary(), clock);
            clock.lap("weights");
            ClusterPhase.Result found;
            try (LatentEncoder encoder = EngineEncoder.of(engine, weights)) {
                found = new ClusterPhase(
                                corpus,
                                null,
                                0,
                                Beginning.Continuity.NONE,
                                TrainedTopics.mapping(engine, definition, null, end::check),
                                task)
                        .on(threads)
                        .run(
                                encoder,
                                new Decoder(weights),
                                definition.clusters(),
                                new LabelOptions(List.of(), LabelOptions.MAX_TERMS));
            }
            clock.lap("clusters");
            Map<String, Double> measures = QualityGate.measure(corpus, found, Double.NaN);
            found.drift(corpus, null);
            clock.lap("measures");
            print(threads, seed, clock, corpus, weights, found);
            System.out.println(measures);
        } finally {
            IOUtils.rm(directory);
        }
    }

    private void print(
            int threads, int seed, Clock clock, TrainingCorpus corpus, VaeWeights weights, ClusterPhase.Result found) {
        Spent all = new Spent(0, 0, 0);
        for (Map.Entry<String, Spent> phase : clock.phases.entrySet()) {
            Spent spent = phase.getValue();
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %d | %s | %.1f | %.1f | %.1f |%n",
                    threads,
                    seed,
                    phase.getKey(),
                    spent.wall,
                    spent.cpu,
                    spent.caller);
            all = all.plus(spent);
        }
        Map<String, String> labels = new HashMap<>();
        documents.forEach(document -> labels.put(document.id, document.label));
        List<String> names = labels.values().stream().distinct().sorted().toList();
        int[] truth = corpus.ids().stream()
                .mapToInt(id -> names.indexOf(labels.get(id)))
                .toArray();
        System.out.printf(
                Locale.ROOT,
                "| %d | %d | **all** | **%.1f** | **%.1f** | **%.1f** |%n| %d | %d | NMI, accuracy | %.4f | %.4f | |%n"
                        + "%d terms, %d clusters, bits of weights %08x, latents %08x, clusters %08x, map %08x, words %s%n",
                threads,
                seed,
                all.wall,
                all.cpu,
                all.caller,
                threads,
                seed,
                Measures.nmi(found.assigned(), truth),
                Measures.accuracy(found.assigned(), truth),
                corpus.vocabulary().size(),
                found.clusters().keys().size(),
                checksum(weights),
                checksum(found.latents()),
                checksum(found.clusters().partition().centroids()),
                checksum(found.clusters().infos().stream()
                        .map(info -> new float[] {info.x(), info.y()})
                        .toArray(float[][]::new)),
                found.clusters().infos().stream()
                        .limit(3)
                        .map(ClusterInfo::label)
                        .toList());
    }

    private static long checksum(VaeWeights weights) {
        return checksum(
                weights.layers().get(0).weights(),
                weights.mean().weights(),
                weights.decoder().weights(),
                weights.decoder().bias());
    }

    private static long checksum(float[]... rows) {
        CRC32 sum = new CRC32();
        for (float[] row : rows) {
            ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES);
            bytes.asFloatBuffer().put(row);
            sum.update(bytes);
        }
        return sum.getValue();
    }

    private TrainingCorpus corpus(ModelDefinition definition, Path directory, Clock clock, int threads)
            throws IOException {
        List<String> ids = new ArrayList<>();
        long[] hashes = new long[documents.size()];
        int[] rows = new int[documents.size()];
        Arrays.setAll(rows, row -> row);
        try (CorpusBuilder builder = new CorpusBuilder(new EnglishAnalyzer(), definition.text(), directory, threads)) {
            for (Document document : documents) {
                builder.add(document.texts.stream()
                        .map(text -> new FieldText(1, text))
                        .toList());
                hashes[ids.size()] = new SplittableRandom(document.id.hashCode()).nextLong();
                ids.add(document.id);
            }
            clock.lap("reading");
            TrainingCorpus corpus = TrainingCorpus.of(builder.build(), rows, null, ids, hashes, null);
            clock.lap("vocabulary");
            return corpus;
        }
    }

    private static List<Document> read(Path file, String[] fields, String labelField) throws IOException {
        List<Document> documents = new ArrayList<>();
        for (Map<String, Object> json : JsonLines.read(file)) {
            List<String> texts = new ArrayList<>();
            for (String field : fields) {
                if (json.get(field) instanceof String text && !text.isBlank()) {
                    texts.add(text);
                }
            }
            Object label = json.get(labelField);
            label = label instanceof List<?> several ? several.size() == 1 ? several.get(0) : null : label;
            if (label != null && !texts.isEmpty()) {
                documents.add(new Document(json.get("id").toString(), label.toString(), texts));
            }
        }
        return documents;
    }

    /** The documents of the most frequent labels. */
    private static List<Document> frequent(List<Document> documents, int labels) {
        Map<String, Integer> counts = new HashMap<>();
        documents.forEach(document -> counts.merge(document.label, 1, Integer::sum));
        List<String> kept = counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed().thenComparing(Map.Entry::getKey))
                .limit(labels == 0 ? counts.size() : labels)
                .map(Map.Entry::getKey)
                .toList();
        return documents.stream()
                .filter(document -> kept.contains(document.label))
                .toList();
    }

    /** At most so many pieces of each document, of some 370 characters, cut between words; none of nearly nothing. */
    private static List<Document> cut(List<Document> documents, int pieces) {
        List<Document> cut = new ArrayList<>();
        for (Document document : documents) {
            String text = String.join("\n", document.texts);
            int from = 0;
            for (int piece = 0; piece < pieces && from < text.length(); piece++) {
                int to = Math.min(from + 370, text.length());
                while (to < text.length() && !Character.isWhitespace(text.charAt(to))) {
                    to++;
                }
                if (to - from >= 200) {
                    cut.add(new Document(document.id + "/" + piece, document.label, List.of(text.substring(from, to))));
                }
                from = to;
            }
        }
        return cut;
    }

    /** Adds up what the phases take. The stages of the network end with their last epoch. */
    private static final class Clock implements TrainingListener {
        private final Map<String, Spent> phases = new LinkedHashMap<>();
        private final long[] last = now();
        private final CleanEnd end;
        private boolean begun;
        private String stage = "";

        Clock(CleanEnd end) {
            this.end = end;
        }

        private static long[] now() {
            long cpu = ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                    .getProcessCpuTime();
            long caller = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            return new long[] {System.nanoTime(), cpu, caller};
        }

        /** Adds the time since the last call to a phase. */
        void lap(String phase) {
            long[] now = now();
            Spent spent = new Spent((now[0] - last[0]) / 1e9, (now[1] - last[1]) / 1e9, (now[2] - last[2]) / 1e9);
            phases.merge(phase, spent, Spent::plus);
            System.arraycopy(now, 0, last, 0, last.length);
        }

        @Override
        public void epoch(EpochReport report) {
            String phase = report.stage() + (report.stage().equals(stage) ? "" : ", first epoch");
            stage = report.stage();
            lap(phase);
        }

        @Override
        public void checkCancelled() {
            end.check();
            if (!begun) {
                begun = true;
                lap("before the first step");
            }
        }
    }
}

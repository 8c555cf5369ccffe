/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.cluster.label.LabelOptions;
import io.latentfacets.encode.EngineEncoder;
import io.latentfacets.encode.LatentEncoder;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.engine.NativeHeap;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.training.memory.TrainingMemory;
import io.latentfacets.training.progress.Undisturbed;
import io.latentfacets.training.progress.WorkerTask;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.VectorFile;
import io.latentfacets.vae.training.Checkpoint;
import io.latentfacets.vae.training.Checkpoints;
import io.latentfacets.vae.training.EpochReport;
import io.latentfacets.vae.training.TrainingListener;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.util.IOUtils;
import org.opensearch.core.tasks.TaskId;

/**
 * Compares the {@link TrainingMemory} that a training is charged with what it takes, over a grid of definitions. Each
 * cell runs in a JVM of its own, whose heap is touched beforehand. There a thread collects all garbage again and again
 * and records the largest heap in use; another records the largest anonymous resident memory, of which all that the
 * heap does not take is native. A third figure is the native memory some seconds after a training that was cancelled.
 * Linux only.
 *
 * <p>With {@code -Dbenchmark.short=true} a cell of a million documents ends within minutes: it learns for one epoch,
 * and its memory is looked at every two seconds. The largest part of it is taken by the clusters, which are made in
 * full.
 */
public final class MemoryBenchmark {

    private static final int WORDS = 20;
    private static final int SUBJECTS = 20;

    /** Whether to measure one epoch only, without neighbours and without a training that is cancelled. */
    private static final boolean SHORT = Boolean.getBoolean("benchmark.short");

    private static final int COLLECT_MILLIS = SHORT ? 2000 : 400;

    /** A definition, and the corpus to train it on. */
    private record Cell(
            int documents,
            int vocabulary,
            List<Integer> hidden,
            int latent,
            int batch,
            int vectors,
            int restarts,
            String objective,
            int clusters) {

        static final Cell BASE = new Cell(10_000, 10_000, List.of(128), 64, 512, 0, 1, "vae", 20);

        static Cell parse(String[] args) {
            List<Integer> hidden = new ArrayList<>();
            for (String width : args[2].split(",", -1)) {
                hidden.add(Integer.valueOf(width));
            }
            return new Cell(
                    Integer.parseInt(args[0]),
                    Integer.parseInt(args[1]),
                    hidden,
                    Integer.parseInt(args[3]),
                    Integer.parseInt(args[4]),
                    Integer.parseInt(args[5]),
                    Integer.parseInt(args[6]),
                    args[7],
                    Integer.parseInt(args[8]));
        }

        List<String> toArgs() {
            return List.of(
                    "" + documents,
                    "" + vocabulary,
                    String.join(",", hidden.stream().map(String::valueOf).toList()),
                    "" + latent,
                    "" + batch,
                    "" + vectors,
                    "" + restarts,
                    objective,
                    "" + clusters);
        }

        ModelDefinition definition() {
            Map<String, Object> vae = new LinkedHashMap<>(Map.of(
                    "epochs",
                    SHORT ? 1 : 2,
                    "hidden_dims",
                    hidden,
                    "latent_dims",
                    latent,
                    "batch_size",
                    batch,
                    "restarts",
                    restarts,
                    "objective",
                    objective));
            if (SHORT) {
                vae.put("neighbors", 0);
            }
            Map<String, Object> source = new LinkedHashMap<>(Map.of("index", "docs", "fields", List.of("body")));
            if (vectors > 0) {
                source.put("vector_field", "vector");
            }
            return ModelDefinition.fromMap(
                    "m",
                    Map.of(
                            "source",
                            source,
                            "text",
                            Map.of("min_doc_freq", 1, "phrases", false, "vocabulary_size", vocabulary),
                            "vae",
                            vae,
                            "clusters",
                            Map.of("count", clusters)));
        }
    }

    private MemoryBenchmark() {}

    /**
     * With the engine's cache measures the grid; with {@code base} after it only the first cell; with the values of a
     * cell after it that cell, in this JVM.
     */
    public static void main(String[] args) throws Exception {
        boolean baseOnly = args.length == 2 && args[1].equals("base");
        if (args.length > 1 && !baseOnly) {
            System.out.println(measure(Path.of(args[0]), Cell.parse(Arrays.copyOfRange(args, 1, args.length))));
            return;
        }
        System.out.println("| documents | terms | hidden | latent | batch | vectors | restarts | objective | clusters"
                + " | estimate, MB | measured, MB | heap | native | ratio | native after a cancellation, MB |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (Cell cell : baseOnly ? List.of(Cell.BASE) : grid()) {
            System.out.println(inOwnJvm(args[0], cell));
        }
    }

    private static List<Cell> grid() {
        Cell b = Cell.BASE;
        List<Integer> wide = List.of(128);
        return List.of(
                b,
                new Cell(50_000, 10_000, wide, 64, 512, 0, 1, "vae", 20),
                new Cell(10_000, 1_000, wide, 64, 512, 0, 1, "vae", 20),
                new Cell(10_000, 50_000, wide, 64, 512, 0, 1, "vae", 20),
                new Cell(10_000, 10_000, List.of(1024), 64, 512, 0, 1, "vae", 20),
                new Cell(10_000, 10_000, List.of(512, 256), 64, 512, 0, 1, "vae", 20),
                new Cell(10_000, 1_000, List.of(2048, 2048, 2048), 64, 512, 0, 1, "vae", 20),
                new Cell(1_000, 100, List.of(4096, 4096, 4096, 4096), 64, 512, 0, 1, "vae", 2),
                new Cell(10_000, 10_000, wide, 512, 512, 0, 1, "vae", 20),
                new Cell(33_000, 10_000, wide, 64, 2048, 0, 1, "vae", 20),
                new Cell(50_000, 1_000, List.of(512), 64, 3072, 0, 1, "vae", 20),
                new Cell(10_000, 10_000, wide, 64, 512, 384, 1, "vae", 20),
                new Cell(33_000, 1_000, List.of(512), 64, 2048, 1024, 1, "vae", 20),
                new Cell(10_000, 10_000, wide, 64, 512, 0, 3, "vae", 20),
                new Cell(10_000, 10_000, List.of(512, 256), 64, 512, 384, 5, "vae", 20),
                new Cell(10_000, 10_000, wide, 64, 512, 0, 1, "mixture", 20),
                new Cell(10_000, 10_000, wide, 256, 512, 0, 1, "mixture", 500),
                new Cell(10_000, 10_000, wide, 64, 512, 0, 1, "adversarial", 20),
                new Cell(20_000, 10_000, wide, 64, 512, 0, 1, "vae", 1000));
    }

    private static String inOwnJvm(String engineCache, Cell cell) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xms2g",
                "-Xmx2g",
                "-XX:+UseSerialGC",
                "-XX:+AlwaysPreTouch",
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                MemoryBenchmark.class.getName(),
                engineCache));
        command.addAll(cell.toArgs());
        Process child = new ProcessBuilder(command)
                .redirectError(new File(System.getProperty("benchmark.errors", "/dev/null")))
                .start();
        String out = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = child.waitFor();
        String row =
                out.lines().filter(line -> line.startsWith("|")).findFirst().orElse("");
        return exit == 0 ? row : "| " + String.join(" | ", cell.toArgs()) + " | failed with " + exit + " |";
    }

    private static String measure(Path engineCache, Cell cell) throws Exception {
        InferenceEngine engine = new InferenceEngine(engineCache, 1);
        engine.start();
        engine.requireAvailable();
        // loads classes, compiles code, and lets the engine allocate what it keeps
        train(engine, new Cell(300, 200, List.of(16), 8, 32, cell.vectors == 0 ? 0 : 8, 1, cell.objective, 3), false);
        Peak peak = new Peak();
        train(engine, cell, false);
        peak.stop();
        long cancelledBefore = nativeBytes(peak);
        if (!SHORT) {
            train(engine, cell, true);
        }
        Thread.sleep(3000);
        System.gc();
        Thread.sleep(500);
        long held = anonymous() - peak.anonymousBefore;
        TrainingMemory estimated = TrainingMemory.estimate(
                cell.definition(),
                cell.documents,
                cell.vectors,
                false,
                engine.djlDevice().isGpu());
        long estimate = estimated.heap() + estimated.engine();
        long total = peak.heap() + peak.outside();
        return String.format(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d | %.2f | %d then %d |",
                String.join(" | ", cell.toArgs()),
                estimate >> 20,
                total >> 20,
                peak.heap() >> 20,
                peak.outside() >> 20,
                (double) estimate / total,
                cancelledBefore >> 20,
                held >> 20);
    }

    private static long nativeBytes(Peak peak) throws Exception {
        System.gc();
        Thread.sleep(500);
        return anonymous() - peak.anonymousBefore;
    }

    /** Runs what a worker runs, from the reading of texts to the gate; {@code cancel} ends it at the third epoch. */
    private static void train(InferenceEngine engine, Cell cell, boolean cancel) throws Exception {
        Path directory = Files.createTempDirectory("memory-benchmark");
        WorkerTask task = new WorkerTask(
                1, "transport", "train", TaskId.EMPTY_TASK_ID, Map.of(), "m", 1, "node", new Undisturbed());
        ModelDefinition definition = cell.definition();
        try (TrainingCorpus corpus = corpus(cell, definition, directory)) {
            Clusterer clusterer = new Clusterer(definition.clusters());
            VaeWeights weights = new VaeTrainer(definition.vae(), engine.djlDevice(), 1, clusterer)
                    .train(corpus, corpus.vocabulary(), listener(cancel), new EveryFewSeconds());
            try (LatentEncoder encoder = EngineEncoder.of(engine, weights)) {
                ClusterPhase.Result found = new ClusterPhase(
                                corpus,
                                null,
                                0,
                                Beginning.Continuity.NONE,
                                TrainedTopics.mapping(engine, definition, null),
                                task)
                        .run(
                                encoder,
                                new Decoder(weights),
                                definition.clusters(),
                                new LabelOptions(List.of(), LabelOptions.MAX_TERMS));
                QualityGate.measure(corpus, found, 0);
            }
        } catch (CancellationException e) {
            // as asked
        } finally {
            NativeHeap.trim(); // as TrainingService does
            IOUtils.rm(directory);
        }
    }

    /** Checkpoints that nobody keeps. */
    private static final class EveryFewSeconds implements Checkpoints {
        @Override
        public Optional<Checkpoint> last() {
            return Optional.empty();
        }

        @Override
        public boolean isDue(long nanosSince) {
            return nanosSince > TimeUnit.SECONDS.toNanos(3);
        }

        @Override
        public void store(Checkpoint checkpoint) throws IOException {
            checkpoint.writeTo(OutputStream.nullOutputStream());
        }
    }

    private static TrainingListener listener(boolean cancel) {
        AtomicLong checks = new AtomicLong();
        return new TrainingListener() {
            @Override
            public void epoch(EpochReport report) {}

            @Override
            public void checkCancelled() {
                if (cancel && checks.incrementAndGet() > 20) {
                    throw new CancellationException();
                }
            }
        };
    }

    private static TrainingCorpus corpus(Cell cell, ModelDefinition definition, Path directory) throws IOException {
        List<String> ids = new ArrayList<>(cell.documents);
        long[] hashes = new long[cell.documents];
        int[] rows = new int[cell.documents];
        VectorFile.Writer vectors = cell.vectors == 0 ? null : new VectorFile.Writer(directory);
        try (CorpusBuilder builder = new CorpusBuilder(new WhitespaceAnalyzer(), definition.text(), directory);
                vectors) {
            for (int doc = 0; doc < cell.documents; doc++) {
                SplittableRandom random = new SplittableRandom(doc);
                builder.add(List.of(new FieldText(1, text(cell, doc, random))));
                if (vectors != null) {
                    float[] vector = new float[cell.vectors];
                    for (int j = 0; j < vector.length; j++) {
                        vector[j] = (float) random.nextGaussian() + (j % SUBJECTS == doc % SUBJECTS ? 2 : 0);
                    }
                    vectors.add(vector);
                }
                ids.add("document-" + doc);
                hashes[doc] = random.nextLong();
                rows[doc] = doc;
            }
            Corpus corpus = builder.build();
            return TrainingCorpus.of(corpus, rows, vectors == null ? null : vectors.finish(), ids, hashes, null);
        }
    }

    /** Words of the document's subject, a few of all subjects, and one that makes every word occur. */
    private static String text(Cell cell, int doc, SplittableRandom random) {
        int ofSubject = Math.max(1, cell.vocabulary / SUBJECTS);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < WORDS; i++) {
            double skewed = random.nextDouble() * random.nextDouble();
            int word = (int) (skewed * ofSubject);
            int subject = i % 5 == 0 ? random.nextInt(SUBJECTS) : doc % SUBJECTS;
            text.append(letters(subject * ofSubject + word)).append(' ');
        }
        for (int word = doc; word < cell.vocabulary; word += cell.documents) {
            text.append(letters(word)).append(' ');
        }
        return text.toString();
    }

    private static String letters(int number) {
        StringBuilder word = new StringBuilder("wo");
        for (int rest = number; rest > 0; rest /= 20) {
            word.append("bcdfghjklmnpqrstvwxz".charAt(rest % 20));
        }
        return word.toString();
    }

    private static long anonymous() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("RssAnon:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElseThrow();
    }

    /** The largest heap in use after a collection and the largest anonymous memory, above those at the start. */
    private static final class Peak {
        private final long heapBefore = collected();
        private final long anonymousBefore = anonymous();
        private final AtomicLong heap = new AtomicLong();
        private final AtomicLong anonymous = new AtomicLong();
        private final List<Thread> samplers = new ArrayList<>();

        Peak() throws IOException {
            sample(() -> heap.accumulateAndGet(collected(), Math::max), COLLECT_MILLIS);
            sample(
                    () -> {
                        try {
                            anonymous.accumulateAndGet(anonymous(), Math::max);
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    },
                    4);
        }

        private void sample(Runnable look, long pauseMillis) {
            Thread thread = new Thread(() -> {
                try {
                    while (!Thread.currentThread().isInterrupted()) {
                        look.run();
                        Thread.sleep(pauseMillis);
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.setDaemon(true);
            thread.start();
            samplers.add(thread);
        }

        private static long collected() {
            System.gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }

        void stop() throws InterruptedException {
            for (Thread sampler : samplers) {
                sampler.interrupt();
                sampler.join();
            }
        }

        long heap() {
            return heap.get() - heapBefore;
        }

        /** The native memory: the heap's pages were there before. */
        long outside() {
            return anonymous.get() - anonymousBefore;
        }
    }
}

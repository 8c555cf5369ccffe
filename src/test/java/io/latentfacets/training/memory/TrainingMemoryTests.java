/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.memory;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.latentfacets.model.definition.ModelDefinition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.common.settings.ClusterSettings;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.indices.breaker.BreakerSettings;
import org.opensearch.indices.breaker.HierarchyCircuitBreakerService;
import org.opensearch.test.OpenSearchTestCase;

/** What a training is estimated to take, what was measured, and what a node that has too little of it answers. */
public class TrainingMemoryTests extends OpenSearchTestCase {

    private static final long MB = 1L << 20;

    private static void noPause() {
        throw new AssertionError("nothing but the whole heap is waited for");
    }

    private static ModelDefinition definition(Map<String, Object> vae, int vocabulary, Object clusters) {
        return ModelDefinition.fromMap(
                "m",
                Map.of(
                        "source",
                        Map.of("index", "docs", "fields", List.of("body")),
                        "text",
                        Map.of("vocabulary_size", vocabulary),
                        "vae",
                        vae,
                        "clusters",
                        Map.of("count", clusters)));
    }

    private static long total(TrainingMemory memory) {
        return memory.heap() + memory.engine();
    }

    /** The rows of the table in benchmarks/README.md: definitions, and what their trainings took. */
    private static List<String[]> measured() throws Exception {
        Path readme = Path.of(System.getProperty("latent.project.dir"), "benchmarks", "README.md");
        List<String> lines = Files.readAllLines(readme);
        int header = 0;
        while (!lines.get(header).startsWith("| documents | terms | hidden |")) {
            header++;
        }
        return lines.subList(header + 2, lines.size()).stream()
                .takeWhile(line -> line.startsWith("|"))
                .map(line -> line.substring(1).trim().split("\\s*\\|\\s*", -1))
                .toList();
    }

    /** The rows that the network starts from, beside the network's own: 100,000 rows of 512 numbers. */
    public void testWordVectorsAreCharged() {
        Map<String, Object> source = Map.of("index", "docs", "fields", List.of("body"));
        Map<String, Object> vae = Map.of("hidden_dims", List.of(512));
        long without = TrainingMemory.estimate(
                        ModelDefinition.fromMap(
                                "m", Map.of("source", source, "vae", vae, "text", Map.of("vocabulary_size", 100_000))),
                        50_000,
                        0,
                        false,
                        false)
                .heap();
        Map<String, Object> text = Map.of("vocabulary_size", 100_000, "word_vectors", "glove.txt");
        long with = TrainingMemory.estimate(
                        ModelDefinition.fromMap("m", Map.of("source", source, "vae", vae, "text", text)),
                        50_000,
                        0,
                        false,
                        false)
                .heap();
        assertThat(with - without, greaterThan(100_000L * 512 * Float.BYTES));
        assertThat(with - without, lessThanOrEqualTo(100_000L * 512 * Float.BYTES + 50 * MB));
    }

    public void testEstimatesAreAtLeastWhatWasMeasuredAndAtMostThreeTimesThat() throws Exception {
        List<String[]> rows = measured();
        assertThat(rows.size(), greaterThan(9));
        for (String[] row : rows) {
            List<Integer> hidden =
                    Arrays.stream(row[2].split(",", -1)).map(Integer::valueOf).toList();
            Map<String, Object> vae = Map.of(
                    "hidden_dims",
                    hidden,
                    "latent_dims",
                    Integer.valueOf(row[3]),
                    "batch_size",
                    Integer.valueOf(row[4]),
                    "restarts",
                    Integer.valueOf(row[6]),
                    "objective",
                    row[7],
                    "epochs",
                    2);
            ModelDefinition definition = definition(vae, Integer.parseInt(row[1]), Integer.valueOf(row[8]));
            long estimate = total(TrainingMemory.estimate(
                    definition, Long.parseLong(row[0]), Integer.parseInt(row[5]), false, false));
            long measured = Long.parseLong(row[10]) * MB;
            assertThat(String.join(" ", row), measured, lessThanOrEqualTo(estimate));
            assertThat(String.join(" ", row), estimate, lessThanOrEqualTo(3 * measured));
        }
    }

    /** A first training on a million short texts fits where the breaker has 40 % of 2 GiB; a later one needs 3 GiB. */
    public void testAMillionDocumentsFitIntoASmallHeap() {
        ModelDefinition definition = definition(Map.of(), 20_000, "auto");
        long first =
                TrainingMemory.estimate(definition, 1_000_000, 0, false, false).heap();
        long later =
                TrainingMemory.estimate(definition, 1_000_000, 0, true, false).heap();
        assertThat(first, lessThanOrEqualTo(2048 * MB * 4 / 10));
        assertThat(later - first, greaterThan(1_000_000L * 64 * Float.BYTES));
        assertThat(later, lessThanOrEqualTo(3072 * MB * 4 / 10));
    }

    public void testEveryKeyThatTakesMemoryCounts() {
        Map<String, Object> vae = Map.of("hidden_dims", List.of(256, 128), "latent_dims", 32, "batch_size", 256);
        long base = total(TrainingMemory.estimate(definition(vae, 5_000, 10), 50_000, 0, false, false));
        Map<String, Object> wider = new LinkedHashMap<>(vae);
        wider.put("hidden_dims", List.of(256, 512));
        Map<String, Object> longer = new LinkedHashMap<>(vae);
        longer.put("latent_dims", 64);
        Map<String, Object> larger = new LinkedHashMap<>(vae);
        larger.put("batch_size", 2048);
        Map<String, Object> again = new LinkedHashMap<>(vae);
        again.put("restarts", 2);
        for (Map<String, Object> more : List.of(wider, longer, larger, again)) {
            assertThat(
                    more.toString(),
                    total(TrainingMemory.estimate(definition(more, 5_000, 10), 50_000, 0, false, false)),
                    greaterThan(base));
        }
        ModelDefinition same = definition(vae, 5_000, 10);
        assertThat(total(TrainingMemory.estimate(same, 60_000, 0, false, false)), greaterThan(base));
        assertThat(total(TrainingMemory.estimate(same, 50_000, 100, false, false)), greaterThan(base));
        assertThat(total(TrainingMemory.estimate(same, 50_000, 0, true, false)), greaterThan(base));
        assertThat(
                total(TrainingMemory.estimate(definition(vae, 6_000, 10), 50_000, 0, false, false)), greaterThan(base));
    }

    /**
     * On a GPU the decoder is in its memory: 50,000 words of 65 weights, four times and three of them for a moment, and
     * eight arrays of 256 decoded rows, with gaps of a quarter.
     */
    public void testAGpuHoldsTheDecoder() {
        ModelDefinition definition = definition(Map.of("latent_dims", 64), 50_000, 10);
        TrainingMemory cpu = TrainingMemory.estimate(definition, 20_000, 0, false, false);
        TrainingMemory gpu = TrainingMemory.estimate(definition, 20_000, 0, false, true);
        assertThat(gpu.heap(), equalTo(cpu.heap()));
        long more = gpu.engine() - cpu.engine();
        assertThat(more, greaterThan(4L * 50_000 * 65 * Float.BYTES + 8L * 256 * 50_000 * Float.BYTES * 5 / 4));
        assertThat(more, lessThanOrEqualTo((7L * 65 + 8 * 256) * 50_000 * Float.BYTES * 5 / 4 + 1));
    }

    public void testSeedsCount() {
        long documents = 2_000_000;
        List<Map<String, Object>> seeds = new ArrayList<>();
        for (int s = 0; s < 100; s++) {
            seeds.add(Map.of("label", "s" + s, "terms", List.of("word" + s)));
        }
        long without = heap(List.of(), documents);
        long with = heap(seeds, documents);
        assertThat(with - without, greaterThan(100 * documents / 8 + 100L * 2 * 5_000 * Float.BYTES - 1));
        assertThat(with - without, lessThanOrEqualTo(100 * documents / 8 + 100 * MB));
        seeds.set(0, Map.of("label", "s0", "ids", List.of(Map.of("_id", "7"))));
        assertThat(heap(seeds, documents) - with, equalTo(8 * documents));
    }

    private static long heap(List<Map<String, Object>> seeds, long documents) {
        ModelDefinition definition = ModelDefinition.fromMap(
                "m",
                Map.of(
                        "source",
                        Map.of("index", "docs", "fields", List.of("body")),
                        "text",
                        Map.of("vocabulary_size", 5_000),
                        "clusters",
                        Map.of("count", 100, "seeds", seeds)));
        return TrainingMemory.estimate(definition, documents, 0, false, false).heap();
    }

    private static NativeMemory outside(long bytes, String limit) {
        return new NativeMemory(
                bytes,
                "outside the heap",
                Settings.builder()
                        .put("plugins.latent.training.native_memory", limit)
                        .build(),
                new ClusterSettings(Settings.EMPTY, java.util.Set.of(NativeMemory.LIMIT)));
    }

    private static CircuitBreaker breaker(long limit) {
        return breakers(limit, Settings.EMPTY).getBreaker("latent");
    }

    private static HierarchyCircuitBreakerService breakers(long limit, Settings settings) {
        return new HierarchyCircuitBreakerService(
                settings,
                List.of(new BreakerSettings("latent", limit, 1.0)),
                new ClusterSettings(Settings.EMPTY, ClusterSettings.BUILT_IN_CLUSTER_SETTINGS));
    }

    public void testATrainingThatNeverFitsIsABadRequest() {
        ModelDefinition wide = definition(Map.of("hidden_dims", List.of(8192, 8192, 8192, 8192)), 100, 2);
        TrainingMemory need = TrainingMemory.estimate(wide, 1_000, 0, false, false);
        // three layers of 8192 × 8192: their weights once on the heap, four times in the engine
        assertThat(need.heap(), greaterThan(3L * 8192 * 8192 * 4));
        assertThat(need.engine(), greaterThan(3L * 8192 * 8192 * 4 * 4));
        CircuitBreaker breaker = breaker(400 * MB);
        NativeMemory outside = outside(16_000 * MB, "50%");
        try (TrainingReservation reservation =
                new TrainingReservation(wide, breaker, outside, TrainingMemoryTests::noPause)) {
            OpenSearchStatusException e = expectThrows(OpenSearchStatusException.class, () -> reservation.raise(need));
            assertThat(e.status(), equalTo(RestStatus.BAD_REQUEST));
            assertThat(
                    e.getMessage(),
                    allOf(
                            containsString("[vae.hidden_dims] [8192, 8192, 8192, 8192]"),
                            containsString("[text.vocabulary_size] [100]"),
                            containsString("[400mb] of heap"),
                            containsString("[breaker.latent.limit]")));
        }
        assertThat(breaker.getUsed(), equalTo(0L));
        assertThat(outside.reserved(), equalTo(0L));
    }

    public void testATrainingThatFitsLaterIsAskedToComeBack() {
        ModelDefinition usual = definition(Map.of(), 10_000, 20);
        TrainingMemory need = new TrainingMemory(100 * MB, 200 * MB);
        CircuitBreaker breaker = breaker(150 * MB);
        NativeMemory outside = outside(1_000 * MB, "30%");
        try (TrainingReservation first =
                        new TrainingReservation(usual, breaker, outside, TrainingMemoryTests::noPause);
                TrainingReservation second =
                        new TrainingReservation(usual, breaker, outside, TrainingMemoryTests::noPause)) {
            first.raise(need);
            first.raise(new TrainingMemory(50 * MB, 250 * MB)); // only the native part is more
            assertThat(breaker.getUsed(), equalTo(100 * MB));
            assertThat(outside.reserved(), equalTo(250 * MB));
            OpenSearchStatusException heap = expectThrows(
                    OpenSearchStatusException.class, () -> second.raise(new TrainingMemory(60 * MB, 10 * MB)));
            assertThat(heap.status(), equalTo(RestStatus.TOO_MANY_REQUESTS));
            assertThat(heap.getMessage(), containsString("of which [100mb] are in use"));
            OpenSearchStatusException engine = expectThrows(
                    OpenSearchStatusException.class, () -> second.raise(new TrainingMemory(10 * MB, 60 * MB)));
            assertThat(engine.status(), equalTo(RestStatus.TOO_MANY_REQUESTS));
            assertThat(engine.getMessage(), containsString("[300mb] of memory outside the heap"));
            assertThat("a refused training holds nothing", breaker.getUsed(), equalTo(100 * MB));
        }
        assertThat(breaker.getUsed(), equalTo(0L));
        assertThat(outside.reserved(), equalTo(0L));
    }

    /** What fills the heap may be garbage: the training waits for the next collections before it gives up. */
    public void testATrainingWaitsForAFullHeap() {
        ModelDefinition usual = definition(Map.of(), 10_000, 20);
        TrainingMemory need = new TrainingMemory(100 * MB, 200 * MB);
        NativeMemory outside = outside(1_000 * MB, "30%");
        HierarchyCircuitBreakerService service = breakers(
                500 * MB,
                Settings.builder()
                        .put("indices.breaker.total.use_real_memory", false)
                        .put("indices.breaker.total.limit", "600mb")
                        .build());
        CircuitBreaker breaker = service.getBreaker("latent");
        CircuitBreaker others = service.getBreaker(CircuitBreaker.REQUEST);
        others.addWithoutBreaking(550 * MB);
        AtomicInteger pauses = new AtomicInteger();
        Runnable collects = () -> {
            if (pauses.incrementAndGet() == 3) {
                others.addWithoutBreaking(-100 * MB);
            }
        };
        try (TrainingReservation waits = new TrainingReservation(usual, breaker, outside, collects)) {
            waits.raise(need);
            assertThat(pauses.get(), equalTo(3));
            assertThat(breaker.getUsed(), equalTo(100 * MB));
        }
        assertThat(breaker.getUsed(), equalTo(0L));

        others.addWithoutBreaking(100 * MB);
        pauses.set(0);
        try (TrainingReservation waits = new TrainingReservation(usual, breaker, outside, pauses::incrementAndGet)) {
            OpenSearchStatusException e = expectThrows(OpenSearchStatusException.class, () -> waits.raise(need));
            assertThat(e.status(), equalTo(RestStatus.TOO_MANY_REQUESTS));
            assertThat(
                    e.getMessage(),
                    containsString("the node has [600mb] of heap for everything on it ([indices.breaker.total.limit])"
                            + ", of which [550mb] are in use"));
            assertThat(pauses.get(), equalTo(TrainingReservation.MOST_TRIES - 1));
        }
        try (TrainingReservation waits = new TrainingReservation(usual, breaker, outside, () -> {
            throw new TaskCancelledException("cancelled while it waited");
        })) {
            expectThrows(TaskCancelledException.class, () -> waits.raise(need));
        }
        assertThat(breaker.getUsed(), equalTo(0L));
        assertThat(outside.reserved(), equalTo(0L));
    }

    /** A running training that needs no more does not fail because others fill the whole heap. */
    public void testNothingMoreIsNotAskedFor() {
        ModelDefinition usual = definition(Map.of(), 10_000, 20);
        HierarchyCircuitBreakerService service = breakers(
                500 * MB,
                Settings.builder()
                        .put("indices.breaker.total.use_real_memory", false)
                        .put("indices.breaker.total.limit", "600mb")
                        .build());
        CircuitBreaker breaker = service.getBreaker("latent");
        NativeMemory outside = outside(1_000 * MB, "30%");
        try (TrainingReservation runs =
                new TrainingReservation(usual, breaker, outside, TrainingMemoryTests::noPause)) {
            runs.raise(new TrainingMemory(100 * MB, 200 * MB));
            service.getBreaker(CircuitBreaker.REQUEST).addWithoutBreaking(550 * MB);
            runs.raise(new TrainingMemory(100 * MB, 200 * MB));
            runs.raise(new TrainingMemory(50 * MB, 250 * MB));
            assertThat(breaker.getUsed(), equalTo(100 * MB));
            assertThat(outside.reserved(), equalTo(250 * MB));
        }
        assertThat(breaker.getUsed(), equalTo(0L));
        assertThat(outside.reserved(), equalTo(0L));
    }

    public void testTheLimitOutsideTheHeapIsAShareOrBytes() {
        assertThat(outside(1_000, "25%").limit(), equalTo(250L));
        assertThat(outside(1_000, "2gb").limit(), equalTo(2L << 30));
        assertThat(NativeMemory.LIMIT.get(Settings.EMPTY).applyAsLong(8_000), equalTo(6_000L));
        expectThrows(
                IllegalArgumentException.class, () -> outside(1_000, "much").limit());
        assertThat(new NoopCircuitBreaker("latent").getLimit(), equalTo(-1L)); // no limit, as the reservation reads it
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import com.sun.management.ThreadMXBean;
import io.latentfacets.cluster.Partition;
import io.latentfacets.field.LatentDocValue;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.field.LatentVectorFieldMapper;
import io.latentfacets.field.LeafLatents;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FieldInfos;
import org.apache.lucene.index.FilterLeafReader;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.store.Directory;
import org.apache.lucene.tests.index.RandomIndexWriter;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.apache.lucene.tests.util.TestUtil;
import org.apache.lucene.util.BytesRef;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.breaker.CircuitBreakingException;
import org.opensearch.core.tasks.TaskCancelledException;

public class ClusterColumnsTests extends LuceneTestCase {
    private static final String FIELD = "latent";

    private final InMemoryGenerations generations = new InMemoryGenerations();
    private final LatentStats stats = new LatentStats();
    private final CountingBreaker breaker = new CountingBreaker();
    private final ClusterColumns columns = new ClusterColumns(generations, () -> breaker, stats, new ColumnDemand());

    /** A document's latent, or null for a document without one. */
    private record Doc(int generation, byte[] latent) {}

    private Directory directory;
    private IndexReader reader;
    private final List<Doc> docs = new ArrayList<>();
    private boolean oneSegment;

    @Override
    public void tearDown() throws Exception {
        if (reader != null) {
            reader.close();
            directory.close();
        }
        super.tearDown();
    }

    private void index(Doc... all) throws IOException {
        docs.addAll(Arrays.asList(all));
        directory = newDirectory();
        try (RandomIndexWriter writer = new RandomIndexWriter(
                random(), directory, newIndexWriterConfig().setMergePolicy(newLogMergePolicy()))) {
            for (Doc doc : docs) {
                Document document = new Document();
                if (doc != null) {
                    document.add(new BinaryDocValuesField(
                            FIELD, LatentDocValue.encode(generations.encoder("news", doc.generation), doc.latent)));
                }
                writer.addDocument(document);
                if (rarely()) {
                    writer.commit();
                }
            }
            if (oneSegment) {
                writer.forceMerge(1);
            }
            reader = writer.getReader();
        }
    }

    private Doc[] randomDocs(int count, int dims, int... numbers) {
        Doc[] all = new Doc[count];
        for (int i = 0; i < count; i++) {
            all[i] = random().nextInt(10) == 0
                    ? null
                    : new Doc(numbers[random().nextInt(numbers.length)], LatentFixtures.latent(dims, random()));
        }
        return all;
    }

    public void testEqualsAssignment() throws IOException {
        int dims = TestUtil.nextInt(random(), 2, 40);
        int count = random().nextBoolean() ? TestUtil.nextInt(random(), 1, 20) : TestUtil.nextInt(random(), 254, 300);
        Generation generation = LatentFixtures.generation("news", 3, dims, count, random());
        generations.put(generation);
        index(randomDocs(500, dims, 3));
        Partition partition = generation.clusters().partition();
        for (boolean similarity : new boolean[] {false, true}) {
            int[] counts = new int[count + 1];
            for (LeafReaderContext leaf : reader.leaves()) {
                ClusterColumn column = columns.get(leaf.reader(), FIELD, generation, similarity);
                for (int i = 0; i < leaf.reader().maxDoc(); i++) {
                    Doc doc = docs.get(leaf.docBase + i);
                    int ordinal = column == null ? 0 : column.ordinal(i);
                    counts[ordinal]++;
                    if (doc == null) {
                        assertEquals(0, ordinal);
                        continue;
                    }
                    float[] unit = Latents.dequantize(doc.latent);
                    int expected = partition.assign(unit);
                    assertEquals(expected + 1, ordinal);
                    if (similarity) {
                        float cosine = partition.similarity(unit, expected);
                        assertTrue(column.isAtLeast(i, ClusterColumn.threshold(Math.max(0, cosine - .002))));
                        assertFalse(column.isAtLeast(i, ClusterColumn.threshold(Math.max(0, cosine) + .0045)));
                    }
                }
            }
            int[] summed = new int[count + 1];
            for (LeafReaderContext leaf : reader.leaves()) {
                ClusterColumn column = columns.get(leaf.reader(), FIELD, generation, similarity);
                for (int o = 0; o <= count; o++) {
                    summed[o] += column != null
                            ? column.count(o)
                            : o == 0 ? leaf.reader().maxDoc() : 0;
                }
            }
            assertArrayEquals(counts, summed);
        }
    }

    public void testThreshold() {
        assertEquals(0, ClusterColumn.threshold(0));
        assertEquals(255, ClusterColumn.threshold(1));
        assertEquals(128, ClusterColumn.threshold(.5));
        assertEquals((byte) 255, BuiltColumn.quantize(1.00001f));
        assertEquals(0, BuiltColumn.quantize(-.3f));
    }

    public void testOtherGenerationsCountUnderTheirKey() throws IOException {
        Generation old = LatentFixtures.generation("news", 1, 8, List.of("c1", "c2", "c3", "c4"), random());
        Generation now = LatentFixtures.generation("news", 2, 6, List.of("c5", "c3", "c1"), random());
        generations.put(old).put(now);
        Doc[] ofOld = randomDocs(200, 8, 1);
        Doc[] ofNow = randomDocs(200, 6, 2);
        List<Doc> all = new ArrayList<>(Arrays.asList(ofOld));
        all.addAll(Arrays.asList(ofNow));
        index(all.toArray(Doc[]::new));
        for (LeafReaderContext leaf : reader.leaves()) {
            ClusterColumn column = columns.get(leaf.reader(), FIELD, now, false);
            for (int i = 0; i < leaf.reader().maxDoc(); i++) {
                Doc doc = docs.get(leaf.docBase + i);
                int expected = 0;
                if (doc != null) {
                    String key = LatentFixtures.clusterOf(doc.generation == 1 ? old : now, doc.latent);
                    expected = now.clusters().ordinal(key) + 1;
                }
                assertEquals(expected, column == null ? 0 : column.ordinal(i));
            }
        }
    }

    /** With many clusters, a document waits for another one of its encoder. */
    public void testManyClustersOfTwoEncoders() throws IOException {
        List<String> keys = new ArrayList<>();
        for (int c = 1; c <= 150; c++) {
            keys.add("c" + c);
        }
        Generation old = LatentFixtures.generation("news", 1, 9, keys.subList(0, 100), random());
        Generation now = LatentFixtures.generation("news", 2, 9, keys.subList(50, 150), random());
        generations.put(old).put(now);
        // two latents at once, or one by one
        oneSegment = random().nextBoolean();
        index(randomDocs(oneSegment ? 1201 : 601, 9, 1, 2));
        for (LeafReaderContext leaf : reader.leaves()) {
            ClusterColumn column = columns.get(leaf.reader(), FIELD, now, true);
            for (int i = 0; i < leaf.reader().maxDoc(); i++) {
                Doc doc = docs.get(leaf.docBase + i);
                int expected = 0;
                if (doc != null) {
                    Generation its = doc.generation == 1 ? old : now;
                    String key = LatentFixtures.clusterOf(its, doc.latent);
                    expected = now.clusters().ordinal(key) + 1;
                    if (expected > 0) {
                        Partition partition = its.clusters().partition();
                        float[] unit = Latents.dequantize(doc.latent);
                        float cosine = partition.similarity(unit, its.clusters().ordinal(key));
                        assertTrue(column.isAtLeast(i, ClusterColumn.threshold(Math.max(0, cosine - .002))));
                        assertFalse(column.isAtLeast(i, ClusterColumn.threshold(Math.max(0, cosine) + .0045)));
                    }
                }
                assertEquals(expected, column == null ? 0 : column.ordinal(i));
            }
        }
    }

    /** Bounds of 1,000 clusters take 300 kB and a thousand times as long as one latent. */
    public void testASmallSegmentOfManyClustersTakesLittle() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assumeTrue("nobody counts", threads.isThreadAllocatedMemoryEnabled());
        Generation warm = LatentFixtures.generation("news", 1, 64, 1000, random());
        Generation now = LatentFixtures.generation("news", 2, 64, 1000, random());
        generations.put(warm).put(now);
        index(new Doc(1, LatentFixtures.latent(64, random())), new Doc(2, LatentFixtures.latent(64, random())));
        LeafReader segment = reader.leaves().get(0).reader();
        columns.get(segment, FIELD, warm, false);
        long before = threads.getCurrentThreadAllocatedBytes();
        columns.get(segment, FIELD, now, false);
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertTrue("allocated: " + allocated, allocated < 150_000);
    }

    public void testLatentsOfASharedEncoderAreAssignedByThePinnedClusters() throws IOException {
        Generation first = LatentFixtures.generation("news", 3, 6, List.of("c1", "c2", "c3"), random());
        Generation second = LatentFixtures.recluster(first, 4, List.of("c3", "c4", "c5", "c1"), random());
        Generation third = LatentFixtures.recluster(second, 6, List.of("c6", "c4"), random());
        generations.store(first).store(second).store(third);
        index(randomDocs(300, 6, 3));
        for (Generation pinned : List.of(first, second, third)) {
            for (LeafReaderContext leaf : reader.leaves()) {
                ClusterColumn column = columns.get(leaf.reader(), FIELD, pinned, false);
                for (int i = 0; i < leaf.reader().maxDoc(); i++) {
                    Doc doc = docs.get(leaf.docBase + i);
                    int expected = doc == null
                            ? 0
                            : pinned.clusters().ordinal(LatentFixtures.clusterOf(pinned, doc.latent)) + 1;
                    assertEquals(expected, column == null ? 0 : column.ordinal(i));
                }
                // no other generation is missing
                assertTrue(column == null || column.missing().isEmpty());
            }
        }
    }

    public void testUnknownGenerationIsUnassignedUntilItIsLoaded() throws IOException {
        Generation old = LatentFixtures.generation("news", 1, 4, 3, random());
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.store(old).put(now).failLoads(new IllegalStateException("not now"));
        index(new Doc(1, LatentFixtures.latent(4, random())), new Doc(1, LatentFixtures.latent(4, random())));
        for (LeafReaderContext leaf : reader.leaves()) {
            ClusterColumn column = columns.get(leaf.reader(), FIELD, now, false);
            assertEquals(Set.of(1), column.missing());
            assertEquals(0, column.ordinal(0));
        }
        generations.failLoads(null).put(old);
        for (LeafReaderContext leaf : reader.leaves()) {
            ClusterColumn column = columns.get(leaf.reader(), FIELD, now, false);
            assertEquals(Set.of(), column.missing());
            assertTrue(column.ordinal(0) > 0);
        }
        assertEquals(reader.leaves().size(), stats.get(StatName.CLUSTER_COLUMNS));
    }

    /** Whoever may write documents can claim 20,000 encoders. Nothing is loaded, remembered or waited for. */
    public void testForgedEncodersAreUnassignedAtOnce() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        AtomicInteger loads = new AtomicInteger();
        Generations counting = new Generations() {
            @Override
            public int active(String model) {
                return generations.active(model);
            }

            @Override
            public List<Known> known(String model) {
                return generations.known(model);
            }

            @Override
            public Generation loaded(String model, int generation) {
                return generations.loaded(model, generation);
            }

            @Override
            public void load(String model, int generation, ActionListener<Generation> listener) {
                loads.incrementAndGet();
                generations.load(model, generation, listener);
            }
        };
        Doc[] forged = new Doc[20_000];
        for (int i = 0; i < forged.length; i++) {
            forged[i] = new Doc(1000 + i, LatentFixtures.latent(4, random()));
        }
        index(forged);
        ClusterColumns hardened = new ClusterColumns(counting, () -> breaker, stats, new ColumnDemand());
        for (int search = 0; search < 3; search++) {
            for (LeafReaderContext leaf : reader.leaves()) {
                ClusterColumn column = hardened.get(leaf.reader(), FIELD, now, false);
                assertEquals(leaf.reader().maxDoc(), column.count(0));
                assertEquals(Set.of(), column.missing());
                ClusterColumn lookUp = hardened.lookUp(leaf.reader(), FIELD, now, false);
                for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
                    assertEquals(0, lookUp.ordinal(doc));
                }
                assertEquals(Set.of(), lookUp.missing());
            }
        }
        assertEquals(0, loads.get());
        assertEquals(0, hardened.requested());
        assertEquals(forged.length, stats.get(StatName.CLUSTER_COLUMNS_UNKNOWN_ENCODER));
        hardened.close();
        assertEquals(0, stats.get(StatName.CLUSTER_COLUMNS_UNKNOWN_ENCODER));
    }

    /** A column assigns the latents of the newest few encoders, however many generations a model has. */
    public void testAFewForeignEncodersAtMost() throws IOException {
        int last = 15;
        Doc[] all = new Doc[last];
        for (int number = 1; number <= last; number++) {
            generations.put(LatentFixtures.generation("news", number, 4, List.of("c1"), random()));
            all[number - 1] = new Doc(number, LatentFixtures.latent(4, random()));
        }
        index(all);
        int assigned = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            ClusterColumn column = columns.get(leaf.reader(), FIELD, generations.loaded("news", last), false);
            for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
                boolean near = docs.get(leaf.docBase + doc).generation >= last - EncoderGenerations.MAX_FOREIGN;
                assertEquals(near ? 1 : 0, column.ordinal(doc));
                assigned += column.ordinal(doc);
            }
        }
        assertEquals(1 + EncoderGenerations.MAX_FOREIGN, assigned);
    }

    /** A number that a restore or an import gave to another encoder assigns nothing. */
    public void testTheNumberAloneAssignsNothing() throws IOException {
        Generation now = LatentFixtures.generation("news", 1, 4, 3, random());
        generations.put(now);
        directory = newDirectory();
        try (RandomIndexWriter writer = new RandomIndexWriter(random(), directory)) {
            Document other = new Document();
            LatentVectorFieldMapper.fields(FIELD, 1, new EncoderId(77), LatentFixtures.latent(4, random()), false)
                    .forEach(other::add);
            writer.addDocument(other);
            Document before = new Document();
            // as the build before wrote generation 1: the number, then the latent
            before.add(new BinaryDocValuesField(FIELD, new BytesRef(new byte[] {1, 5, 6, 7, 8})));
            writer.addDocument(before);
            reader = writer.getReader();
        }
        for (LeafReaderContext leaf : reader.leaves()) {
            assertEquals(
                    leaf.reader().maxDoc(),
                    columns.get(leaf.reader(), FIELD, now, true).count(0));
        }
        assertEquals(2, stats.get(StatName.CLUSTER_COLUMNS_UNKNOWN_ENCODER));
    }

    public void testLatentOfWrongLengthIsUnassigned() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        index(new Doc(2, LatentFixtures.latent(5, random())), new Doc(2, LatentFixtures.latent(3, random())));
        for (LeafReaderContext leaf : reader.leaves()) {
            ClusterColumn column = columns.get(leaf.reader(), FIELD, now, true);
            assertEquals(leaf.reader().maxDoc(), column.count(0));
        }
    }

    public void testComputedOnceForAllThreads() throws Exception {
        Generation now = LatentFixtures.generation("news", 2, 16, 30, random());
        generations.put(now);
        index(randomDocs(2000, 16, 2));
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<List<ClusterColumn>>> all = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                all.add(pool.submit(() -> {
                    start.await();
                    List<ClusterColumn> got = new ArrayList<>();
                    for (LeafReaderContext leaf : reader.leaves()) {
                        got.add(columns.get(leaf.reader(), FIELD, now, false));
                    }
                    return got;
                }));
            }
            List<ClusterColumn> first = all.get(0).get();
            for (Future<List<ClusterColumn>> each : all) {
                for (int i = 0; i < first.size(); i++) {
                    assertSame(first.get(i), each.get().get(i));
                }
            }
        } finally {
            pool.shutdownNow();
        }
        long made = reader.leaves().stream()
                .filter(leaf -> leaf.reader().getFieldInfos().fieldInfo(FIELD) != null)
                .count();
        assertEquals(made, stats.get(StatName.CLUSTER_COLUMNS_BUILT_BY_SEARCHES));
    }

    public void testBreakerIsChargedAndGivenBack() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        index(randomDocs(100, 4, 2));
        for (LeafReaderContext leaf : reader.leaves()) {
            columns.get(leaf.reader(), FIELD, now, false);
            columns.get(leaf.reader(), FIELD, now, true);
        }
        assertTrue(breaker.used() >= 3 * 100);
        assertEquals(breaker.used(), stats.get(StatName.CLUSTER_COLUMNS_BYTES));
        columns.evict("other", generation -> true);
        columns.evict("news", generation -> generation != 2);
        assertTrue(breaker.used() >= 3 * 100);
        if (random().nextBoolean()) {
            columns.evict("news", generation -> generation == 2);
        } else if (random().nextBoolean()) {
            columns.close();
        } else {
            reader.close();
            directory.close();
            reader = null;
        }
        assertEquals(0, breaker.used());
        assertEquals(0, stats.get(StatName.CLUSTER_COLUMNS));
        assertEquals(0, stats.get(StatName.CLUSTER_COLUMNS_BYTES));
    }

    public void testNoRoom() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        index(new Doc(2, LatentFixtures.latent(4, random())));
        LeafReader leaf = reader.leaves().get(0).reader();
        breaker.startBreaking();
        CircuitBreakingException e =
                expectThrows(CircuitBreakingException.class, () -> columns.get(leaf, FIELD, now, false));
        assertEquals(429, e.status().getStatus());
        assertEquals(0, breaker.used());
        assertEquals(1, stats.get(StatName.CLUSTER_COLUMNS_FAILED));
        breaker.stopBreaking();
        assertNotNull(columns.get(leaf, FIELD, now, false));
    }

    public void testNamesakeOfADeletedModelIsAnotherModel() throws IOException {
        index(randomDocs(50, 4, 1));
        Generation first = LatentFixtures.generation("news", 1, 4, 3, random());
        Generation second = new Generation(
                new io.latentfacets.model.GenerationInfo(
                        "news", 1, first.createdMillis() + 1, 1, 1, "cpu", java.util.Map.of()),
                first.text(),
                first.fields(),
                first.vocabulary(),
                first.weights(),
                LatentFixtures.generation("news", 1, 4, 3, random()).clusters());
        for (LeafReaderContext leaf : reader.leaves()) {
            ClusterColumn one = columns.get(leaf.reader(), FIELD, first, false);
            assertTrue(one == null || one != columns.get(leaf.reader(), FIELD, second, false));
        }
    }

    public void testFieldHiddenByAReaderStaysHidden() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        index(new Doc(2, LatentFixtures.latent(4, random())));
        LeafReader leaf = reader.leaves().get(0).reader();
        assertNotNull(columns.get(leaf, FIELD, now, false));
        LeafReader hiding = new FilterLeafReader(leaf) {
            @Override
            public FieldInfos getFieldInfos() {
                return FieldInfos.EMPTY;
            }

            @Override
            public CacheHelper getCoreCacheHelper() {
                return in.getCoreCacheHelper();
            }

            @Override
            public CacheHelper getReaderCacheHelper() {
                return null;
            }
        };
        assertNull(columns.get(hiding, FIELD, now, false));
    }

    /** A segment as a caller sees it whose access masks the field: each value becomes the hash of itself. */
    private static LeafReader masked(LeafReader segment) {
        return WrappedReaders.masking(segment, value -> new BytesRef(Integer.toHexString(value.hashCode())));
    }

    /** The column is shared by all users of a segment, so a masked one neither fills it nor gets it. */
    public void testAMaskedReaderNeitherPoisonsNorReadsTheColumn() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        index(new Doc(2, LatentFixtures.latent(4, random())), new Doc(2, LatentFixtures.latent(4, random())));
        for (LeafReaderContext leaf : reader.leaves()) {
            boolean similarity = random().nextBoolean();
            assertNull("before", columns.get(masked(leaf.reader()), FIELD, now, similarity));
            assertNull("before", columns.whole(masked(leaf.reader()), FIELD, now, similarity));
            ClusterColumn clear = columns.get(leaf.reader(), FIELD, now, similarity);
            assertEquals(0, clear.count(0));
            assertNull("after", columns.get(masked(leaf.reader()), FIELD, now, similarity));
            assertNull("after", columns.whole(masked(leaf.reader()), FIELD, now, similarity));
            assertSame(clear, columns.get(WrappedReaders.checking(leaf.reader(), () -> {}), FIELD, now, similarity));
            LeafLatents latents = LeafLatents.of(masked(leaf.reader()), FIELD, now.encoder(), 4);
            assertFalse(latents.advanceExact(0));
        }
    }

    /** A wrapper without a cache key, as some have, shares the segment's column too. */
    public void testAReaderWithoutCacheKeySharesTheColumnOfItsSegment() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        index(new Doc(2, LatentFixtures.latent(4, random())));
        LeafReader leaf = reader.leaves().get(0).reader();
        LeafReader wrapped = new FilterLeafReader(leaf) {
            @Override
            public CacheHelper getCoreCacheHelper() {
                return null;
            }

            @Override
            public CacheHelper getReaderCacheHelper() {
                return null;
            }
        };
        assertSame(columns.get(wrapped, FIELD, now, false), columns.get(leaf, FIELD, now, false));
    }

    public void testDirectoryReopenKeepsColumnsOfSegmentsThatStay() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        index(randomDocs(20, 4, 2));
        for (LeafReaderContext leaf : reader.leaves()) {
            columns.get(leaf.reader(), FIELD, now, false);
        }
        long built = stats.get(StatName.CLUSTER_COLUMNS_BUILT_BY_SEARCHES);
        try (DirectoryReader again = DirectoryReader.open(directory)) {
            // Another reader over the same files has segment cores of its own. Their columns are built for it and
            // removed with it.
            for (LeafReaderContext leaf : again.leaves()) {
                columns.get(leaf.reader(), FIELD, now, false);
            }
        }
        assertTrue(stats.get(StatName.CLUSTER_COLUMNS_BUILT_BY_SEARCHES) >= built);
        assertEquals(built, stats.get(StatName.CLUSTER_COLUMNS));
    }

    /** The built column of a large segment and the look-up that replaces it agree on every document. */
    public void testLookedUpEqualsBuilt() throws IOException {
        int dims = TestUtil.nextInt(random(), 2, 40);
        Generation old = LatentFixtures.generation("news", 1, dims, TestUtil.nextInt(random(), 1, 300), random());
        Generation first = LatentFixtures.generation("news", 3, dims, List.of("c7", "c3", "c90", "c1"), random());
        Generation now = LatentFixtures.recluster(first, 5, List.of("c1", "c91", "c2", "c3"), random());
        generations.put(old).put(now);
        List<Doc> all = new ArrayList<>(Arrays.asList(randomDocs(400, dims, 1, 2, 3, 4, 5)));
        all.add(new Doc(3, LatentFixtures.latent(dims + 1, random())));
        Collections.shuffle(all, random());
        index(all.toArray(Doc[]::new));
        for (boolean similarity : new boolean[] {false, true}) {
            for (LeafReaderContext leaf : reader.leaves()) {
                ClusterColumn built = columns.get(leaf.reader(), FIELD, now, similarity);
                if (built == null) {
                    continue;
                }
                LookupColumn lookedUp = lookUp(leaf.reader(), now, similarity, () -> null);
                assertTrue(built.counted());
                assertFalse(lookedUp.counted());
                expectThrows(IllegalStateException.class, () -> lookedUp.count(0));
                boolean inOrder = random().nextBoolean();
                for (int i = 0; i < leaf.reader().maxDoc(); i++) {
                    int doc = inOrder ? i : random().nextInt(leaf.reader().maxDoc());
                    int threshold = random().nextInt(256);
                    for (int times = random().nextInt(3); times >= 0; times--) {
                        assertEquals(built.ordinal(doc), lookedUp.ordinal(doc));
                        if (similarity) {
                            assertEquals(built.isAtLeast(doc, threshold), lookedUp.isAtLeast(doc, threshold));
                        }
                    }
                }
                if (inOrder) {
                    assertEquals(built.missing(), lookedUp.missing());
                }
            }
        }
    }

    public void testLookUpGoesOverToTheBuiltColumn() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        index(randomDocs(3000, 4, 2));
        for (LeafReaderContext leaf : reader.leaves()) {
            ClusterColumn built = columns.get(leaf.reader(), FIELD, now, true);
            if (built == null) {
                continue; // no document of the segment has a latent
            }
            AtomicInteger asked = new AtomicInteger();
            LookupColumn lookedUp = lookUp(leaf.reader(), now, true, () -> {
                asked.incrementAndGet();
                return (BuiltColumn) built;
            });
            for (int doc = 0; doc < leaf.reader().maxDoc(); doc++) {
                assertEquals(built.ordinal(doc), lookedUp.ordinal(doc));
                assertEquals(built.isAtLeast(doc, 200), lookedUp.isAtLeast(doc, 200));
            }
            assertEquals(leaf.reader().maxDoc() < 1024 ? 0 : 1, asked.get());
        }
    }

    private LookupColumn lookUp(
            LeafReader segment, Generation pinned, boolean similarity, Supplier<BuiltColumn> ready) {
        LatentAssigner assigner = new LatentAssigner(new EncoderGenerations(
                pinned, generations.known(pinned.model()), number -> generations.loaded(pinned.model(), number)));
        return new LookupColumn(segment, FIELD, assigner, similarity, ready, () -> {});
    }

    public void testWhoNeedsAllGetsCounts() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        index(randomDocs(50, 4, 2));
        for (LeafReaderContext leaf : reader.leaves()) {
            ClusterColumn whole = columns.whole(leaf.reader(), FIELD, now, false);
            assertSame(whole, columns.get(leaf.reader(), FIELD, now, false));
            assertTrue(whole == null || whole.counted());
        }
    }

    public void testStatsSayWhoBuiltAndHowMuchItCovers() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        index(randomDocs(200, 4, 2));
        int documents = 0;
        int segments = 0;
        for (LeafReaderContext leaf : reader.leaves()) {
            columns.warm(leaf.reader(), new ColumnDemand.Wanted(FIELD, "news", ColumnKind.CLUSTERS), now, () -> false);
            if (columns.get(leaf.reader(), FIELD, now, false) != null) {
                columns.get(leaf.reader(), FIELD, now, true);
                documents += 2 * leaf.reader().maxDoc();
                segments++;
            }
        }
        assertEquals(segments, stats.get(StatName.CLUSTER_COLUMNS_BUILT_BY_WARMER));
        assertEquals(segments, stats.get(StatName.CLUSTER_COLUMNS_BUILT_BY_SEARCHES));
        assertEquals(documents, stats.get(StatName.CLUSTER_COLUMNS_DOCUMENTS));
        assertEquals(0, stats.get(StatName.CLUSTER_COLUMNS_FAILED));
        columns.close();
        assertEquals(0, stats.get(StatName.CLUSTER_COLUMNS_DOCUMENTS));
        assertEquals(0, breaker.used());
    }

    /** Generations whose first load never answers. */
    private final class LostGenerations implements Generations {
        @Override
        public List<Known> known(String model) {
            return generations.known(model);
        }

        private final CountDownLatch asked = new CountDownLatch(1);
        private final AtomicInteger calls = new AtomicInteger();

        @Override
        public int active(String model) {
            return generations.active(model);
        }

        @Override
        public Generation loaded(String model, int generation) {
            return generations.loaded(model, generation);
        }

        @Override
        public void load(String model, int generation, ActionListener<Generation> listener) {
            asked.countDown();
            if (calls.incrementAndGet() > 1) {
                generations.load(model, generation, listener);
            }
        }

        @Override
        public ClusterEdits edits(String model) {
            return ClusterEdits.NONE;
        }
    }

    private static void cancelled() {
        throw new TaskCancelledException("cancelled");
    }

    /** Indexes one document whose generation must be loaded before a column can assign it. */
    private LeafReader oneOfAnotherGeneration(Generation now) throws IOException {
        generations
                .store(LatentFixtures.generation("news", 1, 4, List.of("c1"), random()))
                .put(now);
        index(new Doc(1, LatentFixtures.latent(4, random())));
        return reader.leaves().get(0).reader();
    }

    private static ClusterColumn any(ClusterColumns columns, LeafReader segment, Generation now, boolean whole)
            throws IOException {
        return whole ? columns.whole(segment, FIELD, now, false) : columns.get(segment, FIELD, now, false);
    }

    public void testWaitingForAGenerationEndsWithTheSearch() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, List.of("c1", "c2"), random());
        LeafReader segment = WrappedReaders.checking(oneOfAnotherGeneration(now), ClusterColumnsTests::cancelled);
        ClusterColumns waiting = new ClusterColumns(new LostGenerations(), () -> breaker, stats, new ColumnDemand());
        boolean whole = random().nextBoolean();
        expectThrows(TaskCancelledException.class, () -> any(waiting, segment, now, whole));
        assertEquals(0, breaker.used());
    }

    /**
     * Three searches need the same column; one builds it and the others wait. A waiting search can be stopped before
     * the column is ready. If the building search is stopped, another one builds the column.
     */
    public void testWaitingForAnotherSearchEndsWithEitherOfThem() throws Exception {
        Generation now = LatentFixtures.generation("news", 2, 4, List.of("c1", "c2"), random());
        LeafReader segment = oneOfAnotherGeneration(now);
        LostGenerations lost = new LostGenerations();
        ClusterColumns waiting = new ClusterColumns(lost, () -> breaker, stats, new ColumnDemand());
        CountDownLatch thirdWaits = new CountDownLatch(1);
        AtomicBoolean stopFirst = new AtomicBoolean();
        LeafReader ofFirst = WrappedReaders.checking(segment, () -> {
            if (stopFirst.get()) {
                cancelled();
            }
        });
        LeafReader ofSecond = WrappedReaders.checking(segment, ClusterColumnsTests::cancelled);
        LeafReader ofThird = WrappedReaders.checking(segment, thirdWaits::countDown);
        boolean whole = random().nextBoolean();
        ExecutorService pool = Executors.newFixedThreadPool(3);
        try {
            Future<ClusterColumn> first = pool.submit(() -> any(waiting, ofFirst, now, whole));
            lost.asked.await();
            Future<ClusterColumn> second = pool.submit(() -> any(waiting, ofSecond, now, whole));
            assertCancelled(second);
            assertFalse("the column is not there yet", first.isDone());
            Future<ClusterColumn> third = pool.submit(() -> any(waiting, ofThird, now, whole));
            thirdWaits.await();
            stopFirst.set(true);
            assertCancelled(first);
            assertEquals(1, third.get(30, TimeUnit.SECONDS).ordinal(0));
        } finally {
            stopFirst.set(true);
            pool.shutdown();
            assertTrue(pool.awaitTermination(30, TimeUnit.SECONDS));
        }
        waiting.close();
        assertEquals(0, breaker.used());
    }

    private static void assertCancelled(Future<?> search) {
        ExecutionException e = expectThrows(ExecutionException.class, () -> search.get(30, TimeUnit.SECONDS));
        assertTrue(e.toString(), e.getCause() instanceof TaskCancelledException);
    }

    /** A search is stopped while it builds a column of many documents; the next search builds it. */
    public void testMakingAColumnEndsWithTheSearch() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        index(randomDocs(3000, 4, 2));
        reader.close();
        try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig())) {
            writer.forceMerge(1);
        }
        reader = DirectoryReader.open(directory);
        LeafReader segment = reader.leaves().get(0).reader();
        LeafReader ofCancelled = WrappedReaders.checking(segment, ClusterColumnsTests::cancelled);
        boolean whole = random().nextBoolean();
        expectThrows(TaskCancelledException.class, () -> any(columns, ofCancelled, now, whole));
        assertEquals(0, breaker.used());
        assertNotNull(any(columns, segment, now, whole));
    }

    public void testStoppedBuildLeavesNothing() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now);
        index(randomDocs(2000, 4, 2));
        ColumnDemand.Wanted wanted = new ColumnDemand.Wanted(FIELD, "news", ColumnKind.SIMILARITIES);
        boolean stopped = false;
        for (LeafReaderContext leaf : reader.leaves()) {
            if (leaf.reader().maxDoc() > 1500) {
                stopped = true;
                expectThrows(AlreadyClosedException.class, () -> columns.warm(leaf.reader(), wanted, now, () -> true));
            }
        }
        assertEquals(stopped ? 1 : 0, stats.get(StatName.CLUSTER_COLUMNS_FAILED));
        assertEquals(0, breaker.used());
        assertEquals(0, stats.get(StatName.CLUSTER_COLUMNS));
    }

    public void testColumnOfAGenerationThatWentMeanwhileIsNotKept() throws IOException {
        Generation now = LatentFixtures.generation("news", 2, 4, 3, random());
        generations.put(now).unload("news", 2);
        index(randomDocs(50, 4, 2));
        for (LeafReaderContext leaf : reader.leaves()) {
            columns.get(leaf.reader(), FIELD, now, random().nextBoolean());
        }
        assertEquals(0, breaker.used());
        assertEquals(0, stats.get(StatName.CLUSTER_COLUMNS));
    }
}

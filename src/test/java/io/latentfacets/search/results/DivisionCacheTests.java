/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.field.column.ClusterColumns;
import io.latentfacets.field.column.ColumnDemand;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.text.TermPatterns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.opensearch.common.lease.Releasable;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.core.concurrency.OpenSearchRejectedExecutionException;
import org.opensearch.test.OpenSearchTestCase;

/** Divisions are found again by all that they depend on, and never take more than their share. */
public class DivisionCacheTests extends OpenSearchTestCase {
    private static final ResultOptions OPTIONS = options(10, 5);

    private long charged;
    private boolean full;
    private boolean stopped;
    private long now;
    private final List<Runnable> planned = new ArrayList<>();
    private final DivisionCache cache = cache(Long.MAX_VALUE);

    private DivisionCache cache(long mostBytes) {
        return new DivisionCache(this::charge, mostBytes, () -> now, task -> {
            if (stopped) {
                throw new OpenSearchRejectedExecutionException("stopped");
            }
            planned.add(task);
        });
    }

    private Releasable charge(long bytes) {
        if (full) {
            return null;
        }
        charged += bytes;
        return () -> charged -= bytes;
    }

    private static ResultOptions options(int clusters, int terms, String... exclude) {
        return new ResultOptions(clusters, 100, terms, TermPatterns.of("exclude_terms", List.of(exclude)));
    }

    private static LatentSample sample(int capacity, List<byte[]> latents) {
        LatentSampler sampler = new LatentSampler(capacity, bytes -> {});
        latents.forEach(latent -> sampler.add(latent, 1, latent.length));
        return sampler.build();
    }

    private static List<byte[]> latents(int count) {
        List<byte[]> latents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            latents.add(LatentFixtures.latent(6, random()));
        }
        return latents;
    }

    private static ResultClusters clusters(long documents) {
        return new ResultClusters(null, List.of(), documents, documents);
    }

    public void testFoundAgain() {
        Generation generation = LatentFixtures.generation("news", 3, 6, 4, random());
        List<byte[]> latents = latents(40);
        DivisionCache.Key key = DivisionCache.key(sample(100, latents), generation, OPTIONS, true);
        assertNull(cache.get(key));
        ResultClusters clusters = clusters(40);
        cache.put(key, clusters);
        Collections.shuffle(latents, random());
        assertSame(clusters, cache.get(DivisionCache.key(sample(100, latents), generation, options(10, 5), true)));
        cache.clear();
        assertNull(cache.get(key));
        assertEquals(0, charged);
    }

    public void testWhateverMattersIsInTheKey() {
        Generation generation = LatentFixtures.generation("news", 3, 6, 4, random());
        Generation next = LatentFixtures.generation("news", 4, 6, 4, random());
        Generation other = LatentFixtures.generation("papers", 3, 6, 4, random());
        List<byte[]> latents = latents(40);
        LatentSample sample = sample(100, latents);
        Set<DivisionCache.Key> keys = new HashSet<>();
        keys.add(DivisionCache.key(sample, generation, OPTIONS, true));
        keys.add(DivisionCache.key(sample, generation, OPTIONS, false));
        keys.add(DivisionCache.key(sample, next, OPTIONS, true));
        keys.add(DivisionCache.key(sample, other, OPTIONS, true));
        keys.add(DivisionCache.key(sample, generation, options(11, 5), true));
        keys.add(DivisionCache.key(sample, generation, options(10, 6), true));
        keys.add(DivisionCache.key(sample, generation, options(10, 5, "ab", "c"), true));
        keys.add(DivisionCache.key(sample, generation, options(10, 5, "a", "bc"), true));
        // one document less, one twice, one bit of one latent, and the same latents of a sample that could hold fewer
        keys.add(DivisionCache.key(sample(100, latents.subList(0, 39)), generation, OPTIONS, true));
        List<byte[]> twice = new ArrayList<>(latents);
        twice.add(latents.get(7));
        keys.add(DivisionCache.key(sample(100, twice), generation, OPTIONS, true));
        List<byte[]> changed = new ArrayList<>(latents);
        byte[] latent = latents.get(7).clone();
        latent[3] ^= 1;
        changed.set(7, latent);
        keys.add(DivisionCache.key(sample(100, changed), generation, OPTIONS, true));
        keys.add(DivisionCache.key(sample(50, latents), generation, OPTIONS, true));
        assertEquals(12, keys.size());
    }

    public void testBounded() {
        Generation generation = LatentFixtures.generation("news", 3, 6, 4, random());
        DivisionCache.Key first = DivisionCache.key(sample(9, latents(3)), generation, OPTIONS, true);
        cache.put(first, clusters(1));
        long one = charged;
        assertTrue(one > 0);
        for (int i = 0; i < 3 * DivisionCache.MOST; i++) {
            cache.put(DivisionCache.key(sample(9, latents(3)), generation, OPTIONS, true), clusters(1));
            // used again and again, so it stays
            assertNotNull(cache.get(first));
            assertEquals(one * cache.size(), charged);
        }
        assertEquals(DivisionCache.MOST, cache.size());
        cache.put(first, clusters(2));
        assertEquals(clusters(2), cache.get(first));
        assertEquals(one * DivisionCache.MOST, charged);
        assertTrue(cache.clear());
        assertFalse(cache.clear());
        assertEquals(0, charged);
    }

    private static DivisionCache.Key key() {
        return key("news", 3);
    }

    private static DivisionCache.Key key(String model, int number) {
        return DivisionCache.key(
                sample(9, latents(3)), LatentFixtures.generation(model, number, 6, 4, random()), OPTIONS, true);
    }

    /** When memory is short, nothing is kept for those who may come. */
    public void testAllGoWhenThereIsNoRoom() {
        cache.put(key(), clusters(1));
        cache.put(key(), clusters(1));
        full = true;
        cache.put(key(), clusters(1));
        assertEquals(0, cache.size());
        assertEquals(0, charged);
        full = false;
        cache.put(key(), clusters(1));
        assertEquals(1, cache.size());
    }

    public void testBytesAreBounded() {
        cache.put(key(), clusters(1));
        long one = charged;
        cache.clear();
        DivisionCache small = cache(3 * one + one / 2);
        List<DivisionCache.Key> keys = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            keys.add(key());
            small.put(keys.get(i), clusters(i));
            assertEquals(Math.min(3, i + 1) * one, charged);
        }
        assertNull(small.get(keys.get(5)));
        assertEquals(clusters(6), small.get(keys.get(6)));
        small.put(keys.get(6), clusters(7));
        assertEquals(3 * one, charged);
        small.clear();
        DivisionCache tiny = cache(one - 1);
        tiny.put(keys.get(0), clusters(1));
        assertEquals(0, tiny.size());
        assertEquals(0, charged);
    }

    public void testWhatNobodyUsesGoes() {
        DivisionCache.Key used = key();
        cache.put(used, clusters(1));
        cache.put(key(), clusters(2));
        assertEquals("one task at a time", 1, planned.size());
        now += DivisionCache.UNUSED_MILLIS - 1;
        planned.remove(0).run();
        assertEquals(2, cache.size());
        cache.get(used);
        now++;
        planned.remove(0).run();
        assertEquals(1, cache.size());
        assertNotNull(cache.get(used));
        now += DivisionCache.UNUSED_MILLIS;
        planned.remove(0).run();
        assertEquals(0, cache.size());
        assertEquals(0, charged);
        assertEquals("nothing to look at", 0, planned.size());
        cache.put(used, clusters(1));
        assertEquals(1, planned.size());
    }

    public void testEvicted() {
        DivisionCache.Key other = key("papers", 3);
        DivisionCache.Key next = key("news", 4);
        cache.put(key(), clusters(1));
        long one = charged;
        cache.put(other, clusters(1));
        cache.put(key(), clusters(1));
        cache.put(next, clusters(1));
        cache.evict("news", 3);
        assertEquals(2 * one, charged);
        assertNotNull(cache.get(other));
        assertNotNull(cache.get(next));
    }

    public void testNothingAfterTheEnd() {
        cache.put(key(), clusters(1));
        cache.close();
        cache.put(key(), clusters(1));
        assertEquals(0, cache.size());
        assertEquals(0, charged);
        planned.remove(0).run();
        DivisionCache late = cache(Long.MAX_VALUE);
        stopped = true;
        late.put(key(), clusters(1));
        assertEquals(0, late.size());
        assertEquals(0, charged);
    }

    public void testSpareBytesNeverTripTheBreaker() {
        Thousand breaker = new Thousand();
        ClusterColumns columns =
                new ClusterColumns(new InMemoryGenerations(), () -> breaker, new LatentStats(), new ColumnDemand());
        Releasable most = columns.chargeSpare(900);
        assertEquals(900, breaker.getUsed());
        assertNull(columns.chargeSpare(1));
        most.close();
        most.close();
        assertEquals(0, breaker.getUsed());
    }

    /** A breaker of 1,000 bytes that nobody may trip. */
    private static final class Thousand extends NoopCircuitBreaker {
        private long used;

        Thousand() {
            super("latent");
        }

        @Override
        public long getLimit() {
            return 1000;
        }

        @Override
        public double getOverhead() {
            return 1;
        }

        @Override
        public long getUsed() {
            return used;
        }

        @Override
        public double addEstimateBytesAndMaybeBreak(long bytes, String label) {
            throw new AssertionError("may trip");
        }

        @Override
        public long addWithoutBreaking(long bytes) {
            used += bytes;
            return used;
        }
    }
}

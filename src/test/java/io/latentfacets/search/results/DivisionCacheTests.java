/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.text.TermPatterns;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.opensearch.common.lease.Releasable;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.breaker.CircuitBreakingException;
import org.opensearch.test.OpenSearchTestCase;

/** Divisions are found again by all that they depend on, and never take more than their share. */
public class DivisionCacheTests extends OpenSearchTestCase {
    private static final ResultOptions OPTIONS = options(10, 5);

    private long charged;
    private boolean full;
    private final DivisionCache cache = new DivisionCache(this::charge);

    private Releasable charge(long bytes, String what) {
        if (full) {
            throw new CircuitBreakingException(what, CircuitBreaker.Durability.TRANSIENT);
        }
        charged += bytes;
        return () -> charged -= bytes;
    }

    private static ResultOptions options(int clusters, int terms, String... exclude) {
        return new ResultOptions(clusters, 100, terms, TermPatterns.of("exclude_terms", List.of(exclude)));
    }

    private static LatentSample sample(int capacity, List<byte[]> latents) {
        LatentSample.Sampler sampler = new LatentSample.Sampler(capacity, bytes -> {});
        latents.forEach(sampler::add);
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
        full = true;
        DivisionCache.Key last = DivisionCache.key(sample(9, latents(3)), generation, OPTIONS, true);
        cache.put(last, clusters(1));
        assertNull(cache.get(last));
        cache.clear();
        assertEquals(0, charged);
    }
}

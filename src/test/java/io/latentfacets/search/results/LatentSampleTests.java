/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.field.LatentFixtures;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.util.BytesRef;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.test.AbstractWireSerializingTestCase;

/** A sample depends only on the documents, not on their order or on how slices and shards divide them. */
public class LatentSampleTests extends AbstractWireSerializingTestCase<LatentSample> {

    @Override
    protected LatentSample createTestInstance() {
        return sample(between(1, 50), latents(between(0, 80), between(1, 40)));
    }

    @Override
    protected Writeable.Reader<LatentSample> instanceReader() {
        return LatentSample::new;
    }

    private static List<byte[]> latents(int count, int distinct) {
        List<byte[]> pool = new ArrayList<>();
        for (int i = 0; i < distinct; i++) {
            pool.add(LatentFixtures.latent(6, random()));
        }
        List<byte[]> latents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            latents.add(randomFrom(pool));
        }
        return latents;
    }

    private static LatentSample sample(int capacity, List<byte[]> latents) {
        LatentSampler sampler = new LatentSampler(capacity, bytes -> {});
        latents.forEach(latent -> sampler.add(latent, 1, latent.length));
        return sampler.build();
    }

    public void testPartsMakeTheWholeInAnyOrder() {
        for (int round = 0; round < 100; round++) {
            int capacity = between(1, 60);
            List<byte[]> latents = latents(between(0, 300), between(1, 120));
            LatentSample whole = sample(capacity, latents);
            List<byte[]> shuffled = new ArrayList<>(latents);
            Collections.shuffle(shuffled, random());
            List<LatentSample> parts = new ArrayList<>();
            for (int from = 0; from < shuffled.size() || parts.isEmpty(); ) {
                int to = Math.min(shuffled.size(), from + between(0, 90));
                parts.add(sample(capacity, shuffled.subList(from, to)));
                from = to;
            }
            while (parts.size() > 1) {
                // by place: two parts can be equal
                List<LatentSample> some = parts.subList(0, between(2, parts.size()));
                LatentSample merged = LatentSample.merge(some);
                some.clear();
                parts.add(merged);
                Collections.shuffle(parts, random());
            }
            assertEquals(whole, LatentSample.merge(parts));
        }
    }

    public void testNothingIsLeftOutBelowTheCapacity() {
        List<byte[]> latents = latents(200, 50);
        LatentSample sample = sample(50, latents);
        Map<BytesRef, Integer> expected = new HashMap<>();
        latents.forEach(latent -> expected.merge(new BytesRef(latent), 1, Integer::sum));
        Map<BytesRef, Integer> got = new HashMap<>();
        for (int i = 0; i < sample.latents().length; i++) {
            got.put(new BytesRef(sample.latents()[i]), sample.counts()[i]);
        }
        assertEquals(expected, got);
        assertEquals(200, sample.documents());
        assertEquals(200, sample.sampled());
    }

    /** The latents with the lowest hashes, with their counts, however many cuts the sampler makes. */
    public void testTheLowestHashes() {
        for (int round = 0; round < 30; round++) {
            int capacity = between(1, 400);
            List<byte[]> latents = latents(between(0, 5000), between(1, 3000));
            Map<BytesRef, Integer> counts = new HashMap<>();
            latents.forEach(latent -> counts.merge(new BytesRef(latent), 1, Integer::sum));
            List<BytesRef> expected = new ArrayList<>(counts.keySet());
            expected.sort(Comparator.comparingLong(each -> LatentHash.of(each.bytes, 0, each.length)));
            LatentSample sample = sample(capacity, latents);
            assertEquals(latents.size(), sample.documents());
            assertEquals(Math.min(capacity, expected.size()), sample.latents().length);
            for (int i = 0; i < sample.latents().length; i++) {
                assertEquals(expected.get(i), new BytesRef(sample.latents()[i]));
                assertEquals(counts.get(expected.get(i)).intValue(), sample.counts()[i]);
            }
        }
    }

    /** Blocks of any size make the same sample as single latents. */
    public void testBlocks() {
        List<byte[]> latents = latents(700, 500);
        LatentSampler inBlocks = new LatentSampler(100, bytes -> {});
        for (int from = 0; from < latents.size(); ) {
            int size = Math.min(latents.size() - from, between(0, 130));
            byte[] block = new byte[130 * 6];
            for (int i = 0; i < size; i++) {
                System.arraycopy(latents.get(from + i), 0, block, i * 6, 6);
            }
            inBlocks.add(block, size, 6);
            from += size;
        }
        assertEquals(sample(100, latents), inBlocks.build());
    }

    /** A sample of 200 contains each of 2,000 latents with the same probability. */
    public void testUniform() {
        Random fixed = new Random(7);
        int inFirstHalf = 0;
        int rounds = 40;
        for (int round = 0; round < rounds; round++) {
            List<byte[]> latents = new ArrayList<>();
            Set<BytesRef> first = new HashSet<>();
            for (int i = 0; i < 2000; i++) {
                latents.add(LatentFixtures.latent(16, fixed));
                if (i < 1000) {
                    first.add(new BytesRef(latents.get(i)));
                }
            }
            for (byte[] latent : sample(200, latents).latents()) {
                inFirstHalf += first.contains(new BytesRef(latent)) ? 1 : 0;
            }
        }
        // half of 8,000 draws; four standard deviations are 180
        assertEquals(100.0 * rounds, inFirstHalf, 180);
    }

    public void testMemoryIsChargedBeforeItIsUsedAndBounded() {
        long[] charged = new long[1];
        LatentSampler sampler = new LatentSampler(1000, bytes -> charged[0] += bytes);
        for (int i = 0; i < 20_000; i++) {
            sampler.add(LatentFixtures.latent(32, random()), 1, 32);
        }
        assertTrue(charged[0] >= 1000 * 32);
        assertTrue(charged[0] <= 4096 * (32 + 200));
        LatentSampler refused = new LatentSampler(10, bytes -> {
            throw new IllegalStateException("no room");
        });
        expectThrows(IllegalStateException.class, () -> refused.add(new byte[] {1}, 1, 1));
    }
}

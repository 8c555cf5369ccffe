/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.opensearch.common.hash.MurmurHash3;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * A uniform sample of the distinct latents of documents, with the number of occurrences of each. It keeps the latents
 * with the lowest hashes (a bottom-k sketch: Cohen and Kaplan, 2007). The sample depends only on the documents. Slices,
 * shards, replicas and the order of their responses make no difference, and samples of parts merge into the sample of
 * the whole. Immutable.
 */
final class LatentSample implements Writeable {
    private final int capacity;
    private final long documents;
    private final List<Entry> entries;
    private final long bound;

    /**
     * @param hash the latent's hash, not negative
     * @param latent int8[dims]
     * @param count the number of documents with this latent
     */
    private record Entry(long hash, byte[] latent, int count) {
        Entry and(Entry same) {
            return new Entry(hash, latent, (int) Math.min(Integer.MAX_VALUE, (long) count + same.count));
        }
    }

    /**
     * @param capacity the largest number of entries
     * @param documents the number of offered documents
     * @param entries ascending by hash, at most {@code capacity}
     * @param bound the lowest hash that the sample excludes; Long.MAX_VALUE if it excludes none
     */
    private LatentSample(int capacity, long documents, List<Entry> entries, long bound) {
        this.capacity = capacity;
        this.documents = documents;
        this.entries = entries;
        this.bound = bound;
    }

    LatentSample(StreamInput in) throws IOException {
        capacity = in.readVInt();
        documents = in.readVLong();
        bound = in.readVLong();
        entries = in.readList(from -> {
            byte[] latent = from.readByteArray();
            return new Entry(hash(latent), latent, from.readVInt());
        });
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVInt(capacity);
        out.writeVLong(documents);
        out.writeVLong(bound);
        out.writeCollection(entries, (to, entry) -> {
            to.writeByteArray(entry.latent);
            to.writeVInt(entry.count);
        });
    }

    /** The sample of no document. */
    static LatentSample empty(int capacity) {
        return new LatentSample(capacity, 0, List.of(), Long.MAX_VALUE);
    }

    /** Merges samples of disjoint documents into the sample of all of them. */
    static LatentSample merge(Collection<LatentSample> samples) {
        int capacity = samples.stream().mapToInt(s -> s.capacity).max().orElse(0);
        long bound = samples.stream().mapToLong(s -> s.bound).min().orElse(Long.MAX_VALUE);
        long documents = samples.stream().mapToLong(s -> s.documents).sum();
        Map<Long, Entry> merged = new HashMap<>();
        for (LatentSample sample : samples) {
            for (Entry entry : sample.entries) {
                if (entry.hash < bound) {
                    merged.merge(entry.hash, entry, Entry::and);
                }
            }
        }
        return cut(capacity, documents, merged.values(), bound);
    }

    private static LatentSample cut(int capacity, long documents, Collection<Entry> entries, long bound) {
        List<Entry> sorted = new ArrayList<>(entries);
        sorted.sort(Comparator.comparingLong(Entry::hash));
        return sorted.size() <= capacity
                ? new LatentSample(capacity, documents, sorted, bound)
                : new LatentSample(
                        capacity, documents, List.copyOf(sorted.subList(0, capacity)), sorted.get(capacity).hash);
    }

    /** The number of documents from which the sample was taken. */
    long documents() {
        return documents;
    }

    /** The number of documents in the sample, repeated latents included. */
    long sampled() {
        return entries.stream().mapToLong(Entry::count).sum();
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /**
     * The distinct latents in the order of their hashes, so that the first n form a sample too. Callers must not modify
     * them.
     */
    byte[][] latents() {
        return entries.stream().map(Entry::latent).toArray(byte[][]::new);
    }

    /** The number of occurrences of each of {@link #latents}. */
    int[] counts() {
        return entries.stream().mapToInt(Entry::count).toArray();
    }

    private static long hash(byte[] latent) {
        return hash(latent, new MurmurHash3.Hash128());
    }

    /** @param hash128 overwritten */
    private static long hash(byte[] latent, MurmurHash3.Hash128 hash128) {
        return MurmurHash3.hash128(latent, 0, latent.length, 0, hash128).h1 >>> 1;
    }

    /** Feeds everything that a division may depend on to a digest. */
    void digest(MessageDigest digest) {
        ByteBuffer numbers = ByteBuffer.allocate(2 * Integer.BYTES + 2 * Long.BYTES);
        digest.update(numbers.putInt(capacity)
                .putInt(entries.size())
                .putLong(documents)
                .putLong(bound)
                .flip());
        for (Entry entry : entries) {
            numbers.clear();
            digest.update(
                    numbers.putInt(entry.latent.length).putInt(entry.count).flip());
            digest.update(entry.latent);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LatentSample that
                && capacity == that.capacity
                && documents == that.documents
                && bound == that.bound
                && Arrays.deepEquals(latents(), that.latents())
                && Arrays.equals(counts(), that.counts());
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(
                new Object[] {capacity, documents, bound, Arrays.deepHashCode(latents()), Arrays.hashCode(counts())});
    }

    /**
     * Builds a sample from documents one by one. A document costs a hash and a look into an open table, because there
     * may be millions. Not thread-safe.
     */
    static final class Sampler {
        /** The approximate heap bytes of an entry without its latent. */
        private static final int OVERHEAD = 120;

        private static final int CHARGED_AT_ONCE = 1024;
        private static final int SMALLEST_TABLE = 256;
        private static final long FREE = -1;

        private final int capacity;
        private final LongConsumer charge;
        private final MurmurHash3.Hash128 hashed = new MurmurHash3.Hash128();
        /** The hash of each slot, {@link #FREE} for none; as many slots as a power of two, half of them free. */
        private long[] hashes = free(SMALLEST_TABLE);

        private int[] counts = new int[SMALLEST_TABLE];
        private byte[][] latents = new byte[SMALLEST_TABLE][];
        private int size;
        private int room;
        private long documents;
        private long bound = Long.MAX_VALUE;

        /**
         * @param capacity the largest number of distinct latents
         * @param charge receives the number of heap bytes before the sampler uses them; throws if they do not fit
         */
        Sampler(int capacity, LongConsumer charge) {
            this.capacity = capacity;
            this.charge = charge;
        }

        /** @param latent int8[dims]; copied if the sample keeps it */
        void add(byte[] latent) {
            documents++;
            long hash = hash(latent, hashed);
            if (hash >= bound) {
                return;
            }
            int slot = slot(hash);
            if (hashes[slot] == hash) {
                counts[slot] = counts[slot] == Integer.MAX_VALUE ? Integer.MAX_VALUE : counts[slot] + 1;
                return;
            }
            if (size == room) {
                charge.accept((long) CHARGED_AT_ONCE * (latent.length + OVERHEAD));
                room += CHARGED_AT_ONCE;
            }
            put(slot, hash, latent.clone(), 1);
            // collect up to twice the capacity between two cuts
            if (size >= 2 * capacity) {
                LatentSample kept = build();
                bound = kept.bound;
                table(hashes.length);
                kept.entries.forEach(entry -> put(slot(entry.hash), entry.hash, entry.latent, entry.count));
            } else if (2 * size > hashes.length) {
                grow();
            }
        }

        /** The slot of a hash, or the free one where it belongs. Hashes are random, so their low bits are. */
        private int slot(long hash) {
            int slot = (int) hash & (hashes.length - 1);
            while (hashes[slot] != hash && hashes[slot] != FREE) {
                slot = (slot + 1) & (hashes.length - 1);
            }
            return slot;
        }

        private void put(int slot, long hash, byte[] latent, int count) {
            hashes[slot] = hash;
            latents[slot] = latent;
            counts[slot] = count;
            size++;
        }

        private void grow() {
            long[] oldHashes = hashes;
            int[] oldCounts = counts;
            byte[][] oldLatents = latents;
            table(2 * oldHashes.length);
            for (int i = 0; i < oldHashes.length; i++) {
                if (oldHashes[i] != FREE) {
                    put(slot(oldHashes[i]), oldHashes[i], oldLatents[i], oldCounts[i]);
                }
            }
        }

        private void table(int slots) {
            hashes = free(slots);
            counts = new int[slots];
            latents = new byte[slots][];
            size = 0;
        }

        private static long[] free(int slots) {
            long[] hashes = new long[slots];
            Arrays.fill(hashes, FREE);
            return hashes;
        }

        LatentSample build() {
            long[] sorted =
                    Arrays.stream(hashes).filter(hash -> hash != FREE).sorted().toArray();
            List<Entry> entries = new ArrayList<>(Math.min(capacity, sorted.length));
            for (int i = 0; i < sorted.length && i < capacity; i++) {
                int slot = slot(sorted[i]);
                entries.add(new Entry(sorted[i], latents[slot], counts[slot]));
            }
            return new LatentSample(capacity, documents, entries, sorted.length <= capacity ? bound : sorted[capacity]);
        }
    }
}

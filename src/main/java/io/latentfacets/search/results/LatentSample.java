/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Collection;
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
    /** The hashes of the latents, ascending, not negative. */
    private final long[] hashes;

    private final byte[][] latents;
    private final int[] counts;
    private final long bound;

    /**
     * @param capacity the largest number of latents
     * @param documents the number of offered documents
     * @param hashes the hash of each latent, ascending, at most {@code capacity}
     * @param latents int8[dims] each
     * @param counts the number of documents with each latent
     * @param bound the lowest hash that the sample excludes; Long.MAX_VALUE if it excludes none
     */
    LatentSample(int capacity, long documents, long[] hashes, byte[][] latents, int[] counts, long bound) {
        this.capacity = capacity;
        this.documents = documents;
        this.hashes = hashes;
        this.latents = latents;
        this.counts = counts;
        this.bound = bound;
    }

    LatentSample(StreamInput in) throws IOException {
        capacity = in.readVInt();
        documents = in.readVLong();
        bound = in.readVLong();
        int size = in.readVInt();
        // a latent and its count take some bytes each
        if (size < 0 || size > in.available()) {
            throw new IOException("[" + size + "] latents cannot be in [" + in.available() + "] bytes");
        }
        hashes = new long[size];
        latents = new byte[size][];
        counts = new int[size];
        for (int i = 0; i < size; i++) {
            latents[i] = in.readByteArray();
            hashes[i] = LatentHash.of(latents[i], 0, latents[i].length);
            counts[i] = in.readVInt();
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVInt(capacity);
        out.writeVLong(documents);
        out.writeVLong(bound);
        out.writeVInt(hashes.length);
        for (int i = 0; i < hashes.length; i++) {
            out.writeByteArray(latents[i]);
            out.writeVInt(counts[i]);
        }
    }

    /** The sample of no document. */
    static LatentSample empty(int capacity) {
        return new LatentSample(capacity, 0, new long[0], new byte[0][], new int[0], Long.MAX_VALUE);
    }

    /** Merges samples of disjoint documents into the sample of all of them. */
    static LatentSample merge(Collection<LatentSample> samples) {
        LatentSample merged =
                empty(samples.stream().mapToInt(s -> s.capacity).max().orElse(0));
        for (LatentSample sample : samples) {
            merged = merged.and(sample);
        }
        return merged;
    }

    private LatentSample and(LatentSample that) {
        int most = Math.min(capacity, hashes.length + that.hashes.length);
        long[] mergedHashes = new long[most];
        byte[][] mergedLatents = new byte[most][];
        int[] mergedCounts = new int[most];
        long least = Math.min(bound, that.bound);
        int size = 0;
        int i = 0;
        int j = 0;
        while (true) {
            long own = i < hashes.length ? hashes[i] : Long.MAX_VALUE;
            long other = j < that.hashes.length ? that.hashes[j] : Long.MAX_VALUE;
            long next = Math.min(own, other);
            if (next >= least) {
                break; // at the latest when both have ended
            }
            if (size == most) {
                least = next;
                break;
            }
            mergedHashes[size] = next;
            mergedLatents[size] = own == next ? latents[i] : that.latents[j];
            long count = (own == next ? counts[i++] : 0L) + (other == next ? that.counts[j++] : 0L);
            mergedCounts[size++] = (int) Math.min(Integer.MAX_VALUE, count);
        }
        return new LatentSample(
                capacity,
                documents + that.documents,
                Arrays.copyOf(mergedHashes, size),
                Arrays.copyOf(mergedLatents, size),
                Arrays.copyOf(mergedCounts, size),
                least);
    }

    /** The number of documents from which the sample was taken. */
    long documents() {
        return documents;
    }

    /** The number of documents in the sample, repeated latents included. */
    long sampled() {
        return Arrays.stream(counts).asLongStream().sum();
    }

    boolean isEmpty() {
        return hashes.length == 0;
    }

    /**
     * The distinct latents in the order of their hashes, so that the first n form a sample too. Callers must not modify
     * them.
     */
    byte[][] latents() {
        return latents;
    }

    /** The number of occurrences of each of {@link #latents}. Callers must not modify them. */
    int[] counts() {
        return counts;
    }

    /** Feeds everything that a division may depend on to a digest. */
    void digest(MessageDigest digest) {
        ByteBuffer numbers = ByteBuffer.allocate(2 * Integer.BYTES + 2 * Long.BYTES);
        digest.update(numbers.putInt(capacity)
                .putInt(hashes.length)
                .putLong(documents)
                .putLong(bound)
                .flip());
        for (int i = 0; i < hashes.length; i++) {
            numbers.clear();
            digest.update(numbers.putInt(latents[i].length).putInt(counts[i]).flip());
            digest.update(latents[i]);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LatentSample that
                && capacity == that.capacity
                && documents == that.documents
                && bound == that.bound
                && Arrays.deepEquals(latents, that.latents)
                && Arrays.equals(counts, that.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(
                new Object[] {capacity, documents, bound, Arrays.deepHashCode(latents), Arrays.hashCode(counts)});
    }
}

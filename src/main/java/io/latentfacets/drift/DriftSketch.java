/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The statistics of some documents against one generation, of a bounded size however many documents there are. Adding
 * sketches is associative and commutative. Not thread-safe.
 */
public final class DriftSketch {

    /** The number of odd documents that a sketch keeps. */
    public static final int KEPT = 1_000;

    /** The number of bins of the histogram of similarities, which divide −1 to 1. */
    public static final int BINS = 40;

    private static final int VERSION = 1;
    private static final int MOST_CLUSTERS = 1 << 16;

    private long since = Long.MAX_VALUE;
    private long documents;
    private Moments words = Moments.NONE;
    private Moments similarity = Moments.NONE;
    private final long[] bins = new long[BINS];
    private long below;
    private long oddities;
    private final long[] clusters;
    /** The documents with the least keys, the largest key on top. */
    private final PriorityQueue<OddDocument> odd =
            new PriorityQueue<>(Comparator.comparingLong(OddDocument::key).reversed());

    /** @param clusters the number of clusters of the generation, at least 1 */
    public DriftSketch(int clusters) {
        this.clusters = new long[clusters];
    }

    /**
     * Counts one document.
     *
     * @param millis when it came, epoch milliseconds
     */
    public void add(Observation document, long millis) {
        since = Math.min(since, millis);
        documents++;
        if (!Double.isNaN(document.unknownShare())) {
            words = words.plus(Moments.of(document.unknownShare()));
        }
        if (document.cluster() >= 0) {
            float cosine = Math.max(-1, Math.min(1, document.similarity()));
            similarity = similarity.plus(Moments.of(cosine));
            bins[Math.min(BINS - 1, (int) ((cosine + 1) / 2 * BINS))]++;
            below += document.below() ? 1 : 0;
            oddities += document.odd() ? 1 : 0;
            clusters[document.cluster()]++;
        }
    }

    /** Whether {@link #keep} would keep a document with this key. */
    boolean keeps(long key) {
        return odd.size() < KEPT || key < odd.peek().key();
    }

    /** Keeps a document, which {@link #add} counts as odd, if its key is among the least. */
    void keep(OddDocument document) {
        if (keeps(document.key())) {
            odd.add(document);
            if (odd.size() > KEPT) {
                odd.remove();
            }
        }
    }

    /**
     * Adds the documents of another sketch, which does not change.
     *
     * @throws IllegalArgumentException if it counts another number of clusters
     */
    public void merge(DriftSketch other) {
        if (other.clusters.length != clusters.length) {
            throw new IllegalArgumentException("a sketch of [" + clusters.length + "] clusters cannot take one of ["
                    + other.clusters.length + "]");
        }
        since = Math.min(since, other.since);
        documents += other.documents;
        words = words.plus(other.words);
        similarity = similarity.plus(other.similarity);
        below += other.below;
        oddities += other.oddities;
        for (int i = 0; i < BINS; i++) {
            bins[i] += other.bins[i];
        }
        for (int i = 0; i < clusters.length; i++) {
            clusters[i] += other.clusters[i];
        }
        other.odd.forEach(this::keep);
    }

    /** The arrival of the first document, epoch milliseconds; {@code Long.MAX_VALUE} without documents. */
    public long since() {
        return since;
    }

    /** The number of documents. */
    public long documents() {
        return documents;
    }

    /** The share of unknown words, by document. */
    public Moments words() {
        return words;
    }

    /** The cosine to the centroid, by document with a latent. */
    public Moments similarity() {
        return similarity;
    }

    /** The number of documents by their similarity, {@code [BINS]}; a copy. */
    public long[] bins() {
        return bins.clone();
    }

    /** The number of documents below the floor of their cluster. */
    public long below() {
        return below;
    }

    /** The number of documents by cluster; a copy. */
    public long[] clusters() {
        return clusters.clone();
    }

    /** The number of documents that the model represents badly. */
    public long oddities() {
        return oddities;
    }

    /** A uniform sample of the odd documents, in the order of their keys. */
    public List<OddDocument> odd() {
        return odd.stream().sorted(Comparator.comparingLong(OddDocument::key)).toList();
    }

    /** Writes a format with a version. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeLong(since);
        out.writeLong(documents);
        words.writeTo(out);
        similarity.writeTo(out);
        for (long bin : bins) {
            out.writeLong(bin);
        }
        out.writeLong(below);
        out.writeLong(oddities);
        out.writeInt(clusters.length);
        for (long count : clusters) {
            out.writeLong(count);
        }
        List<OddDocument> kept = odd();
        out.writeInt(kept.size());
        for (OddDocument document : kept) {
            document.writeTo(out);
        }
    }

    /** @throws IOException also if {@link #writeTo} did not write these bytes */
    public static DriftSketch readFrom(DataInput in) throws IOException {
        int version = in.readInt();
        if (version != VERSION) {
            throw new IOException(
                    "statistics of drift have format [" + version + "], this plugin reads [" + VERSION + "]");
        }
        long since = in.readLong();
        long documents = in.readLong();
        Moments words = Moments.readFrom(in);
        Moments similarity = Moments.readFrom(in);
        long[] bins = new long[BINS];
        for (int i = 0; i < BINS; i++) {
            bins[i] = in.readLong();
        }
        long below = in.readLong();
        long oddities = in.readLong();
        int count = in.readInt();
        if (count < 1 || count > MOST_CLUSTERS) {
            throw new IOException("corrupt statistics of drift: [" + count + "] clusters");
        }
        DriftSketch sketch = new DriftSketch(count);
        sketch.since = since;
        sketch.documents = documents;
        sketch.words = words;
        sketch.similarity = similarity;
        System.arraycopy(bins, 0, sketch.bins, 0, BINS);
        sketch.below = below;
        sketch.oddities = oddities;
        for (int i = 0; i < count; i++) {
            sketch.clusters[i] = in.readLong();
        }
        sketch.requireSound();
        int kept = in.readInt();
        if (kept < 0 || kept > Math.min(KEPT, oddities)) {
            throw new IOException("corrupt statistics of drift: [" + kept + "] odd documents of [" + oddities + "]");
        }
        for (int i = 0; i < kept; i++) {
            sketch.odd.add(OddDocument.readFrom(in));
        }
        return sketch;
    }

    private void requireSound() throws IOException {
        long latents = similarity.count();
        boolean sound = documents >= 0
                && words.count() <= documents
                && latents <= documents
                && below >= 0
                && below <= latents
                && oddities >= 0
                && oddities <= latents
                && total(bins) == latents
                && total(clusters) == latents;
        if (!sound) {
            throw new IOException("corrupt statistics of drift: [" + documents + "] documents, [" + latents
                    + "] with latents, [" + below + "] below the floor");
        }
    }

    /** The sum; −1 if a count is negative or too large. */
    private static long total(long[] counts) {
        long sum = 0;
        for (long count : counts) {
            if (count < 0 || (sum += count) < 0) {
                return -1;
            }
        }
        return sum;
    }

    @Override
    public boolean equals(Object object) {
        return object instanceof DriftSketch other
                && since == other.since
                && documents == other.documents
                && words.equals(other.words)
                && similarity.equals(other.similarity)
                && Arrays.equals(bins, other.bins)
                && below == other.below
                && oddities == other.oddities
                && Arrays.equals(clusters, other.clusters)
                && keys().equals(other.keys());
    }

    private List<Long> keys() {
        return new ArrayList<>(odd().stream().map(OddDocument::key).toList());
    }

    @Override
    public int hashCode() {
        return Long.hashCode(documents) + 31 * Arrays.hashCode(clusters);
    }

    @Override
    public String toString() {
        return "[" + documents + "] documents, unknown " + words.mean() + ", similarity " + similarity.mean() + ", ["
                + below + "] below the floor, by cluster " + Arrays.toString(clusters);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import io.latentfacets.cluster.Assigner;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.text.ReadDocument;
import io.latentfacets.vae.Latents;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;

/**
 * The sketch of the last documents of one node: of at least as many as the window has, once there were that many, and
 * of at most twice as many. Thread-safe.
 *
 * <p>The window is as long as the sample that the generation learned from, within bounds. A longer one could not tell
 * more, because the sample is no surer than that; and in it new documents would drown in old ones.
 */
public final class DriftWindow {

    private static final int SHORTEST = 500;
    private static final int LONGEST = 5_000;

    private final Clusters clusters;
    private final float usualShare;
    private final int length;
    private DriftSketch past;
    private DriftSketch present;
    private long changes;

    /**
     * An empty window of documents of a generation.
     *
     * @param clusters the clusters of the generation
     * @param reference what the generation learned; null if it was made before references existed
     */
    public DriftWindow(Clusters clusters, DriftReference reference) {
        this(clusters, reference, sketch(clusters), sketch(clusters));
    }

    private DriftWindow(Clusters clusters, DriftReference reference, DriftSketch past, DriftSketch present) {
        this.clusters = clusters;
        this.usualShare = reference == null ? 1 : reference.usualShare();
        this.length = reference == null ? LONGEST : (int) Math.max(SHORTEST, Math.min(LONGEST, reference.documents()));
        this.past = past;
        this.present = present;
    }

    private static DriftSketch sketch(Clusters clusters) {
        return new DriftSketch(clusters.partition().count());
    }

    /**
     * Counts a document.
     *
     * @param latent the quantised latent; null for none
     * @param unknownShare the share of its words that the vocabulary does not know, 0 to 1; NaN if it has no words
     * @param origin where the document is; called only if the window keeps the document as an odd one
     * @param millis now, epoch milliseconds
     */
    public void add(byte[] latent, double unknownShare, Supplier<Origin> origin, long millis) {
        adder(clusters).add(latent, unknownShare, origin, millis, (unit, cluster) -> {});
    }

    /**
     * Counts documents one after another on one thread. With many clusters that is faster than each alone.
     *
     * @param present the clusters of the window's generation, or those of one of its minor generations
     */
    public Adder adder(Clusters present) {
        return new Adder(present);
    }

    /** Counts documents that belong to clusters. Not thread-safe; many may count in one window at once. */
    public final class Adder {
        private final Clusters present;
        private final Assigner assigner;

        private Adder(Clusters present) {
            this.present = present;
            this.assigner = present.partition().assigner();
        }

        /**
         * Counts a document.
         *
         * @param latent as for {@link DriftWindow#add}
         * @param unknownShare as for {@link DriftWindow#add}
         * @param origin as for {@link DriftWindow#add}
         * @param millis now, epoch milliseconds
         * @param assigned gets the latent, unit length, and the cluster of a document that has a latent
         */
        public void add(
                byte[] latent,
                double unknownShare,
                Supplier<Origin> origin,
                long millis,
                ObjIntConsumer<float[]> assigned) {
            if (latent == null) {
                count(new Observation(unknownShare, -1, 0, false, false), millis, null);
                return;
            }
            float[] unit = Latents.dequantize(latent);
            int cluster = assigner.assign(unit);
            assigned.accept(unit, cluster);
            Observation seen = DriftReference.observe(present, unit, cluster, unknownShare, usualShare);
            OddDocument odd = null;
            if (seen.odd()) {
                long key = ThreadLocalRandom.current().nextLong();
                if (keeps(key)) {
                    Origin of = origin.get();
                    odd = new OddDocument(key, of.index(), of.id(), latent, of.words());
                }
            }
            count(seen, millis, odd);
        }
    }

    /**
     * Where a document is, and its words, the most characteristic first.
     *
     * @param id the id; empty if there is none yet
     */
    public record Origin(String index, String id, List<ReadDocument.Word> words) {}

    private synchronized boolean keeps(long key) {
        return present.documents() >= length || present.keeps(key);
    }

    private synchronized void count(Observation document, long millis, OddDocument odd) {
        if (present.documents() >= length) {
            past = present;
            present = sketch(clusters);
        }
        present.add(document, millis);
        if (odd != null) {
            present.keep(odd);
        }
        changes++;
    }

    /** A copy of the statistics of the window. */
    public synchronized DriftSketch sketch() {
        DriftSketch both = sketch(clusters);
        both.merge(past);
        both.merge(present);
        return both;
    }

    /** The number of documents that were ever counted here; tells whether the window has changed. */
    public synchronized long changes() {
        return changes;
    }

    public synchronized void writeTo(DataOutput out) throws IOException {
        past.writeTo(out);
        present.writeTo(out);
    }

    /**
     * Reads the statistics of a window that {@link #writeTo} wrote.
     *
     * @throws IOException also if the bytes are not those of a window
     */
    public static DriftSketch readSketch(DataInput in) throws IOException {
        DriftSketch both = DriftSketch.readFrom(in);
        DriftSketch present = DriftSketch.readFrom(in);
        if (both.clusters().length != present.clusters().length) {
            throw new IOException("corrupt statistics of drift: [" + both.clusters().length + "] and ["
                    + present.clusters().length + "] clusters");
        }
        both.merge(present);
        return both;
    }

    /** @throws IOException also if the bytes are not those of a window of that many clusters */
    public static DriftWindow readFrom(DataInput in, Clusters clusters, DriftReference reference) throws IOException {
        DriftSketch past = DriftSketch.readFrom(in);
        DriftSketch present = DriftSketch.readFrom(in);
        int count = clusters.partition().count();
        if (past.clusters().length != count || present.clusters().length != count) {
            throw new IOException("the statistics of drift are not of [" + count + "] clusters");
        }
        return new DriftWindow(clusters, reference, past, present);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.cluster.Assigner;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Partition;
import io.latentfacets.field.LatentDocValue;
import io.latentfacets.model.Generation;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.BytesRef;

/**
 * Assigns a stored latent to a cluster of the pinned generation. The pinned partition assigns latents of the pinned
 * generation's encoder. The partition of the newest known generation with its encoder assigns any other latent, which
 * then counts under the same cluster key if the pinned generation has that key. A latent whose encoder is not known has
 * no cluster: it costs one look-up, and nothing is loaded or kept for it. Allocates nothing per latent of a known
 * encoder. Not thread-safe.
 */
final class LatentAssigner {
    private final EncoderGenerations generations;
    private final Generation pinned;
    private final Map<Long, OfEncoder> encoders = new HashMap<>();

    private long encoder;
    private OfEncoder current = OfEncoder.UNKNOWN;
    private int own;
    private int unknown;

    LatentAssigner(EncoderGenerations generations) {
        this.generations = generations;
        this.pinned = generations.pinned();
    }

    /** Returns the cluster's ordinal in the pinned partition, −1 for none. */
    int assign(BytesRef value) {
        if (!read(value)) {
            return -1;
        }
        own = current.assigner.assign(current.unit);
        return current.pinned(own);
    }

    /**
     * Assigns a document of a column, now or with a later one: two latents of one encoder together take less time.
     * After the last one, {@link #finish} assigns what is left.
     *
     * @param paired whether the column has so many latents that this is worth its preparation
     */
    void assign(int doc, BytesRef value, BuiltColumn.Builder column, boolean paired) {
        if (!read(value)) {
            return;
        }
        if (current.waiting >= 0) {
            current.assigner.assign(current.waitingUnit, current.unit, current.both);
            current.put(current.waiting, current.waitingUnit, current.both[0], column);
            current.put(doc, current.unit, current.both[1], column);
            current.waiting = -1;
        } else if (paired && current.assigner.pairs()) {
            current.hold(doc);
        } else {
            current.put(doc, current.unit, current.assigner.assign(current.unit), column);
        }
    }

    /** Assigns the documents that wait for another one. */
    void finish(BuiltColumn.Builder column) {
        for (OfEncoder each : encoders.values()) {
            if (each.waiting >= 0) {
                each.put(each.waiting, each.waitingUnit, each.assigner.assign(each.waitingUnit), column);
                each.waiting = -1;
            }
        }
    }

    /**
     * Finds the memberships in the clusters of the pinned partition. Those in clusters that the pinned generation does
     * not have are left out.
     *
     * @param into one per cluster, overwritten
     * @return whether the latent has memberships
     */
    boolean memberships(BytesRef value, double[] into) {
        if (!read(value)) {
            return false;
        }
        if (current.toPinned == null) {
            current.assigner.memberships(current.unit, into);
            return true;
        }
        current.assigner.memberships(current.unit, current.memberships);
        Arrays.fill(into, 0);
        for (int c = 0; c < current.toPinned.length; c++) {
            if (current.toPinned[c] >= 0) {
                into[current.toPinned[c]] += current.memberships[c];
            }
        }
        return true;
    }

    /** Reads a latent into the buffer of its encoder; false if no known partition assigns it. */
    private boolean read(BytesRef value) {
        long bits = LatentDocValue.encoder(value);
        if (bits != encoder) {
            encoder = bits;
            current = generations.knows(bits) ? encoders.computeIfAbsent(bits, this::of) : OfEncoder.UNKNOWN;
        }
        if (current == OfEncoder.UNKNOWN) {
            unknown++;
            return false;
        }
        // The mapper does not check the length, because it does not know the encoder.
        if (current.partition == null || LatentDocValue.dims(value) != current.unit.length) {
            return false;
        }
        LatentDocValue.dequantize(value, current.unit);
        return true;
    }

    /**
     * The cosine between the latent assigned last and its cluster's centroid. Valid only if that latent has a cluster.
     */
    float similarity() {
        return current.partition.similarity(current.unit, own);
    }

    Set<Integer> missing() {
        return generations.missing();
    }

    /** The number of latents whose encoder is not known. */
    int unknown() {
        return unknown;
    }

    private OfEncoder of(long bits) {
        Generation other = generations.of(bits);
        if (other == null) {
            return new OfEncoder(null, null);
        }
        Clusters clusters = other.clusters();
        if (other == pinned) {
            return new OfEncoder(clusters.partition(), null);
        }
        int[] byKey = new int[clusters.partition().count()];
        for (int c = 0; c < byKey.length; c++) {
            byKey[c] = pinned.clusters().ordinal(clusters.infos().get(c).key());
        }
        return new OfEncoder(clusters.partition(), byKey);
    }

    /** The assigner for the latents of one encoder, and a buffer for one latent. */
    private static final class OfEncoder {
        private static final OfEncoder UNKNOWN = new OfEncoder(null, null);

        private final Partition partition;
        private final Assigner assigner;
        private final int[] toPinned;
        private final int[] both = new int[2];
        private float[] unit;
        private float[] waitingUnit;
        /** The document of {@link #waitingUnit}; −1 for none. */
        private int waiting = -1;
        /** Per own cluster; null if both ordinals are equal. */
        private final double[] memberships;

        /**
         * @param partition the partition of a generation with this encoder; null if it is not available
         * @param toPinned the pinned ordinal per ordinal, −1 for none; null if both ordinals are equal
         */
        OfEncoder(Partition partition, int[] toPinned) {
            this.partition = partition;
            this.toPinned = toPinned;
            this.assigner = partition == null ? null : partition.assigner();
            this.unit = partition == null ? null : new float[partition.dims()];
            this.waitingUnit = partition == null ? null : new float[partition.dims()];
            this.memberships = toPinned == null ? null : new double[partition.count()];
        }

        /** Returns the pinned ordinal of an own one, −1 for none. */
        int pinned(int ordinal) {
            return toPinned == null ? ordinal : toPinned[ordinal];
        }

        /** Keeps the latent in the buffer for later. */
        void hold(int doc) {
            float[] swap = waitingUnit;
            waitingUnit = unit;
            unit = swap;
            waiting = doc;
        }

        void put(int doc, float[] latent, int ordinal, BuiltColumn.Builder column) {
            int cluster = pinned(ordinal);
            if (cluster >= 0) {
                column.assign(doc, cluster, column.similarity() ? partition.similarity(latent, ordinal) : 0f);
            }
        }
    }
}

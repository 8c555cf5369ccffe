/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.cluster.Assigner;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Partition;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.apache.lucene.util.BytesRef;

/**
 * Assigns a stored latent to a cluster of the pinned generation. The pinned partition assigns latents of the pinned
 * generation's encoder. The partition of the newest known generation with its encoder assigns any other latent, which
 * then counts under the same cluster key if the pinned generation has that key. A latent whose encoder is not known has
 * no cluster: it costs one look-up, and nothing is loaded or kept for it. Allocates nothing per latent of a known
 * encoder. Not thread-safe.
 */
final class LatentAssigner {
    /** The largest number of other encoders whose latents one column assigns: the newest. */
    static final int MAX_FOREIGN = 8;

    private final Generation pinned;
    private final IntFunction<Generation> others;
    /** The number of a generation with each other encoder that counts as known, by {@code EncoderId.bits}. */
    private final Map<Long, Integer> numbers = new HashMap<>();
    /** The encoders whose latents this object has met, at most one more than {@link #numbers}. */
    private final Map<Long, OfEncoder> encoders = new HashMap<>();

    private final Set<Integer> missing = new TreeSet<>();

    private long encoder;
    private OfEncoder current = OfEncoder.UNKNOWN;
    private int own;
    private int unknown;

    /**
     * @param known the model's generations, ascending by number
     * @param others gives the model's other generations by number; null for an unavailable one
     */
    LatentAssigner(Generation pinned, List<Generations.Known> known, IntFunction<Generation> others) {
        this.pinned = pinned;
        this.others = others;
        for (int i = known.size() - 1; i >= 0 && numbers.size() < MAX_FOREIGN; i--) {
            if (!known.get(i).encoder().equals(pinned.encoder())) {
                numbers.putIfAbsent(known.get(i).encoder().bits(), known.get(i).number());
            }
        }
        encoders.put(pinned.encoder().bits(), new OfEncoder(pinned.clusters().partition(), null));
    }

    /** Returns the cluster's ordinal in the pinned partition, −1 for none. */
    int assign(BytesRef value) {
        long bits = LatentDocValue.encoder(value);
        if (bits != encoder) {
            encoder = bits;
            current = of(bits);
        }
        if (current == OfEncoder.UNKNOWN) {
            unknown++;
            return -1;
        }
        // The mapper does not check the length, because it does not know the encoder.
        if (current.partition == null || LatentDocValue.dims(value) != current.unit.length) {
            return -1;
        }
        LatentDocValue.dequantize(value, current.unit);
        own = current.assigner.assign(current.unit);
        return current.toPinned == null ? own : current.toPinned[own];
    }

    /**
     * The cosine between the latent assigned last and its cluster's centroid. Valid only if that latent has a cluster.
     */
    float similarity() {
        return current.partition.similarity(current.unit, own);
    }

    /** The generations that some latents need and that were not available; at most {@value #MAX_FOREIGN}. */
    Set<Integer> missing() {
        return missing;
    }

    /** The number of latents whose encoder is not known. */
    int unknown() {
        return unknown;
    }

    private OfEncoder of(long bits) {
        OfEncoder known = encoders.get(bits);
        Integer number = known == null ? numbers.get(bits) : null;
        if (number == null) {
            return known == null ? OfEncoder.UNKNOWN : known;
        }
        OfEncoder other = of(others.apply(number), number, bits);
        encoders.put(bits, other);
        return other;
    }

    private OfEncoder of(Generation other, int number, long bits) {
        // A generation of that number with another encoder is on its way out of this node's memory.
        if (other == null || other.encoder().bits() != bits) {
            missing.add(number);
            return new OfEncoder(null, null);
        }
        Clusters clusters = other.clusters();
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
        private final float[] unit;

        /**
         * @param partition the partition of a generation with this encoder; null if it is not available
         * @param toPinned the pinned ordinal per ordinal, −1 for none; null if both ordinals are equal
         */
        OfEncoder(Partition partition, int[] toPinned) {
            this.partition = partition;
            this.toPinned = toPinned;
            this.assigner = partition == null ? null : partition.assigner();
            this.unit = partition == null ? null : new float[partition.dims()];
        }
    }
}

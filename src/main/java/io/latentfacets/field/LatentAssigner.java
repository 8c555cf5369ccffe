/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.cluster.Assigner;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Partition;
import io.latentfacets.model.Generation;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntFunction;
import org.apache.lucene.util.BytesRef;

/**
 * Assigns a stored latent to a cluster of the pinned generation. The pinned partition assigns latents of the pinned
 * generation's encoder. The partition of its own generation assigns any other latent, which then counts under the same
 * cluster key if the pinned generation has that key. Allocates nothing per latent. Not thread-safe.
 */
final class LatentAssigner {
    private final Generation pinned;
    private final IntFunction<Generation> others;
    private final Map<Integer, OfGeneration> all = new HashMap<>();
    private final Set<Integer> missing = new TreeSet<>();

    private int number;
    private OfGeneration current;
    private int own;

    /** @param others gives the model's other generations by number; null for an unavailable one */
    LatentAssigner(Generation pinned, IntFunction<Generation> others) {
        this.pinned = pinned;
        this.others = others;
    }

    /** Returns the cluster's ordinal in the pinned partition, −1 for none. */
    int assign(BytesRef value) {
        int generation = LatentDocValue.generation(value);
        if (current == null || generation != number) {
            number = generation;
            current = all.computeIfAbsent(generation, this::of);
        }
        // The node that indexed this latent did not have its generation, so nothing checked the length.
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

    /** The generations that latents carry and that were not available. */
    Set<Integer> missing() {
        return missing;
    }

    private OfGeneration of(int generation) {
        if (generation == pinned.encoderGeneration() || generation == pinned.number()) {
            return new OfGeneration(pinned.clusters().partition(), null);
        }
        Generation other = others.apply(generation);
        if (other == null) {
            missing.add(generation);
            return new OfGeneration(null, null);
        }
        Clusters clusters = other.clusters();
        int[] byKey = new int[clusters.partition().count()];
        for (int c = 0; c < byKey.length; c++) {
            byKey[c] = pinned.clusters().ordinal(clusters.infos().get(c).key());
        }
        return new OfGeneration(clusters.partition(), byKey);
    }

    /** The assigner for the latents of one generation, and a buffer for one latent. */
    private static final class OfGeneration {
        private final Partition partition;
        private final Assigner assigner;
        private final int[] toPinned;
        private final float[] unit;

        /**
         * @param partition the generation's partition; null if the generation is not available
         * @param toPinned the pinned ordinal per ordinal, −1 for none; null if both ordinals are equal
         */
        OfGeneration(Partition partition, int[] toPinned) {
            this.partition = partition;
            this.toPinned = toPinned;
            this.assigner = partition == null ? null : partition.assigner();
            this.unit = partition == null ? null : new float[partition.dims()];
        }
    }
}

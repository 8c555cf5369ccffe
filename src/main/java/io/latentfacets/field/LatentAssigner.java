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
 * Says which cluster of the pinned generation a stored latent belongs to. A latent of the pinned generation's encoder
 * is assigned by the pinned partition; any other by that of its own generation, and its cluster counts under the same
 * key, if it still lives there. One thread; makes nothing per latent.
 */
final class LatentAssigner {
    private final Generation pinned;
    private final IntFunction<Generation> others;
    private final Map<Integer, OfGeneration> all = new HashMap<>();
    private final Set<Integer> missing = new TreeSet<>();

    private int number;
    private OfGeneration current;
    private int own;

    /** @param others the pinned generation's model's others by number, null for one that cannot be had */
    LatentAssigner(Generation pinned, IntFunction<Generation> others) {
        this.pinned = pinned;
        this.others = others;
    }

    /** Ordinal in the pinned partition, −1 for none. */
    int assign(BytesRef value) {
        int generation = LatentDocValue.generation(value);
        if (current == null || generation != number) {
            number = generation;
            current = all.computeIfAbsent(generation, this::of);
        }
        // A latent of another length got in while its generation was not on the node to check it.
        if (current.partition == null || LatentDocValue.dims(value) != current.unit.length) {
            return -1;
        }
        LatentDocValue.dequantize(value, current.unit);
        own = current.assigner.assign(current.unit);
        return current.toPinned == null ? own : current.toPinned[own];
    }

    /** Cosine of the latent that was assigned last to its cluster's centroid; only if it has a cluster. */
    float similarity() {
        return current.partition.similarity(current.unit, own);
    }

    /** Generations that latents were of and that could not be had. */
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

    /** How latents of one generation are assigned, and room for one of them. */
    private static final class OfGeneration {
        private final Partition partition;
        private final Assigner assigner;
        private final int[] toPinned;
        private final float[] unit;

        /**
         * @param partition null: a generation that is not here
         * @param toPinned pinned ordinal per ordinal, −1 for none; null: the same
         */
        OfGeneration(Partition partition, int[] toPinned) {
            this.partition = partition;
            this.toPinned = toPinned;
            this.assigner = partition == null ? null : partition.assigner();
            this.unit = partition == null ? null : new float[partition.dims()];
        }
    }
}

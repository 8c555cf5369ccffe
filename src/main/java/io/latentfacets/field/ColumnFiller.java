/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Partition;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;

/**
 * Computes a {@link ClusterColumn} in one pass over a segment's latents. A latent of the pinned generation's encoder is
 * assigned by the pinned partition; any other by that of its own generation, and its cluster counts under the same key,
 * if it still lives there. One use, one thread.
 */
final class ColumnFiller {
    private final Generations generations;
    private final Generation pinned;
    private final boolean similarity;
    private final Map<Integer, Assigner> assigners = new HashMap<>();
    private final Set<Integer> missing = new TreeSet<>();

    ColumnFiller(Generations generations, Generation pinned, boolean similarity) {
        this.generations = generations;
        this.pinned = pinned;
        this.similarity = similarity;
    }

    /** @param latents may be null: a segment without any */
    ClusterColumn fill(BinaryDocValues latents, int documents) throws IOException {
        ClusterColumn.Builder column = new ClusterColumn.Builder(
                documents, pinned.clusters().partition().count(), similarity);
        if (latents == null) {
            return column.build(missing);
        }
        int current = 0;
        Assigner assigner = null;
        for (int doc = latents.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = latents.nextDoc()) {
            BytesRef value = latents.binaryValue();
            int generation = LatentDocValue.generation(value);
            if (generation != current) {
                current = generation;
                assigner = assigners.computeIfAbsent(generation, this::assigner);
            }
            assigner.assign(value, doc, column);
        }
        return column.build(missing);
    }

    private Assigner assigner(int number) {
        if (number == pinned.encoderGeneration() || number == pinned.number()) {
            return new Assigner(pinned.clusters().partition(), null, similarity);
        }
        Generation other = generations.loaded(pinned.model(), number);
        if (other == null) {
            missing.add(number);
            return new Assigner(null, null, false);
        }
        Clusters clusters = other.clusters();
        int[] byKey = new int[clusters.partition().count()];
        for (int c = 0; c < byKey.length; c++) {
            byKey[c] = pinned.clusters().ordinal(clusters.infos().get(c).key());
        }
        return new Assigner(clusters.partition(), byKey, similarity);
    }

    /** Assigns the latents of one generation. */
    private static final class Assigner {
        private final Partition partition;
        private final int[] toPinned;
        private final boolean similarity;
        private final byte[] latent;

        /**
         * @param partition null: a generation that is not here
         * @param toPinned pinned ordinal per ordinal, −1 for none; null: the same
         */
        Assigner(Partition partition, int[] toPinned, boolean similarity) {
            this.partition = partition;
            this.toPinned = toPinned;
            this.similarity = similarity;
            this.latent = partition == null ? null : new byte[partition.dims()];
        }

        void assign(BytesRef value, int doc, ClusterColumn.Builder column) {
            // A latent of another length got in while its generation was not on the node to check it.
            if (partition == null || LatentDocValue.dims(value) != latent.length) {
                return;
            }
            LatentDocValue.copyLatent(value, latent);
            float[] unit = Latents.dequantize(latent);
            int own = partition.assign(unit);
            int cluster = toPinned == null ? own : toPinned[own];
            if (cluster >= 0) {
                column.assign(doc, cluster, similarity ? partition.similarity(unit, own) : 0f);
            }
        }
    }
}

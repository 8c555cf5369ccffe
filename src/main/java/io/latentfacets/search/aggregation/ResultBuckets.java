/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.Codebook;
import io.latentfacets.field.LeafLatents;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.search.DocumentBlocks;
import io.latentfacets.search.ShardField;
import io.latentfacets.search.results.ResultClusters;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.LeafReaderContext;
import org.opensearch.search.aggregations.InternalAggregations;

/**
 * The buckets of the clusters of one result. Assigns each document from its latent, by the same rule as drill-down.
 * Thread-safe.
 */
final class ResultBuckets implements ShardBuckets {
    private static final int LOOKED_AT = 10_000;

    private final ShardField field;
    private final ResultClusters clusters;
    private final ClusterNames names;
    private final double minSimilarity;

    ResultBuckets(ShardField field, ResultClusters clusters, FacetOptions options) {
        this.field = field;
        this.clusters = clusters;
        this.names = new ClusterNames(options, ClusterEdits.NONE);
        this.minSimilarity = options.minSimilarity().cosine();
    }

    @Override
    public int count() {
        return clusters.infos().size() + 1;
    }

    @Override
    public ClusterBucket bucket(int number, long documents) {
        ClusterInfo info = clusters.infos().get(number - 1);
        return new ClusterBucket(info, null, names.of(info), documents, InternalAggregations.EMPTY);
    }

    @Override
    public String key(int number) {
        return clusters.infos().get(number - 1).key();
    }

    @Override
    public Leaf leaf(LeafReaderContext leaf) throws IOException {
        LeafLatents latents = clusters.partition() == null ? null : field.latents(leaf.reader());
        if (latents == null) {
            return Leaf.NONE;
        }
        return new Nearest(latents);
    }

    @Override
    public long[] counts(LeafReaderContext leaf) {
        return null;
    }

    @Override
    public Background background(LeafReaderContext leaf) throws IOException {
        return new Background(leaf(leaf), null, LOOKED_AT);
    }

    /** Assigns the documents of a segment to the nearest centroids. For one thread. */
    private final class Nearest implements Leaf {
        private final LeafLatents latents;
        private final Codebook codebook = clusters.partition().codebook();

        // made by the first block: most segments of a search may match nothing
        private Codebook.BlockAssigner assigner;
        private int[] assigned;
        private byte[] block;

        Nearest(LeafLatents latents) {
            this.latents = latents;
        }

        @Override
        public int bucket(int doc) throws IOException {
            return latents.advanceExact(doc) ? bucket(latents.latent(), codebook.assign(latents.latent())) : UNASSIGNED;
        }

        private int bucket(byte[] latent, int cluster) {
            return minSimilarity > 0 && codebook.similarity(latent, cluster) < minSimilarity ? UNASSIGNED : cluster + 1;
        }

        @Override
        public void count(int[] documents, int number, long[] counts) throws IOException {
            if (assigner == null) {
                assigner = codebook.assigner();
                assigned = new int[DocumentBlocks.SIZE];
                block = new byte[DocumentBlocks.SIZE * latents.dims()];
            }
            int found = latents.read(documents, number, block);
            counts[UNASSIGNED] += number - found;
            assigner.assign(block, found, assigned);
            int dims = latents.dims();
            for (int i = 0; i < found; i++) {
                counts[
                        minSimilarity > 0
                                ? bucket(Arrays.copyOfRange(block, i * dims, (i + 1) * dims), assigned[i])
                                : assigned[i] + 1]++;
            }
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTree;
import io.latentfacets.cluster.Clusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which bucket a cluster's documents go to, at one {@link Level}. Bucket 0 is for documents without a cluster; the
 * others are numbered from 1. Immutable.
 */
final class BucketLevel {
    /** The bucket of documents without a cluster, and such a document's ordinal in a column. */
    static final int UNASSIGNED = ShardBuckets.UNASSIGNED;

    /** Of a model without an active generation: no cluster. */
    static final BucketLevel NONE = new BucketLevel(List.of(), List.of(), new int[] {UNASSIGNED});

    private final List<ClusterInfo> infos;
    private final List<String> parents;
    private final int[] bucketOf;

    private BucketLevel(List<ClusterInfo> infos, List<String> parents, int[] bucketOf) {
        this.infos = infos;
        this.parents = parents;
        this.bucketOf = bucketOf;
    }

    static BucketLevel of(Level level, Clusters clusters) {
        ClusterTree tree = clusters.tree();
        boolean lifted = level == Level.PARENTS;
        List<ClusterInfo> infos = new ArrayList<>(lifted ? tree.parents() : List.of());
        List<String> parents =
                new ArrayList<>(infos.stream().map(parent -> (String) null).toList());
        int[] bucketOf = new int[clusters.infos().size() + 1];
        for (int c = 0; c < clusters.infos().size(); c++) {
            if (lifted && tree.parentOf(c) >= 0) {
                bucketOf[c + 1] = tree.parentOf(c) + 1;
            } else {
                infos.add(clusters.infos().get(c));
                parents.add(tree.parentKey(c));
                bucketOf[c + 1] = infos.size();
            }
        }
        return new BucketLevel(infos, parents, bucketOf);
    }

    /** Number of buckets, the one of documents without a cluster included. */
    int count() {
        return infos.size() + 1;
    }

    /** Bucket by a column's ordinal; not to be written to. */
    int[] bucketOf() {
        return bucketOf;
    }

    /** What a bucket shows. */
    ClusterInfo info(int bucket) {
        return infos.get(bucket - 1);
    }

    /** The key of the parent of a bucket's cluster; null for none, or where the bucket is itself a parent's. */
    String parent(int bucket) {
        return parents.get(bucket - 1);
    }

    @Override
    public String toString() {
        return infos.stream().map(ClusterInfo::key).toList() + " " + Arrays.toString(bucketOf);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTree;
import io.latentfacets.cluster.Clusters;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Maps clusters to buckets at one {@link Level}. Bucket 0 holds documents without a cluster; the other buckets are
 * numbered from 1. Immutable.
 */
final class BucketLevel {
    /** The bucket of documents without a cluster, and the ordinal of such a document in a column. */
    static final int UNASSIGNED = ShardBuckets.UNASSIGNED;

    /** The level of a model without an active generation: it has no cluster. */
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
        List<ClusterInfo> infos = new ArrayList<>();
        List<String> parents = new ArrayList<>();
        int[] bucketOfParent = new int[tree.parents().size()];
        for (int p = 0; lifted && p < bucketOfParent.length; p++) {
            if (tree.above(p) < 0) {
                infos.add(tree.parents().get(p));
                parents.add(null);
                bucketOfParent[p] = infos.size();
            }
        }
        int[] bucketOf = new int[clusters.infos().size() + 1];
        for (int c = 0; c < clusters.infos().size(); c++) {
            int top = lifted ? tree.topOf(c) : -1;
            if (top >= 0) {
                bucketOf[c + 1] = bucketOfParent[top];
            } else {
                infos.add(clusters.infos().get(c));
                parents.add(tree.parentKey(c));
                bucketOf[c + 1] = infos.size();
            }
        }
        return new BucketLevel(infos, parents, bucketOf);
    }

    /** The number of buckets, including the bucket of documents without a cluster. */
    int count() {
        return infos.size() + 1;
    }

    /** The bucket per ordinal of a column. Callers must not modify the array. */
    int[] bucketOf() {
        return bucketOf;
    }

    /**
     * The cluster or parent of a bucket.
     *
     * @param bucket the bucket's number, at least 1
     */
    ClusterInfo info(int bucket) {
        return infos.get(bucket - 1);
    }

    /**
     * The key of the parent of a bucket's cluster; null if the cluster has none or if the bucket is a parent's.
     *
     * @param bucket the bucket's number, at least 1
     */
    String parent(int bucket) {
        return parents.get(bucket - 1);
    }

    @Override
    public String toString() {
        return infos.stream().map(ClusterInfo::key).toList() + " " + Arrays.toString(bucketOf);
    }
}

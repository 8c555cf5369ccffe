/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.field.column.ClusterColumn;
import io.latentfacets.field.column.DocumentMemberships;
import io.latentfacets.model.Generation;
import io.latentfacets.search.ShardField;
import java.io.IOException;
import java.util.Arrays;
import org.apache.lucene.index.LeafReaderContext;
import org.opensearch.search.aggregations.InternalAggregations;

/** The buckets of the model's own clusters, or of their parents, read from columns. Thread-safe. */
final class CorpusBuckets implements ShardBuckets {
    /** The number of a shard's documents to visit for background counts if the column is built. */
    private static final int LOOKED_AT = 1_000_000;

    /** The number of a shard's documents to visit for background counts if each must be assigned first. */
    private static final int ASSIGNED = 20_000;

    private final ShardField field;
    private final ClusterNames names;
    private final boolean named;
    private final BucketLevel level;
    private final int[] bucketOf;
    /** Per ordinal of a column; null if the similarity does not matter. */
    private final int[] thresholds;
    /** Null where a document counts in one cluster. */
    private final Double minMembership;

    CorpusBuckets(ShardField field, FacetOptions options) {
        this.field = field;
        this.names = new ClusterNames(options, field.pin().edits());
        this.named = options.shows(field.pin().coverage());
        Generation generation = field.generation();
        this.level = generation == null ? BucketLevel.NONE : BucketLevel.of(options.level(), generation.clusters());
        this.bucketOf = level.bucketOf();
        this.minMembership = options.minMembership();
        this.thresholds = generation == null ? null : options.minSimilarity().thresholds(generation.clusters());
    }

    @Override
    public int count() {
        return level.count();
    }

    @Override
    public ClusterBucket bucket(int number, long documents) {
        ClusterInfo info = level.info(number);
        if (names.hidden(info)) {
            return null;
        }
        return named
                ? new ClusterBucket(info, level.parent(number), names.of(info), documents, InternalAggregations.EMPTY)
                : ClusterBucket.unnamed(info, level.parent(number), documents);
    }

    @Override
    public String key(int number) {
        return level.info(number).key();
    }

    @Override
    public Leaf leaf(LeafReaderContext leaf) throws IOException {
        return leaf(field.column(leaf, thresholds != null));
    }

    private Leaf leaf(ClusterColumn column) {
        if (column == null) {
            return Leaf.NONE;
        }
        if (thresholds == null) {
            return doc -> bucketOf[column.ordinal(doc)];
        }
        return doc -> {
            int ordinal = column.ordinal(doc);
            return ordinal != UNASSIGNED && column.isAtLeast(doc, thresholds[ordinal]) ? bucketOf[ordinal] : UNASSIGNED;
        };
    }

    @Override
    public boolean overlaps() {
        return minMembership != null;
    }

    /** A parent has the memberships of all its clusters together, added up in the order in which the query adds. */
    @Override
    public Overlap overlap(LeafReaderContext leaf) throws IOException {
        DocumentMemberships memberships = field.memberships(leaf);
        if (memberships == null) {
            return (doc, into) -> 0;
        }
        double least = minMembership;
        double[] sums = new double[count()];
        return (doc, into) -> {
            double[] of = memberships.of(doc);
            if (of == null) {
                return 0;
            }
            Arrays.fill(sums, 0);
            for (int c = 0; c < of.length; c++) {
                sums[bucketOf[c + 1]] += of[c];
            }
            int found = 0;
            for (int number = 1; number < sums.length; number++) {
                if (sums[number] >= least) {
                    into[found++] = number;
                }
            }
            return found;
        };
    }

    @Override
    public long[] counts(LeafReaderContext leaf) throws IOException {
        return thresholds != null || overlaps() ? null : counts(field.countedColumn(leaf), leaf);
    }

    private long[] counts(ClusterColumn column, LeafReaderContext leaf) {
        long[] counts = new long[count()];
        if (column == null) {
            counts[UNASSIGNED] = leaf.reader().maxDoc();
            return counts;
        }
        if (!column.counted()) {
            return null;
        }
        for (int ordinal = 0; ordinal < bucketOf.length; ordinal++) {
            counts[bucketOf[ordinal]] += column.count(ordinal);
        }
        return counts;
    }

    @Override
    public Background background(LeafReaderContext leaf) throws IOException {
        ClusterColumn column = field.column(leaf, thresholds != null);
        return new Background(
                leaf(column),
                thresholds != null || overlaps() ? null : counts(column, leaf),
                column == null || column.counted() ? LOOKED_AT : ASSIGNED);
    }
}

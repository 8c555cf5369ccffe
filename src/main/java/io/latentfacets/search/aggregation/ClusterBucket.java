/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.search.aggregations.Aggregation;
import org.opensearch.search.aggregations.Aggregations;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.aggregations.InternalMultiBucketAggregation;
import org.opensearch.search.aggregations.KeyComparable;

/** One cluster, or one parent of clusters, and its count, of a slice, a shard, some shards or all. Immutable. */
public final class ClusterBucket extends InternalMultiBucketAggregation.InternalBucket
        implements KeyComparable<ClusterBucket> {
    private final String key;
    private final String parent;
    private final String label;
    private final List<ClusterTerm> terms;
    private final float x;
    private final float y;
    /** Its share of documents with a cluster where it is neither rare nor frequent; for {@link #lift}. */
    private final double usualShare;

    private final long docCount;
    private final InternalAggregations aggregations;
    /** Documents under the same parent, for {@link #share}; 0 before the final reduce. */
    private final long total;
    /** Those of them that have a cluster. */
    private final long assigned;

    /** @param parent key of the cluster's parent; null for none */
    ClusterBucket(
            ClusterInfo info, String parent, ClusterNames.Name name, long docCount, InternalAggregations aggregations) {
        this(
                info.key(),
                parent,
                name.label(),
                name.terms(),
                info.x(),
                info.y(),
                info.share(),
                docCount,
                aggregations,
                0,
                0);
    }

    private ClusterBucket(
            String key,
            String parent,
            String label,
            List<ClusterTerm> terms,
            float x,
            float y,
            double usualShare,
            long docCount,
            InternalAggregations aggregations,
            long total,
            long assigned) {
        this.key = key;
        this.parent = parent;
        this.label = label;
        this.terms = List.copyOf(terms);
        this.x = x;
        this.y = y;
        this.usualShare = usualShare;
        this.docCount = docCount;
        this.aggregations = aggregations;
        this.total = total;
        this.assigned = assigned;
    }

    ClusterBucket(StreamInput in) throws IOException {
        this(
                in.readString(),
                in.readOptionalString(),
                in.readString(),
                in.readList(each -> new ClusterTerm(each.readString(), each.readFloat())),
                in.readFloat(),
                in.readFloat(),
                in.readDouble(),
                in.readVLong(),
                InternalAggregations.readFrom(in),
                in.readVLong(),
                in.readVLong());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(key);
        out.writeOptionalString(parent);
        out.writeString(label);
        out.writeCollection(terms, (to, term) -> {
            to.writeString(term.term());
            to.writeFloat(term.weight());
        });
        out.writeFloat(x);
        out.writeFloat(y);
        out.writeDouble(usualShare);
        out.writeVLong(docCount);
        aggregations.writeTo(out);
        out.writeVLong(total);
        out.writeVLong(assigned);
    }

    InternalAggregations below() {
        return aggregations;
    }

    ClusterBucket with(InternalAggregations below) {
        return with(docCount, below);
    }

    ClusterBucket with(long count, InternalAggregations below) {
        return new ClusterBucket(key, parent, label, terms, x, y, usualShare, count, below, total, assigned);
    }

    /**
     * With what shares are told from.
     *
     * @param all documents that match
     * @param withCluster those of them that have a cluster
     * @param usual share of this cluster among documents with a cluster in all that was searched; NaN: not known, what
     *     was given at first stands
     */
    ClusterBucket of(long all, long withCluster, double usual) {
        double compared = Double.isNaN(usual) ? usualShare : usual;
        return new ClusterBucket(key, parent, label, terms, x, y, compared, docCount, aggregations, all, withCluster);
    }

    @Override
    public String getKey() {
        return key;
    }

    @Override
    public String getKeyAsString() {
        return key;
    }

    /** Key of the cluster's parent; null for none. */
    public String parent() {
        return parent;
    }

    public String label() {
        return label;
    }

    public List<ClusterTerm> terms() {
        return terms;
    }

    @Override
    public long getDocCount() {
        return docCount;
    }

    @Override
    public Aggregations getAggregations() {
        return aggregations;
    }

    /** Documents of this cluster among all that match, those without a cluster included; 0 to 1. */
    public double share() {
        return total == 0 ? 0 : (double) docCount / total;
    }

    /**
     * How many times as frequent the cluster is here as in all that was searched, among documents with a cluster; below
     * another aggregation, as in what the model learned from (in results scope: as in the whole result). 0 where that
     * is not known.
     */
    public double lift() {
        return usualShare == 0 || assigned == 0 ? 0 : docCount / (double) assigned / usualShare;
    }

    /** Shorter keys first, so that c9 comes before c10; clusters before parents of the same length. */
    @Override
    public int compareKey(ClusterBucket other) {
        int byLength = Integer.compare(key.length(), other.key.length());
        return byLength != 0 ? byLength : key.compareTo(other.key);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject();
        builder.field(Aggregation.CommonFields.KEY.getPreferredName(), key).field("label", label);
        parentToXContent(builder);
        termsToXContent(builder);
        builder.field(Aggregation.CommonFields.DOC_COUNT.getPreferredName(), docCount);
        builder.field("share", share()).field("lift", lift()).field("x", x).field("y", y);
        aggregations.toXContentInternal(builder, params);
        return builder.endObject();
    }

    void parentToXContent(XContentBuilder builder) throws IOException {
        if (parent != null) {
            builder.field("parent", parent);
        }
    }

    void termsToXContent(XContentBuilder builder) throws IOException {
        builder.startArray("terms");
        for (ClusterTerm term : terms) {
            builder.startObject()
                    .field("term", term.term())
                    .field("weight", term.weight())
                    .endObject();
        }
        builder.endArray();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ClusterBucket that && state().equals(that.state());
    }

    @Override
    public int hashCode() {
        return state().hashCode();
    }

    private List<Object> state() {
        return Arrays.asList(key, parent, label, terms, x, y, usualShare, docCount, aggregations, total, assigned);
    }
}

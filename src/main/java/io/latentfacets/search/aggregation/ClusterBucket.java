/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import java.io.IOException;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.search.aggregations.Aggregation;
import org.opensearch.search.aggregations.Aggregations;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.aggregations.InternalMultiBucketAggregation;
import org.opensearch.search.aggregations.KeyComparable;

/** One cluster, or one parent of clusters, with its count in a slice, a shard, or several shards. Immutable. */
public final class ClusterBucket extends InternalMultiBucketAggregation.InternalBucket
        implements KeyComparable<ClusterBucket> {
    private final Profile profile;
    private final long docCount;
    private final InternalAggregations aggregations;
    /** The number of matching documents under the same parent bucket, for {@link #share}; 0 before the final reduce. */
    private final long total;
    /** The number of those documents that have a cluster. */
    private final long assigned;

    /**
     * The properties of a cluster that do not depend on the search.
     *
     * @param parent the key of the cluster's parent; null for none
     * @param usualShare the cluster's baseline share among documents with a cluster, 0 to 1, for {@link #lift}
     */
    private record Profile(
            String key, String parent, String label, List<ClusterTerm> terms, float x, float y, double usualShare)
            implements Writeable {

        Profile {
            terms = List.copyOf(terms);
        }

        Profile(StreamInput in) throws IOException {
            this(
                    in.readString(),
                    in.readOptionalString(),
                    in.readString(),
                    in.readList(each -> new ClusterTerm(each.readString(), each.readFloat())),
                    in.readFloat(),
                    in.readFloat(),
                    in.readDouble());
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
        }

        Profile usual(double share) {
            return new Profile(key, parent, label, terms, x, y, share);
        }
    }

    /** @param parent the key of the cluster's parent; null for none */
    ClusterBucket(
            ClusterInfo info, String parent, ClusterNames.Name name, long docCount, InternalAggregations aggregations) {
        this(
                new Profile(info.key(), parent, name.label(), name.terms(), info.x(), info.y(), info.share()),
                docCount,
                aggregations,
                0,
                0);
    }

    /**
     * A bucket for a search of indices that are not bound to the model: its label is its key.
     *
     * @param parent the key of the cluster's parent; null for none
     */
    static ClusterBucket unnamed(ClusterInfo info, String parent, long docCount) {
        return new ClusterBucket(
                new Profile(info.key(), parent, info.key(), List.of(), info.x(), info.y(), 0),
                docCount,
                InternalAggregations.EMPTY,
                0,
                0);
    }

    private ClusterBucket(
            Profile profile, long docCount, InternalAggregations aggregations, long total, long assigned) {
        this.profile = profile;
        this.docCount = docCount;
        this.aggregations = aggregations;
        this.total = total;
        this.assigned = assigned;
    }

    ClusterBucket(StreamInput in) throws IOException {
        this(new Profile(in), in.readVLong(), InternalAggregations.readFrom(in), in.readVLong(), in.readVLong());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        profile.writeTo(out);
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
        return new ClusterBucket(profile, count, below, total, assigned);
    }

    /**
     * Returns a copy with the totals that shares need.
     *
     * @param all the number of matching documents under the same parent bucket
     * @param withCluster the number of those documents that have a cluster
     * @param usual the cluster's share among all documents with a cluster of the shards with matches, 0 to 1; NaN if
     *     unknown, which keeps the initial baseline
     */
    ClusterBucket of(long all, long withCluster, double usual) {
        Profile compared = Double.isNaN(usual) ? profile : profile.usual(usual);
        return new ClusterBucket(compared, docCount, aggregations, all, withCluster);
    }

    @Override
    public String getKey() {
        return profile.key();
    }

    @Override
    public String getKeyAsString() {
        return profile.key();
    }

    /** The key of the cluster's parent; null for none. */
    public String parent() {
        return profile.parent();
    }

    public String label() {
        return profile.label();
    }

    public List<ClusterTerm> terms() {
        return profile.terms();
    }

    @Override
    public long getDocCount() {
        return docCount;
    }

    @Override
    public Aggregations getAggregations() {
        return aggregations;
    }

    /**
     * The cluster's share of the matching documents under the same parent bucket, including those without a cluster, 0
     * to 1.
     */
    public double share() {
        return total == 0 ? 0 : (double) docCount / total;
    }

    /**
     * The ratio of the cluster's share here to its baseline share, both among documents with a cluster; 0 if unknown.
     * The baseline is all documents of the shards with matches. Below another aggregation it is the training documents,
     * or in results scope the sample of the whole result.
     */
    public double lift() {
        return profile.usualShare() == 0 || assigned == 0 ? 0 : docCount / (double) assigned / profile.usualShare();
    }

    /** Orders shorter keys first, so that c9 comes before c10. At equal length, clusters come before parents. */
    @Override
    public int compareKey(ClusterBucket other) {
        String one = getKey();
        String two = other.getKey();
        return one.length() != two.length() ? Integer.compare(one.length(), two.length()) : one.compareTo(two);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject();
        builder.field(Aggregation.CommonFields.KEY.getPreferredName(), getKey()).field("label", label());
        parentToXContent(builder);
        termsToXContent(builder);
        builder.field(Aggregation.CommonFields.DOC_COUNT.getPreferredName(), docCount);
        builder.field("share", share())
                .field("lift", lift())
                .field("x", profile.x())
                .field("y", profile.y());
        aggregations.toXContentInternal(builder, params);
        return builder.endObject();
    }

    void parentToXContent(XContentBuilder builder) throws IOException {
        if (parent() != null) {
            builder.field("parent", parent());
        }
    }

    void termsToXContent(XContentBuilder builder) throws IOException {
        builder.startArray("terms");
        for (ClusterTerm term : terms()) {
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
        return List.of(profile, docCount, aggregations, total, assigned);
    }
}

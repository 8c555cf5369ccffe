/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * The clusters of one search's results. The coordinating node finds them and sends them to the shards, which count
 * them. Immutable.
 *
 * @param partition the partition; null if there is nothing to cluster
 * @param infos one per cluster, with keys {@code r0}, {@code r1}, …; sizes and shares refer to the sample
 * @param documents the number of matching documents with a latent of the pinned encoder
 * @param sampled the number of those documents on which the clusters were found
 * @param late whether the time of the search was over before the clusters were found; then there are none
 */
public record ResultClusters(
        ResultPartitionToken partition, List<ClusterInfo> infos, long documents, long sampled, boolean late)
        implements Writeable {

    /** The clusters of no document. */
    static final ResultClusters NONE = new ResultClusters(null, List.of(), 0, 0);

    /** The clusters of a search whose time is over. */
    static final ResultClusters LATE = new ResultClusters(null, List.of(), 0, 0, true);

    /** Clusters that were found in time. */
    ResultClusters(ResultPartitionToken partition, List<ClusterInfo> infos, long documents, long sampled) {
        this(partition, infos, documents, sampled, false);
    }

    public ResultClusters {
        infos = List.copyOf(infos);
    }

    public static ResultClusters read(StreamInput in) throws IOException {
        String token = in.readOptionalString();
        return new ResultClusters(
                token == null ? null : ResultPartitionToken.decode(token),
                in.readList(ResultClusters::info),
                in.readVLong(),
                in.readVLong(),
                in.readBoolean());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeOptionalString(token());
        out.writeCollection(infos, ResultClusters::write);
        out.writeVLong(documents);
        out.writeVLong(sampled);
        out.writeBoolean(late);
    }

    /** The partition as text; null if there is nothing to cluster. */
    public String token() {
        return partition == null ? null : partition.encode();
    }

    private static void write(StreamOutput out, ClusterInfo info) throws IOException {
        out.writeString(info.key());
        out.writeString(info.label());
        out.writeCollection(info.terms(), (to, term) -> {
            to.writeString(term.term());
            to.writeFloat(term.weight());
        });
        out.writeVLong(info.size());
        out.writeDouble(info.share());
        out.writeFloat(info.x());
        out.writeFloat(info.y());
    }

    private static ClusterInfo info(StreamInput in) throws IOException {
        return new ClusterInfo(
                in.readString(),
                in.readString(),
                in.readList(each -> new ClusterTerm(each.readString(), each.readFloat())),
                in.readVLong(),
                in.readDouble(),
                in.readFloat(),
                in.readFloat(),
                List.of());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResultClusters that
                && Objects.equals(partition, that.partition)
                && infos.equals(that.infos)
                && documents == that.documents
                && sampled == that.sampled
                && late == that.late;
    }

    @Override
    public int hashCode() {
        return Objects.hash(partition, infos, documents, sampled, late);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import io.latentfacets.wire.WireEnum;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.opensearch.action.ActionType;
import org.opensearch.action.FailedNodeException;
import org.opensearch.action.support.nodes.BaseNodesRequest;
import org.opensearch.action.support.nodes.BaseNodesResponse;
import org.opensearch.cluster.ClusterName;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/** Returns the statistics of the plugin, per node and summed over the nodes. */
public final class LatentStatsAction extends ActionType<LatentStatsAction.Response> {

    public static final String NAME = "cluster:monitor/plugins/latent/stats";
    public static final LatentStatsAction INSTANCE = new LatentStatsAction();

    private LatentStatsAction() {
        super(NAME, Response::new);
    }

    /** Names the nodes and the statistics. */
    public static final class Request extends BaseNodesRequest<Request> {

        private final Set<StatName> stats;

        Request(Set<StatName> stats, String... nodes) {
            super(nodes);
            this.stats = stats;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                stats = WireEnum.readSet(frame, StatName.class);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                WireEnum.writeSet(frame, stats);
            }
        }

        Set<StatName> stats() {
            return stats;
        }
    }

    /** The sums over all nodes, then the statistics of each node. */
    public static final class Response extends BaseNodesResponse<NodeStats> implements ToXContentFragment {

        Response(ClusterName cluster, List<NodeStats> nodes, List<FailedNodeException> failures) {
            super(cluster, nodes, failures);
        }

        Response(StreamInput in) throws IOException {
            super(in);
        }

        @Override
        protected List<NodeStats> readNodesFrom(StreamInput in) throws IOException {
            return in.readList(NodeStats::new);
        }

        @Override
        protected void writeNodesTo(StreamOutput out, List<NodeStats> nodes) throws IOException {
            out.writeList(nodes);
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            writeTotals(builder, params);
            builder.startObject("nodes");
            for (NodeStats node : getNodes()) {
                builder.startObject(node.getNode().getId())
                        .field("name", node.getNode().getName());
                node.toXContent(builder, params).endObject();
            }
            return builder.endObject();
        }

        private void writeTotals(XContentBuilder builder, Params params) throws IOException {
            for (StatName stat : StatName.values()) {
                List<Object> values = new ArrayList<>();
                for (NodeStats node : getNodes()) {
                    if (node.value(stat) != null) {
                        values.add(node.value(stat));
                    }
                }
                Object total = values.isEmpty() ? null : total(stat, values);
                if (total != null) {
                    NodeStats.write(builder, stat, total, params);
                }
            }
        }

        /** The total over the nodes; null for a statistic that has none. */
        static Object total(StatName stat, List<Object> values) {
            if (stat == StatName.STATUS) {
                return Status.ofAll(values.stream()
                                .map(value -> Status.of((String) value))
                                .toList())
                        .key();
            }
            return switch (stat.kind()) {
                case COUNTER, GAUGE ->
                    values.stream().mapToLong(value -> (Long) value).sum();
                case LATENCY -> values.stream().map(value -> (Latency) value).reduce(Latency.NONE, Latency::plus);
                case TEXT, FLAG -> null;
            };
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generations;

import io.latentfacets.model.EncoderId;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.opensearch.action.ActionType;
import org.opensearch.action.FailedNodeException;
import org.opensearch.action.support.nodes.BaseNodeResponse;
import org.opensearch.action.support.nodes.BaseNodesRequest;
import org.opensearch.action.support.nodes.BaseNodesResponse;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.index.shard.ShardId;

/**
 * Counts the documents with a latent of one encoder in the primary shards of all nodes. It reads nothing but terms of
 * the fields that the plugin fills. A user can neither run it nor see its answer.
 */
public final class CountLatentsAction extends ActionType<CountLatentsAction.Response> {

    public static final String NAME = "internal:cluster/latent_facets/count_latents";
    public static final CountLatentsAction INSTANCE = new CountLatentsAction();

    private CountLatentsAction() {
        super(NAME, Response::new);
    }

    /** Names the model, whose fields are searched, and the encoder. */
    public static final class Request extends BaseNodesRequest<Request> {

        final String model;
        final EncoderId encoder;

        Request(String model, EncoderId encoder) {
            super(new String[0]);
            this.model = model;
            this.encoder = encoder;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                encoder = new EncoderId(frame.readLong());
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeLong(encoder.bits());
            }
        }
    }

    /** The count of one node, and the primary shards that it counted in. */
    static final class NodeCount extends BaseNodeResponse {

        final long documents;
        final List<ShardId> shards;

        NodeCount(DiscoveryNode node, long documents, List<ShardId> shards) {
            super(node);
            this.documents = documents;
            this.shards = List.copyOf(shards);
        }

        NodeCount(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                documents = frame.readVLong();
                shards = frame.readList(ShardId::new);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeVLong(documents);
                frame.writeList(shards);
            }
        }
    }

    /** The counts of all nodes that answered. */
    public static final class Response extends BaseNodesResponse<NodeCount> {

        Response(ClusterName cluster, List<NodeCount> nodes, List<FailedNodeException> failures) {
            super(cluster, nodes, failures);
        }

        Response(StreamInput in) throws IOException {
            super(in);
        }

        long documents() {
            return getNodes().stream().mapToLong(node -> node.documents).sum();
        }

        /** The shards in which documents were counted. */
        Set<ShardId> shards() {
            Set<ShardId> shards = new HashSet<>();
            getNodes().forEach(node -> shards.addAll(node.shards));
            return shards;
        }

        @Override
        protected List<NodeCount> readNodesFrom(StreamInput in) throws IOException {
            return in.readList(NodeCount::new);
        }

        @Override
        protected void writeNodesTo(StreamOutput out, List<NodeCount> nodes) throws IOException {
            out.writeList(nodes);
        }
    }
}

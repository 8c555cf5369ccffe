/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift.watch;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import org.opensearch.action.ActionType;
import org.opensearch.action.FailedNodeException;
import org.opensearch.action.support.nodes.BaseNodeResponse;
import org.opensearch.action.support.nodes.BaseNodesRequest;
import org.opensearch.action.support.nodes.BaseNodesResponse;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.transport.TransportRequest;

/**
 * Collects the statistics of all nodes for one generation. Internal: only {@link DriftService} calls it, never a user,
 * because they contain words and ids of documents.
 */
public final class DriftSketchesAction extends ActionType<DriftSketchesAction.Response> {

    public static final String NAME = "internal:cluster/latent_facets/drift";
    public static final DriftSketchesAction INSTANCE = new DriftSketchesAction();

    private DriftSketchesAction() {
        super(NAME, Response::new);
    }

    /** Names the generation. */
    public static final class Request extends BaseNodesRequest<Request> {

        final Stamp stamp;
        final boolean stream;

        /** @param stream whether to collect what came to the clusters, in the place of the statistics of drift */
        Request(Stamp stamp, boolean stream) {
            super(new String[0]);
            this.stamp = stamp;
            this.stream = stream;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                stamp = new Stamp(frame);
                stream = frame.readBoolean();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                stamp.writeTo(frame);
                frame.writeBoolean(stream);
            }
        }
    }

    /** The same for one node. */
    public static final class NodeRequest extends TransportRequest {

        final Stamp stamp;
        final boolean stream;

        NodeRequest(Stamp stamp, boolean stream) {
            this.stamp = stamp;
            this.stream = stream;
        }

        public NodeRequest(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                stamp = new Stamp(frame);
                stream = frame.readBoolean();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                stamp.writeTo(frame);
                frame.writeBoolean(stream);
            }
        }
    }

    /** The statistics of one node. */
    public static final class NodeSketch extends BaseNodeResponse {

        /**
         * What {@link io.latentfacets.drift.DriftSketch#writeTo} or {@link io.latentfacets.cluster.StreamTally#writeTo}
         * wrote; empty if the node has nothing of the kind.
         */
        final byte[] sketch;

        NodeSketch(DiscoveryNode node, byte[] sketch) {
            super(node);
            this.sketch = sketch;
        }

        public NodeSketch(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                sketch = frame.readByteArray();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeByteArray(sketch);
            }
        }
    }

    /** The statistics of all nodes. */
    public static final class Response extends BaseNodesResponse<NodeSketch> {

        Response(ClusterName cluster, List<NodeSketch> nodes, List<FailedNodeException> failures) {
            super(cluster, nodes, failures);
        }

        Response(StreamInput in) throws IOException {
            super(in);
        }

        @Override
        protected List<NodeSketch> readNodesFrom(StreamInput in) throws IOException {
            return in.readList(NodeSketch::new);
        }

        @Override
        protected void writeNodesTo(StreamOutput out, List<NodeSketch> nodes) throws IOException {
            out.writeList(nodes);
        }
    }
}

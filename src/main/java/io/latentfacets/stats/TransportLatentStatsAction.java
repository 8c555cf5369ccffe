/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import io.latentfacets.wire.WireEnum;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.opensearch.action.FailedNodeException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.nodes.TransportNodesAction;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportRequest;
import org.opensearch.transport.TransportService;

/** Collects the statistics of the requested nodes. */
public final class TransportLatentStatsAction
        extends TransportNodesAction<
                LatentStatsAction.Request,
                LatentStatsAction.Response,
                TransportLatentStatsAction.NodeRequest,
                NodeStats> {

    private final NodeStatsReader reader;

    @Inject
    public TransportLatentStatsAction(
            ThreadPool threadPool,
            ClusterService clusterService,
            TransportService transportService,
            ActionFilters filters,
            NodeStatsReader reader) {
        super(
                LatentStatsAction.NAME,
                threadPool,
                clusterService,
                transportService,
                filters,
                LatentStatsAction.Request::new,
                NodeRequest::new,
                ThreadPool.Names.MANAGEMENT,
                NodeStats.class);
        this.reader = reader;
    }

    /** Names the statistics that a node returns. */
    public static final class NodeRequest extends TransportRequest {

        private final Set<StatName> stats;

        NodeRequest(Set<StatName> stats) {
            this.stats = stats;
        }

        public NodeRequest(StreamInput in) throws IOException {
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
    }

    @Override
    protected LatentStatsAction.Response newResponse(
            LatentStatsAction.Request request, List<NodeStats> nodes, List<FailedNodeException> failures) {
        return new LatentStatsAction.Response(clusterService.getClusterName(), nodes, failures);
    }

    @Override
    protected NodeRequest newNodeRequest(LatentStatsAction.Request request) {
        return new NodeRequest(request.stats());
    }

    @Override
    protected NodeStats newNodeResponse(StreamInput in) throws IOException {
        return new NodeStats(in);
    }

    @Override
    protected NodeStats nodeOperation(NodeRequest request) {
        return new NodeStats(clusterService.localNode(), reader.read(request.stats));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift.watch;

import io.latentfacets.cluster.StreamTally;
import io.latentfacets.drift.DriftSketch;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.opensearch.action.FailedNodeException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.nodes.TransportNodesAction;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** Collects the statistics of all nodes. */
public final class TransportDriftSketchesAction
        extends TransportNodesAction<
                DriftSketchesAction.Request,
                DriftSketchesAction.Response,
                DriftSketchesAction.NodeRequest,
                DriftSketchesAction.NodeSketch> {

    private final DriftWatch watch;

    @Inject
    public TransportDriftSketchesAction(
            ThreadPool threadPool,
            ClusterService clusterService,
            TransportService transportService,
            ActionFilters filters,
            DriftWatch watch) {
        super(
                DriftSketchesAction.NAME,
                threadPool,
                clusterService,
                transportService,
                filters,
                DriftSketchesAction.Request::new,
                DriftSketchesAction.NodeRequest::new,
                ThreadPool.Names.MANAGEMENT,
                DriftSketchesAction.NodeSketch.class);
        this.watch = watch;
    }

    @Override
    protected DriftSketchesAction.Response newResponse(
            DriftSketchesAction.Request request,
            List<DriftSketchesAction.NodeSketch> nodes,
            List<FailedNodeException> failures) {
        return new DriftSketchesAction.Response(clusterService.getClusterName(), nodes, failures);
    }

    @Override
    protected DriftSketchesAction.NodeRequest newNodeRequest(DriftSketchesAction.Request request) {
        return new DriftSketchesAction.NodeRequest(request.stamp, request.stream);
    }

    @Override
    protected DriftSketchesAction.NodeSketch newNodeResponse(StreamInput in) throws IOException {
        return new DriftSketchesAction.NodeSketch(in);
    }

    @Override
    protected DriftSketchesAction.NodeSketch nodeOperation(DriftSketchesAction.NodeRequest request) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            if (request.stream) {
                StreamTally tally = watch.stream(request.stamp);
                if (tally != null) {
                    tally.writeTo(out);
                }
            } else {
                DriftSketch sketch = watch.sketch(request.stamp);
                if (sketch != null) {
                    sketch.writeTo(out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("writing to memory cannot fail", e);
        }
        return new DriftSketchesAction.NodeSketch(clusterService.localNode(), bytes.toByteArray());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift.watch;

import io.latentfacets.async.Listeners;
import io.latentfacets.cluster.StreamTally;
import io.latentfacets.drift.DriftReport;
import io.latentfacets.drift.DriftSketch;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.model.store.SystemClient;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.FailedNodeException;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.action.ActionListener;
import org.opensearch.threadpool.ThreadPool;

/**
 * Compares the documents that all nodes have ingested of late with what a model's active generation learned. Any node
 * can ask. Thread-safe; never blocks.
 */
public final class DriftService {

    private final Generations generations;
    private final SystemClient client;
    private final ClusterService clusterService;
    private final ThreadPool threadPool;

    public DriftService(
            Generations generations, SystemClient client, ClusterService clusterService, ThreadPool threadPool) {
        this.generations = generations;
        this.client = client;
        this.clusterService = clusterService;
        this.threadPool = threadPool;
    }

    /** The statistics of all nodes that answered, and the names of the others. */
    record Collected(DriftSketch sketch, List<String> unreachable) {}

    /**
     * Compares the documents of late with what the active generation learned. The status is unknown if the model does
     * not exist, has no generation, or has one of before. Calls the listener on the generic pool. Fails only if the
     * generation cannot be loaded.
     */
    public void report(String model, ActionListener<DriftReport> listener) {
        int active = generations.active(model);
        if (active == 0) {
            listener.onResponse(DriftReport.unknown("model [" + model + "] has no active generation yet", 0, 0));
            return;
        }
        generations.load(
                model,
                active,
                Listeners.andThen(
                        listener,
                        (next, generation) -> collect(
                                Stamp.of(generation),
                                Listeners.andThen(next, (to, found) -> fork(generation, found, to)))));
    }

    /** Compares statistics that {@link #collect} has collected for a generation. Fails if it cannot be loaded. */
    void report(Stamp stamp, Collected found, ActionListener<DriftReport> listener) {
        int active = generations.active(stamp.model());
        if (active == 0) {
            listener.onResponse(DriftReport.unknown("the model is gone", 0, 0));
            return;
        }
        generations.load(stamp.model(), active, Listeners.andThen(listener, (next, generation) -> {
            if (Stamp.of(generation).equals(stamp)) {
                fork(generation, found, next);
            } else {
                next.onResponse(DriftReport.unknown("the generation has changed meanwhile", 0, 0));
            }
        }));
    }

    private void fork(Generation generation, Collected found, ActionListener<DriftReport> listener) {
        threadPool.generic().execute(ActionRunnable.supply(listener, () -> compare(generation, found)));
    }

    /** Collects the statistics of all nodes. The sketch is null if no node has any. */
    void collect(Stamp stamp, ActionListener<Collected> listener) {
        client.execute(
                DriftSketchesAction.INSTANCE,
                new DriftSketchesAction.Request(stamp, false),
                Listeners.andThen(listener, (next, response) -> next.onResponse(merge(response))));
    }

    /**
     * Collects what came to the clusters of a generation, or of its minor ones, on all nodes. Answers with null if no
     * node counts it. Fails if a node does not answer: without its documents the centroids would move back.
     *
     * @param nowMillis now, epoch milliseconds
     */
    public void stream(Generation generation, long nowMillis, ActionListener<StreamTally> listener) {
        client.execute(
                DriftSketchesAction.INSTANCE,
                new DriftSketchesAction.Request(Stamp.of(generation), true),
                Listeners.<DriftSketchesAction.Response, StreamTally>andThen(listener, (next, response) -> {
                    if (response.hasFailures()) {
                        throw response.failures().get(0);
                    }
                    StreamTally all = null;
                    for (DriftSketchesAction.NodeSketch node : response.getNodes()) {
                        if (node.sketch.length > 0) {
                            StreamTally one =
                                    StreamTally.readFrom(new DataInputStream(new ByteArrayInputStream(node.sketch)));
                            if (all == null) {
                                all = one;
                            } else {
                                all.merge(one, nowMillis);
                            }
                        }
                    }
                    next.onResponse(all);
                }));
    }

    private Collected merge(DriftSketchesAction.Response response) throws IOException {
        DriftSketch all = null;
        for (DriftSketchesAction.NodeSketch node : response.getNodes()) {
            if (node.sketch.length > 0) {
                DriftSketch one = DriftSketch.readFrom(new DataInputStream(new ByteArrayInputStream(node.sketch)));
                if (all == null) {
                    all = one;
                } else {
                    all.merge(one);
                }
            }
        }
        List<String> unreachable = new ArrayList<>();
        for (FailedNodeException failure : response.failures()) {
            DiscoveryNode node = clusterService.state().nodes().get(failure.nodeId());
            unreachable.add(node == null ? failure.nodeId() : node.getName());
        }
        return new Collected(all, unreachable);
    }

    static DriftReport compare(Generation generation, Collected found) {
        DriftSketch sketch = found.sketch() == null
                ? new DriftSketch(generation.clusters().partition().count())
                : found.sketch();
        DriftReport report = generation.drift() == null
                ? DriftReport.unknown(
                        "generation [" + generation.number() + "] of model [" + generation.model()
                                + "] was made before this plugin learned what its documents are like; train the model"
                                + " again",
                        sketch.documents() == 0 ? 0 : sketch.since(),
                        sketch.documents())
                : generation.drift().report(sketch);
        return report.withUnreachable(found.unreachable());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import java.io.IOException;
import java.util.List;
import java.util.function.BiFunction;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.clustermanager.AcknowledgedRequest;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.action.support.clustermanager.TransportClusterManagerNodeAction;
import org.opensearch.cluster.AckedClusterStateUpdateTask;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.ClusterStateTaskExecutor;
import org.opensearch.cluster.block.ClusterBlockException;
import org.opensearch.cluster.block.ClusterBlockLevel;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.Priority;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/**
 * A change of the cluster state's metadata on the elected cluster manager; acknowledged when every node has applied it.
 *
 * @param <Q> says what changes
 */
public abstract class TransportStateChange<Q extends AcknowledgedRequest<Q>>
        extends TransportClusterManagerNodeAction<Q, AcknowledgedResponse> {

    private final Priority priority;
    /** The same object for all requests, because core joins the tasks of one executor. */
    private final ClusterStateTaskExecutor<Q> together = (current, requests) -> all(this::changed, current, requests);

    protected TransportStateChange(
            String name,
            Priority priority,
            TransportService transportService,
            ClusterService clusterService,
            ThreadPool threadPool,
            ActionFilters filters,
            Writeable.Reader<Q> reader,
            IndexNameExpressionResolver resolver) {
        super(name, transportService, clusterService, threadPool, filters, reader, resolver);
        this.priority = priority;
    }

    /** The name of a change in the list of pending tasks. */
    protected abstract String source(Q request);

    /** Computes the changed state; returns the same object if nothing changes. Throws to refuse the change. */
    protected abstract ClusterState changed(Q request, ClusterState current);

    @Override
    protected final String executor() {
        return ThreadPool.Names.SAME;
    }

    @Override
    protected final AcknowledgedResponse read(StreamInput in) throws IOException {
        return new AcknowledgedResponse(in);
    }

    @Override
    protected final ClusterBlockException checkBlock(Q request, ClusterState state) {
        return state.blocks().globalBlockedException(ClusterBlockLevel.METADATA_WRITE);
    }

    @Override
    protected final void clusterManagerOperation(
            Q request, ClusterState state, ActionListener<AcknowledgedResponse> listener) {
        AckedClusterStateUpdateTask<AcknowledgedResponse> task =
                new AckedClusterStateUpdateTask<>(priority, request, listener) {
                    @Override
                    protected AcknowledgedResponse newResponse(boolean acknowledged) {
                        return new AcknowledgedResponse(acknowledged);
                    }

                    @Override
                    public ClusterState execute(ClusterState current) {
                        throw new AssertionError("changes that wait at the same time are made together");
                    }
                };
        clusterService.submitStateUpdateTask(source(request), request, task, together, task);
    }

    /**
     * Makes all changes that wait, one after the other, so that they become one new state for all nodes. One that is
     * refused leaves the others be.
     *
     * @param change computes the state after one request
     */
    static <Q> ClusterStateTaskExecutor.ClusterTasksResult<Q> all(
            BiFunction<Q, ClusterState, ClusterState> change, ClusterState current, List<Q> requests) {
        ClusterStateTaskExecutor.ClusterTasksResult.Builder<Q> results =
                ClusterStateTaskExecutor.ClusterTasksResult.builder();
        ClusterState state = current;
        for (Q request : requests) {
            try {
                state = change.apply(request, state);
                results.success(request);
            } catch (RuntimeException e) {
                results.failure(request, e);
            }
        }
        return results.build(state);
    }
}

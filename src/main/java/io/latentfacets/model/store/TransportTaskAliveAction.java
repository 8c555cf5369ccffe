/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import org.opensearch.action.ActionListenerResponseHandler;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;

/** Looks for the task among those of this node, or passes the question on to the node that it is about. */
public final class TransportTaskAliveAction
        extends HandledTransportAction<TaskAliveAction.Request, TaskAliveAction.Response> {

    private final TransportService transport;
    private final ClusterService clusterService;

    @Inject
    public TransportTaskAliveAction(TransportService transport, ActionFilters filters, ClusterService clusterService) {
        super(TaskAliveAction.NAME, transport, filters, TaskAliveAction.Request::new, ThreadPool.Names.SAME);
        this.transport = transport;
        this.clusterService = clusterService;
    }

    @Override
    protected void doExecute(
            Task task, TaskAliveAction.Request request, ActionListener<TaskAliveAction.Response> listener) {
        DiscoveryNode node = clusterService.state().nodes().get(request.node);
        if (node == null) {
            listener.onResponse(new TaskAliveAction.Response(false));
        } else if (node.equals(clusterService.localNode())) {
            listener.onResponse(
                    new TaskAliveAction.Response(transport.getTaskManager().getTask(request.task) != null));
        } else {
            transport.sendRequest(
                    node,
                    TaskAliveAction.NAME,
                    request,
                    new ActionListenerResponseHandler<>(listener, TaskAliveAction.Response::new));
        }
    }
}

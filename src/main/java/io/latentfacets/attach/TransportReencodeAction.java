/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.store.ModelStore;
import java.util.List;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.ingest.IngestService;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.node.NodeClient;

/** Starts re-encoding on this node, with the caller's rights. */
public final class TransportReencodeAction
        extends HandledTransportAction<ReencodeAction.Request, ReencodeAction.Response> {

    private final ModelStore store;
    private final ClusterService clusterService;
    private final ReencodeService reencoding;

    @Inject
    public TransportReencodeAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            ClusterService clusterService,
            NodeClient client,
            IngestService ingest) {
        super(ReencodeAction.NAME, transportService, filters, ReencodeAction.Request::new, ThreadPool.Names.SAME);
        this.store = store;
        this.clusterService = clusterService;
        this.reencoding = new ReencodeService(client, clusterService, ingest, transportService.getTaskManager());
    }

    @Override
    protected void doExecute(
            Task task, ReencodeAction.Request request, ActionListener<ReencodeAction.Response> listener) {
        store.get(request.model(), Listeners.andThen(listener, (next, stored) -> start(stored, request, task, next)));
    }

    private void start(
            StoredModel stored,
            ReencodeAction.Request request,
            Task task,
            ActionListener<ReencodeAction.Response> listener) {
        String model = stored.name();
        if (stored.active() == 0) {
            throw new OpenSearchStatusException(
                    "model [{}] has no active generation to encode with; [_train] makes one",
                    RestStatus.CONFLICT,
                    model);
        }
        List<ReencodeService.Work> work = reencoding.work(model);
        if (work.isEmpty()) {
            throw new OpenSearchStatusException(
                    "no index is attached to model [{}]: none has a [latent_vector] field of it and a pipeline that"
                            + " fills that; [_attach] makes both",
                    RestStatus.CONFLICT,
                    model);
        }
        // without waiting, this task ends at once and must not be the parent: the tasks that it started go on
        TaskId parent = request.waitForCompletion()
                ? new TaskId(clusterService.localNode().getId(), task.getId())
                : TaskId.EMPTY_TASK_ID;
        reencoding.startAll(
                model,
                work,
                stored.activeEncoder(),
                parent,
                request.waitForCompletion(),
                ActionListener.map(listener, reencoded -> new ReencodeAction.Response(model, reencoded)));
    }
}

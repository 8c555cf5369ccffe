/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.async.Listeners;
import io.latentfacets.attach.AttachedIndices.Attached;
import io.latentfacets.corpus.ResultWindow;
import io.latentfacets.field.LatentVectorFieldType;
import io.latentfacets.ingest.LatentPipelines;
import io.latentfacets.model.EncoderId;
import io.latentfacets.rest.ChildCalls;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.support.GroupedActionListener;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.reindex.AbstractBulkByScrollRequest;
import org.opensearch.index.reindex.BulkByScrollResponse;
import org.opensearch.index.reindex.UpdateByQueryAction;
import org.opensearch.index.reindex.UpdateByQueryRequest;
import org.opensearch.tasks.Task;
import org.opensearch.tasks.TaskListener;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Encodes documents whose latents are missing or of another encoder generation. It runs core's update-by-query through
 * the pipeline: sliced, throttled and cancellable like any other, with the rights of the user in the thread context.
 * Repeating it does no harm. Thread-safe and stateless.
 */
public final class ReencodeService {

    private static final Logger logger = LogManager.getLogger(ReencodeService.class);

    /** The number of documents in a scroll page, and so in a bulk request. */
    private static final int PAGE = 64;

    private final NodeClient client;
    private final ClusterService clusterService;

    public ReencodeService(NodeClient client, ClusterService clusterService) {
        this.client = client;
        this.clusterService = clusterService;
    }

    /**
     * One update-by-query, for indices that share a pipeline and a field.
     *
     * @param pipeline the name of the ingest pipeline that encodes
     * @param field the path of the {@code latent_vector} field
     * @param indices the names of the indices
     */
    public record Work(String pipeline, String field, List<String> indices) {}

    /**
     * The work that re-encodes a model's documents, one entry per pipeline and field. For each index it takes the first
     * pipeline that encodes with the model: the one named like the model, else the index's default or final pipeline.
     * Indices without such a pipeline are left out.
     */
    public List<Work> work(String model) {
        return work(clusterService.state(), model);
    }

    static List<Work> work(ClusterState state, String model) {
        LatentPipelines pipelines = new LatentPipelines(state);
        Map<String, Work> work = new TreeMap<>();
        for (Attached attached : AttachedIndices.of(state, model)) {
            List<String> candidates = new ArrayList<>();
            candidates.add(model);
            candidates.addAll(attached.pipelines());
            for (String pipeline : candidates) {
                if (pipelines.encodes(pipeline, model, attached.field())) {
                    work.computeIfAbsent(
                                    pipeline + '\0' + attached.field(),
                                    key -> new Work(pipeline, attached.field(), new ArrayList<>()))
                            .indices()
                            .add(attached.index());
                    break;
                }
            }
        }
        return List.copyOf(work.values());
    }

    /**
     * Starts one piece of work.
     *
     * @param encoder the active encoder; documents with a latent of it are skipped, and with {@link EncoderId#NONE} none
     *     are
     * @param parent the task whose cancellation cancels this one; {@link TaskId#EMPTY_TASK_ID} for none
     * @param storeResult whether {@code _tasks} keeps the result, for a caller that does not wait
     * @param listener called with the result, or with the failure
     * @return the running task
     */
    public Task start(
            Work work,
            EncoderId encoder,
            TaskId parent,
            boolean storeResult,
            ActionListener<BulkByScrollResponse> listener) {
        String[] indices = work.indices().toArray(String[]::new);
        UpdateByQueryRequest request = new UpdateByQueryRequest(indices);
        request.setQuery(stale(work.field(), encoder));
        request.setPipeline(work.pipeline());
        request.setConflicts("proceed");
        request.setSlices(AbstractBulkByScrollRequest.AUTO_SLICES);
        request.setRefresh(true);
        request.setBatchSize(Math.min(PAGE, ResultWindow.of(clusterService.state(), indices)));
        request.setShouldStoreResult(storeResult);
        request.setParentTask(parent);
        return client.executeLocally(UpdateByQueryAction.INSTANCE, request, new TaskListener<BulkByScrollResponse>() {
            @Override
            public void onResponse(Task task, BulkByScrollResponse response) {
                listener.onResponse(response);
            }

            @Override
            public void onFailure(Task task, Exception e) {
                listener.onFailure(e);
            }
        });
    }

    /**
     * Starts several pieces of work.
     *
     * @param wait whether to answer only when all work has ended; otherwise {@code _tasks} keeps the results
     */
    public void startAll(
            String model,
            List<Work> all,
            EncoderId encoder,
            TaskId parent,
            boolean wait,
            ActionListener<Reencoded> listener) {
        String[] indices =
                all.stream().flatMap(work -> work.indices().stream()).distinct().toArray(String[]::new);
        if (indices.length == 0) {
            begin(model, all, encoder, parent, wait, listener);
            return;
        }
        // update-by-query sees only refreshed documents: without this it would miss the latest ones, and nothing would
        // encode them later
        client.admin()
                .indices()
                .prepareRefresh(indices)
                .execute(Listeners.andThen(
                        listener, (next, refreshed) -> begin(model, all, encoder, parent, wait, next)));
    }

    private void begin(
            String model,
            List<Work> all,
            EncoderId encoder,
            TaskId parent,
            boolean wait,
            ActionListener<Reencoded> listener) {
        if (!wait) {
            List<String> tasks = new ArrayList<>();
            for (Work work : all) {
                tasks.add(id(start(
                        work,
                        encoder,
                        parent,
                        true,
                        Listeners.either(
                                response -> {},
                                e -> logger.warn("re-encoding for model [{}] failed: {}", model, e.getMessage())))));
            }
            listener.onResponse(new Reencoded(tasks, false, 0, 0, 0, 0));
            return;
        }
        List<String> tasks = Collections.synchronizedList(new ArrayList<>());
        // an update-by-query adds a response header for every page that it reads
        ChildCalls children = new ChildCalls(client.threadPool().getThreadContext());
        // one answer more than there is work: this method gives the last one itself, after it has listed all tasks
        ActionListener<BulkByScrollResponse> grouped = children.listener(new GroupedActionListener<>(
                ActionListener.map(listener, responses -> sum(model, tasks, responses)), all.size() + 1));
        for (Work work : all) {
            tasks.add(id(start(work, encoder, parent, false, grouped)));
        }
        grouped.onResponse(null);
    }

    private String id(Task task) {
        return client.getLocalNodeId() + ":" + task.getId();
    }

    private static Reencoded sum(String model, List<String> tasks, Collection<BulkByScrollResponse> responses) {
        long updated = 0;
        long conflicts = 0;
        long failures = 0;
        long took = 0;
        for (BulkByScrollResponse response : responses) {
            updated += response.getUpdated();
            conflicts += response.getVersionConflicts();
            failures += response.getBulkFailures().size();
            took = Math.max(took, response.getTook().millis());
            if (response.getReasonCancelled() != null) {
                throw new TaskCancelledException("re-encoding was cancelled: " + response.getReasonCancelled());
            }
            if (!response.getBulkFailures().isEmpty()) {
                logger.warn(
                        "re-encoding for model [{}] failed for [{}] documents, the first of them: {}",
                        model,
                        response.getBulkFailures().size(),
                        response.getBulkFailures().get(0).getMessage());
            }
        }
        return new Reencoded(tasks, true, updated, conflicts, failures, took);
    }

    /** The query for documents without a latent of this encoder. */
    static QueryBuilder stale(String field, EncoderId encoder) {
        return QueryBuilders.boolQuery()
                .mustNot(QueryBuilders.termQuery(LatentVectorFieldType.encoderField(field), encoder.toString()));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.attach.AttachedIndices.Attached;
import io.latentfacets.field.LatentVectorFieldType;
import io.latentfacets.ingest.LatentPipelines;
import io.latentfacets.model.EncoderId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.ingest.IngestService;
import org.opensearch.tasks.Task;
import org.opensearch.tasks.TaskListener;
import org.opensearch.tasks.TaskManager;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Encodes documents whose latents are missing or of another encoder generation, with the rights of the user in the
 * thread context. It writes nothing but the latents. Repeating it does no harm. Thread-safe.
 */
public final class ReencodeService {

    private final NodeClient client;
    private final ClusterService clusterService;
    private final ReencodeRun runs;

    /**
     * @param client the node's client, which acts as the user in the thread context
     * @param ingest the pipelines that encode
     * @param tasks the node's tasks, among which a re-encoding appears
     */
    public ReencodeService(NodeClient client, ClusterService clusterService, IngestService ingest, TaskManager tasks) {
        this.client = client;
        this.clusterService = clusterService;
        this.runs = new ReencodeRun(client, clusterService, ingest, tasks);
    }

    /**
     * The work on one index.
     *
     * @param index the name of the index
     * @param targets the fields to fill; not empty
     */
    public record Work(String index, List<Target> targets) {
        public Work {
            targets = List.copyOf(targets);
        }

        /** The documents that lack a current latent in any of the fields. */
        QueryBuilder stale(EncoderId encoder) {
            BoolQueryBuilder any = QueryBuilders.boolQuery().minimumShouldMatch(1);
            targets.forEach(target -> any.should(ReencodeService.stale(target.field(), encoder)));
            return any;
        }
    }

    /**
     * A field and what fills it.
     *
     * @param pipeline the name of the ingest pipeline that encodes
     * @param field the path of the {@code latent_vector} field
     */
    public record Target(String pipeline, String field) {}

    /**
     * The work that re-encodes a model's documents, one entry per index, sorted by index. For each field it takes the
     * first pipeline that encodes with the model: the one named like the model, else the index's default or final
     * pipeline. Fields without such a pipeline are left out.
     */
    public List<Work> work(String model) {
        return work(clusterService.state(), model);
    }

    static List<Work> work(ClusterState state, String model) {
        LatentPipelines pipelines = new LatentPipelines(state);
        Map<String, List<Target>> targets = new TreeMap<>();
        for (Attached attached : AttachedIndices.of(state, model)) {
            List<String> candidates = new ArrayList<>();
            candidates.add(model);
            candidates.addAll(attached.pipelines());
            candidates.stream()
                    .filter(pipeline -> pipelines.encodes(pipeline, model, attached.field()))
                    .findFirst()
                    .ifPresent(pipeline -> targets.computeIfAbsent(attached.index(), index -> new ArrayList<>())
                            .add(new Target(pipeline, attached.field())));
        }
        return targets.entrySet().stream()
                .map(entry -> new Work(entry.getKey(), entry.getValue()))
                .toList();
    }

    /**
     * Starts the work. An index that cannot be read or written does not stop the others.
     *
     * @param encoder the active encoder; documents with a latent of it are skipped, and with {@link EncoderId#NONE}
     *     none are
     * @param parent the task whose cancellation cancels this one; {@link TaskId#EMPTY_TASK_ID} for none
     * @param wait whether to answer only when all work has ended; otherwise {@code _tasks} keeps the result
     * @param listener called with the outcome; fails if the task was cancelled
     */
    public void startAll(
            String model,
            List<Work> all,
            EncoderId encoder,
            TaskId parent,
            boolean wait,
            ActionListener<Reencoded> listener) {
        startAll(model, all, encoder, Float.POSITIVE_INFINITY, parent, wait, listener);
    }

    /**
     * Starts the work like the method above, throttled.
     *
     * @param requestsPerSecond the most documents a second, over all indices; infinite for no limit
     */
    public void startAll(
            String model,
            List<Work> all,
            EncoderId encoder,
            float requestsPerSecond,
            TaskId parent,
            boolean wait,
            ActionListener<Reencoded> listener) {
        if (all.isEmpty()) {
            listener.onResponse(Reencoded.started(List.of(), wait));
            return;
        }
        ReencodeRun.Request request = new ReencodeRun.Request(model, all, encoder, requestsPerSecond, !wait);
        request.setParentTask(parent);
        Task started = runs.execute(request, new TaskListener<ReencodeAction.Response>() {
            @Override
            public void onResponse(Task task, ReencodeAction.Response response) {
                if (wait) {
                    listener.onResponse(response.reencoded());
                }
            }

            @Override
            public void onFailure(Task task, Exception e) {
                if (wait) {
                    listener.onFailure(e);
                }
            }
        });
        if (!wait) {
            listener.onResponse(Reencoded.started(List.of(client.getLocalNodeId() + ":" + started.getId()), false));
        }
    }

    /** The query for documents without a latent of this encoder. */
    static QueryBuilder stale(String field, EncoderId encoder) {
        return QueryBuilders.boolQuery()
                .mustNot(QueryBuilders.termQuery(LatentVectorFieldType.encoderField(field), encoder.toString()));
    }
}

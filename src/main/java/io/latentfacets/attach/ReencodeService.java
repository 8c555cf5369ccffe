/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.attach.AttachedIndices.Attached;
import io.latentfacets.field.DerivedFields;
import io.latentfacets.field.MappedEncoding;
import io.latentfacets.ingest.LatentPipelines;
import io.latentfacets.ingest.MappedEncodeProcessor;
import io.latentfacets.model.EncoderId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskId;
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
    private final IngestService ingest;
    private final ReencodeRun runs;

    /**
     * @param client the node's client, which acts as the user in the thread context
     * @param ingest the pipelines that encode
     * @param tasks the node's tasks, among which a re-encoding appears
     */
    public ReencodeService(NodeClient client, ClusterService clusterService, IngestService ingest, TaskManager tasks) {
        this.client = client;
        this.clusterService = clusterService;
        this.ingest = ingest;
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
    }

    /**
     * A field and what fills it, as when a document is written: the pipeline first, then the mapping.
     *
     * @param pipeline the name of the ingest pipeline that encodes; null for none
     * @param field the path of the {@code latent_vector} field
     * @param encoding how the mapping has documents encoded; null if only the pipeline encodes
     * @param derived the fields that pipeline and mapping fill beside the latent
     */
    public record Target(String pipeline, String field, MappedEncoding encoding, DerivedFields derived) {

        /** A field that a pipeline alone fills, and nothing beside it. */
        public Target(String pipeline, String field) {
            this(pipeline, field, null, DerivedFields.NONE);
        }

        /** The paths of all fields that the re-encoding writes. */
        List<String> paths() {
            List<String> paths = new ArrayList<>(List.of(field));
            paths.addAll(derived.paths());
            return paths;
        }
    }

    /**
     * The work that re-encodes a model's documents, one entry per index, sorted by index. For each field it takes the
     * first pipeline that encodes with the model: the one named like the model, else the index's default or final
     * pipeline. Then comes the mapping, if that encodes. Fields that neither fills are left out.
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
            String pipeline = candidates.stream()
                    .filter(name -> pipelines.encodes(name, model, attached.field()))
                    .findFirst()
                    .orElse(null);
            if (pipeline != null || attached.encoding() != null) {
                targets.computeIfAbsent(attached.index(), index -> new ArrayList<>())
                        .add(target(pipelines, pipeline, model, attached.field(), attached.encoding()));
            }
        }
        return targets.entrySet().stream()
                .map(entry -> new Work(entry.getKey(), entry.getValue()))
                .toList();
    }

    /** The target that a pipeline, the mapping or both fill. */
    static Target target(
            LatentPipelines pipelines, String pipeline, String model, String field, MappedEncoding encoding) {
        DerivedFields derived = encoding == null ? DerivedFields.NONE : encoding.derived();
        return new Target(
                pipeline,
                field,
                encoding,
                pipeline == null ? derived : derived.or(pipelines.derived(pipeline, model, field)));
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
        ReencodeRun.Request request =
                new ReencodeRun.Request(model, all, encoder, keys(model, all), requestsPerSecond, !wait);
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

    /** The keys of the model's clusters, if any field names them. */
    private List<String> keys(String model, List<Work> all) {
        boolean named = all.stream()
                .flatMap(work -> work.targets().stream())
                .anyMatch(target -> target.derived().clusterField() != null);
        return named
                ? StaleDocuments.keys(MappedEncodeProcessor.Factory.of(ingest).generations(), model)
                : List.of();
    }
}

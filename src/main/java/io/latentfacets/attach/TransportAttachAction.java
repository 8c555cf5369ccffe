/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.async.Listeners;
import io.latentfacets.corpus.SourceAccess;
import io.latentfacets.field.LatentVectorFieldMapper;
import io.latentfacets.ingest.LatentEncodeProcessor;
import io.latentfacets.ingest.LatentPipelines;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.store.ModelStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.admin.indices.mapping.put.PutMappingAction;
import org.opensearch.action.admin.indices.mapping.put.PutMappingRequest;
import org.opensearch.action.admin.indices.settings.put.UpdateSettingsAction;
import org.opensearch.action.admin.indices.settings.put.UpdateSettingsRequest;
import org.opensearch.action.ingest.PutPipelineAction;
import org.opensearch.action.ingest.PutPipelineRequest;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.action.support.ThreadedActionListener;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexAbstraction;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.IndexSettings;
import org.opensearch.ingest.IngestService;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Checks everything first, then writes mapping, pipeline and setting in that order, each with the caller's rights, and
 * binds the model to the indices. The caller must be able to read them and what the model is bound to already. The
 * re-encoding that follows catches documents that arrive in between. Repeating it changes nothing.
 */
public final class TransportAttachAction extends HandledTransportAction<AttachAction.Request, AttachAction.Response> {

    private static final Logger logger = LogManager.getLogger(TransportAttachAction.class);

    private final ModelStore store;
    private final NodeClient client;
    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final ReencodeService reencoding;
    private final SourceAccess access;

    @Inject
    public TransportAttachAction(
            TransportService transportService,
            ActionFilters filters,
            ModelStore store,
            NodeClient client,
            ClusterService clusterService,
            IndexNameExpressionResolver resolver,
            SourceAccess access,
            IngestService ingest) {
        super(AttachAction.NAME, transportService, filters, AttachAction.Request::new, ThreadPool.Names.SAME);
        this.store = store;
        this.client = client;
        this.clusterService = clusterService;
        this.resolver = resolver;
        this.access = access;
        this.reencoding = new ReencodeService(client, clusterService, ingest, transportService.getTaskManager());
    }

    @Override
    protected void doExecute(Task task, AttachAction.Request request, ActionListener<AttachAction.Response> listener) {
        // the store answers on the generic pool, where waiting for three small cluster state updates is allowed
        store.get(request.model(), Listeners.andThen(listener, (next, stored) -> attach(task, request, stored, next)));
    }

    private void attach(
            Task task, AttachAction.Request request, StoredModel stored, ActionListener<AttachAction.Response> listener)
            throws IOException {
        String model = stored.name();
        String field = stored.definition().targetField();
        ClusterState state = clusterService.state();
        List<String> indices = List.of(resolver.concreteIndexNames(
                state,
                IndicesOptions.strictExpandOpenAndForbidClosed(),
                true,
                request.indices().toArray(String[]::new)));
        if (indices.isEmpty()) {
            throw new ResourceNotFoundException("[index] matches no index: {}", request.indices());
        }
        LatentPipelines present = new LatentPipelines(state);
        requireFreePipeline(present, model, field);
        Map<String, String> pipelines = new TreeMap<>();
        for (String index : indices) {
            pipelines.put(index, pipeline(state, present, index, model, field));
        }
        ActionListener<Void> boundRead = Listeners.andThen(listener, (next, done) -> {
            putMapping(indices, model, field);
            if (!present.exists(model)) {
                putPipeline(model, field);
            }
            setDefaultPipeline(state, pipelines);
            store.bind(
                    model,
                    stored.bound(),
                    named(request.indices(), indices, state),
                    Listeners.andThen(next, (last, bound) -> encode(task, request, stored, pipelines, last)));
        });
        ActionListener<Void> indicesRead = Listeners.andThen(
                listener,
                (next, done) -> access.requireReadable("bound", stored.bound().patterns(), onGeneric(boundRead)));
        access.requireReadable("index", indices, indicesRead);
    }

    /**
     * The names by which the indices are bound: the given ones, so that later indices of an alias or data stream are
     * bound too. A pattern stands for what it matches now, because nobody attaches what it matches later.
     */
    private static List<String> named(List<String> given, List<String> concrete, ClusterState state) {
        Map<String, IndexAbstraction> known = state.metadata().getIndicesLookup();
        if (known.keySet().containsAll(given)) {
            return given;
        }
        return concrete.stream()
                .map(index -> known.get(index).getParentDataStream() == null
                        ? index
                        : known.get(index).getParentDataStream().getName())
                .distinct()
                .toList();
    }

    /** A listener that may wait for cluster state updates. */
    private ActionListener<Void> onGeneric(ActionListener<Void> listener) {
        return new ThreadedActionListener<>(logger, client.threadPool(), ThreadPool.Names.GENERIC, listener, false);
    }

    private static void requireFreePipeline(LatentPipelines pipelines, String model, String field) {
        if (pipelines.exists(model) && !pipelines.encodes(model, model, field)) {
            throw new OpenSearchStatusException(
                    "the ingest pipeline [{}] exists and has no [{}] processor with model [{}] and target_field [{}];"
                            + " add one to it, or attach a model of another name",
                    RestStatus.CONFLICT,
                    model,
                    LatentEncodeProcessor.TYPE,
                    model,
                    field);
        }
    }

    /**
     * The pipeline that will encode the index: its own default pipeline if that encodes with the model, else the
     * model's.
     */
    private static String pipeline(
            ClusterState state, LatentPipelines pipelines, String index, String model, String field) {
        Settings settings = state.metadata().index(index).getSettings();
        String present = IndexSettings.DEFAULT_PIPELINE.get(settings);
        if (IngestService.NOOP_PIPELINE_NAME.equals(present) || present.equals(model)) {
            return model;
        }
        if (pipelines.encodes(present, model, field)) {
            return present;
        }
        throw new OpenSearchStatusException(
                "index [{}] has the [index.default_pipeline] [{}]; add {\"{}\":{\"model\":\"{}\",\"target_field\":\"{}\"}}"
                        + " to that pipeline and attach again",
                RestStatus.CONFLICT,
                index,
                present,
                LatentEncodeProcessor.TYPE,
                model,
                field);
    }

    private void putMapping(List<String> indices, String model, String field) throws IOException {
        XContentBuilder mapping = XContentFactory.jsonBuilder().startObject().startObject("properties");
        mapping.startObject(field)
                .field("type", LatentVectorFieldMapper.CONTENT_TYPE)
                .field("model", model);
        mapping.endObject().endObject().endObject();
        PutMappingRequest request = new PutMappingRequest(indices.toArray(String[]::new)).source(mapping);
        acknowledged(client.execute(PutMappingAction.INSTANCE, request).actionGet(), "mapping");
    }

    private void putPipeline(String model, String field) throws IOException {
        XContentBuilder pipeline = XContentFactory.jsonBuilder().startObject();
        pipeline.field("description", "encodes documents with latent model [" + model + "]");
        pipeline.startArray("processors").startObject().startObject(LatentEncodeProcessor.TYPE);
        pipeline.field("model", model).field("target_field", field);
        pipeline.endObject().endObject().endArray().endObject();
        PutPipelineRequest request = new PutPipelineRequest(model, BytesReference.bytes(pipeline), XContentType.JSON);
        acknowledged(client.execute(PutPipelineAction.INSTANCE, request).actionGet(), "pipeline");
    }

    private void setDefaultPipeline(ClusterState state, Map<String, String> pipelines) {
        List<String> unset = new ArrayList<>();
        pipelines.forEach((index, pipeline) -> {
            Settings settings = state.metadata().index(index).getSettings();
            if (!pipeline.equals(IndexSettings.DEFAULT_PIPELINE.get(settings))) {
                unset.add(index);
            }
        });
        if (unset.isEmpty()) {
            return;
        }
        Settings settings = Settings.builder()
                .put(IndexSettings.DEFAULT_PIPELINE.getKey(), pipelines.get(unset.get(0)))
                .build();
        UpdateSettingsRequest request = new UpdateSettingsRequest(settings, unset.toArray(String[]::new));
        acknowledged(client.execute(UpdateSettingsAction.INSTANCE, request).actionGet(), "setting");
    }

    private static void acknowledged(AcknowledgedResponse response, String what) {
        if (!response.isAcknowledged()) {
            throw new OpenSearchStatusException(
                    "not all nodes have acknowledged the [{}] in time; attach again",
                    RestStatus.SERVICE_UNAVAILABLE,
                    what);
        }
    }

    private void encode(
            Task task,
            AttachAction.Request request,
            StoredModel stored,
            Map<String, String> pipelines,
            ActionListener<AttachAction.Response> listener) {
        List<String> indices = List.copyOf(pipelines.keySet());
        String model = stored.name();
        ActionListener<Reencoded> answer =
                ActionListener.map(listener, reencoded -> new AttachAction.Response(model, indices, reencoded));
        if (stored.active() == 0) {
            // the model has no encoder yet: the first training re-encodes all indices that are attached by then
            answer.onResponse(Reencoded.started(List.of(), true));
            return;
        }
        String field = stored.definition().targetField();
        List<ReencodeService.Work> work = pipelines.entrySet().stream()
                .map(entry -> new ReencodeService.Work(
                        entry.getKey(), List.of(new ReencodeService.Target(entry.getValue(), field))))
                .toList();
        TaskId parent = request.waitForCompletion()
                ? new TaskId(clusterService.localNode().getId(), task.getId())
                : TaskId.EMPTY_TASK_ID;
        reencoding.startAll(model, work, stored.activeEncoder(), parent, request.waitForCompletion(), answer);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.async.Listeners;
import io.latentfacets.corpus.SourceAccess;
import io.latentfacets.field.LatentMappings;
import io.latentfacets.ingest.LatentPipelines;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.store.ModelStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.ActionFilters;
import org.opensearch.action.support.HandledTransportAction;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.action.support.ThreadedActionListener;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexAbstraction;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.inject.Inject;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.ingest.IngestService;
import org.opensearch.tasks.Task;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.node.NodeClient;

/**
 * Checks everything first, then writes mapping, pipeline and setting in that order (by the mapping: only that), each
 * with the caller's rights, and binds the model to the indices. Then it extends the templates of the next indices of
 * data streams and rollover aliases, as far as that can be done. The caller must be able to read them and what the
 * model is bound to already. The re-encoding that follows catches documents that arrive in between. Repeating it
 * changes nothing.
 */
public final class TransportAttachAction extends HandledTransportAction<AttachAction.Request, AttachAction.Response> {

    private static final Logger logger = LogManager.getLogger(TransportAttachAction.class);

    private final ModelStore store;
    private final NodeClient client;
    private final ClusterService clusterService;
    private final IndexNameExpressionResolver resolver;
    private final ReencodeService reencoding;
    private final SourceAccess access;
    private final TemplateWriter templates;

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
        this.templates = new TemplateWriter(client);
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
        Attachment attachment = attachment(request, stored);
        ClusterState state = clusterService.state();
        List<String> indices = resolve(request, state);
        if (indices.isEmpty()) {
            throw new ResourceNotFoundException("[index] matches no index: {}", request.indices());
        }
        AttachedPipelines present = new AttachedPipelines(state, attachment);
        Map<String, String> pipelines = present.of(indices);
        indices.forEach(index -> attachment.check(state.metadata().index(index)));
        Map<String, Object> pipeline = attachment.byMapping() ? null : present.toWrite();
        List<String> named = named(request.indices(), indices, state);
        AttachmentWriter writer = new AttachmentWriter(client, attachment);
        ActionListener<Void> boundRead = Listeners.andThen(listener, (next, done) -> {
            writer.putMapping(state, indices);
            if (pipeline != null) {
                writer.putPipeline(pipeline);
            }
            writer.setDefaultPipeline(state, pipelines);
            List<NextIndex> grown = templates.write(
                    new NextIndices(clusterService.state(), resolver, attachment.model(), attachment.field())
                            .plan(named, pipelines.keySet()));
            pipelines.putAll(attachNew(request, pipelines.keySet(), attachment));
            store.bind(
                    attachment.model(),
                    stored.bound(),
                    named,
                    Listeners.andThen(next, (last, bound) -> encode(task, request, stored, pipelines, grown, last)));
        });
        ActionListener<Void> indicesRead = Listeners.andThen(
                listener,
                (next, done) -> access.requireReadable("bound", stored.bound().patterns(), onGeneric(boundRead)));
        access.requireReadable("index", indices, indicesRead);
    }

    private static Attachment attachment(AttachAction.Request request, StoredModel stored) {
        String field = stored.definition().targetField();
        return new Attachment(
                stored.name(),
                field,
                request.byMapping(),
                request.derived().check(List.of(field)),
                stored.definition().vae().latentDims());
    }

    private List<String> resolve(AttachAction.Request request, ClusterState state) {
        return List.of(resolver.concreteIndexNames(
                state,
                IndicesOptions.strictExpandOpenAndForbidClosed(),
                true,
                request.indices().toArray(String[]::new)));
    }

    /** Attaches the indices that were made since, before their template was extended; returns their pipelines. */
    private Map<String, String> attachNew(AttachAction.Request request, Set<String> attached, Attachment attachment)
            throws IOException {
        ClusterState state = clusterService.state();
        List<String> made = resolve(request, state).stream()
                .filter(index -> !attached.contains(index))
                .toList();
        Map<String, String> pipelines = new AttachedPipelines(state, attachment).of(made);
        made.forEach(index -> attachment.check(state.metadata().index(index)));
        AttachmentWriter writer = new AttachmentWriter(client, attachment);
        writer.putMapping(state, made);
        writer.setDefaultPipeline(state, pipelines);
        return pipelines;
    }

    /**
     * The names by which the indices are bound: the given ones, so that later indices of an alias or data stream are
     * bound too. A pattern stands for what it matches now, because nobody attaches what it matches later; for a data
     * stream, that is the data stream.
     */
    static List<String> named(List<String> given, List<String> concrete, ClusterState state) {
        Map<String, IndexAbstraction> known = state.metadata().getIndicesLookup();
        Set<String> names = new LinkedHashSet<>();
        Set<String> covered = new HashSet<>();
        for (String name : given) {
            List<String> members = known.containsKey(name) ? members(known.get(name)) : List.of();
            if (!members.isEmpty() && concrete.containsAll(members)) {
                names.add(name);
                covered.addAll(members);
            }
        }
        for (String index : concrete) {
            if (!covered.contains(index)) {
                IndexAbstraction.DataStream stream = known.get(index).getParentDataStream();
                names.add(stream == null ? index : stream.getName());
            }
        }
        return List.copyOf(names);
    }

    private static List<String> members(IndexAbstraction named) {
        return named.getIndices().stream()
                .map(index -> index.getIndex().getName())
                .toList();
    }

    /** A listener that may wait for cluster state updates. */
    private ActionListener<Void> onGeneric(ActionListener<Void> listener) {
        return new ThreadedActionListener<>(logger, client.threadPool(), ThreadPool.Names.GENERIC, listener, false);
    }

    private void encode(
            Task task,
            AttachAction.Request request,
            StoredModel stored,
            Map<String, String> pipelines,
            List<NextIndex> next,
            ActionListener<AttachAction.Response> listener) {
        List<String> indices = List.copyOf(pipelines.keySet());
        String model = stored.name();
        ActionListener<Reencoded> answer =
                ActionListener.map(listener, reencoded -> new AttachAction.Response(model, indices, next, reencoded));
        if (stored.active() == 0) {
            // the model has no encoder yet: the first training re-encodes all indices that are attached by then
            answer.onResponse(Reencoded.started(List.of(), true));
            return;
        }
        List<ReencodeService.Work> work = work(stored, pipelines);
        TaskId parent = request.waitForCompletion()
                ? new TaskId(clusterService.localNode().getId(), task.getId())
                : TaskId.EMPTY_TASK_ID;
        reencoding.startAll(model, work, stored.activeEncoder(), parent, request.waitForCompletion(), answer);
    }

    private List<ReencodeService.Work> work(StoredModel stored, Map<String, String> pipelines) {
        String model = stored.name();
        String field = stored.definition().targetField();
        ClusterState state = clusterService.state();
        LatentPipelines known = new LatentPipelines(state);
        List<ReencodeService.Work> work = new ArrayList<>();
        pipelines.forEach((name, pipeline) -> {
            IndexMetadata index = state.metadata().index(name);
            if (index != null) {
                work.add(new ReencodeService.Work(
                        name,
                        List.of(ReencodeService.target(
                                known,
                                pipeline,
                                model,
                                field,
                                LatentMappings.encoded(index).get(field)))));
            }
        });
        return work;
    }
}

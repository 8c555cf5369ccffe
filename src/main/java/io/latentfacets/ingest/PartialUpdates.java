/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.field.LatentMappings;
import io.latentfacets.model.Generation;
import io.latentfacets.text.SourceField;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.DocWriteRequest;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexAbstraction;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.tasks.Task;

/**
 * Tells the documents of a bulk from parts of documents. Of an update within a bulk, core gives system ingest
 * processors the part only, and nothing in it says so: a part looks like a new document without an id. This filter
 * notes the parts in the thread context while the bulk is under way, and gives them the id of their update. It looks
 * only at updates, and only at those of indices whose mapping has documents encoded. Thread-safe.
 */
public final class PartialUpdates implements ActionFilter {

    private static final String KEY = "latent_facets.partial_updates";

    /** The ingest metadata of a part of a document. */
    private static final String PART = "latent_part";

    private final Supplier<ClusterState> state;
    private final Supplier<ThreadContext> threads;
    private final LatentMappings mappings = new LatentMappings();

    /**
     * @param state supplies the cluster state at each bulk
     * @param threads supplies the thread context at each bulk
     */
    public PartialUpdates(Supplier<ClusterState> state, Supplier<ThreadContext> threads) {
        this.state = state;
        this.threads = threads;
    }

    private record Part(String index, String id) {}

    /** Runs after filters that check permissions, because those may change the context. */
    @Override
    public int order() {
        return Integer.MAX_VALUE;
    }

    @Override
    public <Request extends ActionRequest, Response extends ActionResponse> void apply(
            Task task,
            String action,
            Request request,
            ActionRequestMetadata<Request, Response> metadata,
            ActionListener<Response> listener,
            ActionFilterChain<Request, Response> chain) {
        Set<Part> parts = request instanceof BulkRequest bulk ? parts(bulk) : Set.of();
        if (parts.isEmpty()) {
            chain.proceed(task, action, request, listener);
            return;
        }
        ThreadContext context = threads.get();
        // a bulk within a bulk has its own parts, and a transient cannot be put twice
        ThreadContext.StoredContext before = context.newStoredContext(true, List.of(KEY));
        try {
            context.putTransient(KEY, parts);
            chain.proceed(task, action, request, listener);
        } finally {
            before.close();
        }
    }

    private Set<Part> parts(BulkRequest bulk) {
        Set<Part> parts = null;
        for (DocWriteRequest<?> each : bulk.requests()) {
            if (each instanceof UpdateRequest update && update.doc() != null && encodes(update.index())) {
                IndexRequest part = update.doc();
                part.id(update.id());
                parts = parts == null ? new HashSet<>() : parts;
                parts.add(new Part(part.index(), part.id()));
            }
        }
        return parts == null ? Set.of() : parts;
    }

    private boolean encodes(String name) {
        IndexAbstraction named = state.get().metadata().getIndicesLookup().get(name);
        IndexMetadata index = named == null ? null : named.getWriteIndex();
        return index != null && !mappings.of(index).encoded().isEmpty();
    }

    /** Marks the parts among the documents of a batch. */
    static void tell(ThreadContext context, List<IngestDocumentWrapper> batch) {
        Set<Part> parts = context.getTransient(KEY);
        if (parts == null) {
            return;
        }
        for (IngestDocumentWrapper item : batch) {
            IngestDocument document = item.getIngestDocument();
            Map<String, Object> metadata = document.getSourceAndMetadata();
            String index = (String) metadata.get(IngestDocument.Metadata.INDEX.getFieldName());
            String id = (String) metadata.get(IngestDocument.Metadata.ID.getFieldName());
            if (parts.contains(new Part(index, id))) {
                document.getIngestMetadata().put(PART, true);
            }
        }
    }

    /** Whether a document is only a part, which will be merged into a stored document. */
    static boolean isPart(IngestDocument document) {
        return document.getIngestMetadata().containsKey(PART);
    }

    /**
     * Whether a part sets fields that a generation reads. To set a field to null or to another object counts.
     *
     * @param all true: whether it sets all of them; false: whether it sets any
     */
    static boolean has(IngestDocument part, Generation generation, boolean all) {
        Map<String, Object> source = part.getSourceAndMetadata();
        Stream<String> fields = Stream.concat(
                generation.fields().stream().map(SourceField::name), Stream.ofNullable(generation.vectorField()));
        return all ? fields.allMatch(field -> sets(source, field)) : fields.anyMatch(field -> sets(source, field));
    }

    private static boolean sets(Map<?, ?> object, String path) {
        if (object.containsKey(path)) {
            return true;
        }
        for (int dot = path.indexOf('.'); dot > 0; dot = path.indexOf('.', dot + 1)) {
            String parent = path.substring(0, dot);
            if (object.containsKey(parent)
                    && (!(object.get(parent) instanceof Map<?, ?> inner) || sets(inner, path.substring(dot + 1)))) {
                return true;
            }
        }
        return false;
    }
}

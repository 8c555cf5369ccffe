/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.async.Transients;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.DocWriteRequest;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.tasks.Task;

/**
 * Tells the documents of a bulk from parts of documents. Of an update within a bulk, core gives system ingest
 * processors the part only, and nothing in it says so: a part looks like a new document without an id. This filter
 * notes the parts in the thread context while the bulk is under way, and gives each the id of its update. A part is
 * known by that very string, not by an equal one: a document, or the {@code upsert} of an update that another node has
 * passed on, may have the same id in the same bulk. While no mapping encodes, the filter looks at nothing. As soon as
 * one does, it notes the parts for all indices, because the mapping of another may come to encode while the bulk is
 * under way. Thread-safe.
 */
public final class PartialUpdates implements ActionFilter {

    private static final String KEY = "latent_facets.partial_updates";

    /** The ingest metadata of a part of a document. */
    private static final String PART = "latent_part";

    private final WriteIndices indices;
    private final Supplier<ThreadContext> threads;

    /**
     * @param indices knows whether any mapping encodes
     * @param threads supplies the thread context at each bulk
     */
    public PartialUpdates(WriteIndices indices, Supplier<ThreadContext> threads) {
        this.indices = indices;
        this.threads = threads;
    }

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
        Set<String> parts = request instanceof BulkRequest bulk && indices.anyEncoded() ? parts(bulk) : Set.of();
        if (parts.isEmpty()) {
            chain.proceed(task, action, request, listener);
            return;
        }
        // a bulk within a bulk has its own parts
        Transients.with(threads.get(), KEY, parts, () -> chain.proceed(task, action, request, listener));
    }

    /** The ids of the parts, each a string of its own; a set by identity. */
    private static Set<String> parts(BulkRequest bulk) {
        Set<String> parts = Collections.newSetFromMap(new IdentityHashMap<>());
        for (DocWriteRequest<?> each : bulk.requests()) {
            if (each instanceof UpdateRequest update) {
                named(update.upsertRequest(), update);
                if (named(update.doc(), update)) {
                    String id = String.valueOf(update.id().toCharArray());
                    update.doc().id(id);
                    parts.add(id);
                }
            }
        }
        return parts;
    }

    /** Tells a document of an update where it goes, as core does when it passes the update on to another node. */
    private static boolean named(IndexRequest document, UpdateRequest update) {
        if (document != null && document.index() == null) {
            document.index(update.index());
        }
        return document != null;
    }

    /** Marks the parts among the documents of a batch. */
    static void tell(ThreadContext context, List<IngestDocumentWrapper> batch) {
        Set<String> parts = context.getTransient(KEY);
        if (parts == null) {
            return;
        }
        for (IngestDocumentWrapper item : batch) {
            IngestDocument document = item.getIngestDocument();
            if (parts.contains(document.getSourceAndMetadata().get(IngestDocument.Metadata.ID.getFieldName()))) {
                document.getIngestMetadata().put(PART, true);
            }
        }
    }

    /** Whether a document is only a part, which will be merged into a stored document. */
    static boolean isPart(IngestDocument document) {
        return document.getIngestMetadata().containsKey(PART);
    }

    /** Whether a part sets all of some fields. To set a field to null or to another object counts. */
    static boolean setsAll(IngestDocument part, Set<String> fields) {
        return fields.stream().allMatch(field -> sets(part.getSourceAndMetadata(), field));
    }

    /** Whether a part sets any of some fields. To set a field to null or to another object counts. */
    static boolean setsAny(IngestDocument part, Set<String> fields) {
        return fields.stream().anyMatch(field -> sets(part.getSourceAndMetadata(), field));
    }

    /** Whether a part puts something that is no object in the place of an object around a field. */
    static boolean replacesParent(Map<?, ?> object, String path) {
        int dot = path.indexOf('.');
        if (dot < 0 || !object.containsKey(path.substring(0, dot))) {
            return false;
        }
        return !(object.get(path.substring(0, dot)) instanceof Map<?, ?> inner)
                || replacesParent(inner, path.substring(dot + 1));
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

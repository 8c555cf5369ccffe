/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.ResourceAlreadyExistsException;
import org.opensearch.action.DocWriteRequest;
import org.opensearch.action.admin.indices.create.CreateIndexAction;
import org.opensearch.action.admin.indices.create.CreateIndexRequest;
import org.opensearch.action.admin.indices.mapping.put.PutMappingAction;
import org.opensearch.action.admin.indices.mapping.put.PutMappingRequest;
import org.opensearch.action.admin.indices.refresh.RefreshAction;
import org.opensearch.action.admin.indices.refresh.RefreshRequest;
import org.opensearch.action.bulk.BulkAction;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.delete.DeleteRequest;
import org.opensearch.action.get.GetAction;
import org.opensearch.action.get.GetRequest;
import org.opensearch.action.get.GetResponse;
import org.opensearch.action.index.IndexAction;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.WriteRequest;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.MappingMetadata;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.engine.VersionConflictEngineException;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.seqno.SequenceNumbers;
import org.opensearch.indices.SystemIndexDescriptor;
import org.opensearch.search.SearchHit;
import org.opensearch.search.builder.SearchSourceBuilder;

/**
 * Reads and writes documents of the plugin's own index, with the plugin's identity. All methods that use the index
 * block, so call them on the generic pool. Thread-safe.
 *
 * <p>All reads see the index as of its last refresh, by id too. The security plugin takes real-time reads of system
 * indices away, so the store does without them everywhere, and one write means the same with and without that plugin: a
 * write is seen once it is refreshed, and the writer decides when. The security plugin also lets a plugin use its own
 * indices with actions on indices only. So there is no multi-get here, which it counts among the actions on the
 * cluster.
 */
public final class SystemIndex {

    public static final String NAME = ".plugins-latent-models";
    /** The description of the index for core. */
    public static final SystemIndexDescriptor DESCRIPTOR =
            new SystemIndexDescriptor(NAME + "*", "Models of latent-facets: definitions, generations, trainings");

    /**
     * The format of the mapping and of the documents, also in the mapping's {@code _meta}. Raise it when either gets
     * something new.
     */
    static final int FORMAT = 1;

    private static final String MAPPING = "/system-index-mapping.json";
    private static final int PAGE = 500;

    /**
     * A document that was read.
     *
     * @param source the source; null if the document does not exist
     * @param seqNo the sequence number, for a conditional write
     * @param primaryTerm the primary term, for a conditional write
     */
    record Doc(String id, Map<String, Object> source, long seqNo, long primaryTerm) {
        boolean exists() {
            return source != null;
        }
    }

    private final SystemClient client;
    private final ClusterService clusterService;

    public SystemIndex(SystemClient client, ClusterService clusterService) {
        this.client = client;
        this.clusterService = clusterService;
    }

    /** Whether the index exists. It does not before the first write. */
    boolean exists() {
        return exists(clusterService.state());
    }

    static boolean exists(ClusterState state) {
        return state.metadata().hasIndex(NAME);
    }

    /**
     * Creates the index if there is none, and updates the mapping of an older build. Call it before a write. The
     * mapping of a newer build stays as it is: it only has additional fields.
     */
    void create() {
        IndexMetadata index = clusterService.state().metadata().index(NAME);
        if (index != null) {
            if (format(index) < FORMAT) {
                client.call(
                        PutMappingAction.INSTANCE,
                        new PutMappingRequest(NAME).source(resource(MAPPING), MediaTypeRegistry.JSON));
            }
            return;
        }
        Settings settings = Settings.builder()
                .put("index.hidden", true)
                .put("index.number_of_shards", 1)
                .put("index.auto_expand_replicas", "0-1")
                .build();
        try {
            client.call(
                    CreateIndexAction.INSTANCE,
                    new CreateIndexRequest(NAME, settings).mapping(resource(MAPPING), MediaTypeRegistry.JSON));
        } catch (ResourceAlreadyExistsException e) {
            // another request, maybe on another node, created the index first
            assert e.getMessage() != null;
        }
    }

    /** The format in the mapping's {@code _meta}; 0 if there is none. */
    static int format(IndexMetadata index) {
        MappingMetadata mapping = index.mapping();
        return mapping != null
                        && mapping.sourceAsMap().get("_meta") instanceof Map<?, ?> meta
                        && meta.get("format") instanceof Number format
                ? format.intValue()
                : 0;
    }

    private static String resource(String path) {
        try (InputStream in = SystemIndex.class.getResourceAsStream(path)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads one document, as of the last refresh. */
    Doc get(String id) {
        if (!exists()) {
            return missing(id);
        }
        GetResponse got = client.call(GetAction.INSTANCE, new GetRequest(NAME, id).realtime(false));
        return new Doc(got.getId(), got.isExists() ? got.getSourceAsMap() : null, got.getSeqNo(), got.getPrimaryTerm());
    }

    /** Reads one document per id, in the order of the ids, as of the last refresh. */
    List<Doc> get(List<String> ids, String... sourceExcludes) {
        Map<String, Doc> found = new HashMap<>();
        for (int from = 0; from < ids.size() && exists(); from += PAGE) {
            List<String> page = ids.subList(from, Math.min(ids.size(), from + PAGE));
            SearchSourceBuilder source = new SearchSourceBuilder()
                    .query(QueryBuilders.idsQuery().addIds(page.toArray(String[]::new)))
                    .fetchSource(null, sourceExcludes)
                    .seqNoAndPrimaryTerm(true)
                    .size(page.size());
            for (SearchHit hit : hits(source)) {
                found.put(
                        hit.getId(), new Doc(hit.getId(), hit.getSourceAsMap(), hit.getSeqNo(), hit.getPrimaryTerm()));
            }
        }
        return ids.stream().map(id -> found.getOrDefault(id, missing(id))).toList();
    }

    /** A document that does not exist, as {@link #get(String)} gives it. */
    static Doc missing(String id) {
        return new Doc(id, null, SequenceNumbers.UNASSIGNED_SEQ_NO, SequenceNumbers.UNASSIGNED_PRIMARY_TERM);
    }

    /**
     * Writes a document only if nobody has written it since it was read.
     *
     * @param before the document as read, existing or not
     * @param source the new source
     * @param refresh whether reads see the document when this method returns
     * @throws VersionConflictEngineException if somebody has written it
     */
    void put(Doc before, XContentBuilder source, boolean refresh) {
        IndexRequest request = new IndexRequest(NAME).id(before.id()).source(source);
        if (before.exists()) {
            request.setIfSeqNo(before.seqNo()).setIfPrimaryTerm(before.primaryTerm());
        } else {
            request.opType(DocWriteRequest.OpType.CREATE);
        }
        client.call(IndexAction.INSTANCE, refreshing(request, refresh));
    }

    /** Writes a document, replacing any former one. Reads see it after the next {@link #refresh}. */
    void put(String id, XContentBuilder source) {
        client.call(IndexAction.INSTANCE, new IndexRequest(NAME).id(id).source(source));
    }

    private static IndexRequest refreshing(IndexRequest request, boolean refresh) {
        return refresh ? request.setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE) : request;
    }

    /** The ids of the documents that match a query, sorted, as of the last refresh; at most 10,000. */
    List<String> search(QueryBuilder query) {
        if (!exists()) {
            return List.of();
        }
        SearchSourceBuilder source =
                new SearchSourceBuilder().query(query).fetchSource(false).size(10_000);
        return Arrays.stream(hits(source)).map(SearchHit::getId).sorted().toList();
    }

    /**
     * Searches the index; fails rather than miss a document, because a shard that does not answer is no empty shard.
     */
    private SearchHit[] hits(SearchSourceBuilder source) {
        SearchRequest request = new SearchRequest(NAME).source(source).allowPartialSearchResults(false);
        return client.call(SearchAction.INSTANCE, request).getHits().getHits();
    }

    /** Makes all writes visible to reads. */
    void refresh() {
        client.call(RefreshAction.INSTANCE, new RefreshRequest(NAME));
    }

    /** Deletes documents and ignores missing ones. */
    void delete(List<String> ids) {
        for (int from = 0; from < ids.size(); from += PAGE) {
            BulkRequest bulk = new BulkRequest();
            ids.subList(from, Math.min(ids.size(), from + PAGE)).forEach(id -> bulk.add(new DeleteRequest(NAME, id)));
            BulkResponse response = client.call(BulkAction.INSTANCE, bulk);
            if (response.hasFailures()) {
                throw new IllegalStateException("cannot delete from [" + NAME + "]: " + response.buildFailureMessage());
            }
        }
    }
}

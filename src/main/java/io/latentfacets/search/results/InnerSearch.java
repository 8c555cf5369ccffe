/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.MapXContentParser;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.mapper.DerivedField;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.pipeline.SearchPipelineService;

/**
 * Derives a second search over the documents that a first one matches. It keeps the parts of the first request that
 * decide which documents match, and on which shard copies. It leaves out the hits and everything that only orders, cuts
 * or decorates them. Stateless.
 */
public final class InnerSearch {

    private InnerSearch() {}

    /**
     * Returns a new request with size 0, without aggregations and search pipeline. It leaves out {@code post_filter},
     * because aggregations added to it must see the same documents as those of the first search.
     *
     * <p>It keeps a {@code slice} only with a point in time. Core allows slices there and in a scroll, and the new
     * request is no scroll. The inner search of a sliced scroll therefore covers all slices.
     *
     * @param request the first search, not modified; the new request shares its query and slice, which nobody modifies
     * @param task the first search's task. It becomes the parent of the inner search, which is cancelled with it. If it
     *     is not set, both searches have the first one's parent
     */
    public static SearchRequest of(SearchRequest request, TaskId task) {
        SearchRequest inner = new SearchRequest(request.indices())
                .indicesOptions(request.indicesOptions())
                .routing(request.routing())
                .preference(request.preference())
                // scores depend on the search type, and min_score on scores
                .searchType(request.searchType())
                .pipeline(SearchPipelineService.NOOP_PIPELINE_ID)
                .source(source(request.source()));
        inner.setCcsMinimizeRoundtrips(request.isCcsMinimizeRoundtrips());
        inner.setBatchedReduceSize(request.getBatchedReduceSize());
        inner.setCancelAfterTimeInterval(request.getCancelAfterTimeInterval());
        if (request.getMaxConcurrentShardRequests() > 0) {
            inner.setMaxConcurrentShardRequests(request.getMaxConcurrentShardRequests());
        }
        if (request.getPreFilterShardSize() != null) {
            inner.setPreFilterShardSize(request.getPreFilterShardSize());
        }
        if (request.allowPartialSearchResults() != null) {
            inner.allowPartialSearchResults(request.allowPartialSearchResults());
        }
        inner.setParentTask(task.isSet() ? task : request.getParentTask());
        return inner;
    }

    private static SearchSourceBuilder source(SearchSourceBuilder of) {
        SearchSourceBuilder source = new SearchSourceBuilder().size(0).trackTotalHits(false);
        if (of == null) {
            return source;
        }
        if (of.query() != null) {
            source.query(of.query());
        }
        if (of.minScore() != null) {
            source.minScore(of.minScore());
        }
        if (of.indexBoosts() != null) {
            of.indexBoosts().forEach(boost -> source.indexBoost(boost.getIndex(), boost.getBoost()));
        }
        if (of.terminateAfter() > 0) {
            source.terminateAfter(of.terminateAfter());
        }
        if (of.timeout() != null) {
            source.timeout(of.timeout());
        }
        if (of.pointInTimeBuilder() != null) {
            source.pointInTimeBuilder(of.pointInTimeBuilder());
            if (of.slice() != null) {
                source.slice(of.slice());
            }
        }
        derivedFields(of, source);
        return source;
    }

    /**
     * Copies derived fields, which a request can define in two ways. For the object form the builder has no setter, so
     * this method uses its parser.
     */
    private static void derivedFields(SearchSourceBuilder of, SearchSourceBuilder source) {
        if (of.getDerivedFieldsObject() != null) {
            Map<String, Object> body =
                    Map.of(SearchSourceBuilder.DERIVED_FIELDS_FIELD.getPreferredName(), of.getDerivedFieldsObject());
            try (XContentParser parser = new MapXContentParser(
                    NamedXContentRegistry.EMPTY,
                    DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                    body,
                    MediaTypeRegistry.JSON)) {
                source.parseXContent(parser, false);
            } catch (IOException e) {
                throw new UncheckedIOException("derived fields that were parsed before", e);
            }
        }
        List<DerivedField> fields = of.getDerivedFields() == null ? List.of() : of.getDerivedFields();
        for (DerivedField field : fields) {
            source.derivedField(
                    field.getName(),
                    field.getType(),
                    field.getScript(),
                    field.getProperties(),
                    field.getPrefilterField(),
                    field.getFormat(),
                    field.getIgnoreMalformed());
        }
    }
}

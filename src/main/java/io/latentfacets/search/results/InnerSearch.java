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
 * A second search over the documents that a first one matches: the part of the first that decides which documents those
 * are, and on which copies of which shards, without hits. Everything that only orders, cuts or decorates the hits is
 * left out. Stateless.
 */
public final class InnerSearch {

    private InnerSearch() {}

    /**
     * A new request with size 0, no aggregations and no search pipeline. Aggregations that are added see what those of
     * the first see; so {@code post_filter} is left out.
     *
     * <p>A {@code slice} is kept in a point in time only: core allows it there and in a scroll, and this is no scroll.
     * The search inside a sliced scroll is over all its slices.
     *
     * @param request not modified, but query and slice, which nobody modifies, are shared with it
     * @param task of the first search: its child, the inner one is cancelled with it. Where it is not set, the parent
     *     of the first is the parent of both
     */
    public static SearchRequest of(SearchRequest request, TaskId task) {
        SearchRequest inner = new SearchRequest(request.indices())
                .indicesOptions(request.indicesOptions())
                .routing(request.routing())
                .preference(request.preference())
                // scores depend on it, and min_score on scores
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

    /** There are two ways to define them; of the object in a body the builder has no setter but its parser. */
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

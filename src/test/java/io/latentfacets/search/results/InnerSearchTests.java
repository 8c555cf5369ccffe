/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import java.util.List;
import java.util.Map;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchType;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.script.Script;
import org.opensearch.search.SearchModule;
import org.opensearch.search.aggregations.AggregationBuilders;
import org.opensearch.search.builder.PointInTimeBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.slice.SliceBuilder;
import org.opensearch.test.OpenSearchTestCase;

public class InnerSearchTests extends OpenSearchTestCase {

    /** A body with every key that decides which documents match, and the others. */
    private SearchSourceBuilder everything() throws Exception {
        String body =
                "{\"query\":{\"match\":{\"body\":\"oil\"}},\"post_filter\":{\"term\":{\"a\":1}},\"min_score\":0.5,"
                        + "\"terminate_after\":100,\"timeout\":\"3s\",\"slice\":{\"id\":1,\"max\":2},"
                        + "\"indices_boost\":[{\"news\":2.0}],\"derived\":{\"d\":{\"type\":\"keyword\",\"script\":{\"source\":\"emit('a')\"}}},"
                        + "\"from\":20,\"size\":10,\"sort\":[\"date\"],\"search_after\":[5],\"collapse\":{\"field\":\"c\"},"
                        + "\"suggest\":{\"s\":{\"text\":\"oil\",\"term\":{\"field\":\"body\"}}},\"explain\":true,\"profile\":true,"
                        + "\"highlight\":{\"fields\":{\"body\":{}}},\"track_total_hits\":true,\"version\":true,\"_source\":[\"a\"],"
                        + "\"fields\":[\"a\"],\"docvalue_fields\":[\"b\"],\"track_scores\":true,\"stats\":[\"group\"]}";
        SearchSourceBuilder source = SearchSourceBuilder.fromXContent(createParser(JsonXContent.jsonXContent, body));
        source.aggregation(AggregationBuilders.max("theirs").field("date"));
        source.derivedField("e", "long", new Script("emit(1)"));
        return source;
    }

    @Override
    protected NamedXContentRegistry xContentRegistry() {
        return new NamedXContentRegistry(new SearchModule(Settings.EMPTY, List.of()).getNamedXContents());
    }

    public void testOnlyWhatDecidesWhichDocumentsMatchIsCopied() throws Exception {
        SearchSourceBuilder of = everything().pointInTimeBuilder(new PointInTimeBuilder("id"));
        SearchSourceBuilder expected = SearchSourceBuilder.fromXContent(
                createParser(
                        JsonXContent.jsonXContent,
                        "{\"query\":{\"match\":{\"body\":\"oil\"}},\"min_score\":0.5,\"terminate_after\":100,\"timeout\":\"3s\","
                                + "\"slice\":{\"id\":1,\"max\":2},\"indices_boost\":[{\"news\":2.0}],\"size\":0,\"track_total_hits\":false,"
                                + "\"derived\":{\"d\":{\"type\":\"keyword\",\"script\":{\"source\":\"emit('a')\"}}},\"pit\":{\"id\":\"id\"}}"));
        expected.derivedField("e", "long", new Script("emit(1)"), null, null, null, false);
        SearchSourceBuilder inner = InnerSearch.of(new SearchRequest().source(of), TaskId.EMPTY_TASK_ID)
                .source();
        assertEquals(expected.toString(), inner.toString());
        assertEquals(
                Map.of("d", Map.of("type", "keyword", "script", Map.of("source", "emit('a')"))),
                inner.getDerivedFieldsObject());
        assertEquals(
                everything().pointInTimeBuilder(new PointInTimeBuilder("id")).toString(), of.toString());
    }

    public void testWhereItSearches() {
        SearchRequest of = new SearchRequest("news-*", "other")
                .indicesOptions(IndicesOptions.lenientExpandOpen())
                .routing("r")
                .preference("_local")
                .searchType(SearchType.DFS_QUERY_THEN_FETCH)
                .allowPartialSearchResults(false)
                .requestCache(true)
                .scroll(TimeValue.timeValueMinutes(1))
                .pipeline("theirs")
                .source(new SearchSourceBuilder().slice(new SliceBuilder(0, 2)));
        of.setParentTask(new TaskId("node", 7));
        of.setCancelAfterTimeInterval(TimeValue.timeValueSeconds(9));
        of.setMaxConcurrentShardRequests(3);
        of.setPreFilterShardSize(4);
        of.setBatchedReduceSize(5);
        of.setCcsMinimizeRoundtrips(true);
        SearchRequest inner = InnerSearch.of(of, TaskId.EMPTY_TASK_ID);
        assertArrayEquals(of.indices(), inner.indices());
        assertEquals(of.indicesOptions(), inner.indicesOptions());
        assertEquals("r", inner.routing());
        assertEquals("_local", inner.preference());
        assertEquals(SearchType.DFS_QUERY_THEN_FETCH, inner.searchType());
        assertFalse(inner.allowPartialSearchResults());
        assertEquals(new TaskId("node", 7), inner.getParentTask());
        TaskId first = new TaskId("node", 8);
        assertEquals(first, InnerSearch.of(of, first).getParentTask());
        assertEquals(TimeValue.timeValueSeconds(9), inner.getCancelAfterTimeInterval());
        assertEquals(3, inner.getMaxConcurrentShardRequests());
        assertEquals((Integer) 4, inner.getPreFilterShardSize());
        assertEquals(5, inner.getBatchedReduceSize());
        assertTrue(inner.isCcsMinimizeRoundtrips());
        assertEquals("_none", inner.pipeline());
        assertNull(inner.scroll());
        assertNull(
                "core takes a slice in a scroll or a point in time only",
                inner.source().slice());
        assertNull(inner.requestCache());
        assertNull(inner.validate());
    }

    public void testOfASearchWithoutABody() {
        SearchSourceBuilder source =
                InnerSearch.of(new SearchRequest("news"), TaskId.EMPTY_TASK_ID).source();
        assertNull(source.query());
        assertEquals(0, source.size());
        SearchSourceBuilder shared = new SearchSourceBuilder().query(QueryBuilders.matchAllQuery());
        InnerSearch.of(new SearchRequest("news").source(shared), TaskId.EMPTY_TASK_ID)
                .source()
                .aggregation(AggregationBuilders.max("ours").field("date"));
        assertNull("aggregations that are added are not the first search's", shared.aggregations());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.expand;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.search.LatentNodeTestCase;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.opensearch.action.search.PutSearchPipelineAction;
import org.opensearch.action.search.PutSearchPipelineRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.SearchHit;
import org.opensearch.search.aggregations.AggregationBuilders;
import org.opensearch.search.aggregations.metrics.ValueCount;
import org.opensearch.search.builder.SearchSourceBuilder;

/** Whole searches through a pipeline. The model knows {@code crude oil barrels} and {@code wheat grain harvest}. */
public class ExpandNodeTests extends LatentNodeTestCase {

    @Override
    public void setUp() throws Exception {
        super.setUp();
        generations().put(LatentFixtures.generation("news", 1, 8, 3, random())).activate("news", 1);
        client().admin()
                .indices()
                .prepareCreate("news")
                .setMapping("{\"properties\":{\"body\":{\"type\":\"text\"},\"tag\":{\"type\":\"keyword\"}}}")
                .get();
        for (String word : List.of("oil", "crude", "barrels", "wheat", "grain", "harvest", "zebra")) {
            client().prepareIndex("news")
                    .setId(word)
                    .setSource(Map.of("body", "the " + word, "tag", word))
                    .get();
        }
        client().admin().indices().prepareRefresh("news").get();
        pipeline("all", "\"terms\":20,\"min_similarity\":0");
        pipeline("none", "\"min_similarity\":1");
    }

    private void pipeline(String name, String options) {
        String definition = "{\"request_processors\":[{\"latent_expand\":{\"model\":\"news\"," + options
                + "}}],\"response_processors\":[{\"latent_expand\":{}}]}";
        client().execute(
                        PutSearchPipelineAction.INSTANCE,
                        new PutSearchPipelineRequest(name, new BytesArray(definition), XContentType.JSON))
                .actionGet();
    }

    private SearchResponse search(QueryBuilder query, String pipeline) {
        SearchSourceBuilder source = query == null ? null : new SearchSourceBuilder().query(query);
        if (source != null) {
            source.aggregation(AggregationBuilders.count("tags").field("tag"));
        }
        SearchRequest request = new SearchRequest("news").pipeline(pipeline);
        SearchResponse response = client().search(source == null ? request : request.source(source))
                .actionGet();
        assertEquals(0, response.getFailedShards());
        if (source != null) {
            assertEquals("the caller's body stays", query, source.query());
            ValueCount tags = response.getAggregations().get("tags");
            assertEquals(response.getHits().getTotalHits().value(), tags.getValue());
        }
        return response;
    }

    private static List<String> ids(SearchResponse response) {
        return Arrays.stream(response.getHits().getHits()).map(SearchHit::getId).toList();
    }

    private static Map<String, Object> added(SearchResponse response) {
        return response.getInternalResponse().getSearchExtBuilders().stream()
                .filter(ExpandExt.class::isInstance)
                .map(each -> ((ExpandExt) each).added())
                .findFirst()
                .orElse(null);
    }

    private static Set<String> terms(SearchResponse response) {
        return ((List<?>) added(response).get("terms"))
                .stream().map(term -> (String) ((Map<?, ?>) term).get("term")).collect(Collectors.toSet());
    }

    public void testRelatedTermsAreFoundBehindTheQuerys() {
        SearchResponse response = search(QueryBuilders.matchQuery("body", "oil"), "all");
        List<String> found = ids(response);
        assertEquals("oil", found.get(0));
        assertFalse(found.contains("zebra"));
        Set<String> words =
                terms(response).stream().filter(term -> !term.contains(" ")).collect(Collectors.toSet());
        assertFalse(words.isEmpty());
        assertTrue(found.containsAll(words));
        assertEquals(1 + words.size(), found.size());
        assertEquals("news", added(response).get("model"));
        assertEquals(1, added(response).get("generation"));
        // what must not match still does not, and what filters still does
        QueryBuilder bounded = QueryBuilders.boolQuery()
                .must(QueryBuilders.matchQuery("body", "oil"))
                .filter(QueryBuilders.termsQuery("tag", "wheat", "grain", "harvest"))
                .mustNot(QueryBuilders.termQuery("tag", "grain"));
        Set<String> expected =
                words.stream().filter(Set.of("wheat", "harvest")::contains).collect(Collectors.toSet());
        assertEquals(expected, Set.copyOf(ids(search(bounded, "all"))));
    }

    public void testSearchesThatStayAsTheyAre() {
        for (QueryBuilder query : List.of(
                QueryBuilders.matchQuery("body", "zebra"),
                QueryBuilders.termQuery("tag", "oil"),
                QueryBuilders.matchAllQuery())) {
            SearchResponse response = search(query, "all");
            assertEquals(ids(search(query, "_none")), ids(response));
            assertNull(added(response));
        }
        assertEquals(7, search(null, "all").getHits().getTotalHits().value());
        QueryBuilder oil = QueryBuilders.matchQuery("body", "oil");
        assertEquals(List.of("oil"), ids(search(oil, "none")));
        // words go to bound indices only, and come from active generations
        generations().bind("mail*");
        assertEquals(List.of("oil"), ids(search(oil, "all")));
        generations().bind("news");
        assertTrue(ids(search(oil, "all")).size() > 1);
        generations().activate("news", 0);
        assertNull(added(search(oil, "all")));
    }
}

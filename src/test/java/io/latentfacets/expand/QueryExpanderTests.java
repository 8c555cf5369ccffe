/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.expand;

import io.latentfacets.strict.StrictMap;
import io.latentfacets.terms.NearTerm;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.MultiMatchQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.test.OpenSearchTestCase;

public class QueryExpanderTests extends OpenSearchTestCase {

    private static final List<NearTerm> TERMS = List.of(
            new NearTerm("NHL", 0.8f, 90), new NearTerm("stanley cup", 0.6f, 40), new NearTerm("rink", 0.5f, 20));

    private static ExpandOptions options(Map<String, Object> more) {
        Map<String, Object> options = new HashMap<>(Map.of("model", "news"));
        options.putAll(more);
        return ExpandOptions.parse(StrictMap.of("processor latent_expand", options));
    }

    private static QueryExpander expander(Map<String, Object> more) {
        return new QueryExpander(options(more), text -> text.contains("hockey") ? TERMS : List.<NearTerm>of());
    }

    private static QueryBuilder expand(QueryBuilder query) {
        return expander(Map.of()).expand(query);
    }

    private static QueryBuilder added(String term, boolean pair, double boost, Map<String, Float> fields) {
        return new MultiMatchQueryBuilder(term)
                .fields(fields)
                .type(pair ? MultiMatchQueryBuilder.Type.PHRASE : MultiMatchQueryBuilder.Type.BEST_FIELDS)
                .lenient(true)
                .boost((float) boost);
    }

    private static QueryBuilder expanded(QueryBuilder query, double boost, Map<String, Float> fields) {
        return QueryBuilders.boolQuery()
                .should(query)
                .should(added("NHL", false, boost * 0.5 * 0.8f, fields))
                .should(added("stanley cup", true, boost * 0.5 * 0.6f, fields))
                .should(added("rink", false, boost * 0.5 * 0.5f, fields))
                .minimumShouldMatch(1);
    }

    public void testTexts() {
        QueryBuilder match = QueryBuilders.matchQuery("body", "hockey").boost(2).queryName("mine");
        assertEquals(expanded(match, 2, Map.of("body", 1f)), expand(match));
        QueryBuilder multi =
                QueryBuilders.multiMatchQuery("hockey").field("title", 3).field("body");
        assertEquals(expanded(multi, 1, Map.of("title", 3f, "body", 1f)), expand(multi));
        QueryBuilder simple = QueryBuilders.simpleQueryStringQuery("ice hockey").field("body");
        assertEquals(expanded(simple, 1, Map.of("body", 1f)), expand(simple));
        QueryBuilder string = QueryBuilders.queryStringQuery("hockey").defaultField("body");
        assertEquals(expanded(string, 1, Map.of("body", 1f)), expand(string));
        QueryExpander elsewhere = expander(Map.of("fields", List.of("title^2", "body")));
        assertEquals(expanded(match, 2, Map.of("title", 2f, "body", 1f)), elsewhere.expand(match));
        assertEquals(TERMS, elsewhere.added());
    }

    public void testOthersPassUntouched() {
        for (QueryBuilder query : List.of(
                QueryBuilders.matchAllQuery(),
                QueryBuilders.termQuery("body", "hockey"),
                QueryBuilders.matchPhraseQuery("body", "hockey"),
                QueryBuilders.matchQuery("body", 7),
                QueryBuilders.matchQuery("body", "tennis"),
                QueryBuilders.matchQuery("body", "hockey ".repeat(100)),
                QueryBuilders.simpleQueryStringQuery("hockey"),
                QueryBuilders.simpleQueryStringQuery("hockey | tennis").field("body"),
                QueryBuilders.queryStringQuery("hockey AND tennis").defaultField("body"),
                QueryBuilders.queryStringQuery("title:hockey").defaultField("body"),
                QueryBuilders.queryStringQuery("hockey~").defaultField("body"),
                QueryBuilders.constantScoreQuery(QueryBuilders.matchQuery("body", "hockey")),
                QueryBuilders.boolQuery()
                        .filter(QueryBuilders.matchQuery("body", "hockey"))
                        .mustNot(QueryBuilders.matchQuery("body", "hockey"))
                        .must(QueryBuilders.matchAllQuery()))) {
            assertSame(query, expand(query));
        }
        assertNull(expand(null));
    }

    /** What filters and forbids stays; each text of {@code must} and {@code should} is widened where it stands. */
    public void testBool() {
        QueryBuilder match = QueryBuilders.matchQuery("body", "hockey");
        QueryBuilder filter = QueryBuilders.termQuery("tag", "red");
        QueryBuilder not = QueryBuilders.matchQuery("body", "hockey field");
        QueryBuilder other = QueryBuilders.matchQuery("body", "tennis");
        BoolQueryBuilder bool = QueryBuilders.boolQuery()
                .must(match)
                .must(other)
                .filter(filter)
                .mustNot(not)
                .minimumShouldMatch("1")
                .should(other)
                .boost(3)
                .queryName("whole");
        BoolQueryBuilder before = QueryBuilders.boolQuery()
                .must(match)
                .must(other)
                .filter(filter)
                .mustNot(not)
                .minimumShouldMatch("1")
                .should(other)
                .boost(3)
                .queryName("whole");
        BoolQueryBuilder expected = QueryBuilders.boolQuery()
                .must(expanded(match, 1, Map.of("body", 1f)))
                .must(other)
                .filter(filter)
                .mustNot(not)
                .minimumShouldMatch("1")
                .should(other)
                .boost(3)
                .queryName("whole");
        assertEquals(expected, expand(bool));
        assertEquals("the query given is not modified", before, bool);
        QueryBuilder nested =
                QueryBuilders.boolQuery().should(QueryBuilders.boolQuery().must(match));
        assertEquals(
                QueryBuilders.boolQuery()
                        .should(QueryBuilders.boolQuery().must(expanded(match, 1, Map.of("body", 1f)))),
                expand(nested));
    }

    public void testBounds() {
        QueryBuilder match = QueryBuilders.matchQuery("body", "hockey");
        QueryExpander two = expander(Map.of("max_terms", 2));
        assertEquals(3, ((BoolQueryBuilder) two.expand(match)).should().size());
        assertEquals(2, two.added().size());
        // a second text has nothing left to add
        assertSame(match, two.expand(match));
    }

    public void testBadOptions() {
        bad(Map.of("model", ""), "[model] of [processor latent_expand] must be a non-empty string");
        bad(Map.of("terms", 0), "[terms] of [processor latent_expand] must be in [1, 20]: 0");
        bad(Map.of("max_terms", 101), "[max_terms] of [processor latent_expand] must be in [1, 100]: 101");
        bad(Map.of("weight", 0), "[weight] of [processor latent_expand] must be in [0.01, 10.0]: 0");
        bad(Map.of("min_similarity", 2), "[min_similarity] of [processor latent_expand] must be in [0.0, 1.0]: 2");
        bad(Map.of("fields", List.of()), "[fields] of [processor latent_expand] must be a list of 1 to 20");
        bad(Map.of("fields", "body^much"), "[fields] of [processor latent_expand]");
        bad(Map.of("size", 3), "unknown key [size] of [processor latent_expand] with value 3");
    }

    private static void bad(Map<String, Object> more, String message) {
        IllegalArgumentException e = expectThrows(IllegalArgumentException.class, () -> options(more));
        assertTrue(e.getMessage(), e.getMessage().startsWith(message));
    }
}

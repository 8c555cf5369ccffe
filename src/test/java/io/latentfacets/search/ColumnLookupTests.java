/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.field.column.ColumnFixtures.Columns;
import io.latentfacets.model.Generation;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.stats.StatName;
import java.io.IOException;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.builder.SearchSourceBuilder;

/** While a segment has no column, a statistic counts the passes over its documents. */
public class ColumnLookupTests extends LatentNodeTestCase {
    private static final int DIMS = 6;
    private static final String AGGREGATION =
            "\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":100}}}";

    private final Generation generation = LatentFixtures.generation("news", 1, DIMS, 4, random());

    @Override
    public void setUp() throws Exception {
        LatentSearchTestPlugin.how = Columns.LOOKED_UP;
        super.setUp();
        assertEquals(Columns.LOOKED_UP, LatentSearchTestPlugin.running);
        generations().put(generation).activate("news", 1);
        indexNews(1, 40, 40, DIMS);
        client().admin()
                .indices()
                .prepareForceMerge("news")
                .setMaxNumSegments(1)
                .get();
        client().admin().indices().prepareRefresh("news").get();
    }

    @Override
    public void tearDown() throws Exception {
        LatentSearchTestPlugin.how = Columns.BUILT_BY_SEARCHES;
        super.tearDown();
    }

    /** The number of passes that a search makes over the only segment. */
    private long passes(String query) throws IOException {
        long before = LatentSearchTestPlugin.STATS.get(StatName.CLUSTER_COLUMN_LOOKUPS);
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                "{\"size\":0,\"query\":" + query + "," + AGGREGATION + "}")) {
            SearchSourceBuilder source = SearchSourceBuilder.fromXContent(parser);
            InternalLatentClusters found = client().search(new SearchRequest("news").source(source))
                    .actionGet()
                    .getAggregations()
                    .get("topics");
            assertFalse(found.getBuckets().isEmpty());
        }
        return LatentSearchTestPlugin.STATS.get(StatName.CLUSTER_COLUMN_LOOKUPS) - before;
    }

    public void testOnePassForCountsOneForLiftAndOneForTheQuery() throws IOException {
        String red = "{\"term\":{\"tag\":\"red\"}}";
        assertEquals("counts and lift", 2, passes(red));
        String keys = "[\"" + generation.clusters().infos().get(0).key() + "\",\""
                + generation.clusters().infos().get(1).key() + "\",\""
                + generation.clusters().infos().get(2).key() + "\",\""
                + generation.clusters().infos().get(3).key() + "\"]";
        String filter = "{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":" + keys + "}}";
        assertEquals("the query too", 3, passes("{\"bool\":{\"must\":[" + red + "],\"filter\":[" + filter + "]}}"));
    }
}

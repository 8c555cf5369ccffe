/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.field.column.ColumnFixtures;
import io.latentfacets.field.column.ColumnWarmer;
import io.latentfacets.model.Generation;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.stats.StatName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.lucene.index.LeafReaderContext;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.IndexService;
import org.opensearch.index.engine.Engine;
import org.opensearch.index.shard.IndexShard;
import org.opensearch.indices.IndicesService;
import org.opensearch.search.builder.SearchSourceBuilder;

/** The warmer builds columns before searches need them, and drops them when no search has used them for long. */
public class ColumnWarmerTests extends LatentNodeTestCase {
    private static final int DIMS = 8;

    private final Map<String, Integer> clusters = new TreeMap<>();
    private Generation generation;
    private int documents;
    private boolean large;
    private long failedBefore;

    @Override
    protected Settings nodeSettings() {
        return Settings.builder().put(ColumnWarmer.INTERVAL.getKey(), "100ms").build();
    }

    @Override
    public void setUp() throws Exception {
        chooseHow();
        super.setUp();
        large = LatentSearchTestPlugin.running == ColumnFixtures.Columns.LARGE_AND_WARMED;
        failedBefore = get(StatName.CLUSTER_COLUMNS_FAILED);
        generation = LatentFixtures.generation("news", 1, DIMS, between(2, 30), random());
        generations().put(generation).activate("news", 1);
        client().admin()
                .indices()
                .prepareCreate("news")
                .setSettings(Settings.builder()
                        .put("number_of_shards", between(1, 3))
                        .put("number_of_replicas", 0)
                        .put("refresh_interval", randomFrom("-1", "1s")))
                .setMapping("{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"}}}")
                .get();
    }

    @Override
    public void tearDown() throws Exception {
        LatentSearchTestPlugin.breaker.stopBreaking();
        interval(null);
        chooseHow();
        super.tearDown();
    }

    private static void chooseHow() {
        LatentSearchTestPlugin.how = randomFrom(ColumnFixtures.Columns.LARGE_AND_WARMED, ColumnFixtures.Columns.WARMED);
    }

    private static long get(StatName stat) {
        return LatentSearchTestPlugin.STATS.get(stat);
    }

    private void index(int count) {
        for (int i = 0; i < count; i++) {
            byte[] latent = LatentFixtures.latent(DIMS, random());
            client().prepareIndex("news")
                    .setSource("{\"latent\":" + LatentFixtures.source(generation, latent) + "}", XContentType.JSON)
                    .get();
            clusters.merge(LatentFixtures.clusterOf(generation, latent), 1, Integer::sum);
            documents++;
            if (rarely()) {
                refresh();
            }
        }
        refresh();
    }

    private void refresh() {
        client().admin().indices().prepareRefresh("news").get();
    }

    private void forceMerge() {
        client().admin()
                .indices()
                .prepareForceMerge("news")
                .setMaxNumSegments(1)
                .setFlush(true)
                .get();
        refresh();
    }

    private void interval(String value) {
        client().admin()
                .cluster()
                .prepareUpdateSettings()
                .setTransientSettings(Settings.builder().put(ColumnWarmer.INTERVAL.getKey(), value))
                .get();
    }

    /** Requests the facets of all documents. */
    private void search() {
        // a sub-aggregation makes core collect documents instead of only counting them
        String request = "{\"size\":0,\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000},"
                + "\"aggs\":{\"last\":{\"max\":{\"field\":\"latent.generation\"}}}}}}";
        SearchSourceBuilder source;
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                request)) {
            source = SearchSourceBuilder.fromXContent(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        InternalLatentClusters found = client().search(new SearchRequest("news").source(source))
                .actionGet()
                .getAggregations()
                .get("topics");
        if (found.generation() == 1) {
            Map<String, Integer> counts = new TreeMap<>();
            found.getBuckets().forEach(bucket -> counts.put(bucket.getKey(), (int) bucket.getDocCount()));
            assertEquals(clusters, counts);
        } else {
            long sum = found.getBuckets().stream()
                    .mapToLong(ClusterBucket::getDocCount)
                    .sum();
            assertEquals(documents, sum + found.unassigned());
        }
    }

    /** The number of documents, deleted ones included, in the segments that a search would read now. */
    private long documentsOfSegments() {
        long all = 0;
        for (IndexService index : getInstanceFromNode(IndicesService.class)) {
            for (IndexShard shard : index) {
                try (Engine.Searcher searcher = shard.acquireSearcher("test")) {
                    for (LeafReaderContext leaf : searcher.getIndexReader().leaves()) {
                        all += leaf.reader().maxDoc();
                    }
                }
            }
        }
        return all;
    }

    /** Waits until every segment has the columns and those of removed segments are gone. */
    private void assertCovered(int columns) throws Exception {
        assertBusy(() -> {
            assertEquals(columns * documentsOfSegments(), get(StatName.CLUSTER_COLUMNS_DOCUMENTS));
            assertEquals(get(StatName.CLUSTER_COLUMNS_BYTES), LatentSearchTestPlugin.breaker.used());
        });
    }

    /** Asserts that a search builds no column and looks up no document. */
    private void assertSearchFindsAll() {
        long built = get(StatName.CLUSTER_COLUMNS_BUILT_BY_SEARCHES);
        long lookups = get(StatName.CLUSTER_COLUMN_LOOKUPS);
        search();
        assertEquals(built, get(StatName.CLUSTER_COLUMNS_BUILT_BY_SEARCHES));
        assertEquals(lookups, get(StatName.CLUSTER_COLUMN_LOOKUPS));
    }

    private void assertNothingLeft() throws Exception {
        assertBusy(() -> {
            assertEquals(0, LatentSearchTestPlugin.breaker.used());
            assertEquals(0, get(StatName.CLUSTER_COLUMNS));
            assertEquals(0, get(StatName.CLUSTER_COLUMNS_BYTES));
            assertEquals(0, get(StatName.CLUSTER_COLUMNS_DOCUMENTS));
        });
    }

    public void testRefreshAndForceMerge() throws Exception {
        index(30);
        search();
        assertCovered(1);
        long warmed = get(StatName.CLUSTER_COLUMNS_BUILT_BY_WARMER);
        index(30);
        assertCovered(1);
        assertThat(get(StatName.CLUSTER_COLUMNS_BUILT_BY_WARMER), greaterThan(warmed));
        assertSearchFindsAll();
        warmed = get(StatName.CLUSTER_COLUMNS_BUILT_BY_WARMER);
        forceMerge();
        assertCovered(1);
        assertThat(get(StatName.CLUSTER_COLUMNS_BUILT_BY_WARMER), greaterThan(warmed));
        assertSearchFindsAll();
        client().admin().indices().prepareDelete("news").get();
        assertNothingLeft();
    }

    public void testNewGeneration() throws Exception {
        index(40);
        search();
        assertCovered(1);
        Generation second = LatentFixtures.recluster(generation, 2, List.of("c1", "c90"), random());
        // stored only, so that the warmer must load it
        generations().store(second).activate("news", 2);
        assertCovered(2);
        assertSearchFindsAll();
        generations().activate("news", 1);
        assertSearchFindsAll();
        client().admin().indices().prepareClose("news").get();
        assertNothingLeft();
    }

    public void testOnlyWhatWasSearchedIsWarmed() throws Exception {
        index(20);
        assertEquals(0, get(StatName.CLUSTER_COLUMNS));
        search();
        assertCovered(1);
    }

    public void testOff() throws Exception {
        index(20);
        search();
        assertCovered(1);
        interval("-1");
        index(20);
        long missing = documentsOfSegments() - get(StatName.CLUSTER_COLUMNS_DOCUMENTS);
        long built = get(StatName.CLUSTER_COLUMNS_BUILT_BY_SEARCHES);
        long lookups = get(StatName.CLUSTER_COLUMN_LOOKUPS);
        search();
        if (missing > 0) {
            assertThat(
                    get(large ? StatName.CLUSTER_COLUMN_LOOKUPS : StatName.CLUSTER_COLUMNS_BUILT_BY_SEARCHES),
                    greaterThan(large ? lookups : built));
        }
        // the warmer builds a column that a search missed, even when its timer is off
        assertCovered(1);
        interval("100ms");
        index(20);
        assertCovered(1);
        assertSearchFindsAll();
    }

    public void testNoRoom() throws Exception {
        index(20);
        search();
        assertCovered(1);
        long used = LatentSearchTestPlugin.breaker.used();
        LatentSearchTestPlugin.breaker.startBreaking();
        index(20);
        assertBusy(() -> assertThat(get(StatName.CLUSTER_COLUMNS_FAILED), greaterThan(failedBefore)));
        assertTrue(LatentSearchTestPlugin.breaker.used() <= used);
        if (large) {
            // a look-up of documents takes no memory
            search();
        }
        LatentSearchTestPlugin.breaker.stopBreaking();
        assertCovered(1);
        assertSearchFindsAll();
    }

    public void testInterval() {
        for (String bad : List.of("0", "99ms", "-2")) {
            IllegalArgumentException e = expectThrows(IllegalArgumentException.class, () -> interval(bad));
            assertThat(e.getMessage(), containsString(ColumnWarmer.INTERVAL.getKey()));
        }
        interval("5s");
        interval("-1");
    }
}

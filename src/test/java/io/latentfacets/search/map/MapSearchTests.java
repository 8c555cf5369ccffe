/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import static org.hamcrest.Matchers.containsString;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.field.column.ColumnFixtures;
import io.latentfacets.field.column.Places;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.search.LatentNodeTestCase;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.projection.Projections;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.OpenSearchException;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.aggregations.bucket.terms.Terms;
import org.opensearch.search.aggregations.metrics.Sum;
import org.opensearch.search.builder.SearchSourceBuilder;

/** Whole searches on a node; each test compares with the places of the documents' own vectors. */
public class MapSearchTests extends LatentNodeTestCase {
    private static final int DIMS = 4;

    private Generation generation;
    private final List<Doc> docs = new ArrayList<>();

    /** @param place {@link Places#NONE} for a document without a latent */
    private record Doc(String id, int place, String cluster, String tag, int number) {}

    @Override
    public void setUp() throws Exception {
        LatentSearchTestPlugin.how = randomFrom(ColumnFixtures.Columns.values());
        super.setUp();
        generation = LatentFixtures.generation("news", 1, DIMS, between(2, 30), random())
                .with(Projections.firstTwo(DIMS));
        generations().put(generation).activate("news", 1);
        fill(between(1, 4), 250);
    }

    private void fill(int shards, int count) {
        client().admin()
                .indices()
                .prepareCreate("news")
                .setSettings(Settings.builder().put("number_of_shards", shards).put("number_of_replicas", 0))
                .setMapping("{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"},"
                        + "\"tag\":{\"type\":\"keyword\"},\"number\":{\"type\":\"integer\"}}}")
                .get();
        for (int i = 0; i < count; i++) {
            byte[] latent = rarely() ? null : LatentFixtures.latent(DIMS, random());
            String vector = latent == null ? "" : "\"latent\":" + LatentFixtures.source(generation, latent) + ",";
            String tag = randomFrom("red", "green");
            client().prepareIndex("news")
                    .setId("n" + i)
                    .setSource("{" + vector + "\"tag\":\"" + tag + "\",\"number\":" + i + "}", XContentType.JSON)
                    .get();
            if (between(0, 40) == 0) {
                client().admin().indices().prepareRefresh("news").get();
            }
            if (between(0, 20) == 0) {
                client().prepareDelete("news", "n" + i).get();
                continue;
            }
            float[] at = latent == null ? null : generation.projection().place(Latents.dequantize(latent));
            docs.add(new Doc(
                    "n" + i,
                    at == null ? Places.NONE : Places.of(Places.step(at[0]), Places.step(at[1])),
                    latent == null ? null : LatentFixtures.clusterOf(generation, latent),
                    tag,
                    i));
        }
        client().admin().indices().prepareRefresh("news").get();
    }

    private SearchResponse search(String json) {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                json)) {
            SearchSourceBuilder source = SearchSourceBuilder.fromXContent(parser);
            return client().search(new SearchRequest("news").source(source.size() < 0 ? source.size(0) : source))
                    .actionGet();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static InternalLatentMap map(SearchResponse response) {
        return response.getAggregations().get("map");
    }

    private static String aggs(String body) {
        return "\"aggs\":{\"map\":{\"latent_map\":{\"field\":\"latent\"" + body + "}}}";
    }

    private static List<Double> around(double middle, double extent) {
        return List.of(middle - extent / 2, middle + extent / 2);
    }

    private void check(InternalLatentMap map, MapWindow window, List<Doc> matches) {
        Map<Integer, Map<String, Long>> cells = new HashMap<>();
        long unplaced = 0;
        long outside = 0;
        for (Doc doc : matches) {
            if (doc.place == Places.NONE) {
                unplaced++;
            } else if (window.cell(doc.place) == MapWindow.OUTSIDE) {
                outside++;
            } else {
                cells.computeIfAbsent(window.cell(doc.place), cell -> new HashMap<>())
                        .merge(doc.cluster, 1L, Long::sum);
            }
        }
        assertEquals(unplaced, map.unplaced());
        assertEquals(outside, map.outside());
        assertEquals(0, map.other());
        assertEquals(cells.size(), map.getBuckets().size());
        for (MapCell cell : map.getBuckets()) {
            Map<String, Long> expected = cells.get(cell.cell());
            assertEquals(expected.values().stream().mapToLong(Long::longValue).sum(), cell.getDocCount());
            long most =
                    expected.values().stream().mapToLong(Long::longValue).max().orElseThrow();
            assertEquals(most, (long) expected.get(cell.cluster()));
            assertEquals((double) most / cell.getDocCount(), cell.share(), 1e-9);
        }
    }

    public void testCountsAreExactOverShardsSlicesAndDeletes() {
        int grid = between(1, 64);
        check(map(search("{" + aggs(",\"grid\":" + grid) + "}")), MapWindow.of(Bounds.ALL, grid, 0), docs);
        List<Doc> red = docs.stream().filter(doc -> doc.tag.equals("red")).toList();
        String query = "\"query\":{\"term\":{\"tag\":\"red\"}},";
        Bounds bounds = new Bounds(new Span(-.4, .3), new Span(0, .9));
        String zoomed = ",\"cell\":0.05,\"bounds\":{\"x\":[-0.4,0.3],\"y\":[0,0.9]}";
        check(map(search("{" + query + aggs(zoomed) + "}")), MapWindow.of(bounds, 1, .05), red);
        InternalLatentMap map = map(search("{" + aggs("") + "}"));
        assertEquals("news", map.model());
        assertEquals(1, map.generation());
    }

    public void testACellsCountIsThatOfItsRegion() {
        MapWindow window = MapWindow.of(Bounds.ALL, 8, 0);
        for (MapCell cell : map(search("{" + aggs(",\"grid\":8") + "}")).getBuckets()) {
            List<Double> x = around(cell.x(), window.width());
            List<Double> y = around(cell.y(), window.height());
            String region = randomBoolean()
                    ? "\"x\":" + x + ",\"y\":" + y
                    : "\"polygon\":[[" + x.get(0) + "," + y.get(0) + "],[" + x.get(1) + "," + y.get(0) + "],["
                            + x.get(1) + "," + y.get(1) + "],[" + x.get(0) + "," + y.get(1) + "]]";
            SearchResponse found = search("{\"track_total_hits\":true,\"query\":{\"latent_region\":{"
                    + "\"field\":\"latent\"," + region + "}}," + aggs(",\"grid\":8") + "}");
            assertEquals(cell.getDocCount(), found.getHits().getTotalHits().value());
            assertEquals(1, map(found).getBuckets().size());
            assertEquals(cell.cell(), map(found).getBuckets().get(0).cell());
        }
    }

    public void testSubAggregationsAndParents() {
        InternalLatentMap below = map(search("{\"aggs\":{\"map\":{\"latent_map\":{\"field\":\"latent\",\"grid\":6},"
                + "\"aggs\":{\"sum\":{\"sum\":{\"field\":\"number\"}}}}}}"));
        MapWindow window = MapWindow.of(Bounds.ALL, 6, 0);
        for (MapCell cell : below.getBuckets()) {
            double sum = docs.stream()
                    .filter(doc -> doc.place != Places.NONE && window.cell(doc.place) == cell.cell())
                    .mapToInt(Doc::number)
                    .sum();
            Sum got = cell.getAggregations().get("sum");
            assertEquals(sum, got.getValue(), 0);
        }
        SearchResponse above =
                search("{\"aggs\":{\"tags\":{\"terms\":{\"field\":\"tag\"}," + aggs(",\"grid\":6") + "}}}");
        Terms tags = above.getAggregations().get("tags");
        assertEquals(2, tags.getBuckets().size());
        for (Terms.Bucket tag : tags.getBuckets()) {
            List<Doc> of = docs.stream()
                    .filter(doc -> doc.tag.equals(tag.getKeyAsString()))
                    .toList();
            check(tag.getAggregations().get("map"), window, of);
        }
    }

    public void testTheSmallestCellsAreLeftOut() {
        InternalLatentMap all = map(search("{" + aggs(",\"grid\":8") + "}"));
        InternalLatentMap two = map(search("{" + aggs(",\"grid\":8,\"size\":2") + "}"));
        assertEquals(all.getBuckets().subList(0, 2), two.getBuckets());
        long cut = all.getBuckets().stream()
                .skip(2)
                .mapToLong(MapCell::getDocCount)
                .sum();
        assertEquals(cut, two.other());
    }

    /** A hidden cluster gives a cell neither its name nor a share; its documents are still counted. */
    public void testHiddenClustersColourNoCell() {
        String hidden = docs.stream()
                .map(Doc::cluster)
                .filter(cluster -> cluster != null)
                .findFirst()
                .orElseThrow();
        generations().edit("news", ClusterEdits.NONE.with(hidden, new ClusterEdits.Edit(null, true)));
        InternalLatentMap map = map(search("{" + aggs(",\"grid\":8") + "}"));
        for (MapCell cell : map.getBuckets()) {
            assertNotEquals(hidden, cell.cluster());
        }
        long shown = map.getBuckets().stream().mapToLong(MapCell::getDocCount).sum();
        assertEquals(docs.stream().filter(doc -> doc.place != Places.NONE).count(), shown);
    }

    public void testAGenerationWithoutAMap() {
        Generation without = LatentFixtures.recluster(generation, 2, List.of("c1"), random());
        generations().put(without).activate("news", 2);
        for (String body : List.of(
                "{" + aggs("") + "}",
                "{\"query\":{\"latent_region\":{\"field\":\"latent\",\"x\":[0,1],\"y\":[0,1]}}}")) {
            OpenSearchException e = expectThrows(OpenSearchException.class, () -> search(body));
            assertEquals(400, e.status().getStatus());
            assertThat(
                    e.getDetailedMessage(),
                    containsString("needs a map, and generation [2] of model [news] has none, because an earlier"));
        }
    }

    public void testNoActiveGeneration() {
        generations().activate("news", 0);
        InternalLatentMap map = map(search("{" + aggs("") + "}"));
        assertEquals(0, map.getBuckets().size());
        assertEquals(docs.size(), map.unplaced());
        assertEquals(0, map.generation());
    }

    public void testExplanation() {
        Doc doc = docs.stream()
                .filter(each -> each.place != Places.NONE)
                .findFirst()
                .orElseThrow();
        SearchResponse found = search("{\"size\":300,\"explain\":true,\"query\":{\"latent_region\":{"
                + "\"field\":\"latent\",\"x\":[-1,1],\"y\":[-1,1]}}}");
        String explained = found.getHits().getAt(0).getExplanation().toString();
        assertThat(explained, containsString("] on the map of generation [1] of model [news]"));
        String out = client().prepareExplain("news", doc.id)
                .setQuery(new LatentRegionQueryBuilder(
                        new io.latentfacets.search.PinnedField("latent"),
                        Region.rectangle(new Bounds(new Span(2, 3), new Span(2, 3))),
                        () -> LatentSearchTestPlugin.QUERIES.get().search()))
                .get()
                .getExplanation()
                .toString();
        assertThat(out, containsString("which is not in x [2.0, 3.0], y [2.0, 3.0]"));
    }
}

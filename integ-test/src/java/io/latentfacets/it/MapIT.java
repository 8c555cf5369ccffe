/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * The map on a real two-node cluster, three shards and a replica: a cell counts what its region finds, and three shards
 * count what one does.
 */
public final class MapIT {
    private static final String INDEX = "map-docs";
    /** The same documents in one shard. */
    private static final String LOCAL = "map-docs-one-shard";

    private static final String MODEL = "map-model";
    private static final int DOCUMENTS = 1200;
    private static final List<String> QUERIES = List.of(
            "{\"match_all\":{}}",
            "{\"match\":{\"body\":\"report\"}}",
            "{\"term\":{\"subject\":\"sailing\"}}",
            "{\"match\":{\"body\":\"zyzzyva\"}}");

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.builder("map").nodes(2).start();
        rest = cluster.rest();
        Latent.createIndex(cluster, INDEX, DOCUMENTS, 3, 1);
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 12));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
        rest.put(
                        "/" + LOCAL,
                        Map.of(
                                "settings",
                                Map.of("number_of_shards", 1, "number_of_replicas", 0),
                                "mappings",
                                TopicCorpus.MAPPINGS))
                .ok();
        Latent.attach(rest, MODEL, LOCAL);
        rest.post(
                        "/_reindex?refresh=true",
                        "{\"source\":{\"index\":\"" + INDEX + "\"},\"dest\":{\"index\":\"" + LOCAL
                                + "\",\"pipeline\":\"_none\"}}")
                .ok();
    }

    @AfterClass
    public static void stop() {
        cluster.close();
    }

    private static Rest.Response map(String index, String query, String options) {
        return rest.post(
                        "/" + index + "/_search",
                        "{\"size\":0,\"track_total_hits\":true,\"query\":" + query
                                + ",\"aggs\":{\"map\":{\"latent_map\":{\"field\":\"latent\"" + options
                                + "},\"aggs\":{\"subjects\":{\"terms\":{\"field\":\"subject\"}}}}}}")
                .ok();
    }

    private static String region(Map<?, ?> cell, Rest.Response map) {
        return String.format(
                Locale.ROOT,
                "{\"latent_region\":{\"field\":\"latent\",\"x\":%s,\"y\":%s}}",
                around(cell.get("x"), map.at("aggregations.map.cell.x")),
                around(cell.get("y"), map.at("aggregations.map.cell.y")));
    }

    /** The edges of a cell, with the seven digits that a client may keep. */
    private static String around(Object middle, Object extent) {
        double half = ((Number) extent).doubleValue() / 2;
        double at = ((Number) middle).doubleValue();
        return String.format(Locale.ROOT, "[%.7f,%.7f]", at - half, at + half);
    }

    private static long count(String query) {
        return rest.post("/" + INDEX + "/_count", "{\"query\":" + query + "}")
                .ok()
                .longAt("count");
    }

    @Test
    public void aCellCountsWhatItsRegionFinds() {
        for (String options : List.of(",\"grid\":16", ",\"cell\":0.2,\"bounds\":{\"x\":[-0.7,0.4],\"y\":[-0.9,0.9]}")) {
            for (String query : QUERIES) {
                Rest.Response map = map(INDEX, query, options);
                long sum = map.longAt("aggregations.map.unplaced_doc_count")
                        + map.longAt("aggregations.map.outside_doc_count")
                        + map.longAt("aggregations.map.sum_other_doc_count");
                for (Object each : map.listAt("aggregations.map.cells")) {
                    Map<?, ?> cell = (Map<?, ?>) each;
                    long documents = ((Number) cell.get("doc_count")).longValue();
                    assertThat(
                            each.toString(),
                            count("{\"bool\":{\"must\":" + query + ",\"filter\":" + region(cell, map) + "}}"),
                            equalTo(documents));
                    sum += documents;
                }
                assertThat(sum, equalTo(map.longAt("hits.total.value")));
            }
        }
    }

    @Test
    public void threeShardsCountWhatOneDoes() {
        try {
            for (String query : QUERIES) {
                for (String concurrent : List.of("all", "none")) {
                    concurrency(concurrent);
                    assertThat(
                            map(INDEX, query, ",\"grid\":32").at("aggregations.map"),
                            equalTo(map(LOCAL, query, ",\"grid\":32").at("aggregations.map")));
                }
            }
        } finally {
            concurrency(null);
        }
    }

    private static void concurrency(String mode) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("search.concurrent_segment_search.mode", mode);
        rest.put("/_cluster/settings", Map.of("persistent", settings)).ok();
    }

    /** What documents of one subject have in common is their place: their cells have few others. */
    @Test
    public void subjectsLieTogether() {
        long same = 0;
        long all = 0;
        for (Object each : map(INDEX, "{\"match_all\":{}}", ",\"grid\":16").listAt("aggregations.map.cells")) {
            Map<?, ?> cell = (Map<?, ?>) each;
            List<?> subjects = (List<?>) ((Map<?, ?>) cell.get("subjects")).get("buckets");
            same += ((Number) ((Map<?, ?>) subjects.get(0)).get("doc_count")).longValue();
            all += ((Number) cell.get("doc_count")).longValue();
        }
        assertThat((double) same / all, greaterThan(.9));
    }

    @Test
    public void clustersStandWhereTheirDocumentsLie() {
        Rest.Response map = map(INDEX, "{\"match_all\":{}}", ",\"grid\":64");
        Rest.Response clusters = rest.get(Latent.BASE + "/models/" + MODEL + "/clusters?sentences=false")
                .ok();
        int near = 0;
        for (Object each : clusters.listAt("")) {
            Map<?, ?> cluster = (Map<?, ?>) each;
            double x = 0;
            double y = 0;
            double documents = 0;
            for (Object one : map.listAt("aggregations.map.cells")) {
                Map<?, ?> cell = (Map<?, ?>) one;
                if (cluster.get("key").equals(cell.get("cluster"))) {
                    double weight = ((Number) cell.get("doc_count")).doubleValue();
                    x += weight * ((Number) cell.get("x")).doubleValue();
                    y += weight * ((Number) cell.get("y")).doubleValue();
                    documents += weight;
                }
            }
            double dx = x / documents - ((Number) cluster.get("x")).doubleValue();
            double dy = y / documents - ((Number) cluster.get("y")).doubleValue();
            near += Math.hypot(dx, dy) < .25 ? 1 : 0;
        }
        assertThat(near, greaterThan(TopicCorpus.subjects() - 2));
    }

    @Test
    public void otherClustersOfTheSameEncoderKeepTheMap() {
        Rest.Response before = map(INDEX, "{\"match_all\":{}}", ",\"grid\":16");
        rest.post(
                        Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true",
                        "{\"mode\":\"clusters\",\"force\":true}")
                .ok();
        Rest.Response after = map(INDEX, "{\"match_all\":{}}", ",\"grid\":16");
        assertThat(
                after.longAt("aggregations.map.generation"), greaterThan(before.longAt("aggregations.map.generation")));
        assertThat(counts(after), equalTo(counts(before)));
    }

    private static List<List<Object>> counts(Rest.Response map) {
        return map.listAt("aggregations.map.cells").stream()
                .map(each -> (Map<?, ?>) each)
                .map(cell -> List.<Object>of(cell.get("x"), cell.get("y"), cell.get("doc_count")))
                .toList();
    }

    @Test
    public void columnsTakeFourBytesADocumentAndGoWithTheIndex() {
        String index = "map-docs-that-go";
        rest.put(
                        "/" + index,
                        Map.of(
                                "settings",
                                Map.of("number_of_shards", 1, "number_of_replicas", 0),
                                "mappings",
                                TopicCorpus.MAPPINGS))
                .ok();
        Latent.attach(rest, MODEL, index);
        rest.post(
                        "/_reindex?refresh=true",
                        "{\"source\":{\"index\":\"" + INDEX + "\"},\"dest\":{\"index\":\"" + index
                                + "\",\"pipeline\":\"_none\"}}")
                .ok();
        rest.post("/" + index + "/_forcemerge?max_num_segments=1").ok();
        rest.post("/" + index + "/_refresh").ok();
        Rest.Response before = rest.get(Latent.BASE + "/stats").ok();
        map(index, "{\"match_all\":{}}", "");
        Rest.Response with = rest.get(Latent.BASE + "/stats").ok();
        long documents = with.longAt("map_columns_documents") - before.longAt("map_columns_documents");
        long bytes = with.longAt("map_columns_bytes") - before.longAt("map_columns_bytes");
        assertThat(documents, equalTo((long) DOCUMENTS));
        assertThat((double) bytes / documents, closeTo(4, .1));
        assertThat(with.longAt("map_columns_failed"), equalTo(0L));
        rest.delete("/" + index).ok();
        Await.until(
                Duration.ofMinutes(1),
                "the column to go with its index",
                () -> rest.get(Latent.BASE + "/stats").ok().longAt("map_columns_bytes")
                        <= before.longAt("map_columns_bytes"));
    }

    @Test
    public void explanationSaysWhereADocumentLies() {
        Rest.Response found = rest.post(
                        "/" + INDEX + "/_search",
                        "{\"size\":1,\"explain\":true,\"query\":{\"latent_region\":{\"field\":\"latent\","
                                + "\"polygon\":[[-1,-1],[1,-1],[1,1],[-1,1]]}}}")
                .ok();
        assertThat(found.stringAt("hits.hits.0._explanation.description"), containsString("of model [" + MODEL + "]"));
        assertThat((double) found.at("hits.hits.0._score"), closeTo(1, 0));
    }
}

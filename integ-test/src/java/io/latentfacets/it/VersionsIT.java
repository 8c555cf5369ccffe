/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.AfterClass;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.BeforeParam;
import org.junit.runners.Parameterized.Parameters;

/**
 * The same zip on the oldest and the newest OpenSearch: install, train, attach, facets of the model and of results,
 * drill-down, neighbours, the search processors and the ingest processor.
 *
 * <p>Each version is a node of its own, in {@code target/opensearch-<version>}. The tests use only what OpenSearch's
 * core has, because not every version's modules are published. {@code -Dsmoke.versions=3.4.0,3.5.0} runs other
 * versions.
 */
@RunWith(Parameterized.class)
public final class VersionsIT {
    private static final String INDEX = "versions-docs";
    private static final String MODEL = "versions-model";
    private static final int DOCUMENTS = 600;
    private static final String MATCH = "{\"match\":{\"body\":\"report\"}}";

    private static TestCluster cluster;
    private static Rest rest;

    private final String version;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    public VersionsIT(String version) {
        this.version = version;
    }

    @Parameters(name = "{0}")
    public static List<String> versions() {
        return List.of(
                System.getProperty("latent.smoke.versions", "3.4.0,3.9.0").split(",", -1));
    }

    @BeforeParam
    public static void trainAndAttach(String version) throws IOException, InterruptedException {
        stop();
        cluster = TestCluster.builder("version-" + version)
                .home(ServerHome.of(version))
                .start();
        rest = cluster.rest();
        Latent.createIndex(cluster, INDEX, DOCUMENTS, 2, 0);
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 8));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
    }

    @AfterClass
    public static void stop() {
        if (cluster != null) {
            cluster.close();
            cluster = null;
        }
    }

    private static Rest.Response search(String query, String more) {
        return rest.post("/" + INDEX + "/_search", "{\"query\":" + query + more + "}")
                .ok();
    }

    /** Requests the facets under a query; {@code options} are members of the aggregation, after its field. */
    private static Rest.Response facets(String query, String options) {
        return search(
                query,
                ",\"size\":0,\"track_total_hits\":true,\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\""
                        + options + "}}}");
    }

    private static String filtered(String query, String filter) {
        return "{\"bool\":{\"must\":[" + query + "],\"filter\":[{\"latent_cluster\":{\"field\":\"latent\"," + filter
                + "}}]}}";
    }

    /** Asserts that every bucket counts as many documents as a search filtered by it finds; returns their sum. */
    private static long drillDown(Rest.Response facets, String partition) {
        long documents = 0;
        List<Object> buckets = facets.listAt("aggregations.topics.buckets");
        assertThat(buckets.size(), greaterThanOrEqualTo(2));
        for (int i = 0; i < buckets.size(); i++) {
            String bucket = "aggregations.topics.buckets." + i;
            String key = facets.stringAt(bucket + ".key");
            long count = facets.longAt(bucket + ".doc_count");
            Rest.Response found =
                    search(filtered(MATCH, partition + "\"clusters\":[\"" + key + "\"]"), ",\"track_total_hits\":true");
            assertThat(key, found.longAt("hits.total.value"), equalTo(count));
            documents += count;
        }
        return documents;
    }

    @Test
    public void theNodeIsOfThisVersionAndHasThePluginAndTheAgent() {
        assertThat(rest.get("/").ok().stringAt("version.number"), equalTo(version));
        assertThat(rest.get("/_cat/plugins?h=component").ok().text().strip(), equalTo("latent-facets"));
        assertThat(rest.get(Latent.BASE + "/stats/status").ok().at("status"), equalTo("green"));
        // start-up passes the policy to the agent, and fails if there is no agent
        assertThat(cluster.logLines(0), hasItem(containsString("-javaagent:agent/opensearch-agent.jar")));
    }

    /** The other tests run only a part of the code; this one checks the references of all of it. */
    @Test
    public void everythingThatOurClassesNameIsThere() throws IOException, InterruptedException {
        assertThat(Linkage.missing(ServerHome.of(version)), empty());
    }

    /** Core makes the processor from the mapping, by interfaces that are for its own plugins. */
    @Test
    public void aMappingEncodesWithoutAPipeline() {
        Map<String, Object> fields = new HashMap<>(TopicCorpus.FIELDS);
        fields.put("latent", Map.of("type", "latent_vector", "model", MODEL, "encode", true, "cluster_field", "topic"));
        fields.put("topic", Map.of("type", "keyword"));
        rest.put("/versions-mapped", Map.of("mappings", Map.of("properties", fields)))
                .ok();
        rest.post(
                        Latent.BASE + "/models/" + MODEL + "/_attach?wait_for_completion=true",
                        Map.of("index", "versions-mapped", "by", "mapping", "cluster_field", "topic"))
                .ok();
        rest.bulk("/versions-mapped/_bulk?refresh=true", TopicCorpus.documents(0, 100));
        String part = "{\"update\":{\"_id\":\"1\"}}\n{\"doc\":{\"title\":\"boat\"}}\n";
        assertThat(
                rest.exchange("POST", "/versions-mapped/_bulk?refresh=true", part, "application/x-ndjson")
                        .ok()
                        .at("errors"),
                equalTo(false));
        String keys = "{\"size\":0,\"query\":{\"exists\":{\"field\":\"latent\"}},"
                + "\"aggs\":{\"keys\":{\"value_count\":{\"field\":\"topic\"}}}}";
        Rest.Response found = rest.post("/versions-mapped/_search", keys).ok();
        assertThat("all but the wordless and the part", found.intAt("hits.total.value"), equalTo(97));
        assertThat(found.intAt("aggregations.keys.value"), equalTo(97));
        rest.delete("/versions-mapped").ok();
    }

    @Test
    public void facetsOfTheModelCountTheMatchesAndDrillDown() {
        Rest.Response facets = facets(MATCH, ",\"size\":20,\"terms\":5");
        assertThat(facets.stringAt("aggregations.topics.buckets.0.label"), not(equalTo("")));
        long matches = facets.longAt("hits.total.value");
        assertThat(matches, greaterThan(50L));
        assertThat(drillDown(facets, "") + facets.longAt("aggregations.topics.unassigned_doc_count"), equalTo(matches));
    }

    @Test
    public void facetsOfResultsCountTheMatchesAndDrillDownByTheirPartition() {
        Rest.Response facets = facets(MATCH, ",\"scope\":\"results\",\"clusters\":4");
        String partition = facets.stringAt("aggregations.topics.partition");
        assertThat(
                drillDown(facets, "\"partition\":\"" + partition + "\",")
                        + facets.longAt("aggregations.topics.unassigned_doc_count"),
                equalTo(facets.longAt("hits.total.value")));
    }

    @Test
    public void aCellOfTheMapCountsWhatItsRegionFinds() {
        Rest.Response found =
                search(MATCH, ",\"size\":0,\"aggs\":{\"map\":{\"latent_map\":{\"field\":\"latent\",\"grid\":2}}}");
        List<Object> cells = found.listAt("aggregations.map.cells");
        assertThat(cells.size(), greaterThanOrEqualTo(2));
        for (Object each : cells) {
            Map<?, ?> cell = (Map<?, ?>) each;
            String x = (double) cell.get("x") < 0 ? "[-1,0]" : "[0,1]";
            String y = (double) cell.get("y") < 0 ? "[-1,0]" : "[0,1]";
            String region = "{\"latent_region\":{\"field\":\"latent\",\"x\":" + x + ",\"y\":" + y + "}}";
            Rest.Response hits = search(
                    "{\"bool\":{\"must\":[" + MATCH + "],\"filter\":[" + region + "]}}", ",\"track_total_hits\":true");
            assertThat(hits.intAt("hits.total.value"), equalTo(cell.get("doc_count")));
        }
    }

    @Test
    public void neighborsOfATextAreOfItsSubject() {
        Rest.Response found = search(
                "{\"latent_neighbors\":{\"field\":\"latent\",\"k\":10,\"text\":\"telescope galaxy orbit comet nebula\"}}",
                ",\"size\":10");
        List<Object> subjects = found.listAt("hits.hits").stream()
                .<Object>map(hit -> ((Map<?, ?>) ((Map<?, ?>) hit).get("_source")).get("subject"))
                .toList();
        assertThat(subjects, hasSize(10));
        assertThat(subjects, everyItem(equalTo((Object) "astronomy")));
    }

    @Test
    public void searchProcessorsAnswerWhatTheEndpointDoes() {
        String options = "{\"field\":\"latent\",\"size\":4,\"examples\":1}";
        String response = "\"response_processors\":[{\"latent_facets\":" + options + "}]";
        Map<?, ?> expected = withoutTook(rest.post(
                        "/" + INDEX + "/_latent/facets",
                        "{\"search\":{\"query\":" + MATCH + "},\"facets\":" + options + "}")
                .ok()
                .mapAt("facets"));
        Map<String, String> pipelines = Map.of(
                "both", "{\"request_processors\":[{\"latent_facets\":" + options + "}]," + response + "}",
                "response-only", "{" + response + "}");
        pipelines.forEach((name, pipeline) -> {
            rest.put("/_search/pipeline/" + name, pipeline).ok();
            Rest.Response found = rest.post(
                            "/" + INDEX + "/_search?search_pipeline=" + name, "{\"query\":" + MATCH + "}")
                    .ok();
            assertThat(name, withoutTook(found.mapAt("ext.latent_facets")), equalTo(expected));
            assertThat(name, found.at("aggregations"), nullValue());
        });
    }

    private static Map<?, ?> withoutTook(Map<String, Object> facets) {
        Map<String, Object> copy = new HashMap<>(facets);
        copy.remove("took");
        return copy;
    }

    @Test
    public void documentsIndexedAfterwardsAreEncodedAndCounted() {
        String added = "{\"range\":{\"number\":{\"gte\":1000}}}";
        Map<String, Object> documents = new HashMap<>();
        TopicCorpus.documents(DOCUMENTS, DOCUMENTS + 40).forEach((id, document) -> {
            Map<Object, Object> copy = new HashMap<>((Map<?, ?>) document);
            copy.put("number", 1000);
            documents.put(id, copy);
        });
        try {
            rest.bulk("/" + INDEX + "/_bulk?refresh=true", documents);
            Rest.Response facets = facets(added, ",\"size\":20");
            assertThat(facets.longAt("hits.total.value"), equalTo(40L));
            long counted = facets.listAt("aggregations.topics.buckets").stream()
                    .mapToLong(bucket -> ((Number) ((Map<?, ?>) bucket).get("doc_count")).longValue())
                    .sum();
            assertThat(counted + facets.longAt("aggregations.topics.unassigned_doc_count"), equalTo(40L));
            assertThat(counted, greaterThan(35L));
        } finally {
            rest.post("/" + INDEX + "/_delete_by_query?refresh=true", "{\"query\":" + added + "}")
                    .ok();
        }
    }

    /** Also checks that DJL's lines appear in the node's log, whichever log4j the node has. */
    @Test
    public void theLogsAreQuietAndHaveTheEnginesLines() {
        assertThat(cluster.alarmingLines(), empty());
        assertThat(cluster.logLines(0), hasItem(containsString("PtEngine")));
        Pattern linkage =
                Pattern.compile("(NoSuchMethod|NoSuchField|NoClassDefFound|AbstractMethod|IncompatibleClass)");
        assertThat(
                cluster.logLines(0).stream()
                        .filter(line -> linkage.matcher(line).find())
                        .toList(),
                empty());
        assertThat(cluster.logLines(0), not(hasItem(startsWith("SLF4J"))));
    }
}

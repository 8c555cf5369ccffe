/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * What knows no latents uses clusters all the same: through a keyword with the key of the cluster, and in indices whose
 * mapping alone has documents encoded, however these come into being and however documents arrive.
 */
public final class EcosystemIT {

    private static final String SOURCE = "eco-docs";
    private static final String MODEL = "eco-model";
    private static final String PATH = Latent.BASE + "/models/" + MODEL;
    private static final String INDEX = "eco-mapped";
    private static final String UNBOUND = "eco-unbound";
    private static final String TEMPLATE = "eco-template";
    private static final String PIPELINE = "eco-own";
    private static final int DOCUMENTS = 600;
    private static final int WORDLESS = DOCUMENTS / TopicCorpus.WORDLESS;
    private static final Map<String, Object> ENCODED =
            Map.of("type", "latent_vector", "model", MODEL, "encode", true, "cluster_field", "topic");

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void train() {
        cluster = TestCluster.builder("ecosystem").nodes(2).start();
        rest = cluster.rest();
        Latent.createIndex(cluster, SOURCE, DOCUMENTS, 2, 0);
        Map<String, Object> definition = Latent.definition(SOURCE, TopicCorpus.subjects(), 8);
        // a mapping encodes only in indices that the model is bound to, and nobody attaches some of these
        definition.put(
                "source",
                Map.of(
                        "index", List.of(SOURCE, INDEX + "*", "eco-rolling-*"),
                        "fields", List.of("title^2", "body")));
        Latent.createModel(rest, MODEL, definition);
        Latent.train(rest, MODEL);
    }

    @AfterClass
    public static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    @After
    public void cleanUp() {
        rest.delete("/_data_stream/eco-stream");
        rest.delete("/" + INDEX + "*,eco-rolling-*," + UNBOUND + "*?ignore_unavailable=true&expand_wildcards=all");
        rest.delete("/_index_template/" + TEMPLATE);
        rest.delete("/_ingest/pipeline/" + PIPELINE);
        rest.put("/_cluster/settings", "{\"persistent\":{\"cluster.ingest.system_pipeline_enabled\":null}}")
                .ok();
    }

    // cluster_field

    @Test
    public void theKeywordCountsAsFacetsDoAndReencodingKeepsItSo() {
        Rest.Response attached = rest.post(
                        PATH + "/_attach?wait_for_completion=true", Map.of("index", SOURCE, "cluster_field", "topic"))
                .ok();
        assertThat(attached.intAt("updated"), equalTo(DOCUMENTS - WORDLESS));
        assertThat(
                rest.get("/_ingest/pipeline/" + MODEL).ok().at(MODEL + ".processors.0.latent_encode.cluster_field"),
                equalTo("topic"));
        assertThat(
                rest.get("/" + SOURCE + "/_mapping").ok().at(SOURCE + ".mappings.properties.topic"),
                equalTo(Map.of("type", "keyword")));
        assertSameCounts(SOURCE);
        assertThat(reencode(), equalTo(0));

        // people change the clusters, and the keys of documents are those of before
        List<String> keys = List.copyOf(facets(SOURCE).keySet());
        rest.post(PATH + "/clusters/_merge", Map.of("keys", keys.subList(0, 2))).ok();
        assertThat(terms(SOURCE), not(equalTo(facets(SOURCE))));
        int moved = terms(SOURCE).get(keys.get(1));
        assertThat("only the documents that count elsewhere now", reencode(), equalTo(moved));
        assertSameCounts(SOURCE);
        rest.post(PATH + "/clusters/" + keys.get(2) + "/_split", Map.of("count", 2))
                .ok();
        assertThat(reencode(), greaterThan(0));
        assertSameCounts(SOURCE);
        rest.post(PATH + "/clusters/" + keys.get(2) + "/_unsplit", "{}").ok();
        rest.post(PATH + "/clusters/_unmerge", Map.of("keys", List.of(keys.get(0))))
                .ok();
        assertThat(reencode(), greaterThan(0));
        assertSameCounts(SOURCE);

        // a document whose text has gone loses its key
        Map<String, Object> emptied = new HashMap<>();
        emptied.put("title", null);
        emptied.put("body", null);
        rest.post("/" + SOURCE + "/_update/1?refresh=true", Map.of("doc", emptied))
                .ok();
        assertThat(source(SOURCE, "1").get("topic"), nullValue());
        assertSameCounts(SOURCE);

        // the same call again changes nothing, another name is refused, and so is one that meets the latent
        assertThat(
                rest.post(PATH + "/_attach?wait_for_completion=true", Map.of("index", SOURCE, "cluster_field", "topic"))
                        .ok()
                        .intAt("updated"),
                equalTo(0));
        refused(409, Map.of("index", SOURCE, "cluster_field", "other"), "has the [cluster_field] [topic]");
        refused(400, Map.of("index", SOURCE, "cluster_field", "latent"), "apart from [latent]");
        refused(400, Map.of("index", SOURCE, "cluster_field", "latent.key"), "apart from [latent]");
        createIndex(TopicCorpus.MAPPINGS);
        refused(
                409,
                Map.of("index", INDEX, "by", "mapping", "cluster_field", "body"),
                "must be a field of type [keyword]");
        refused(400, Map.of("index", SOURCE, "knn_field", "numbers"), "[index.knn]: true");
        refused(400, Map.of("index", SOURCE, "by", "magic"), "[by] must be [pipeline] or [mapping]");
    }

    private static void refused(int status, Object body, String message) {
        Rest.Response answer = rest.post(PATH + "/_attach", body);
        assertThat(answer.text(), answer.status(), equalTo(status));
        assertThat(answer.text(), containsString(message));
    }

    // the mapping alone

    @Test
    public void anIndexThatATemplateMakesEncodesItsFirstBulk() {
        rest.put(
                        "/_index_template/" + TEMPLATE,
                        Map.of("index_patterns", List.of("eco-rolling-*"), "template", Map.of("mappings", mapping())))
                .ok();
        rest.bulk("/eco-rolling-000001/_bulk?refresh=true", TopicCorpus.documents(0, 200));
        assertEncoded("eco-rolling-000001", 200);
        rest.post(
                        "/_aliases",
                        Map.of(
                                "actions",
                                List.of(Map.of(
                                        "add",
                                        Map.of(
                                                "index",
                                                "eco-rolling-000001",
                                                "alias",
                                                "eco-alias",
                                                "is_write_index",
                                                true)))))
                .ok();
        rest.post("/eco-alias/_rollover").ok();
        rest.bulk("/eco-alias/_bulk?refresh=true", TopicCorpus.documents(200, 300));
        assertEncoded("eco-rolling-000002", 100);
        assertEncoded("eco-alias", 300);

        Rest.Response refused = rest.delete(PATH);
        assertThat(refused.text(), refused.status(), equalTo(409));
        assertThat(refused.text(), containsString("mapping of index [eco-rolling-000001]"));
        assertThat(refused.text(), containsString("index template [" + TEMPLATE + "]"));
    }

    @Test
    public void aDataStreamIsAttachedByItsMappingAndSoIsItsNextIndex() {
        rest.put(
                        "/_index_template/" + TEMPLATE,
                        Map.of(
                                "index_patterns", List.of("eco-stream"),
                                "data_stream", Map.of(),
                                "template", Map.of("mappings", TopicCorpus.MAPPINGS)))
                .ok();
        Latent.append(rest, "eco-stream", 0, 200);
        Rest.Response attached = rest.post(
                        PATH + "/_attach?wait_for_completion=true",
                        Map.of("index", "eco-stream", "by", "mapping", "cluster_field", "topic"))
                .ok();
        assertThat(attached.text(), attached.stringAt("next.0.result"), equalTo("attached"));
        assertThat(attached.intAt("updated"), equalTo(196));
        assertEncoded("eco-stream", 200);
        rest.post("/eco-stream/_rollover").ok();
        Latent.append(rest, "eco-stream", 200, 300);
        assertEncoded("eco-stream", 300);
        assertEncoded(".ds-eco-stream-000002", 100);
        Rest.Response again = rest.post(
                        PATH + "/_attach?wait_for_completion=true",
                        Map.of("index", "eco-stream", "by", "mapping", "cluster_field", "topic"))
                .ok();
        assertThat(again.text(), again.stringAt("next.0.result"), equalTo("unchanged"));
        assertThat(again.intAt("updated"), equalTo(0));
        assertThat(rest.get("/.ds-eco-stream-000002/_settings").ok().text(), not(containsString("default_pipeline")));
    }

    @Test
    public void aMappingThatComesLaterEncodesFromThenOnBesideAnyPipeline() {
        rest.put("/_ingest/pipeline/" + PIPELINE, "{\"processors\":[{\"set\":{\"field\":\"seen\",\"value\":true}}]}")
                .ok();
        createIndex(Map.of("properties", TopicCorpus.FIELDS));
        rest.put("/" + INDEX + "/_settings", Map.of("index.default_pipeline", PIPELINE))
                .ok();
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", TopicCorpus.documents(0, 100));
        assertThat(withLatent(INDEX), equalTo(0));
        rest.put("/" + INDEX + "/_mapping", Map.of("properties", Map.of("latent", ENCODED)))
                .ok();
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", TopicCorpus.documents(100, 200));
        assertThat(withLatent(INDEX), equalTo(98));
        assertThat(source(INDEX, "100").get("seen"), equalTo(true));

        // the other way round, an index with a pipeline of its own is attached by its mapping
        refused(409, Map.of("index", INDEX), "[index.default_pipeline] [" + PIPELINE + "]");
        Rest.Response attached = rest.post(
                        PATH + "/_attach?wait_for_completion=true", Map.of("index", INDEX, "by", "mapping"))
                .ok();
        assertThat(attached.intAt("updated"), equalTo(98));
        assertEncoded(INDEX, 200);

        // and the parameter can be taken back
        Map<String, Object> off = new HashMap<>(ENCODED);
        off.keySet().removeAll(List.of("encode", "cluster_field"));
        rest.put("/" + INDEX + "/_mapping", Map.of("properties", Map.of("latent", off)))
                .ok();
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", TopicCorpus.documents(200, 300));
        assertThat(withLatent(INDEX), equalTo(196));
    }

    @Test
    public void aMappingDoesNotEncodeInAnIndexThatTheModelIsNotBoundTo() {
        rest.put("/" + UNBOUND, Map.of("mappings", mapping())).ok();
        cluster.awaitGreen(UNBOUND);
        rest.bulk("/" + UNBOUND + "/_bulk?refresh=true", TopicCorpus.documents(0, 100));
        assertThat(withLatent(UNBOUND), equalTo(0));
        assertThat("nor does a re-encoding", reencode(), equalTo(0));
        Rest.Response attached = rest.post(
                        PATH + "/_attach?wait_for_completion=true", Map.of("index", UNBOUND, "by", "mapping"))
                .ok();
        assertThat(attached.intAt("updated"), equalTo(98));
        rest.bulk("/" + UNBOUND + "/_bulk?refresh=true", TopicCorpus.documents(100, 200));
        assertEncoded(UNBOUND, 200);
    }

    @Test
    public void updatesOfEverySortKeepOrTakeAwayTheLatentAndNeverLeaveAWrongOne() {
        createIndex(mapping());
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", TopicCorpus.documents(0, 40));
        Map<?, ?> before = latent("1");
        Map<?, ?> sailing = (Map<?, ?>) documentOf("sailing");
        Map<?, ?> cooking = (Map<?, ?>) documentOf("cooking");

        // a single update goes through with the whole document
        rest.post("/" + INDEX + "/_update/1", Map.of("doc", Map.of("number", 1000)))
                .ok();
        assertThat(latent("1"), equalTo(before));
        rest.post("/" + INDEX + "/_update/1", Map.of("doc", texts(sailing))).ok();
        Map<?, ?> changed = latent("1");
        assertThat(changed.get("hash"), not(equalTo(before.get("hash"))));

        // of an update in a bulk, only a part goes through
        update("1", Map.of("doc", Map.of("number", 1001)));
        assertThat(latent("1"), equalTo(changed));
        update("1", Map.of("doc", texts(cooking)));
        rest.put("/" + INDEX + "/_doc/whole", texts(cooking)).ok();
        assertThat("as of a whole document", latent("1"), equalTo(latent("whole")));
        update("1", Map.of("doc", Map.of("title", "boat harbor sail")));
        assertThat("of which text nobody knows here", latent("1"), nullValue());
        assertThat(source(INDEX, "1").get("topic"), nullValue());
        rest.post("/" + INDEX + "/_refresh").ok();
        assertThat(reencode(), equalTo(1));
        Map<String, Object> mixed = new LinkedHashMap<>(texts(cooking));
        mixed.put("title", "boat harbor sail");
        rest.put("/" + INDEX + "/_doc/whole", mixed).ok();
        assertThat(latent("1"), equalTo(latent("whole")));

        // upserts
        update("new-1", Map.of("doc", texts(sailing), "doc_as_upsert", true));
        assertThat(latent("new-1"), equalTo(changed));
        update("new-2", Map.of("script", Map.of("source", "ctx._source.number = 1"), "upsert", texts(sailing)));
        assertThat(latent("new-2"), equalTo(changed));
        update("new-3", Map.of("doc", Map.of("number", 5), "upsert", Map.of("title", "boat harbor sail")));
        assertThat("a whole document may lack the body", latent("new-3"), notNullValue());
        rest.post("/" + INDEX + "/_update/new-4", Map.of("doc", texts(sailing), "doc_as_upsert", true))
                .ok();
        assertThat(latent("new-4"), equalTo(changed));

        // one bulk with everything, through each of the nodes
        for (int node = 0; node < 2; node++) {
            String lines = "{\"index\":{\"_id\":\"a\"}}\n" + Rest.json(texts(sailing)) + "\n"
                    + "{\"update\":{\"_id\":\"1\"}}\n{\"doc\":" + Rest.json(texts(sailing)) + "}\n"
                    + "{\"index\":{}}\n{\"title\":\"boat harbor sail\"}\n"
                    + "{\"delete\":{\"_id\":\"whole\"}}\n"
                    + "{\"create\":{\"_id\":\"b" + node + "\"}}\n" + Rest.json(texts(cooking)) + "\n";
            Rest.Response written = cluster.rest(node)
                    .exchange("POST", "/" + INDEX + "/_bulk?refresh=true", lines, "application/x-ndjson")
                    .ok();
            assertThat(written.text(), written.at("errors"), equalTo(false));
            assertThat(latent("a"), equalTo(changed));
            assertThat(latent("1"), equalTo(changed));
            assertThat(latent(written.stringAt("items.2.index._id")), notNullValue());
        }
        assertSameCounts(INDEX);
    }

    @Test
    public void whatAPipelineHasEncodedIsNotEncodedAgain() {
        rest.put(
                        "/_ingest/pipeline/" + PIPELINE,
                        Map.of("processors", List.of(Map.of("latent_encode", Map.of("model", MODEL)))))
                .ok();
        createIndex(mapping());
        long before = encoded();
        rest.bulk("/" + INDEX + "/_bulk?refresh=true&pipeline=" + PIPELINE, TopicCorpus.documents(0, 100));
        assertEncoded(INDEX, 100);
        assertThat(encoded() - before, equalTo(98L));
        before = encoded();
        rest.post(
                        "/_reindex?refresh=true",
                        Map.of("source", Map.of("index", INDEX), "dest", Map.of("index", INDEX + "-2")))
                .ok();
        assertThat("not mapped, so copied as it is", encoded() - before, equalTo(0L));
    }

    @Test
    public void documentsThatAreCopiedAreEncoded() {
        createIndex(mapping());
        Rest.Response copied = rest.post(
                        "/_reindex?refresh=true",
                        Map.of(
                                "source",
                                Map.of("index", SOURCE, "_source", List.of("title", "body", "subject"), "size", 50),
                                "max_docs",
                                150,
                                "dest",
                                Map.of("index", INDEX)))
                .ok();
        assertThat(copied.text(), copied.intAt("created"), equalTo(150));
        assertSameCounts(INDEX);
        assertThat(withLatent(INDEX), greaterThan(140));
    }

    @Test
    public void withoutAModelAndWithSystemPipelinesOffDocumentsAreIndexedAllTheSame() {
        createIndex(Map.of(
                "properties",
                Map.of("latent", Map.of("type", "latent_vector", "model", "eco-nobody", "encode", true))));
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", TopicCorpus.documents(0, 20));
        assertThat(withLatent(INDEX), equalTo(0));
        rest.delete("/" + INDEX).ok();

        createIndex(mapping());
        rest.put("/_cluster/settings", "{\"persistent\":{\"cluster.ingest.system_pipeline_enabled\":false}}")
                .ok();
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", TopicCorpus.documents(0, 100));
        assertThat(withLatent(INDEX), equalTo(0));
        assertThat("re-encoding does not need them", reencode(), equalTo(98));
        assertEncoded(INDEX, 100);
    }

    @Test
    public void badParametersOfTheMappingAreRefused() {
        badMapping(Map.of("encode", "perhaps"), "encode");
        badMapping(Map.of("cluster_field", "topic"), "[cluster_field] and [knn_field] need [encode]");
        badMapping(Map.of("encode", true, "cluster_field", "latent"), "apart from [latent]: \\\"latent\\\"");
        badMapping(Map.of("encode", true, "cluster_field", 5), "[cluster_field] of field [latent] must be the path");
        badMapping(Map.of("encode", true, "cluster_field", "a", "knn_field", "a.b"), "apart from [a]: \\\"a.b\\\"");
        Rest.Response within = rest.put(
                "/" + INDEX,
                Map.of(
                        "mappings",
                        Map.of(
                                "properties",
                                Map.of("body", Map.of("type", "text", "fields", Map.of("latent", ENCODED))))));
        assertThat(within.text(), within.status(), equalTo(400));
        assertThat(within.text(), containsString("the value of a multi-field is that of its field"));
    }

    private static void badMapping(Map<String, Object> parameters, String message) {
        Map<String, Object> latent = new HashMap<>(Map.of("type", "latent_vector", "model", MODEL));
        latent.putAll(parameters);
        Rest.Response answer =
                rest.put("/" + INDEX, Map.of("mappings", Map.of("properties", Map.of("latent", latent))));
        assertThat(answer.text(), answer.status(), equalTo(400));
        assertThat(answer.text(), containsString(message));
    }

    private static Map<String, Object> mapping() {
        Map<String, Object> fields = new HashMap<>(TopicCorpus.FIELDS);
        fields.put("latent", ENCODED);
        fields.put("topic", Map.of("type", "keyword"));
        return Map.of("properties", fields);
    }

    private static void createIndex(Map<String, Object> mapping) {
        rest.put(
                        "/" + INDEX,
                        Map.of("settings", Map.of("number_of_shards", 2, "number_of_replicas", 0), "mappings", mapping))
                .ok();
        cluster.awaitGreen(INDEX);
    }

    /** All documents with text have a latent, and their keys count as facets do. */
    private static void assertEncoded(String index, int documents) {
        assertThat(withLatent(index), equalTo(documents - documents / TopicCorpus.WORDLESS));
        assertSameCounts(index);
    }

    private static void assertSameCounts(String index) {
        rest.post("/" + index + "/_refresh").ok();
        Map<String, Integer> facets = facets(index);
        assertThat(facets.size(), greaterThan(0));
        assertThat(terms(index), equalTo(facets));
    }

    private static Map<String, Integer> facets(String index) {
        return counts(index, "{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000}}");
    }

    private static Map<String, Integer> terms(String index) {
        boolean dynamic = rest.get("/" + index + "/_mapping/field/topic.keyword")
                .ok()
                .text()
                .contains("topic.keyword");
        String field = dynamic ? "topic.keyword" : "topic";
        return counts(index, "{\"terms\":{\"field\":\"" + field + "\",\"size\":1000}}");
    }

    private static Map<String, Integer> counts(String index, String aggregation) {
        Map<String, Integer> counts = new TreeMap<>();
        Rest.Response found = rest.post("/" + index + "/_search", "{\"size\":0,\"aggs\":{\"a\":" + aggregation + "}}")
                .ok();
        for (Object each : found.listAt("aggregations.a.buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            counts.put((String) bucket.get("key"), ((Number) bucket.get("doc_count")).intValue());
        }
        return counts;
    }

    private static int withLatent(String index) {
        rest.post("/" + index + "/_refresh").ok();
        return rest.get("/" + index + "/_count", "{\"query\":{\"exists\":{\"field\":\"latent\"}}}")
                .ok()
                .intAt("count");
    }

    private static int reencode() {
        Rest.Response done =
                rest.post(PATH + "/_reencode?wait_for_completion=true").ok();
        assertThat(done.text(), done.intAt("failures"), equalTo(0));
        assertThat(done.text(), done.at("left"), equalTo(List.of()));
        return done.intAt("updated");
    }

    private static Map<String, Object> source(String index, String id) {
        return rest.get("/" + index + "/_doc/" + id).ok().mapAt("_source");
    }

    private static Map<?, ?> latent(String id) {
        return (Map<?, ?>) source(INDEX, id).get("latent");
    }

    private static Object documentOf(String subject) {
        return TopicCorpus.documents(300, 400).values().stream()
                .filter(each ->
                        subject.equals(((Map<?, ?>) each).get("subject")) && ((Map<?, ?>) each).containsKey("body"))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, Object> texts(Map<?, ?> document) {
        return Map.of("title", document.get("title"), "body", document.get("body"));
    }

    private static void update(String id, Object body) {
        Rest.Response written = rest.exchange(
                        "POST",
                        "/" + INDEX + "/_bulk",
                        Rest.json(Map.of("update", Map.of("_id", id))) + "\n" + Rest.json(body) + "\n",
                        "application/x-ndjson")
                .ok();
        assertThat(written.text(), written.at("errors"), equalTo(false));
    }

    /** The number of documents that both nodes have encoded. */
    private static long encoded() {
        long sum = 0;
        Rest.Response stats = rest.get(Latent.BASE + "/stats/documents_encoded").ok();
        for (Object node : stats.mapAt("nodes").values()) {
            sum += ((Number) ((Map<?, ?>) node).get("documents_encoded")).longValue();
        }
        return sum;
    }
}

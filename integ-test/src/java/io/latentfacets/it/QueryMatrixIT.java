/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Facets are correct under every query. The test runs a table of searches (queries, positions of the aggregation,
 * options of {@code _search}, kinds of indices) and compares each with a count over the documents' own vectors. The
 * documents are of two generations; some are deleted, some have no text.
 *
 * <p>A {@link Row} of the table states a search and the documents to count. A {@link Column} states the aggregation to
 * insert and the check of its result.
 */
public final class QueryMatrixIT {
    private static final String MODEL = "mx-model";
    private static final String OTHER_MODEL = "mx-strange-model";
    private static final String ALL = "{\"match_all\":{}}";

    private static final String ONE = "mx-one";
    private static final String THREE = "mx-three";
    private static final String SORTED = "mx-sorted";
    private static final String NESTED = "mx-nested";
    private static final String MANY = "mx-many";
    private static final String PLAIN = "mx-plain";
    private static final String CLOSED = "mx-closed";
    private static final String STRANGE = "strange-docs";
    private static final String SOME = "mx-some";

    /** The attached indices and their numbers of shards. */
    private static final Map<String, Integer> INDICES = new LinkedHashMap<>();

    static {
        INDICES.put(ONE, 1);
        INDICES.put(THREE, 3);
        INDICES.put(SORTED, 2);
        INDICES.put(NESTED, 1);
        INDICES.put(MANY, 8);
        INDICES.put(CLOSED, 1);
    }

    private static final int ACTIVE = 2;

    private static final List<Column> COLUMNS = List.of(
            new Column(
                    "corpus scope",
                    "\"field\":\"latent\",\"size\":1000",
                    (what, tally, facets) -> tally.compare(what, facets)),
            new Column(
                    "results scope",
                    "\"field\":\"latent\",\"scope\":\"results\",\"clusters\":4",
                    (what, tally, facets) -> tally.conserve(what, facets, ACTIVE)));

    /** The counts so far. They stay valid while nobody writes. */
    private static final Map<String, Tally> TALLIES = new HashMap<>();

    private static TestCluster cluster;
    private static Rest rest;
    private static Centroids.Rule rule;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    /** An aggregation to insert, and the check of its result. */
    private record Column(String name, String options, Check check) {
        String aggregation() {
            return "{\"latent_clusters\":{" + options + "},\"aggs\":{\"total\":{\"sum\":{\"field\":\"number\"}}}}";
        }
    }

    private interface Check {
        void compare(String what, Tally tally, Map<?, ?> facets);
    }

    /**
     * A search.
     *
     * @param path the path with parameters
     * @param body the body, where {@code $T} stands for the aggregation
     * @param facets finds the aggregation in the response
     * @param documents counts the documents that the aggregation must count; most rows do not need the response for it
     */
    private record Row(
            String name,
            String path,
            String body,
            Function<Rest.Response, Map<?, ?>> facets,
            Function<Rest.Response, Tally> documents) {

        /** A row with the aggregation at the top level, under a query. */
        static Row of(String name, String indices, String query) {
            return new Row(
                    name,
                    "/" + indices + "/_search?request_cache=false",
                    "{\"size\":0,\"query\":" + query + ",\"aggs\":{\"t\":$T}}",
                    at("aggregations.t"),
                    response -> tally(indices, query));
        }

        /** A copy with more members in the body: {@code "key":value,}. */
        Row with(String more) {
            return new Row(name, path, body.replace("{\"size\":0,", "{" + more), facets, documents);
        }

        Row parameters(String more) {
            return new Row(name, path + "&" + more, body, facets, documents);
        }

        Row counting(Function<Rest.Response, Tally> other) {
            return new Row(name, path, body, facets, other);
        }

        /** A copy with the aggregation below another one, in which {@code $T} stands for ours. */
        Row under(String aggregation, Function<Rest.Response, Map<?, ?>> where) {
            return new Row(name, path, body.replace("{\"t\":$T}", aggregation), where, documents);
        }

        void check(Column column, String how) {
            Rest.Response response =
                    rest.post(path, body.replace("$T", column.aggregation())).ok();
            String what = name + ", " + column.name() + ", " + how;
            if (response.at("_shards") != null) {
                assertThat(what + response.text(), response.intAt("_shards.failed"), equalTo(0));
            }
            column.check().compare(what, documents.apply(response), facets.apply(response));
        }
    }

    @BeforeClass
    public static void twoGenerations() {
        cluster = TestCluster.shared(2);
        rest = cluster.rest();
        createIndices();
        Map<String, Object> definition = Latent.definition(ONE, TopicCorpus.subjects(), 8);
        definition.put("refresh", Map.of("reencode", false));
        Latent.createModel(rest, MODEL, definition);
        Latent.train(rest, MODEL);
        INDICES.keySet().forEach(index -> Latent.attach(rest, MODEL, index));
        // the second generation has other clusters and encodes new documents; the old documents are not re-encoded
        definition.put(
                "vae", Map.of("latent_dims", 16, "hidden_dims", List.of(32), "epochs", 8, "seed", 8, "neighbors", 0));
        definition.put("clusters", Map.of("count", TopicCorpus.subjects() + 2));
        Latent.createModel(rest, MODEL, definition);
        rest.post(
                        Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true",
                        "{\"mode\":\"full\",\"force\":true}")
                .ok();
        for (String index : INDICES.keySet()) {
            write(index, 400, 520);
            write(index, 30, 60);
            delete(index, "{\"term\":{\"number\":77}}");
        }
        rest.post("/" + CLOSED + "/_close").ok();
        rest.post(
                        "/_aliases",
                        "{\"actions\":[{\"add\":{\"index\":\"mx-one\",\"alias\":\"mx-some\",\"filter\":{\"range\":{\"number\":{\"lt\":50}}}}},"
                                + "{\"add\":{\"index\":\"mx-three\",\"alias\":\"mx-some\"}}]}")
                .ok();
        rule = rule();
        // a node counts the documents of the first generation as unassigned until it has loaded that generation
        Row everything = Row.of("everything", "mx-*", ALL);
        Tally all = tally("mx-*", ALL);
        Await.until(Duration.ofMinutes(1), "all documents of both generations counted", () -> {
            for (int i = 0; i < 4; i++) {
                Rest.Response response = rest.post(
                        everything.path(),
                        everything.body().replace("$T", COLUMNS.get(0).aggregation()));
                if (response.intAt("aggregations.t.unassigned_doc_count") != all.unassigned()) {
                    return false;
                }
            }
            return true;
        });
    }

    @AfterClass
    public static void cleanUp() {
        if (rest == null) {
            return;
        }
        for (String index : List.of(ONE, THREE, SORTED, NESTED, MANY, PLAIN, CLOSED)) {
            Latent.cleanUp(rest, MODEL, index);
        }
        Latent.cleanUp(rest, OTHER_MODEL, STRANGE);
        concurrency(null);
    }

    @Test
    public void theDocumentsAreOfTwoGenerations() {
        Tally all = tally("mx-*", ALL);
        for (int generation : new int[] {1, 2}) {
            int documents = rest.post(
                            "/mx-*/_count", "{\"query\":{\"term\":{\"latent.generation\":" + generation + "}}}")
                    .ok()
                    .intAt("count");
            assertThat(documents, greaterThan(200));
        }
        assertThat(all.counts().size(), greaterThan(3));
        assertThat(all.unassigned(), greaterThan(10));
    }

    @Test
    public void queries() {
        check(queryRows());
    }

    @Test
    public void placesOfTheAggregation() {
        check(placeRows());
    }

    @Test
    public void optionsOfTheSearch() {
        check(optionRows());
    }

    @Test
    public void indices() {
        check(indexRows());
    }

    /** A query for a bucket finds exactly the documents that the bucket counts. */
    @Test
    public void aFilterByABucketFindsAsManyAsTheBucketSays() {
        for (Row row : queryRows()) {
            Rest.Response response = rest.post(
                            row.path(), row.body().replace("$T", COLUMNS.get(0).aggregation()))
                    .ok();
            Map<String, Integer> buckets = row.documents().apply(response).counts();
            String query = Rest.json(queryOf(row));
            for (Map.Entry<String, Integer> bucket : buckets.entrySet()) {
                String filtered = "{\"query\":{\"bool\":{\"must\":" + query
                        + ",\"filter\":{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + bucket.getKey()
                        + "\"]}}}}}";
                int found = rest.post(row.path().replaceAll("_search.*", "_count"), filtered)
                        .ok()
                        .intAt("count");
                assertThat(row.name() + ", " + bucket.getKey(), found, equalTo(bucket.getValue()));
            }
        }
    }

    @Test
    public void filtersByBucketsOfResultsFindAsMany() {
        for (Row row : queryRows()) {
            Map<?, ?> facets = row.facets()
                    .apply(rest.post(
                                    row.path(),
                                    row.body().replace("$T", COLUMNS.get(1).aggregation()))
                            .ok());
            String query = Rest.json(queryOf(row));
            for (Object each : (List<?>) facets.get("buckets")) {
                Map<?, ?> bucket = (Map<?, ?>) each;
                String filtered = "{\"query\":{\"bool\":{\"must\":" + query
                        + ",\"filter\":{\"latent_cluster\":{\"field\":\"latent\",\"partition\":\""
                        + facets.get("partition")
                        + "\",\"clusters\":[\"" + bucket.get("key") + "\"]}}}}}";
                int found = rest.post(row.path().replaceAll("_search.*", "_count"), filtered)
                        .ok()
                        .intAt("count");
                assertThat(
                        row.name() + ", " + bucket.get("key"),
                        found,
                        equalTo(((Number) bucket.get("doc_count")).intValue()));
            }
        }
    }

    private static List<Row> queryRows() {
        List<Row> rows = new ArrayList<>();
        for (String index : List.of(ONE, THREE, SORTED, NESTED)) {
            rows.add(Row.of("match_all in " + index, index, ALL));
            rows.add(Row.of("a word in " + index, index, "{\"match\":{\"body\":\"report\"}}"));
            rows.add(
                    Row.of(
                            "filters in " + index,
                            index,
                            "{\"bool\":{\"filter\":[{\"range\":{\"number\":{\"lt\":40}}}],\"must_not\":[{\"term\":{\"subject\":\"cooking\"}}]}}"));
            rows.add(Row.of(
                    "dates in " + index,
                    index,
                    "{\"range\":{\"date\":{\"gte\":\"2025-03-01\",\"lt\":\"2025-09-01\"}}}"));
        }
        rows.add(Row.of("a nested query", NESTED, red()));
        rows.add(Row.of(
                "a constant score", THREE, "{\"constant_score\":{\"filter\":{\"term\":{\"subject\":\"sailing\"}}}}"));
        rows.add(
                Row.of(
                        "a function score",
                        THREE,
                        "{\"function_score\":{\"query\":{\"match\":{\"body\":\"report\"}},\"field_value_factor\":{\"field\":\"number\",\"missing\":1}}}"));
        rows.add(Row.of(
                "the best of two",
                ONE,
                "{\"dis_max\":{\"queries\":[{\"match\":{\"title\":\"galaxy\"}},{\"match\":{\"body\":\"report\"}}]}}"));
        rows.add(Row.of("ids", ONE, "{\"ids\":{\"values\":[\"1\",\"2\",\"3\",\"450\",\"451\"]}}"));
        rows.add(Row.of(
                "a query string",
                THREE,
                "{\"query_string\":{\"query\":\"+report -market\",\"default_field\":\"body\"}}"));
        rows.add(Row.of("a generation", THREE, "{\"term\":{\"latent.generation\":1}}"));
        rows.add(Row.of("without a vector", THREE, "{\"bool\":{\"must_not\":{\"exists\":{\"field\":\"latent\"}}}}"));
        rows.add(Row.of("nothing", THREE, "{\"match\":{\"body\":\"zyzzyva\"}}"));
        return rows;
    }

    private static List<Row> placeRows() {
        String sailing = "{\"term\":{\"subject\":\"sailing\"}}";
        String report = "{\"match\":{\"body\":\"report\"}}";
        String both = "{\"bool\":{\"filter\":[" + report + "," + sailing + "]}}";
        List<Row> rows = new ArrayList<>();
        for (String index : List.of(ONE, THREE, SORTED)) {
            Row words = Row.of("in " + index, index, report);
            Function<Rest.Response, Tally> both2 = response -> tally(index, both);
            rows.add(words.under("{\"f\":{\"filter\":" + sailing + ",\"aggs\":{\"t\":$T}}}", at("aggregations.f.t"))
                    .counting(both2));
            rows.add(words.under(
                            "{\"f\":{\"filters\":{\"filters\":{\"s\":" + sailing + ",\"all\":" + ALL
                                    + "}},\"aggs\":{\"t\":$T}}}",
                            at("aggregations.f.buckets.s.t"))
                    .counting(both2));
            rows.add(words.under(
                            "{\"s\":{\"terms\":{\"field\":\"subject\"},\"aggs\":{\"t\":$T}}}",
                            response -> bucket(response.listAt("aggregations.s.buckets"), "sailing"))
                    .counting(both2));
            rows.add(words.under(
                            "{\"s\":{\"terms\":{\"field\":\"subject\",\"collect_mode\":\"breadth_first\",\"size\":3},\"aggs\":{\"t\":$T}}}",
                            response -> bucket(response.listAt("aggregations.s.buckets"), "astronomy"))
                    .counting(response -> tally(
                            index, "{\"bool\":{\"filter\":[" + report + ",{\"term\":{\"subject\":\"astronomy\"}}]}}")));
            rows.add(words.under(
                            "{\"c\":{\"composite\":{\"size\":100,\"sources\":[{\"s\":{\"terms\":{\"field\":\"subject\"}}}]},\"aggs\":{\"t\":$T}}}",
                            response -> bucket(response.listAt("aggregations.c.buckets"), Map.of("s", "sailing")))
                    .counting(both2));
            rows.add(words.under("{\"g\":{\"global\":{},\"aggs\":{\"t\":$T}}}", at("aggregations.g.t"))
                    .counting(response -> tally(index, ALL)));
            rows.add(words.under(
                    "{\"o\":{\"terms\":{\"field\":\"subject\"}},\"t\":$T,\"n\":{\"max\":{\"field\":\"number\"}}}",
                    at("aggregations.t")));
        }
        Row nested = Row.of("nested documents", NESTED, ALL);
        rows.add(nested.under("{\"p\":{\"nested\":{\"path\":\"parts\"},\"aggs\":{\"t\":$T}}}", at("aggregations.p.t"))
                .counting(response ->
                        new Tally(Map.of(), Map.of(), response.intAt("aggregations.p.doc_count"), Map.of(), Map.of())));
        rows.add(nested.under(
                        "{\"p\":{\"nested\":{\"path\":\"parts\"},\"aggs\":{\"f\":{\"filter\":{\"term\":{\"parts.kind\":\"red\"}},"
                                + "\"aggs\":{\"b\":{\"reverse_nested\":{},\"aggs\":{\"t\":$T}}}}}}}",
                        at("aggregations.p.f.b.t"))
                .counting(response -> tally(NESTED, red())));
        return rows;
    }

    private static List<Row> optionRows() {
        String report = "{\"match\":{\"body\":\"report\"}}";
        List<Row> rows = new ArrayList<>();
        for (String index : List.of(ONE, THREE, SORTED, MANY)) {
            Row words = Row.of("in " + index, index, report);
            rows.add(words.with("\"size\":10,"));
            rows.add(words.with("\"size\":1000,\"track_total_hits\":false,"));
            rows.add(words.with("\"size\":5,\"track_total_hits\":5,"));
            rows.add(words.with("\"size\":10,\"sort\":[{\"date\":\"desc\"}],"));
            rows.add(words.with("\"size\":5,\"track_total_hits\":false,\"sort\":[{\"date\":\"desc\"}],"));
            rows.add(words.with("\"size\":10,\"post_filter\":{\"term\":{\"subject\":\"sailing\"}},"));
            rows.add(words.with("\"size\":10,\"collapse\":{\"field\":\"subject\"},"));
            rows.add(
                    words.with(
                            "\"size\":10,\"rescore\":{\"window_size\":5,\"query\":{\"rescore_query\":{\"match\":{\"title\":\"market\"}}}},"));
            rows.add(words.with("\"size\":10,\"profile\":true,"));
            rows.add(words.with("\"size\":0,\"min_score\":1.3,")
                    .counting(response -> tally(index, report, "\"min_score\":1.3,")));
            rows.add(words.with("\"size\":5,\"sort\":[{\"id\":\"asc\"}],\"search_after\":[\"300\"],"));
            rows.add(words.with("\"size\":10,\"timeout\":\"1m\","));
            rows.add(words.parameters("batched_reduce_size=2"));
            rows.add(words.parameters("batched_reduce_size=2&max_concurrent_shard_requests=1"));
            rows.add(words.parameters("search_type=dfs_query_then_fetch"));
            rows.add(words.parameters("preference=_replica_first"));
            rows.add(words.with("\"size\":3,").parameters("scroll=1m"));
            rows.add(Row.of(
                            "dates in " + index,
                            index,
                            "{\"range\":{\"date\":{\"gte\":\"2025-05-01\",\"lt\":\"2025-06-01\"}}}")
                    .with("\"size\":3,\"sort\":[{\"date\":\"asc\"}],")
                    .parameters("pre_filter_shard_size=1"));
            for (String query : List.of(ALL, report)) {
                // another aggregation shows which documents were collected before the early end
                rows.add(Row.of("an early end in " + index, index, query)
                        .with("\"size\":0,\"terminate_after\":20,")
                        .under("{\"t\":$T,\"ids\":{\"terms\":{\"field\":\"id\",\"size\":10000}}}", at("aggregations.t"))
                        .counting(response -> tally(index, terms(response.listAt("aggregations.ids.buckets")))));
            }
        }
        return rows;
    }

    private static List<Row> indexRows() {
        String report = "{\"match\":{\"body\":\"report\"}}";
        List<Row> rows = new ArrayList<>();
        for (String query : List.of(ALL, report)) {
            rows.add(Row.of("two indices, " + query, ONE + "," + THREE, query));
            rows.add(Row.of("a pattern, " + query, "mx-*", query));
            rows.add(Row.of("all but one, " + query, "mx-*,-" + ONE, query));
            rows.add(Row.of("an alias with a filter, " + query, SOME, query));
            rows.add(Row.of("an alias and an index of it, " + query, SOME + "," + ONE, query));
            rows.add(Row.of("an index without the field, " + query, PLAIN, query));
            rows.add(Row.of("with one without the field, " + query, PLAIN + "," + THREE, query));
            Row closed = Row.of("beside a closed one, " + query, ONE + "," + CLOSED, query);
            rows.add(closed.parameters("ignore_unavailable=true").counting(response -> tally(ONE, query)));
            rows.add(Row.of("many shards, reduced two by two, " + query, "mx-*", query)
                    .parameters("batched_reduce_size=2&pre_filter_shard_size=1"));
        }
        return rows;
    }

    private static void check(List<Row> rows) {
        check(rows, COLUMNS);
    }

    private static void check(List<Row> rows, List<Column> columns) {
        for (String mode : List.of("all", "none")) {
            concurrency(mode);
            try {
                for (Column column : columns) {
                    rows.forEach(row ->
                            row.check(column, row.path() + " " + row.body() + ", concurrent segment search " + mode));
                }
            } finally {
                concurrency(null);
            }
        }
    }

    @Test
    public void manySearchesInOneRequest() {
        List<Row> rows = queryRows();
        for (Column column : COLUMNS) {
            StringBuilder lines = new StringBuilder();
            for (Row row : rows) {
                String index = row.path().substring(1, row.path().indexOf("/_search"));
                lines.append("{\"index\":\"").append(index).append("\"}\n");
                lines.append(row.body().replace("$T", column.aggregation())).append('\n');
            }
            Rest.Response response = rest.exchange("POST", "/_msearch", lines.toString(), "application/x-ndjson")
                    .ok();
            for (int i = 0; i < rows.size(); i++) {
                column.check()
                        .compare(
                                rows.get(i).name() + " in _msearch",
                                rows.get(i).documents().apply(response),
                                response.mapAt("responses." + i + ".aggregations.t"));
            }
        }
    }

    @Test
    public void aCachedAnswerIsThatOfTheDocumentsAsTheyAre() {
        for (Column column : COLUMNS) {
            Row row = Row.of("cached", THREE, "{\"range\":{\"number\":{\"gte\":10}}}");
            row = new Row(row.name(), row.path().replace("false", "true"), row.body(), row.facets(), row.documents());
            row.check(column, "first");
            row.check(column, "again");
            write(THREE, 600, 640);
            row.check(column, "with more documents");
            delete(THREE, "{\"range\":{\"number\":{\"lt\":20}}}");
            row.check(column, "with fewer");
        }
    }

    @Test
    public void aPointInTimeStaysWhatItWas() {
        String query = "{\"match\":{\"body\":\"report\"}}";
        for (Column column : COLUMNS) {
            String pit = rest.post("/" + THREE + "," + SORTED + "/_search/point_in_time?keep_alive=5m")
                    .ok()
                    .stringAt("pit_id");
            try {
                Tally before = tally(THREE + "," + SORTED, query);
                Row row = Row.of("a point in time", THREE, query)
                        .with("\"size\":5,\"sort\":[{\"id\":\"asc\"}],\"pit\":{\"id\":\"" + pit + "\"},")
                        .counting(response -> before);
                row = new Row(row.name(), "/_search", row.body(), row.facets(), row.documents());
                row.check(column, "first page");
                write(SORTED, 700, 730);
                delete(SORTED, "{\"range\":{\"number\":{\"lt\":10}}}");
                row.check(column, "after writes");
                new Row(
                                row.name(),
                                "/_search",
                                row.body().replace("\"size\":5,", "\"size\":5,\"search_after\":[\"300\"],"),
                                row.facets(),
                                row.documents())
                        .check(column, "second page");
                Row now = Row.of("now", SORTED, query);
                now.check(column, "beside the point in time");
            } finally {
                rest.send("DELETE", "/_search/point_in_time", "{\"pit_id\":[\"" + pit + "\"]}")
                        .ok();
            }
        }
    }

    @Test
    public void indicesOfTwoModelsAreRefusedByName() {
        strangeIndex();
        for (Column column : COLUMNS) {
            Rest.Response refused = rest.post(
                            "/" + ONE + "," + STRANGE + "/_search", "{\"aggs\":{\"t\":" + column.aggregation() + "}}")
                    .expect(400);
            assertThat(refused.text(), allOf(containsString(MODEL), containsString(OTHER_MODEL)));
        }
    }

    /**
     * Makes the cluster a remote cluster of itself: a search of {@code self:…} treats the shards as another cluster's.
     */
    @Test
    public void indicesOfOtherClusters() {
        Object seed = rest.get("/_nodes/_local/transport").ok().mapAt("nodes").values().stream()
                .map(node -> ((Map<?, ?>) ((Map<?, ?>) node).get("transport")).get("publish_address"))
                .findFirst()
                .orElseThrow();
        remote(List.of(seed));
        try {
            Await.until(
                    Duration.ofMinutes(1),
                    "the remote",
                    () -> Boolean.TRUE.equals(rest.get("/_remote/info").at("self.connected")));
            List<Row> rows = new ArrayList<>();
            for (String indices :
                    List.of("self:" + THREE, ONE + ",self:" + THREE, "self:mx-m*," + SORTED + ",self:" + PLAIN)) {
                for (String way : List.of("true", "false")) {
                    rows.add(Row.of("everything", indices, ALL).parameters("ccs_minimize_roundtrips=" + way));
                    rows.add(Row.of("a word", indices, "{\"match\":{\"body\":\"report\"}}")
                            .with("\"size\":10,")
                            .parameters("ccs_minimize_roundtrips=" + way));
                }
            }
            check(rows, COLUMNS.subList(0, 1));
            for (Row row : rows) {
                Rest.Response refused = rest.post(
                                row.path(),
                                row.body().replace("$T", COLUMNS.get(1).aggregation()))
                        .expect(400);
                assertThat(refused.text(), containsString("cannot be used across clusters"));
            }
            strangeIndex();
            for (String way : List.of("true", "false")) {
                Rest.Response refused = rest.post(
                                "/" + ONE + ",self:" + STRANGE + "/_search?ccs_minimize_roundtrips=" + way,
                                "{\"aggs\":{\"t\":" + COLUMNS.get(0).aggregation() + "}}")
                        .expect(400);
                assertThat(refused.text(), allOf(containsString(MODEL), containsString(OTHER_MODEL)));
            }
        } finally {
            remote(null);
        }
    }

    private static void remote(List<Object> seeds) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("cluster.remote.self.seeds", seeds);
        rest.put("/_cluster/settings", Map.of("persistent", settings)).ok();
    }

    private static void strangeIndex() {
        Map<String, Object> mappings =
                Map.of("properties", Map.of("latent", Map.of("type", "latent_vector", "model", OTHER_MODEL)));
        rest.delete("/" + STRANGE);
        rest.put("/" + STRANGE, Map.of("mappings", mappings)).ok();
    }

    private static String red() {
        return "{\"nested\":{\"path\":\"parts\",\"query\":{\"term\":{\"parts.kind\":\"red\"}}}}";
    }

    private static String terms(List<Object> buckets) {
        List<?> keys =
                buckets.stream().map(each -> ((Map<?, ?>) each).get("key")).toList();
        return Rest.json(Map.of("terms", Map.of("id", keys)));
    }

    private static Function<Rest.Response, Map<?, ?>> at(String path) {
        return response -> response.mapAt(path);
    }

    private static Map<?, ?> bucket(List<Object> buckets, Object key) {
        return buckets.stream()
                .map(each -> (Map<?, ?>) each)
                .filter(each -> each.get("key").equals(key))
                .map(each -> (Map<?, ?>) each.get("t"))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bucket " + key + " in " + buckets));
    }

    private static Object queryOf(Row row) {
        int from = row.body().indexOf("\"query\":") + "\"query\":".length();
        return row.body().substring(from, row.body().indexOf(",\"aggs\""));
    }

    private static Tally tally(String indices, String query) {
        return tally(indices, query, "");
    }

    /**
     * Counts the documents of a search.
     *
     * @param more members of the body that change which documents match
     */
    private static Tally tally(String indices, String query, String more) {
        return TALLIES.computeIfAbsent(indices + more + query, key -> count(indices, query, more));
    }

    private static Tally count(String indices, String query, String more) {
        Rest.Response all = rest.post(
                        "/" + indices + "/_search?request_cache=false",
                        "{\"size\":10000," + more + "\"_source\":[\"latent\",\"number\"],\"query\":" + query + "}")
                .ok();
        return Tally.of(all.listAt("hits.hits"), rule);
    }

    /**
     * The rule of this test: a document of the first generation belongs to the cluster with the same key, if that still
     * exists.
     */
    private static Centroids.Rule rule() {
        Centroids first = Centroids.of(rest, MODEL, 1);
        Centroids second = Centroids.of(rest, MODEL);
        Set<String> living = new TreeSet<>(second.keys());
        return (generation, vector) -> {
            String key = (generation == 1 ? first : second).nearest(vector);
            return living.contains(key) ? key : null;
        };
    }

    private static void createIndices() {
        Map<String, Object> nested = Map.of("type", "nested", "properties", Map.of("kind", Map.of("type", "keyword")));
        Map<String, Object> fields = new HashMap<>(TopicCorpus.FIELDS);
        fields.put("id", Map.of("type", "keyword"));
        fields.put("parts", nested);
        List<String> names = new ArrayList<>(INDICES.keySet());
        names.add(PLAIN);
        for (String index : names) {
            Map<String, Object> settings = new HashMap<>();
            settings.put("number_of_shards", INDICES.getOrDefault(index, 1));
            settings.put("number_of_replicas", index.equals(THREE) ? 1 : 0);
            Map<String, Object> own = new HashMap<>(fields);
            if (!index.equals(NESTED)) {
                own.remove("parts");
            }
            if (index.equals(SORTED)) {
                settings.put("index.sort.field", List.of("date"));
                settings.put("index.sort.order", List.of("desc"));
            }
            rest.put("/" + index, Map.of("settings", settings, "mappings", Map.of("properties", own)))
                    .ok();
        }
        cluster.awaitGreen("mx-*");
        for (String index : names) {
            write(index, 0, 250);
            write(index, 250, 400);
        }
    }

    private static void write(String index, int from, int to) {
        rest.bulk("/" + index + "/_bulk?refresh=true", documents(index, from, to));
        TALLIES.clear();
    }

    private static void delete(String index, String query) {
        rest.post("/" + index + "/_delete_by_query?refresh=true", "{\"query\":" + query + "}")
                .ok();
        TALLIES.clear();
    }

    private static Map<String, Object> documents(String index, int from, int to) {
        Map<String, Object> documents = new LinkedHashMap<>();
        TopicCorpus.documents(from, to).forEach((id, document) -> {
            Map<Object, Object> more = new LinkedHashMap<>((Map<?, ?>) document);
            more.put("id", id);
            if (index.equals(NESTED)) {
                int number = Integer.parseInt(id);
                List<Object> parts = new ArrayList<>();
                for (int i = 0; i < number % 4; i++) {
                    parts.add(Map.of("kind", (number + i) % 3 == 0 ? "red" : "blue"));
                }
                more.put("parts", parts);
            }
            documents.put(id, more);
        });
        return documents;
    }

    /**
     * Sets the mode of concurrent segment search.
     *
     * @param mode the mode; null resets the setting
     */
    private static void concurrency(String mode) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("search.concurrent_segment_search.mode", mode);
        rest.put("/_cluster/settings", Map.of("persistent", settings)).ok();
    }
}

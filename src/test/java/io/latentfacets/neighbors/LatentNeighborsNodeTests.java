/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.search.LatentNodeTestCase;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.text.FieldText;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchException;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.admin.indices.alias.IndicesAliasesRequest;
import org.opensearch.action.admin.indices.validate.query.ValidateQueryResponse;
import org.opensearch.action.explain.ExplainResponse;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.SearchHit;
import org.opensearch.search.SearchService;
import org.opensearch.search.aggregations.bucket.terms.Terms;
import org.opensearch.search.builder.SearchSourceBuilder;

/** Whole searches for neighbours on a node, over an index with graphs and one without. */
public class LatentNeighborsNodeTests extends LatentNodeTestCase {
    private static final int DIMS = 8;
    private static final String GRAPH = "graph";
    private static final String EXACT = "exact";

    private Generation generation;
    private final Map<String, Doc> docs = new TreeMap<>();

    /** A document. Ids are distinct over all indices; the latent is null for none. */
    private record Doc(String index, String id, byte[] latent, int generation, String tag, int number) {}

    @Override
    public void setUp() throws Exception {
        LatentSearchTestPlugin.ENCODER.failure = null;
        super.setUp();
        generation = LatentFixtures.generation("news", 1, DIMS, 5, random());
        generations().put(generation).activate("news", 1);
    }

    private static String mapping(String model, boolean neighbors) {
        return "{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"" + model + "\",\"neighbors\":"
                + neighbors + "},\"also\":{\"type\":\"alias\",\"path\":\"latent\"},"
                + "\"tag\":{\"type\":\"keyword\"},\"number\":{\"type\":\"integer\"},\"title\":{\"type\":\"text\"},"
                + "\"parts\":{\"type\":\"nested\",\"properties\":{\"tag\":{\"type\":\"keyword\"}}}}}";
    }

    private void createIndex(String name, int shards, String mapping, Settings more) {
        client().admin()
                .indices()
                .prepareCreate(name)
                .setSettings(Settings.builder()
                        .put("number_of_shards", shards)
                        .put("number_of_replicas", 0)
                        .put(more))
                .setMapping(mapping)
                .get();
    }

    private void createIndex(String name, int shards) {
        createIndex(name, shards, mapping("news", name.startsWith(GRAPH)), Settings.EMPTY);
    }

    private void fill(String index, int count) {
        fill(index, count, generation);
    }

    private void fill(String index, int count, Generation of) {
        for (int i = 0; i < count; i++) {
            byte[] latent = rarely()
                    ? null
                    : LatentFixtures.latent(of.clusters().partition().dims(), random());
            put(new Doc(
                    index,
                    index + "-" + docs.size(),
                    latent,
                    of.encoderGeneration(),
                    randomFrom("red", "green", "blue"),
                    docs.size()));
            if (between(0, 40) == 0) {
                refresh(index);
            }
        }
        for (Doc doc : List.copyOf(docs.values())) {
            if (doc.index.equals(index) && between(0, 15) == 0) {
                client().prepareDelete(index, doc.id).get();
                docs.remove(doc.id);
            }
        }
        refresh(index);
    }

    private void put(Doc doc) {
        String vector = doc.latent == null
                ? ""
                : "\"latent\":"
                        + LatentFixtures.source(
                                doc.generation,
                                LatentSearchTestPlugin.generations.encoder("news", doc.generation),
                                doc.latent)
                        + ",";
        client().prepareIndex(doc.index)
                .setId(doc.id)
                .setSource(
                        "{" + vector + "\"tag\":\"" + doc.tag + "\",\"number\":" + doc.number
                                + ",\"parts\":[{\"tag\":\"red\"},{\"tag\":\"part of " + doc.tag + "\"}]}",
                        XContentType.JSON)
                .get();
        docs.put(doc.id, doc);
    }

    private void refresh(String index) {
        client().admin().indices().prepareRefresh(index).get();
    }

    private SearchSourceBuilder source(String json) {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                json)) {
            return SearchSourceBuilder.fromXContent(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SearchResponse search(String json, String... indices) {
        SearchResponse response =
                client().search(new SearchRequest(indices).source(source(json))).actionGet();
        assertEquals(response.toString(), 0, response.getFailedShards());
        return response;
    }

    /** A complete request for the neighbours of a latent. */
    private static String neighbors(byte[] latent, int k, String more) {
        return "{\"size\":1000,\"query\":" + query(latent, k, more) + "}";
    }

    private static String query(byte[] latent, int k, String more) {
        return query("\"vector\":\"" + LatentFixtures.base64(latent) + "\"", k, more);
    }

    private static String query(String target, int k, String more) {
        return "{\"latent_neighbors\":{\"field\":\"latent\",\"k\":" + k + "," + target + more + "}}";
    }

    private static Map<String, Float> hits(SearchResponse response) {
        Map<String, Float> hits = new LinkedHashMap<>();
        for (SearchHit hit : response.getHits().getHits()) {
            hits.put(hit.getId(), hit.getScore());
        }
        return hits;
    }

    private static float score(byte[] a, byte[] b) {
        return VectorSimilarityFunction.COSINE.compare(a, b);
    }

    private Map<String, Float> expected(byte[] latent, int k, Predicate<Doc> which) {
        Map<String, Float> expected = new LinkedHashMap<>();
        docs.values().stream()
                .filter(doc -> doc.latent != null
                        && doc.generation == generation.encoderGeneration()
                        && doc.latent.length == latent.length)
                .filter(which)
                .sorted(Comparator.comparingDouble(doc -> -score(latent, doc.latent)))
                .limit(k)
                .forEach(doc -> expected.put(doc.id, score(latent, doc.latent)));
        return expected;
    }

    /** Compares the scores only, because equally near documents may take each other's places. */
    private static void assertFound(Map<String, Float> expected, Map<String, Float> got) {
        assertEquals(List.copyOf(expected.values()), List.copyOf(got.values()));
    }

    /** Asserts that the graph found at least four of five, each with its exact score. */
    private void assertFoundByGraph(byte[] latent, Map<String, Float> expected, Map<String, Float> got) {
        got.forEach((id, score) -> assertEquals(score(latent, docs.get(id).latent), score, 0));
        long same = got.keySet().stream().filter(expected::containsKey).count();
        assertThat(5 * same, greaterThanOrEqualTo(4L * expected.size()));
    }

    public void testNearestOfAllShards() {
        for (String index : List.of(EXACT, GRAPH)) {
            createIndex(index, between(1, 3));
            fill(index, 250);
            for (int i = 0; i < 10; i++) {
                byte[] latent = LatentFixtures.latent(DIMS, random());
                int k = between(1, 30);
                String tag = randomFrom("red", "green", "blue", null);
                String more = tag == null ? "" : ",\"filter\":{\"term\":{\"tag\":\"" + tag + "\"}}";
                SearchResponse response =
                        search("{\"size\":" + k + ",\"query\":" + query(latent, k, more) + "}", index);
                Map<String, Float> expected =
                        expected(latent, k, doc -> doc.index.equals(index) && (tag == null || doc.tag.equals(tag)));
                if (index.equals(EXACT)) {
                    assertFound(expected, hits(response));
                } else {
                    assertFoundByGraph(latent, expected, hits(response));
                }
            }
        }
    }

    public void testEachShardGivesItsNearest() {
        createIndex(EXACT, 3);
        fill(EXACT, 200);
        int found = hits(search(neighbors(LatentFixtures.latent(DIMS, random()), 4, ""), EXACT))
                .size();
        assertEquals(12, found);
    }

    /** Without a graph the query looks at every document, as script_score does, and core's setting means both. */
    public void testExpensiveQueriesCanBeForbidden() {
        createIndex(EXACT, 1);
        createIndex(GRAPH, 1);
        fill(EXACT, 30);
        fill(GRAPH, 30);
        byte[] latent = LatentFixtures.latent(DIMS, random());
        String key = SearchService.ALLOW_EXPENSIVE_QUERIES.getKey();
        allowExpensive(key, "false");
        try {
            for (String filter : List.of("", ",\"filter\":{\"term\":{\"tag\":\"red\"}}")) {
                fails(
                        400,
                        "[latent_neighbors] queries on fields without [neighbors] cannot be executed when '" + key
                                + "' is set to false.",
                        neighbors(latent, 5, filter),
                        EXACT);
                assertFalse(hits(search(neighbors(latent, 5, filter), GRAPH)).isEmpty());
            }
        } finally {
            allowExpensive(key, null);
        }
        assertFound(expected(latent, 5, doc -> doc.index.equals(EXACT)), hits(search(neighbors(latent, 5, ""), EXACT)));
    }

    private void allowExpensive(String key, String value) {
        client().admin()
                .cluster()
                .prepareUpdateSettings()
                .setTransientSettings(Settings.builder().put(key, value))
                .get();
    }

    public void testNumbersAndAliases() {
        createIndex(EXACT, 1);
        fill(EXACT, 100);
        byte[] latent = LatentFixtures.latent(DIMS, random());
        String numbers = IntStream.range(0, DIMS)
                .mapToObj(i -> Float.toString(latent[i] / 127f))
                .collect(Collectors.joining(",", "[", "]"));
        String body = "{\"query\":" + query("\"vector\":" + numbers, 5, "").replace("latent\"", "also\"") + "}";
        assertThat(body, containsString("\"field\":\"also\""));
        assertFound(expected(latent, 5, doc -> true), hits(search(body, EXACT)));
    }

    private byte[] encode(String text) {
        try (EncoderService encoders = new EncoderService(
                LatentSearchTestPlugin.ENCODER,
                name -> new StandardAnalyzer(),
                generations(),
                new NoopCircuitBreaker("latent"))) {
            return encoders.encode(generation, List.of(SourceDocument.of(List.of(new FieldText(1, text)))))
                    .get(0);
        }
    }

    public void testTextIsEncodedOnce() {
        createIndex(EXACT, 2);
        fill(EXACT, 200);
        byte[] latent = encode("crude oil barrels");
        String body = "{\"size\":8,\"query\":" + query("\"text\":\"crude oil barrels\"", 8, "") + "}";
        assertFound(expected(latent, 8, doc -> true), hits(search(body, EXACT)));
        // also inside other queries
        String bool = "{\"size\":8,\"query\":{\"bool\":{\"must\":[{\"function_score\":{\"query\":"
                + query("\"text\":\"crude oil barrels\"", 8, "") + "}}]}}}";
        assertFound(expected(latent, 8, doc -> true), hits(search(bool, EXACT)));
    }

    public void testWhatCannotBeEncoded() {
        createIndex(EXACT, 1);
        fill(EXACT, 20);
        LatentSearchTestPlugin.ENCODER.failure =
                new OpenSearchStatusException("no engine here", RestStatus.SERVICE_UNAVAILABLE);
        fails(503, "no engine here", "{\"query\":" + query("\"text\":\"oil\"", 3, "") + "}", EXACT);
        // a vector needs no engine
        search(neighbors(LatentFixtures.latent(DIMS, random()), 3, ""), EXACT);
        LatentSearchTestPlugin.ENCODER.failure = null;
        fails(
                400,
                "[text] of [latent_neighbors] has no word that the model [news] knows: \"zyzzyva\"",
                "{\"query\":" + query("\"text\":\"zyzzyva\"", 3, "") + "}",
                EXACT);
        fails(
                400,
                "[vector] of [latent_neighbors] must have [8] numbers, as the latents of generation [1] of model"
                        + " [news], has [3]",
                "{\"query\":" + query("\"vector\":[1,2,3]", 3, "") + "}",
                EXACT);
    }

    private static String like(String index, String id) {
        return "\"like\":{\"_index\":\"" + index + "\",\"_id\":\"" + id + "\"}";
    }

    public void testLikeLeavesTheDocumentItselfOut() {
        for (String index : List.of(EXACT, GRAPH)) {
            createIndex(index, between(1, 2));
            fill(index, 120);
            Doc doc = randomFrom(docs.values().stream()
                    .filter(each -> each.index.equals(index) && each.latent != null)
                    .toList());
            SearchResponse response = search("{\"size\":5,\"query\":" + query(like(index, doc.id), 5, "") + "}", index);
            assertFoundByGraph(
                    doc.latent,
                    expected(doc.latent, 5, each -> each.index.equals(index) && !each.id.equals(doc.id)),
                    hits(response));
            assertEquals(5, response.getHits().getHits().length);
            assertFalse(hits(response).containsKey(doc.id));
            SearchResponse including =
                    search("{\"size\":5,\"query\":" + query(like(index, doc.id), 5, ",\"include\":true") + "}", index);
            assertEquals(1f, hits(including).get(doc.id), 1e-6f);
        }
        // the latent of a document in one index is compared with another index, which has a document of the same id
        Doc doc = docs.values().stream()
                .filter(each -> each.index.equals(GRAPH) && each.latent != null)
                .findFirst()
                .orElseThrow();
        put(new Doc(EXACT, doc.id, doc.latent, 1, "red", 0));
        refresh(EXACT);
        assertEquals(
                1f,
                hits(search("{\"query\":" + query(like(GRAPH, doc.id), 5, "") + "}", EXACT))
                        .get(doc.id),
                1e-6f);
    }

    private List<Doc> some(String index, int count) {
        List<Doc> all = new ArrayList<>(docs.values().stream()
                .filter(doc -> doc.index.equals(index) && doc.latent != null)
                .toList());
        Collections.shuffle(all, random());
        return all.subList(0, count);
    }

    private static List<Rocchio.Example> examples(List<byte[]> latents, double... weights) {
        return IntStream.range(0, latents.size())
                .mapToObj(i -> new Rocchio.Example(latents.get(i), weights[i]))
                .toList();
    }

    /** Documents, texts and latents together, with weights and against others, are as near as their combination. */
    public void testSeveralExamples() {
        for (String index : List.of(EXACT, GRAPH)) {
            createIndex(index, between(1, 3));
            fill(index, 150);
            List<Doc> some = some(index, 4);
            byte[] own = LatentFixtures.latent(DIMS, random());
            String body = "\"like\":[{\"_id\":\"" + some.get(0).id + "\"},{\"_index\":\"" + index + "\",\"_id\":\""
                    + some.get(1).id + "\",\"weight\":2.5},\"crude oil\",{\"vector\":\"" + LatentFixtures.base64(own)
                    + "\",\"weight\":0.5}],\"unlike\":[{\"_id\":\"" + some.get(2).id + "\"},{\"_id\":\""
                    + some.get(3).id + "\",\"weight\":3}]";
            byte[] combined = Rocchio.combine(
                    examples(List.of(some.get(0).latent, some.get(1).latent, encode("crude oil"), own), 1, 2.5, 1, 0.5),
                    examples(List.of(some.get(2).latent, some.get(3).latent), 1, 3),
                    Rocchio.AGAINST);
            Map<String, Float> got = hits(search("{\"size\":20,\"query\":" + query(body, 20, "") + "}", index));
            Map<String, Float> expected = expected(combined, 20, doc -> doc.index.equals(index) && !some.contains(doc));
            assertEquals(20, got.size());
            if (index.equals(EXACT)) {
                assertFound(expected, got);
            } else {
                assertFoundByGraph(combined, expected, got);
            }
            some.forEach(doc -> assertFalse(got.containsKey(doc.id)));
            assertFoundByGraph(
                    combined,
                    expected(combined, 20, doc -> doc.index.equals(index)),
                    hits(search("{\"size\":20,\"query\":" + query(body, 20, ",\"include\":true") + "}", index)));
        }
    }

    public void testExamplesThatCannotBeUsed() {
        createIndex(EXACT, 1);
        createIndex(GRAPH, 1);
        fill(EXACT, 30);
        fill(GRAPH, 30);
        Doc doc = some(EXACT, 1).get(0);
        fails(
                404,
                "document [none] of index [" + EXACT + "], which [like] of [latent_neighbors] names, does not exist",
                "{\"query\":" + query("\"like\":[{\"_id\":\"" + doc.id + "\"},{\"_id\":\"none\"}]", 3, "") + "}",
                EXACT);
        fails(
                404,
                "document [none] of index [" + EXACT + "], which [unlike] of [latent_neighbors] names, does not exist",
                "{\"query\":" + query("\"like\":\"oil\",\"unlike\":{\"_id\":\"none\"}", 3, "") + "}",
                EXACT);
        fails(
                404,
                "no such index [nowhere]",
                "{\"query\":"
                        + query("\"like\":[\"oil\",{\"_index\":\"nowhere\",\"_id\":\"1\"},{\"_id\":\"1\"}]", 3, "")
                        + "}",
                EXACT);
        fails(
                400,
                "[unlike] of [latent_neighbors] has no word that the model [news] knows: \"zyzzyva\"",
                "{\"query\":" + query("\"like\":\"oil\",\"unlike\":[\"zyzzyva\"]", 3, "") + "}",
                EXACT);
        fails(
                400,
                "[_index] is required for a document of [latent_neighbors] where not exactly one index is searched",
                "{\"query\":" + query("\"like\":[{\"_id\":\"" + doc.id + "\"}]", 3, "") + "}",
                EXACT,
                GRAPH);
        fails(
                400,
                "the examples of [latent_neighbors] cancel each other out: nothing is like all [2] of [like]",
                "{\"query\":"
                        + query("\"like\":[{\"vector\":[1,0,0,0,0,0,0,0]},{\"vector\":[-1,0,0,0,0,0,0,0]}]", 3, "")
                        + "}",
                EXACT);
        fails(
                400,
                "[vector] of [latent_neighbors] must have [8] numbers",
                "{\"query\":" + query("\"like\":[\"oil\",{\"vector\":[1,2,3]}]", 3, "") + "}",
                EXACT);
    }

    /** Diverse neighbours are chosen among the nearest of all shards and indices, and sorted as they were chosen. */
    public void testDiverseNeighbors() {
        createIndex(EXACT, 3);
        createIndex(EXACT + "-two", 1, mapping("news", false), Settings.EMPTY);
        fill(EXACT, 150);
        fill(EXACT + "-two", 50);
        for (int i = 0; i < 5; i++) {
            byte[] latent = LatentFixtures.latent(DIMS, random());
            int k = between(1, 20);
            double diversity = randomFrom(0.1, 0.5, 0.9);
            String tag = randomFrom("red", null);
            String filter = tag == null ? "" : ",\"filter\":{\"term\":{\"tag\":\"red\"}}";
            Predicate<Doc> which = doc -> tag == null || doc.tag.equals(tag);
            List<String> candidates = List.copyOf(
                    expected(latent, DiverseNeighbors.candidates(k), which).keySet());
            float[] relevance = new float[candidates.size()];
            float[][] latents = new float[candidates.size()][];
            for (int c = 0; c < relevance.length; c++) {
                latents[c] = Latents.dequantize(docs.get(candidates.get(c)).latent);
                relevance[c] = (float) Diversity.similarity(Latents.dequantize(latent), latents[c]);
            }
            List<Float> expected = Diversity.choose(relevance, latents, k, diversity, () -> {}).stream()
                    .map(Diversity.Choice::score)
                    .toList();
            SearchResponse response = search(
                    "{\"size\":1000,\"query\":" + query(latent, k, filter + ",\"diversity\":" + diversity) + "}",
                    EXACT + "*");
            List<Float> got = List.copyOf(hits(response).values());
            assertEquals(expected.size(), got.size());
            for (int c = 0; c < got.size(); c++) {
                assertEquals(expected.get(c), got.get(c), 1e-5f);
            }
            assertTrue(hits(response).keySet().stream().allMatch(id -> which.test(docs.get(id))));
        }
    }

    public void testDiverseNeighborsBesideOtherParts() {
        createIndex(GRAPH, 2);
        fill(GRAPH, 150);
        List<Doc> like = some(GRAPH, 3);
        String examples = like.stream()
                .map(doc -> "{\"_id\":\"" + doc.id + "\"}")
                .collect(Collectors.joining(",", "\"like\":[", "]"));
        String query = query(examples, 12, ",\"diversity\":0.3,\"_name\":\"near\",\"boost\":2");
        SearchResponse response = search("{\"size\":5,\"min_score\":0.01,\"query\":" + query + "}", GRAPH);
        assertEquals(12, response.getHits().getTotalHits().value());
        for (SearchHit hit : response.getHits()) {
            assertFalse(like.contains(docs.get(hit.getId())));
            assertArrayEquals(new String[] {"near"}, hit.getMatchedQueries());
        }
        assertThat(response.getHits().getMaxScore(), greaterThanOrEqualTo(1.6f));
        // a clause beside it cuts, and an alias of the field is the field
        String cut = "{\"query\":{\"bool\":{\"must\":[" + query.replace("\"latent\"", "\"also\"")
                + "],\"filter\":[{\"term\":{\"tag\":\"red\"}}]}},\"aggs\":{\"tags\":{\"terms\":{\"field\":\"tag\"}}}}";
        SearchResponse red = search(cut, GRAPH);
        assertThat(12L, greaterThanOrEqualTo(red.getHits().getTotalHits().value()));
        assertTrue(hits(red).keySet().stream().allMatch(id -> docs.get(id).tag.equals("red")));
        assertEquals(
                0,
                hits(search(
                                "{\"query\":"
                                        + query(
                                                new byte[] {1, 0, 0, 0, 0, 0, 0, 0},
                                                3,
                                                ",\"diversity\":0.5,\"filter\":{\"term\":{\"tag\":\"none\"}}")
                                        + "}",
                                GRAPH))
                        .size());
        createIndex("mail", 1, mapping("mail", false), Settings.EMPTY);
        assertEquals(
                0,
                hits(search("{\"query\":" + query("\"text\":\"oil\"", 3, ",\"diversity\":0.5") + "}", "mail"))
                        .size());
    }

    public void testDiversityNeedsSources() {
        createIndex(
                EXACT,
                1,
                "{\"_source\":{\"enabled\":false},\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"}}}",
                Settings.EMPTY);
        put(new Doc(EXACT, "1", LatentFixtures.latent(DIMS, random()), 1, "red", 1));
        refresh(EXACT);
        byte[] latent = LatentFixtures.latent(DIMS, random());
        assertEquals(1, hits(search(neighbors(latent, 3, ""), EXACT)).size());
        fails(400, "_source", neighbors(latent, 3, ",\"diversity\":0.5"), EXACT);
    }

    public void testLikeReadsTheSourceWhereThereIsNoLatent() {
        createIndex(EXACT, 1);
        createIndex("plain", 1, "{\"properties\":{\"title\":{\"type\":\"text\"}}}", Settings.EMPTY);
        fill(EXACT, 60);
        byte[] latent = encode("wheat grain harvest");
        index("plain", "1", "{\"title\":\"wheat grain harvest\"}");
        index("plain", "2", "{\"title\":\"zyzzyva\"}");
        index("plain", "3", "{\"number\":3}");
        // this index does not map the field, so its value is not a latent of the model
        index(
                "plain",
                "4",
                "{\"title\":\"wheat grain harvest\",\"latent\":{\"generation\":1,\"vector\":\"AQIDBAUGBwg=\"}}");
        for (String id : List.of("1", "4")) {
            assertFound(
                    expected(latent, 5, doc -> true),
                    hits(search("{\"query\":" + query(like("plain", id), 5, "") + "}", EXACT)));
        }
        for (String id : List.of("2", "3")) {
            fails(
                    400,
                    "document [" + id + "] of index [plain], which [like] of [latent_neighbors] names, has neither a"
                            + " latent of the model [news] nor text or a vector that the model knows",
                    "{\"query\":" + query(like("plain", id), 5, "") + "}",
                    EXACT);
        }
        // the node encodes a document anew if its latent is of another generation
        index(EXACT, "old", "{\"title\":\"wheat grain harvest\",\"latent\":{\"generation\":7,\"vector\":\"AQ==\"}}");
        assertFound(
                expected(latent, 5, doc -> true),
                hits(search("{\"query\":" + query(like(EXACT, "old"), 5, "") + "}", EXACT)));
        fails(
                404,
                "document [none] of index [plain]",
                "{\"query\":" + query(like("plain", "none"), 5, "") + "}",
                EXACT);
        fails(404, "no such index [nowhere]", "{\"query\":" + query(like("nowhere", "1"), 5, "") + "}", EXACT);
    }

    private void index(String index, String id, String json) {
        client().prepareIndex(index)
                .setId(id)
                .setSource(json, XContentType.JSON)
                .get();
        refresh(index);
    }

    public void testWhereThereIsNothingToFind() {
        createIndex(EXACT, 2);
        createIndex("plain", 1, "{\"properties\":{\"tag\":{\"type\":\"keyword\"}}}", Settings.EMPTY);
        createIndex("text", 1, "{\"properties\":{\"latent\":{\"type\":\"text\"}}}", Settings.EMPTY);
        createIndex("mail", 1, mapping("mail", false), Settings.EMPTY);
        createIndex("empty", 1);
        index("plain", "p", "{\"tag\":\"red\"}");
        fill(EXACT, 40);
        byte[] latent = LatentFixtures.latent(DIMS, random());
        String text = "{\"size\":5,\"query\":" + query("\"text\":\"oil\"", 5, "") + "}";
        assertEquals(0, hits(search(neighbors(latent, 5, ""), "plain")).size());
        assertEquals(0, hits(search(text, "plain")).size());
        assertEquals(0, hits(search(text, "empty")).size());
        assertFound(expected(encode("oil"), 5, doc -> true), hits(search(text, EXACT, "plain", "empty")));
        fails(400, "must be of type [latent_vector], [latent] is of type [text]", neighbors(latent, 5, ""), "text");
        fails(400, "belongs to different models [mail, news]", text, EXACT, "mail");
        // without an active generation nothing matches and nothing is encoded
        assertEquals(0, hits(search(text, "mail")).size());
        generations().activate("news", 0);
        assertEquals(0, hits(search(text, EXACT)).size());
        assertEquals(0, hits(search(neighbors(new byte[] {1}, 5, ""), EXACT)).size());
    }

    public void testOnlyLatentsOfTheGenerationAreCompared() {
        Generation wider = LatentFixtures.generation("news", 2, 2 * DIMS, 5, random());
        generations().put(wider);
        for (String index : List.of(EXACT, GRAPH)) {
            createIndex(index, 1);
            fill(index, 60);
            fill(index, 60, wider);
            byte[] latent = LatentFixtures.latent(DIMS, random());
            assertFound(
                    expected(latent, 1000, doc -> doc.index.equals(index)),
                    hits(search(neighbors(latent, 1000, ""), index)));
        }
        // a generation of mode clusters compares the latents of its encoder
        generations()
                .put(LatentFixtures.recluster(generation, 3, List.of("c1", "c2"), random()))
                .activate("news", 3);
        byte[] latent = LatentFixtures.latent(DIMS, random());
        assertFound(
                expected(latent, 1000, doc -> doc.index.equals(EXACT)),
                hits(search(neighbors(latent, 1000, ""), EXACT)));
        generations().activate("news", 2);
        generation = wider;
        byte[] wide = LatentFixtures.latent(2 * DIMS, random());
        assertFound(
                expected(wide, 1000, doc -> doc.index.equals(EXACT)), hits(search(neighbors(wide, 1000, ""), EXACT)));
        fails(400, "must have [16] numbers", neighbors(latent, 3, ""), EXACT);
    }

    public void testGenerationIsLoadedOnDemand() {
        createIndex(EXACT, 2);
        fill(EXACT, 60);
        byte[] latent = encode("oil");
        generations().unload("news", 1);
        assertFound(
                expected(latent, 5, doc -> true),
                hits(search("{\"size\":5,\"query\":" + query("\"text\":\"oil\"", 5, "") + "}", EXACT)));
        generations().activate("news", 7);
        fails(404, "no generation [7] of model [news]", neighbors(latent, 5, ""), EXACT);
    }

    public void testWithOtherQueries() {
        for (String index : List.of(EXACT, GRAPH)) {
            createIndex(index, 1);
            fill(index, 150);
            byte[] latent = LatentFixtures.latent(DIMS, random());
            Map<String, Float> near = hits(search(neighbors(latent, 20, ""), index));
            String query = query(latent, 20, "");
            // A clause beside the query only filters what it found; a filter inside it restricts the search.
            Set<String> red = near.keySet().stream()
                    .filter(id -> docs.get(id).tag.equals("red"))
                    .collect(Collectors.toSet());
            SearchResponse bool = search(
                    "{\"size\":100,\"query\":{\"bool\":{\"must\":[" + query
                            + "],\"filter\":[{\"term\":{\"tag\":\"red\"}}]}}}",
                    index);
            assertEquals(red, hits(bool).keySet());
            SearchResponse should = search(
                    "{\"size\":1000,\"query\":{\"bool\":{\"should\":[" + query + ",{\"constant_score\":{\"filter\":"
                            + "{\"exists\":{\"field\":\"number\"}},\"boost\":2}}]}}}",
                    index);
            hits(should).forEach((id, score) -> assertEquals(2 + near.getOrDefault(id, 0f), score, 1e-5f));
            SearchResponse scored = search(
                    "{\"size\":100,\"query\":{\"function_score\":{\"query\":" + query
                            + ",\"functions\":[{\"field_value_factor\":{\"field\":\"number\"}}],"
                            + "\"boost_mode\":\"replace\"}}}",
                    index);
            hits(scored).forEach((id, score) -> assertEquals(docs.get(id).number, score, 1e-5f));
            assertEquals(near.keySet(), hits(scored).keySet());
            SearchResponse boosted = search(neighbors(latent, 20, ",\"boost\":3"), index);
            hits(boosted).forEach((id, score) -> assertEquals(3 * near.get(id), score, 1e-5f));
            SearchResponse rescored = search(
                    "{\"size\":1000,\"query\":{\"constant_score\":{\"filter\":{\"exists\":{\"field\":\"number\"}}}},"
                            + "\"rescore\":{\"window_size\":1000,\"query\":{\"rescore_query\":" + query + "}}}",
                    index);
            hits(rescored).forEach((id, score) -> assertEquals(1 + near.getOrDefault(id, 0f), score, 1e-5f));
            SearchResponse sorted = search(
                    "{\"size\":1000,\"query\":" + query + ",\"sort\":[{\"number\":\"asc\"}],\"search_after\":[60]}",
                    index);
            assertEquals(
                    near.keySet().stream()
                            .filter(id -> docs.get(id).number > 60)
                            .collect(Collectors.toSet()),
                    hits(sorted).keySet());
        }
    }

    public void testCountsAndAggregations() {
        createIndex(EXACT, 2);
        fill(EXACT, 150);
        byte[] latent = LatentFixtures.latent(DIMS, random());
        Map<String, Float> near = hits(search(neighbors(latent, 20, ""), EXACT));
        assertEquals(40, near.size());
        assertEquals(
                40,
                client().prepareSearch(EXACT)
                        .setSize(0)
                        .setQuery(QueryBuilders.wrapperQuery(query(latent, 20, "")))
                        .get()
                        .getHits()
                        .getTotalHits()
                        .value());
        SearchResponse response = search(
                "{\"size\":0,\"query\":" + query(latent, 20, "")
                        + ",\"aggs\":{\"tags\":{\"terms\":{\"field\":\"tag\"}}}}",
                EXACT);
        Terms tags = response.getAggregations().get("tags");
        for (Terms.Bucket tag : tags.getBuckets()) {
            long count = near.keySet().stream()
                    .filter(id -> docs.get(id).tag.equals(tag.getKeyAsString()))
                    .count();
            assertEquals(count, tag.getDocCount());
        }
        SearchResponse within = search(
                "{\"size\":0,\"aggs\":{\"near\":{\"filter\":" + query("\"text\":\"oil\"", 20, "") + "}}}", EXACT);
        assertThat(within.toString(), containsString("\"doc_count\":40"));
    }

    public void testFilterMeansWholeDocuments() {
        createIndex(GRAPH, 1);
        createIndex(EXACT, 1);
        fill(GRAPH, 80);
        fill(EXACT, 80);
        byte[] latent = LatentFixtures.latent(DIMS, random());
        for (String index : List.of(EXACT, GRAPH)) {
            Map<String, Float> all = expected(latent, 1000, doc -> doc.index.equals(index));
            assertFound(all, hits(search(neighbors(latent, 1000, ",\"filter\":{\"match_all\":{}}"), index)));
            assertFound(
                    all,
                    hits(search(
                            neighbors(
                                    latent,
                                    1000,
                                    ",\"filter\":{\"nested\":{\"path\":\"parts\",\"query\":{\"term\":{\"parts.tag\":"
                                            + "\"red\"}}}}"),
                            index)));
            // the filter matches nested parts, but only whole documents have latents
            assertEquals(
                    0,
                    hits(search(neighbors(latent, 1000, ",\"filter\":{\"term\":{\"parts.tag\":\"red\"}}"), index))
                            .size());
            assertFound(
                    expected(latent, 1000, doc -> doc.index.equals(index) && doc.number >= 30),
                    hits(search(neighbors(latent, 1000, ",\"filter\":{\"range\":{\"number\":{\"gte\":30}}}"), index)));
        }
    }

    public void testSortedIndex() {
        createIndex(
                GRAPH,
                1,
                "{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\",\"neighbors\":true},"
                        + "\"number\":{\"type\":\"integer\"}}}",
                Settings.builder()
                        .put("index.sort.field", "number")
                        .put("index.sort.order", "desc")
                        .build());
        fill(GRAPH, 120);
        byte[] latent = LatentFixtures.latent(DIMS, random());
        assertFoundByGraph(latent, expected(latent, 10, doc -> true), hits(search(neighbors(latent, 10, ""), GRAPH)));
        client().admin().indices().prepareForceMerge(GRAPH).setMaxNumSegments(1).get();
        refresh(GRAPH);
        assertFoundByGraph(latent, expected(latent, 10, doc -> true), hits(search(neighbors(latent, 10, ""), GRAPH)));
    }

    /**
     * Core checks and applies an alias's filter without the rewrite that encodes text, so the filter needs a vector.
     */
    public void testFilterOfAnAlias() {
        createIndex(EXACT, 2);
        fill(EXACT, 80);
        byte[] latent = LatentFixtures.latent(DIMS, random());
        alias("near", query(latent, 10, ""));
        assertEquals(20, search("{}", "near").getHits().getTotalHits().value());
        assertFound(
                expected(latent, 10, doc -> true), hits(search("{\"query\":" + query(latent, 10, "") + "}", "near")));
        Exception e = expectThrows(
                IllegalArgumentException.class, () -> alias("near-oil", query("\"text\":\"oil\"", 10, "")));
        assertThat(e.getCause().getMessage(), containsString("takes no [text] and no [like] here"));
    }

    private void alias(String name, String filter) {
        client().admin()
                .indices()
                .aliases(new IndicesAliasesRequest()
                        .addAliasAction(IndicesAliasesRequest.AliasActions.add()
                                .index(EXACT)
                                .alias(name)
                                .filter(filter)))
                .actionGet();
    }

    public void testRequestCacheKnowsTheLatent() {
        createIndex(EXACT, 1);
        fill(EXACT, 60);
        for (String text : List.of("oil", "oil", "wheat", "oil")) {
            client().search(new SearchRequest(EXACT)
                            .source(source("{\"size\":0,\"query\":" + query("\"text\":\"" + text + "\"", 5, "") + "}"))
                            .requestCache(true))
                    .actionGet();
        }
        assertEquals(
                2,
                client().admin()
                        .indices()
                        .prepareStats(EXACT)
                        .setRequestCache(true)
                        .get()
                        .getTotal()
                        .getRequestCache()
                        .getHitCount());
    }

    public void testProfileSaysHowItWasFound() {
        Generation other = LatentFixtures.generation("news", 2, DIMS, 5, random());
        generations().put(other);
        for (String index : List.of(EXACT, GRAPH)) {
            createIndex(index, 1);
            fill(index, 50);
            int own = expected(new byte[DIMS], 1000, doc -> doc.index.equals(index))
                    .size();
            fill(index, 30, other);
            long foreign = docs.values().stream()
                    .filter(doc -> doc.index.equals(index) && doc.latent != null && doc.generation == 2)
                    .count();
            String remaining = Long.toString(expected(new byte[DIMS], 1000, doc -> doc.index.equals(index))
                    .size());
            assertThat(own, greaterThanOrEqualTo(Integer.parseInt(remaining)));
            boolean filtered = randomBoolean();
            String profile = search(
                            "{\"profile\":true,\"query\":"
                                    + query(
                                            LatentFixtures.latent(DIMS, random()),
                                            3,
                                            filtered ? ",\"filter\":{\"exists\":{\"field\":\"number\"}}" : "")
                                    + "}",
                            index)
                    .toString();
            String how = index.equals(GRAPH) && !filtered ? "hnsw" : "exact";
            assertThat(profile, containsString("latent_neighbors(latent, k 3, " + how + ", news/1, compared "));
            if (index.equals(EXACT)) {
                assertThat(profile, containsString("compared " + remaining + ", "));
            }
            assertThat(profile, containsString(", left out " + foreign + " of other encoders"));
        }
    }

    public void testExplainAndValidate() {
        for (String index : List.of(EXACT, GRAPH)) {
            createIndex(index, 1);
            fill(index, 60);
            SearchResponse response = search(
                    "{\"explain\":true,\"size\":4,\"query\":" + query("\"text\":\"oil\"", 4, ",\"_name\":\"near\"")
                            + "}",
                    index);
            int rank = 1;
            for (SearchHit hit : response.getHits().getHits()) {
                String said = hit.getExplanation().toString();
                assertThat(said, containsString("neighbor [" + rank++ + "] of the [4] nearest of this shard"));
                assertThat(said, containsString("generation of model [news], news/1"));
                assertEquals(hit.getScore(), hit.getExplanation().getValue().floatValue(), 0);
                assertArrayEquals(new String[] {"near"}, hit.getMatchedQueries());
            }
            String best = response.getHits().getAt(0).getId();
            ExplainResponse explained = client().prepareExplain(index, best)
                    .setQuery(QueryBuilders.wrapperQuery(query("\"text\":\"oil\"", 4, "")))
                    .get();
            assertTrue(explained.isMatch());
            ValidateQueryResponse valid = client().admin()
                    .indices()
                    .prepareValidateQuery(index)
                    .setExplain(true)
                    .setQuery(QueryBuilders.wrapperQuery(query("\"text\":\"oil\"", 4, "")))
                    .get();
            assertTrue(valid.getQueryExplanation().toString(), valid.isValid());
            assertThat(valid.getQueryExplanation().get(0).getExplanation(), containsString("latent_neighbors(latent"));
        }
    }

    private void fails(int status, String message, String json, String... indices) {
        Exception e = expectThrows(Exception.class, () -> search(json, indices));
        assertEquals(e.toString(), status, ExceptionsHelper.status(e).getStatus());
        String said = e instanceof OpenSearchException detailed ? detailed.getDetailedMessage() : e.getMessage();
        assertThat(said, containsString(message));
    }
}

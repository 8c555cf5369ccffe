/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasKey;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Neighbours on a real two-node cluster, three shards and a replica, in an index with graphs and in one without. The
 * test compares each answer with the cosines of the documents' own vectors, computed here in double precision.
 */
public final class NeighborsIT {
    private static final String EXACT = "neighbors-docs";
    private static final String GRAPH = "neighbors-graph";
    private static final String MODEL = "neighbors-model";
    private static final int K = 10;

    private static TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.shared(2);
        Rest rest = cluster.rest();
        Latent.createIndex(cluster, EXACT, 1500, 3, 1);
        Latent.createModel(rest, MODEL, Latent.definition(EXACT, TopicCorpus.subjects(), 12));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, EXACT);
        rest.put(
                        "/" + GRAPH,
                        Map.of(
                                "settings",
                                Map.of(
                                        "number_of_shards", 3,
                                        "number_of_replicas", 1,
                                        "default_pipeline", MODEL),
                                "mappings",
                                graphMappings()))
                .ok();
        cluster.awaitGreen(GRAPH);
        for (String index : List.of(EXACT, GRAPH)) {
            rest.bulk("/" + index + "/_bulk?refresh=true", TopicCorpus.documents(0, 1800));
            rest.post("/" + index + "/_delete_by_query?refresh=true", "{\"query\":{\"term\":{\"number\":99}}}")
                    .ok();
        }
    }

    @AfterClass
    public static void cleanUp() {
        cluster.rest().delete("/" + GRAPH);
        Latent.cleanUp(cluster.rest(), MODEL, EXACT);
    }

    private static Map<String, Object> graphMappings() {
        Map<String, Object> properties = new LinkedHashMap<>();
        ((Map<?, ?>) TopicCorpus.MAPPINGS.get("properties"))
                .forEach((field, type) -> properties.put((String) field, type));
        properties.put("latent", Map.of("type", "latent_vector", "model", MODEL, "neighbors", true));
        return Map.of("properties", properties);
    }

    /** The parts of a document's source that the test needs. */
    private record Doc(String vector, String subject) {}

    /** All documents of an index that have a vector and match a query. */
    private static Map<String, Doc> documents(String index, String query) {
        Rest.Response all = cluster.rest()
                .post(
                        "/" + index + "/_search",
                        "{\"size\":10000,\"_source\":[\"latent\",\"subject\"],\"query\":" + query + "}")
                .ok();
        Map<String, Doc> documents = new TreeMap<>();
        for (Object each : all.listAt("hits.hits")) {
            Map<?, ?> source = (Map<?, ?>) ((Map<?, ?>) each).get("_source");
            if (source.get("latent") instanceof Map<?, ?> latent) {
                documents.put((String) ((Map<?, ?>) each).get("_id"), new Doc((String) latent.get("vector"), (String)
                        source.get("subject")));
            }
        }
        return documents;
    }

    private static double cosine(String a, String b) {
        byte[] first = Base64.getDecoder().decode(a);
        byte[] second = Base64.getDecoder().decode(b);
        double dot = 0;
        double squares = 0;
        double others = 0;
        for (int i = 0; i < first.length; i++) {
            dot += first[i] * second[i];
            squares += first[i] * first[i];
            others += second[i] * second[i];
        }
        return dot / Math.sqrt(squares * others);
    }

    private static List<?> hits(String index, String target, String filter) {
        return cluster.rest()
                .post("/" + index + "/_search", "{\"size\":" + K + ",\"query\":" + query(target, filter) + "}")
                .ok()
                .listAt("hits.hits");
    }

    private static String query(String target, String filter) {
        return "{\"latent_neighbors\":{\"field\":\"latent\",\"k\":" + K + "," + target
                + (filter == null ? "" : ",\"filter\":" + filter) + "}}";
    }

    private static String text(String words) {
        return "\"text\":\"" + words + "\"";
    }

    private static String vector(String base64) {
        return "\"vector\":\"" + base64 + "\"";
    }

    private static String encoded(String text) {
        Rest.Response response = cluster.rest()
                .post(Latent.BASE + "/models/" + MODEL + "/_encode", Map.of("docs", List.of(Map.of("body", text))))
                .ok();
        return (String) ((Map<?, ?>) ((List<?>) response.json()).get(0)).get("vector");
    }

    /**
     * Compares scores instead of ids, because any of several equally near documents may be in the answer. An exact
     * search must return all of the best scores, a graph search four of five.
     */
    private static void compare(String what, List<?> hits, String vector, Map<String, Doc> documents, boolean exact) {
        List<Double> nearest = documents.values().stream()
                .map(doc -> cosine(vector, doc.vector()))
                .sorted(Comparator.reverseOrder())
                .limit(K)
                .toList();
        assertThat(what, hits.size(), equalTo(nearest.size()));
        double least = nearest.get(nearest.size() - 1);
        int found = 0;
        for (int i = 0; i < hits.size(); i++) {
            Map<?, ?> hit = (Map<?, ?>) hits.get(i);
            double score = ((Number) hit.get("_score")).doubleValue();
            double cosine =
                    cosine(vector, documents.get((String) hit.get("_id")).vector());
            assertThat(what, score, closeTo((1 + cosine) / 2, 1e-5));
            found += cosine > least - 1e-6 ? 1 : 0;
            if (exact) {
                assertThat(what, cosine, closeTo(nearest.get(i), 1e-5));
            }
        }
        assertThat(what, 5 * found, greaterThanOrEqualTo(4 * nearest.size()));
    }

    private static final List<String> TEXTS = List.of(
            "telescope galaxy orbit",
            "butter garlic onion sauce",
            "market stock investor inflation",
            "patient hospital vaccine",
            "server database thread market",
            "report");

    @Test
    public void textAndVectorFindTheNearestInBothIndices() {
        for (String index : List.of(EXACT, GRAPH)) {
            Map<String, Doc> documents = documents(index, "{\"match_all\":{}}");
            for (String words : TEXTS) {
                String vector = encoded(words);
                String what = index + ": " + words;
                compare(what, hits(index, text(words), null), vector, documents, index.equals(EXACT));
                compare(what, hits(index, vector(vector), null), vector, documents, index.equals(EXACT));
            }
        }
    }

    @Test
    public void filtersComeFirst() {
        for (String filter : List.of(
                "{\"term\":{\"subject\":\"sailing\"}}",
                "{\"range\":{\"number\":{\"lt\":5}}}",
                "{\"match\":{\"body\":\"report\"}}",
                "{\"ids\":{\"values\":[\"1\",\"2\",\"3\"]}}")) {
            for (String index : List.of(EXACT, GRAPH)) {
                Map<String, Doc> documents = documents(index, filter);
                String vector = encoded("telescope galaxy orbit");
                compare(
                        index + ": " + filter,
                        hits(index, text("telescope galaxy orbit"), filter),
                        vector,
                        documents,
                        index.equals(EXACT));
            }
        }
    }

    @Test
    public void documentsLikeOneAreAboutTheSame() {
        for (String index : List.of(EXACT, GRAPH)) {
            Map<String, Doc> documents = documents(index, "{\"match_all\":{}}");
            int same = 0;
            int all = 0;
            for (String id : List.copyOf(documents.keySet()).subList(0, 20)) {
                Doc doc = documents.get(id);
                String like = "\"like\":{\"_index\":\"" + index + "\",\"_id\":\"" + id + "\"}";
                List<?> hits = hits(index, like, null);
                Map<String, Doc> others = new TreeMap<>(documents);
                others.remove(id);
                compare(index + ": like " + id, hits, doc.vector(), others, index.equals(EXACT));
                for (Object hit : hits) {
                    Doc other = documents.get((String) ((Map<?, ?>) hit).get("_id"));
                    same += other.subject().equals(doc.subject()) ? 1 : 0;
                    all++;
                }
                List<?> including = hits(index, like + ",\"include\":true", null);
                compare(index + ": like and with " + id, including, doc.vector(), documents, index.equals(EXACT));
            }
            assertThat(index, (double) same / all, greaterThan(0.9));
        }
    }

    private static String documents(List<String> ids, String more) {
        return ids.stream()
                .map(id -> "{\"_id\":\"" + id + "\"" + more + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static List<String> ofSubject(Map<String, Doc> documents, String subject, int count) {
        return documents.entrySet().stream()
                .filter(each -> subject.equals(each.getValue().subject()))
                .map(Map.Entry::getKey)
                .limit(count)
                .toList();
    }

    /** Examples for and against: what is found is about the first, and no example is found. */
    @Test
    public void severalExamples() {
        for (String index : List.of(EXACT, GRAPH)) {
            Map<String, Doc> documents = documents(index, "{\"match_all\":{}}");
            List<String> like = ofSubject(documents, "sailing", 4);
            List<String> unlike = ofSubject(documents, "cooking", 3);
            String examples = "\"like\":" + documents(like, "") + ",\"unlike\":" + documents(unlike, ",\"weight\":2");
            List<?> hits = hits(index, examples, null);
            assertThat(index, hits.size(), equalTo(K));
            int same = 0;
            for (Object hit : hits) {
                String id = (String) ((Map<?, ?>) hit).get("_id");
                assertThat(index, like.contains(id) || unlike.contains(id), equalTo(false));
                same += documents.get(id).subject().equals("sailing") ? 1 : 0;
            }
            assertThat(index, same, greaterThanOrEqualTo(9));
            // one document alone, in a list, is the document
            String one = "{\"_index\":\"" + index + "\",\"_id\":\"" + like.get(0) + "\"}";
            assertThat(
                    hits(index, "\"like\":[" + one + "]", null).toString(),
                    equalTo(hits(index, "\"like\":" + one, null).toString()));
        }
    }

    /** Diverse neighbours are of all shards together, sorted by their scores, and less alike than the nearest. */
    @Test
    public void diverseNeighborsOfAllShards() {
        for (String index : List.of(EXACT, GRAPH)) {
            Map<String, Doc> documents = documents(index, "{\"match_all\":{}}");
            String examples = "\"like\":" + documents(ofSubject(documents, "sailing", 3), "");
            Rest.Response found = cluster.rest()
                    .post(
                            "/" + index + "/_search",
                            "{\"size\":50,\"query\":" + query(examples + ",\"diversity\":0.6", null) + "}")
                    .ok();
            List<?> diverse = found.listAt("hits.hits");
            assertThat(index, diverse.size(), equalTo(K));
            double last = 1;
            for (Object hit : diverse) {
                double score = ((Number) ((Map<?, ?>) hit).get("_score")).doubleValue();
                assertThat(index, last, greaterThanOrEqualTo(score));
                last = score;
            }
            assertThat(index, alike(hits(index, examples, null), documents), greaterThan(alike(diverse, documents)));
        }
    }

    /** The mean cosine between two of the hits. */
    private static double alike(List<?> hits, Map<String, Doc> documents) {
        List<String> vectors = hits.stream()
                .map(hit -> documents.get((String) ((Map<?, ?>) hit).get("_id")).vector())
                .toList();
        double sum = 0;
        for (String one : vectors) {
            for (String other : vectors) {
                sum += cosine(one, other);
            }
        }
        return sum / vectors.size() / vectors.size();
    }

    @Test
    public void theSameHoweverTheSearchIsRun() {
        Map<String, Doc> documents = documents(EXACT, "{\"match_all\":{}}");
        String vector = encoded("recipe oven butter");
        for (String mode : List.of("all", "none")) {
            cluster.rest()
                    .put(
                            "/_cluster/settings",
                            Map.of("persistent", Map.of("search.concurrent_segment_search.mode", mode)))
                    .ok();
            compare(mode, hits(EXACT, text("recipe oven butter"), null), vector, documents, true);
            Rest.Response profile = cluster.rest()
                    .post("/" + GRAPH + "/_search", "{\"profile\":true,\"query\":" + query(vector(vector), null) + "}")
                    .ok();
            assertThat(
                    profile.text(), containsString("latent_neighbors(latent, k 10, hnsw, " + MODEL + "/1, compared "));
        }
        Map<String, Object> back = new LinkedHashMap<>();
        back.put("search.concurrent_segment_search.mode", null);
        cluster.rest().put("/_cluster/settings", Map.of("persistent", back)).ok();
    }

    /** Latents of two encoders need not lie in the same space, so their cosines mean nothing. */
    @Test
    public void latentsOfOtherGenerationsAreNotCompared() {
        Rest rest = cluster.rest();
        String vector = encoded("telescope galaxy orbit");
        Map<String, Object> foreign = new LinkedHashMap<>();
        for (int i = 0; i < 7; i++) {
            foreign.put("foreign-" + i, Map.of("latent", Map.of("generation", 9, "vector", vector)));
        }
        for (String index : List.of(EXACT, GRAPH)) {
            Map<String, Doc> documents = documents(index, "{\"match_all\":{}}");
            rest.bulk("/" + index + "/_bulk?refresh=true&pipeline=_none", foreign);
            try {
                compare(index, hits(index, vector(vector), null), vector, documents, index.equals(EXACT));
                Rest.Response profile = rest.post(
                                "/" + index + "/_search",
                                "{\"profile\":true,\"query\":" + query(vector(vector), null) + "}")
                        .ok();
                int left = 0;
                Matcher said =
                        Pattern.compile("left out (\\d+) of other encoders").matcher(profile.text());
                while (said.find()) {
                    left += Integer.parseInt(said.group(1));
                }
                assertThat(left, equalTo(foreign.size()));
            } finally {
                rest.post(
                                "/" + index + "/_delete_by_query?refresh=true",
                                "{\"query\":{\"term\":{\"latent.generation\":9}}}")
                        .ok();
            }
        }
    }

    @Test
    public void explanationsNameClusterAndWords() {
        Rest rest = cluster.rest();
        Rest.Response facets = rest.post(
                        "/" + EXACT + "/_search",
                        "{\"size\":0,\"query\":{\"term\":{\"subject\":\"astronomy\"}},\"aggs\":{\"topics\":{"
                                + "\"latent_clusters\":{\"field\":\"latent\",\"size\":1}}}}")
                .ok();
        Map<?, ?> top = (Map<?, ?>) facets.listAt("aggregations.topics.buckets").get(0);
        String query = "{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + top.get("key") + "\"]}}";
        Rest.Response explained = rest.post(
                        "/" + EXACT + "/_search", "{\"size\":5,\"explain\":true,\"query\":" + query + "}")
                .ok();
        List<String> words = new ArrayList<>();
        for (Object each : explained.listAt("hits.hits")) {
            Map<?, ?> explanation = (Map<?, ?>) ((Map<?, ?>) each).get("_explanation");
            assertThat(
                    (String) explanation.get("description"),
                    containsString("in cluster [" + top.get("key") + "] (" + top.get("label") + ")"));
            List<?> details = (List<?>) explanation.get("details");
            double own = ((Number) ((Map<?, ?>) details.get(0)).get("value")).doubleValue();
            double second = ((Number) ((Map<?, ?>) details.get(1)).get("value")).doubleValue();
            assertThat(own, greaterThan(second));
            for (Object word : (List<?>) ((Map<?, ?>) details.get(2)).get("details")) {
                words.add((String) ((Map<?, ?>) word).get("description"));
            }
        }
        String astronomy =
                "telescope planet orbit galaxy comet nebula astronaut rocket lunar satellite asteroid eclipse"
                        + " spectrum star gravity cosmic observatory mission spacecraft solar";
        long own = words.stream().filter(astronomy::contains).count();
        assertThat(words.toString(), (double) own / words.size(), greaterThan(0.5));
    }

    @Test
    public void neighborsAndClustersGoTogether() {
        Rest.Response response = cluster.rest()
                .post(
                        "/" + GRAPH + "/_search",
                        "{\"size\":0,\"query\":" + query(text("boat harbor sail"), null)
                                + ",\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\"}}}}")
                .ok();
        Map<?, ?> first =
                (Map<?, ?>) response.listAt("aggregations.topics.buckets").get(0);
        assertThat(first, hasKey("label"));
        int counted = response.listAt("aggregations.topics.buckets").stream()
                .mapToInt(each -> ((Number) ((Map<?, ?>) each).get("doc_count")).intValue())
                .sum();
        assertThat(counted, equalTo(3 * K));
    }
}

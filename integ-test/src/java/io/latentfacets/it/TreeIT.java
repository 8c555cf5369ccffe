/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.model.Generation;
import io.latentfacets.vae.Latents;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Drill-down on a real two-node cluster, three shards and a replica: from parents to clusters to documents, with and
 * without floors. The test compares each step with its own count of the documents' vectors. The corpus has areas, and
 * subjects within areas.
 */
public final class TreeIT {
    private static final String INDEX = "tree-docs";
    private static final String MODEL = "tree-model";
    private static final String CLUSTERS = Latent.BASE + "/models/" + MODEL + "/clusters";
    private static final int SUBJECTS = 9;
    private static final int TRAINED = 1500;

    /** The words of each area, then of each of its subjects. */
    private static final Map<String, List<String>> AREAS = new LinkedHashMap<>();

    static {
        AREAS.put(
                "sport",
                List.of(
                        "team coach season league referee stadium victory champion score training athlete tournament",
                        "puck ice skate goalie rink stick",
                        "pitcher inning bat catcher homerun dugout",
                        "racket serve volley court backhand deuce"));
        AREAS.put(
                "computing",
                List.of(
                        "computer software file user version data install memory error code machine program",
                        "window desktop icon mouse toolbar dialog",
                        "router packet modem ethernet protocol firewall",
                        "pixel render shader polygon texture raytrace"));
        AREAS.put(
                "health",
                List.of(
                        "patient doctor hospital treatment disease medicine clinic nurse symptom therapy diagnosis drug",
                        "heart artery pulse cardiac valve cholesterol",
                        "tooth gum enamel molar filling dentist",
                        "vaccine virus immune antibody measles booster"));
    }

    private static final String EVERYDAY =
            "people time year thing question answer report number group problem place case";

    private static TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void trainAndAttach() {
        cluster = TestCluster.shared(2);
        Rest rest = cluster.rest();
        rest.put(
                        "/" + INDEX,
                        Map.of(
                                "settings", Map.of("number_of_shards", 3, "number_of_replicas", 1),
                                "mappings",
                                        Map.of(
                                                "properties",
                                                Map.of(
                                                        "area", Map.of("type", "keyword"),
                                                        "number", Map.of("type", "integer")))))
                .ok();
        cluster.awaitGreen(INDEX);
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", documents(0, TRAINED));
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, SUBJECTS, 20));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", documents(TRAINED, TRAINED + 200));
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", foreign(60));
        rest.post("/" + INDEX + "/_delete_by_query?refresh=true", "{\"query\":{\"term\":{\"number\":33}}}")
                .ok();
    }

    @AfterClass
    public static void cleanUp() {
        Latent.cleanUp(cluster.rest(), MODEL, INDEX);
    }

    private static Map<String, Object> documents(int from, int to) {
        List<String> areas = new ArrayList<>(AREAS.keySet());
        Map<String, Object> documents = new LinkedHashMap<>();
        for (int i = from; i < to; i++) {
            Random random = new Random(1_000_003L * i + 5);
            String area = areas.get(random.nextInt(areas.size()));
            List<String> words = AREAS.get(area);
            String subject = words.get(1 + random.nextInt(words.size() - 1));
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("title", words(random, 4, words.get(0), subject));
            document.put("body", words(random, 40, words.get(0), subject));
            document.put("area", area);
            document.put("number", random.nextInt(50));
            documents.put(Integer.toString(i), document);
        }
        return documents;
    }

    /** Documents of words from all areas, which have no subject. */
    private static Map<String, Object> foreign(int count) {
        String everything =
                String.join(" ", AREAS.values().stream().flatMap(List::stream).toList());
        Map<String, Object> documents = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String body = words(new Random(i), 40, everything, everything);
            documents.put("foreign-" + i, Map.of("body", body, "area", "none", "number", i % 50));
        }
        return documents;
    }

    private static String words(Random random, int count, String area, String subject) {
        List<String> words = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int draw = random.nextInt(100);
            String[] pool = (draw < 45 ? area : draw < 80 ? subject : EVERYDAY).split(" ", -1);
            words.add(pool[random.nextInt(pool.length)]);
        }
        return String.join(" ", words);
    }

    @Test
    public void fromParentsToClustersToDocuments() {
        Map<String, Integer> parents = compare("{\"match_all\":{}}", true, "");
        assertThat(parents.keySet(), hasItem("p0"));
        assertThat(parents.size(), lessThan(SUBJECTS));
        for (Map<?, ?> parent : tree().values()) {
            String key = (String) parent.get("key");
            String within = "{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + key + "\"]}}";
            assertThat(count(within), equalTo(parents.get(key)));
            Map<String, Integer> children = compare(within, false, "");
            assertThat(List.copyOf(children.keySet()), equalTo(sorted((List<?>) parent.get("children"))));
            assertThat(children.values().stream().mapToInt(Integer::intValue).sum(), equalTo(parents.get(key)));
            for (Object each : search(within, false, "").listAt("aggregations.topics.buckets")) {
                assertThat(((Map<?, ?>) each).get("parent"), equalTo(key));
            }
        }
    }

    @Test
    public void parentsAreTheAreas() {
        assertThat(tree().size(), equalTo(AREAS.size()));
        for (Object each : search("{\"match_all\":{}}", true, "").listAt("aggregations.topics.buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            Map<?, ?> areas = (Map<?, ?>) bucket.get("areas");
            Map<?, ?> top = (Map<?, ?>) ((List<?>) areas.get("buckets")).get(0);
            double share =
                    ((Number) top.get("doc_count")).doubleValue() / ((Number) bucket.get("doc_count")).doubleValue();
            assertThat(bucket.toString(), share, greaterThan(0.9));
        }
    }

    @Test
    public void countsAgreeHoweverTheSearchIsRun() {
        for (String mode : List.of("all", "none")) {
            concurrency(mode);
            for (String similarity :
                    List.of("", ",\"min_similarity\":\"auto\"", ",\"min_similarity\":0.5", ",\"min_similarity\":0.0")) {
                for (String query : List.of(
                        "{\"match_all\":{}}",
                        "{\"match\":{\"body\":\"report\"}}",
                        "{\"term\":{\"area\":\"health\"}}",
                        "{\"range\":{\"number\":{\"lt\":20}}}",
                        "{\"match\":{\"body\":\"zyzzyva\"}}")) {
                    compare(query, false, similarity);
                    compare(query, true, similarity);
                }
            }
        }
        concurrency(null);
    }

    @Test
    public void floorsLeaveTheSameDocumentsOutOfBucketsAndFilters() {
        Rest.Response all = search("{\"match_all\":{}}", true, ",\"min_similarity\":\"auto\"");
        assertThat(all.intAt("aggregations.topics.unassigned_doc_count"), greaterThan(0));
        for (Object each : all.listAt("aggregations.topics.buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            assertThat(
                    count("{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + bucket.get("key")
                            + "\"],\"min_similarity\":\"auto\"}}"),
                    equalTo(((Number) bucket.get("doc_count")).intValue()));
        }
        for (Object each : (List<?>) cluster.rest().get(CLUSTERS).ok().json()) {
            Map<?, ?> shown = (Map<?, ?>) each;
            boolean parent = shown.get("children") != null;
            assertThat(shown.toString(), shown.get("floor") == null, equalTo(parent));
            if (!parent) {
                assertThat(((Number) shown.get("floor")).doubleValue(), allOf(greaterThan(0.0), lessThan(1.0)));
            }
        }
        double outliers = ((Number) active().get("outlier_share")).doubleValue();
        assertThat(outliers, allOf(greaterThanOrEqualTo(0.0), lessThan(0.3)));
    }

    @Test
    public void theFacetsEndpointSaysTheSame() {
        String options = "\"field\":\"latent\",\"size\":50,\"level\":\"parents\",\"min_similarity\":\"auto\"";
        Rest.Response facets = cluster.rest()
                .post(
                        "/" + INDEX + "/_latent/facets",
                        "{\"search\":{\"query\":{\"match\":{\"body\":\"report\"}}},\"facets\":{" + options + "}}")
                .ok();
        Map<String, Integer> seen = new TreeMap<>();
        for (Object each : facets.listAt("facets.clusters")) {
            Map<?, ?> facet = (Map<?, ?>) each;
            seen.put((String) facet.get("key"), ((Number) facet.get("count")).intValue());
        }
        assertThat(seen, equalTo(compare("{\"match\":{\"body\":\"report\"}}", true, ",\"min_similarity\":\"auto\"")));
        Rest.Response leaves = cluster.rest()
                .post("/" + INDEX + "/_latent/facets", "{\"facets\":{\"field\":\"latent\",\"size\":50}}")
                .ok();
        for (Object each : leaves.listAt("facets.clusters")) {
            assertThat(tree().keySet(), hasItem((String) ((Map<?, ?>) each).get("parent")));
        }
    }

    @Test
    public void aParentIsNamedAndKeepsItsKeyAndName() {
        Rest rest = cluster.rest();
        Map<String, Map<?, ?>> before = tree();
        rest.put(CLUSTERS + "/p1", "{\"label\":\"Second area\"}").ok();
        try {
            assertThat(rest.get(CLUSTERS + "/p1").ok().at("custom_label"), equalTo("Second area"));
            assertThat(labels(), hasItem("Second area"));
            rest.put(CLUSTERS + "/p1", "{\"label\":\"Second area\",\"hidden\":true}")
                    .ok();
            assertThat(labels(), not(hasItem("Second area")));
            rest.put(CLUSTERS + "/p1", "{\"label\":\"Second area\"}").ok();
            rest.put(CLUSTERS + "/p99", "{\"label\":\"None\"}").expect(404);
            rest.get(CLUSTERS + "/p99").expect(404);

            rest.bulk("/" + INDEX + "/_bulk?refresh=true", documents(TRAINED + 200, TRAINED + 400));
            rest.post(Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true", "{\"force\":true}")
                    .ok();
            rest.post("/" + INDEX + "/_refresh").ok();
            Map<String, Map<?, ?>> after = tree();
            assertThat(after.keySet(), equalTo(before.keySet()));
            assertThat(after.get("p1").get("custom_label"), equalTo("Second area"));
            before.forEach((key, parent) ->
                    assertThat(sorted((List<?>) after.get(key).get("children")), equalTo(sorted((List<?>)
                            parent.get("children")))));
            compare("{\"match_all\":{}}", true, ",\"min_similarity\":\"auto\"");
            assertThat(labels(), hasItem("Second area"));
        } finally {
            rest.put(CLUSTERS + "/p1", "{}");
        }
    }

    @Test
    public void onlyClustersAreCountedAsClusters() {
        Rest rest = cluster.rest();
        for (Object generation : Latent.model(rest, MODEL).listAt("generations")) {
            assertThat(((Map<?, ?>) generation).get("clusters"), equalTo(SUBJECTS));
            // the definition gave the number, so no curve decided it
            assertThat(((Map<?, ?>) generation).get("cluster_curve"), equalTo(null));
        }
        assertThat(
                rest.get("/_cat/latent_models/" + MODEL + "?h=clusters")
                        .ok()
                        .text()
                        .strip(),
                equalTo(Integer.toString(SUBJECTS)));
    }

    @Test
    public void theCurveThatDecidedTheNumberIsShown() {
        Rest rest = cluster.rest();
        String model = "tree-auto";
        Map<String, Object> definition = Latent.definition(INDEX, SUBJECTS, 2);
        definition.put("clusters", Map.of("count", "auto"));
        Latent.createModel(rest, model, definition);
        try {
            Latent.train(rest, model);
            Map<?, ?> generation =
                    (Map<?, ?>) Latent.model(rest, model).listAt("generations").get(0);
            List<?> curve = (List<?>) generation.get("cluster_curve");
            Map<?, ?> choice = (Map<?, ?>) generation.get("cluster_choice");
            assertThat(choice.get("clusters"), equalTo(generation.get("clusters")));
            List<Object> tried = new ArrayList<>();
            curve.forEach(point -> tried.add(((Map<?, ?>) point).get("clusters")));
            assertThat(tried.size(), greaterThanOrEqualTo(3));
            assertThat(tried, hasItem(choice.get("clusters")));
            ((List<?>) choice.get("runners_up")).forEach(other -> {
                assertThat(tried, hasItem(other));
                assertThat(other, not(equalTo(choice.get("clusters"))));
            });
        } finally {
            rest.delete(Latent.BASE + "/models/" + model + "?force=true");
        }
    }

    /**
     * Compares the buckets of a search with a count of what it finds.
     *
     * @param similarity the aggregation's {@code min_similarity}, with a comma before it, or nothing
     * @return the buckets
     */
    private static Map<String, Integer> compare(String query, boolean parents, String similarity) {
        Rest.Response hits = cluster.rest()
                .post(
                        "/" + INDEX + "/_search",
                        "{\"size\":10000,\"_source\":[\"latent\",\"number\"],\"query\":" + query + "}")
                .ok();
        Clusters clusters = clusters();
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, Double> sums = new TreeMap<>();
        int unassigned = 0;
        for (Object each : hits.listAt("hits.hits")) {
            Map<?, ?> source = (Map<?, ?>) ((Map<?, ?>) each).get("_source");
            Map<?, ?> latent = (Map<?, ?>) source.get("latent");
            String key = latent == null ? null : key(clusters, (String) latent.get("vector"), parents, similarity);
            if (key == null) {
                unassigned++;
            } else {
                counts.merge(key, 1, Integer::sum);
                sums.merge(key, ((Number) source.get("number")).doubleValue(), Double::sum);
            }
        }
        Rest.Response response = search(query, parents, similarity);
        Map<String, Integer> seen = new TreeMap<>();
        Map<String, Double> seenSums = new TreeMap<>();
        for (Object each : response.listAt("aggregations.topics.buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            String key = (String) bucket.get("key");
            seen.put(key, ((Number) bucket.get("doc_count")).intValue());
            double sum = ((Number) ((Map<?, ?>) bucket.get("total")).get("value")).doubleValue();
            seenSums.put(key, sum);
        }
        assertThat(query + similarity, seen, equalTo(counts));
        assertThat(query + similarity, seenSums, equalTo(sums));
        assertThat(response.intAt("aggregations.topics.unassigned_doc_count"), equalTo(unassigned));
        return seen;
    }

    private static String key(Clusters clusters, String vector, boolean parents, String similarity) {
        float[] unit = Latents.dequantize(Base64.getDecoder().decode(vector));
        int own = clusters.partition().assign(unit);
        double least = similarity.isEmpty()
                ? 0
                : similarity.contains("auto")
                        ? clusters.floors().of(own)
                        : Double.parseDouble(similarity.substring(similarity.indexOf(':') + 1));
        // cosines are compared in steps of 1/255; 0 is no bound, also for a cosine below it
        if (least > 0
                && Math.round(clusters.partition().similarity(unit, own) * 255f) < Math.ceil((float) least * 255f)) {
            return null;
        }
        String parent = clusters.tree().parentKey(own);
        return parents && parent != null ? parent : clusters.keys().get(own);
    }

    private static Clusters clusters() {
        String archive = cluster.rest()
                .get(Latent.BASE + "/models/" + MODEL + "/_export")
                .ok()
                .stringAt("archive");
        try {
            return Generation.readFrom(
                            new ByteArrayInputStream(Base64.getDecoder().decode(archive)))
                    .clusters();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The parents in the answer of {@code GET …/clusters}, by key. */
    private static Map<String, Map<?, ?>> tree() {
        Map<String, Map<?, ?>> parents = new TreeMap<>();
        for (Object each : (List<?>) cluster.rest().get(CLUSTERS).ok().json()) {
            Map<?, ?> shown = (Map<?, ?>) each;
            if (shown.get("children") != null) {
                parents.put((String) shown.get("key"), shown);
            }
        }
        return parents;
    }

    private static Map<?, ?> active() {
        Rest.Response model = Latent.model(cluster.rest(), MODEL);
        for (Object generation : model.listAt("generations")) {
            if (((Map<?, ?>) generation).get("generation").equals(model.at("active_generation"))) {
                return (Map<?, ?>) ((Map<?, ?>) generation).get("metrics");
            }
        }
        throw new AssertionError("no active generation: " + model.text());
    }

    private static List<String> labels() {
        List<String> labels = new ArrayList<>();
        for (Object each : search("{\"match_all\":{}}", true, "").listAt("aggregations.topics.buckets")) {
            labels.add((String) ((Map<?, ?>) each).get("label"));
        }
        return labels;
    }

    private static List<String> sorted(List<?> keys) {
        return keys.stream().map(Object::toString).sorted().toList();
    }

    private static Rest.Response search(String query, boolean parents, String similarity) {
        return cluster.rest()
                .post(
                        "/" + INDEX + "/_search?request_cache=false",
                        "{\"size\":0,\"query\":" + query
                                + ",\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000,\"level\":\""
                                + (parents ? "parents" : "clusters") + "\"" + similarity + "},\"aggs\":{"
                                + "\"total\":{\"sum\":{\"field\":\"number\"}},\"areas\":{\"terms\":{\"field\":\"area\"}}}}}}")
                .ok();
    }

    private static int count(String query) {
        return cluster.rest()
                .post("/" + INDEX + "/_count", "{\"query\":" + query + "}")
                .ok()
                .intAt("count");
    }

    /**
     * Sets the mode of concurrent segment search.
     *
     * @param mode the mode; null resets the setting
     */
    private static void concurrency(String mode) {
        Map<String, Object> settings = new HashMap<>();
        settings.put("search.concurrent_segment_search.mode", mode);
        cluster.rest().put("/_cluster/settings", Map.of("persistent", settings)).ok();
    }
}

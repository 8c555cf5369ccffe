/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.nullValue;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Subjects that a definition names get clusters with their labels, and keep their keys; what has no support says so.
 */
public final class SeedsIT {
    private static final String INDEX = "seeds-docs";
    private static final String MODEL = "seeds-model";
    private static final String COPY = "seeds-copy";
    private static final String WITHOUT_SUPPORT = "cricket, wicket, bowler";

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void start() {
        cluster = TestCluster.builder("seeds").start();
        rest = cluster.rest();
        Latent.createIndex(cluster, INDEX, 1200, 2, 0);
    }

    @AfterClass
    public static void stop() {
        cluster.close();
    }

    /** The seeds of a generation, by label. */
    private static Map<String, Map<?, ?>> seeds(Rest.Response shown) {
        Map<String, Map<?, ?>> seeds = new HashMap<>();
        for (Object each : shown.listAt("seeds")) {
            seeds.put(((Map<?, ?>) each).get("label").toString(), (Map<?, ?>) each);
        }
        return seeds;
    }

    private static String path(String model, String more) {
        return Latent.BASE + "/models/" + model + more;
    }

    @Test
    public void testSeedsFromDefinitionToFacetsAndBack() {
        Map<String, Object> definition = new HashMap<>(Latent.definition(INDEX, TopicCorpus.subjects(), 12));
        definition.put(
                "clusters",
                Map.of(
                        "count",
                        TopicCorpus.subjects(),
                        "seeds",
                        List.of(
                                Map.of("label", "Sea", "terms", List.of("boat", "harbor", "sails")),
                                Map.of("label", "Code", "terms", List.of("compiler", "kernel"), "ids", List.of()),
                                Map.of("terms", List.of("cricket", "wicket", "bowler")))));
        Rest.Response refused = rest.put(path(MODEL, ""), definition);
        assertThat(refused.status(), equalTo(400));
        assertThat(Rest.json(refused.json()), containsString("clusters.seeds[1].ids"));

        definition.put(
                "clusters",
                Map.of(
                        "count",
                        TopicCorpus.subjects(),
                        "seeds",
                        List.of(
                                Map.of("label", "Sea", "terms", List.of("boat", "harbor", "sails")),
                                Map.of("label", "Code", "terms", List.of("compiler", "kernel")),
                                Map.of("terms", List.of("cricket", "wicket", "bowler")))));
        Latent.createModel(rest, MODEL, definition);
        Map<String, Map<?, ?>> trained = seeds(Latent.train(rest, MODEL));
        assertThat(trained.get("Sea").get("supported"), equalTo(true));
        assertThat(trained.get("Code").get("supported"), equalTo(true));
        Map<?, ?> without = trained.get(WITHOUT_SUPPORT);
        assertThat(without.get("supported"), equalTo(false));
        assertThat(without.get("key"), nullValue());
        assertThat(without.get("unknown_terms"), equalTo(List.of("cricket", "wicket", "bowler")));
        assertThat(without.get("why").toString(), containsString("none of its terms"));
        assertThat(seeds(rest.get(path(MODEL, "/generations/1")).ok()), equalTo(trained));
        Latent.attach(rest, MODEL, INDEX);
        assertFacetsShow(trained);

        Map<?, ?> archive = (Map<?, ?>) rest.get(path(MODEL, "/_export")).ok().json();
        rest.put(path(COPY, "/_import"), archive).ok();
        assertThat(seeds(rest.get(path(COPY, "/generations/1")).ok()), equalTo(trained));

        for (String mode : List.of("clusters", "full")) {
            Map<String, Map<?, ?>> again = seeds(rest.timeout(Duration.ofMinutes(20))
                    .post(path(MODEL, "/_train?wait_for_completion=true"), Map.of("mode", mode, "force", true))
                    .ok());
            for (String label : List.of("Sea", "Code")) {
                assertThat(
                        mode + " " + label,
                        again.get(label).get("key"),
                        equalTo(trained.get(label).get("key")));
            }
        }
        rest.put(path(MODEL, "/clusters/" + trained.get("Sea").get("key")), Map.of("label", "Seven seas"))
                .ok();
        rest.timeout(Duration.ofMinutes(20))
                .post(path(MODEL, "/_train?wait_for_completion=true"), Map.of("mode", "clusters", "force", true))
                .ok();
        List<?> clusters = (List<?>) rest.get(path(MODEL, "/clusters")).ok().json();
        assertThat(
                clusters.stream()
                        .map(each -> (Map<?, ?>) each)
                        .filter(each ->
                                each.get("key").equals(trained.get("Sea").get("key")))
                        .map(each -> List.of(each.get("label"), each.get("custom_label")))
                        .toList(),
                equalTo(List.of(List.of("Sea", "Seven seas"))));
    }

    private static void assertFacetsShow(Map<String, Map<?, ?>> trained) {
        Rest.Response found = rest.post(
                        "/" + INDEX + "/_search",
                        Map.of(
                                "size",
                                0,
                                "query",
                                Map.of("term", Map.of("subject", "sailing")),
                                "aggs",
                                Map.of("topics", Map.of("latent_clusters", Map.of("field", "latent")))))
                .ok();
        Map<?, ?> first =
                (Map<?, ?>) found.listAt("aggregations.topics.buckets").get(0);
        assertThat(first.get("label"), equalTo("Sea"));
        assertThat(first.get("key"), equalTo(trained.get("Sea").get("key")));
        assertThat(((Number) first.get("doc_count")).doubleValue() / found.longAt("hits.total.value"), greaterThan(.8));
    }
}

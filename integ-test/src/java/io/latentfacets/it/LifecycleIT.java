/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import java.time.Duration;
import java.util.Map;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** Attaching, cancelling and retraining on a cluster in use. */
public final class LifecycleIT {
    private static final String INDEX = "life-docs";
    private static final String OTHER = "life-other";
    private static final String MODEL = "life-model";
    private static final String LONG = "life-long";

    private final TestCluster cluster = TestCluster.shared(2);
    private final Rest rest = cluster.rest();

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @Before
    public void documents() {
        Latent.createIndex(cluster, INDEX, 400, 2, 0);
    }

    @After
    public void cleanUp() {
        Latent.cleanUp(rest, MODEL, INDEX);
        Latent.cleanUp(rest, LONG, OTHER);
    }

    @Test
    public void attachingSeesDocumentsThatNoSearchHasSeenYet() {
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, 4, 2));
        Latent.train(rest, MODEL);
        rest.put("/" + OTHER, Map.of("settings", Map.of("refresh_interval", "-1"), "mappings", TopicCorpus.MAPPINGS))
                .ok();
        rest.bulk("/" + OTHER + "/_bulk", TopicCorpus.documents(0, 200));
        Latent.attach(rest, MODEL, OTHER);
        int wordless = 200 / TopicCorpus.WORDLESS;
        assertThat(count(OTHER, "{\"exists\":{\"field\":\"latent\"}}"), equalTo(200 - wordless));
    }

    @Test
    public void documentsOfTwoIndicesAreCountedWhetherAttachedOrNot() {
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, 4, 2));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
        rest.put("/" + OTHER, Map.of("mappings", TopicCorpus.MAPPINGS)).ok();
        rest.bulk("/" + OTHER + "/_bulk?refresh=true", TopicCorpus.documents(0, 100));
        Rest.Response facets = rest.post(
                        "/" + INDEX + "," + OTHER + "/_search",
                        "{\"size\":0,\"aggs\":{\"t\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000}}}}")
                .ok();
        int wordless = 400 / TopicCorpus.WORDLESS;
        assertThat(facets.intAt("aggregations.t.unassigned_doc_count"), equalTo(100 + wordless));
        assertThat(facets.mapAt("aggregations.t").containsKey("meta"), equalTo(false));
    }

    /**
     * A node that has the generation in memory must not reject what a node without it accepted: the cluster would lose
     * a replica.
     */
    @Test
    public void primariesAndReplicasTakeTheSameVectors() {
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, 4, 2));
        Latent.train(rest, MODEL);
        rest.put(
                        "/" + OTHER,
                        Map.of(
                                "settings", Map.of("number_of_shards", 2, "number_of_replicas", 1),
                                "mappings",
                                        Map.of(
                                                "properties",
                                                Map.of("latent", Map.of("type", "latent_vector", "model", MODEL)))))
                .ok();
        cluster.awaitGreen(OTHER);
        for (int i = 0; i < 10; i++) {
            // three bytes, but the generation's latents have sixteen
            Rest.Response written = rest.put(
                            "/" + OTHER + "/_doc/" + i + "?refresh=true",
                            "{\"latent\":{\"generation\":1,\"vector\":\"AQID\"}}")
                    .ok();
            assertThat(written.text(), written.intAt("_shards.successful"), equalTo(2));
            for (int node = 0; node < cluster.size(); node++) {
                // searches load the generation, eventually on both nodes
                Rest.Response facets = cluster.rest(node)
                        .post(
                                "/" + OTHER + "/_search",
                                "{\"size\":0,\"aggs\":{\"t\":{\"latent_clusters\":{\"field\":\"latent\"}}}}")
                        .ok();
                assertThat(facets.intAt("aggregations.t.unassigned_doc_count"), equalTo(i + 1));
            }
        }
    }

    @Test
    public void trainingsEndWhenCancelledAlsoWhileTheyWait() {
        Latent.createModel(rest, LONG, Latent.definition(INDEX, 4, 10_000));
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, 4, 2));
        String running =
                rest.post(Latent.BASE + "/models/" + LONG + "/_train").ok().stringAt("task");
        Await.until(Duration.ofMinutes(1), "a training under way", () -> {
            Rest.Response progress = rest.get(Latent.BASE + "/models/" + LONG + "/_training");
            return progress.status() == 200 && progress.intAt("epoch") > 0;
        });
        String waiting =
                rest.post(Latent.BASE + "/models/" + MODEL + "/_train").ok().stringAt("task");
        rest.post("/_tasks/" + waiting + "/_cancel").ok();
        Rest.Response settled = Latent.awaitSettled(rest, MODEL);
        assertThat(settled.stringAt("state"), equalTo("created"));
        assertThat(settled.stringAt("error"), containsString("cancelled"));
        assertThat(Latent.model(rest, LONG).stringAt("state"), equalTo("training"));

        rest.post("/_tasks/" + running + "/_cancel").ok();
        assertThat(Latent.awaitSettled(rest, LONG).stringAt("state"), equalTo("created"));
        Latent.train(rest, MODEL);
        assertThat(Latent.model(rest, MODEL).intAt("active_generation"), greaterThan(0));
    }

    private int count(String index, String query) {
        return rest.post("/" + index + "/_count", "{\"query\":" + query + "}")
                .ok()
                .intAt("count");
    }
}

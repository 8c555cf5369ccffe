/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.attach.AttachAction;
import io.latentfacets.cluster.Lineage;
import io.latentfacets.model.Bound;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.definition.Presets;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.training.TrainAction;
import io.latentfacets.training.TrainRequest;
import io.latentfacets.training.TrainResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.WriteRequest;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.aggregations.bucket.filter.Filter;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.test.OpenSearchIntegTestCase;

/** Clusters that follow a stream, on two nodes. The training is real, and tiny. */
@OpenSearchIntegTestCase.ClusterScope(
        scope = OpenSearchIntegTestCase.Scope.TEST,
        numDataNodes = 0,
        numClientNodes = 0,
        supportsDedicatedMasters = false,
        autoManageMasterNodes = true)
public class OnlineClusterTests extends RefreshClusterTestCase {

    private static final String OIL = "crude oil barrel opec refinery rig";
    private static final String GRAIN = "wheat grain crop harvest corn farmer";
    /** Words of the subject of oil that few of its first documents have. */
    private static final String GAS = "gas pipeline turbine";

    private int documents;

    private static Generation generation(int number) {
        return await(l -> store().readGeneration(MODEL, number, l));
    }

    private static StreamStep step() {
        return status().state().online();
    }

    private static void activate(int generation) {
        await((ActionListener<AcknowledgedResponse> l) -> store().activate(MODEL, generation, l));
    }

    private static void pause(boolean paused) {
        assertTrue(client().execute(PauseRefreshAction.INSTANCE, new PauseRefreshAction.Request(MODEL, paused))
                .actionGet(60_000)
                .isAcknowledged());
    }

    private void index(int count, String... texts) {
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < count; i++) {
            bulk.add(new IndexRequest("docs")
                    .id("d" + documents++)
                    .source("body", texts[i % texts.length] + " report week " + "abc".charAt(i % 3)));
        }
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
    }

    /** @param refresh the JSON of {@code refresh} */
    private static void put(String refresh) throws Exception {
        String json = "{\"source\":{\"index\":\"docs\",\"fields\":[\"body\"]},\"text\":{\"min_doc_freq\":2},"
                + "\"vae\":{\"latent_dims\":8,\"hidden_dims\":[16],\"epochs\":20},\"clusters\":{\"count\":2},"
                + "\"refresh\":" + refresh + "}";
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, json)) {
            ModelDefinition definition = ModelDefinition.parse(MODEL, parser, Presets.bundled());
            await((ActionListener<Void> l) -> store().put(definition, null, Bound.NONE, l));
            await((ActionListener<Void> l) -> schedules().apply(definition, l));
        }
    }

    /** Trains generation 1 on 120 documents and encodes all that come from now on. */
    private void start(String refresh) throws Exception {
        internalCluster()
                .startNodes(
                        2,
                        Settings.builder()
                                .put(RefreshService.ONLINE_INTERVAL.getKey(), "1s")
                                .build());
        ensureStableCluster(2);
        client().admin()
                .indices()
                .prepareCreate("docs")
                .setSettings(Settings.builder().put("index.number_of_shards", 2).put("index.number_of_replicas", 0))
                .get();
        index(120, OIL, GRAIN, OIL, GRAIN, OIL + " " + GAS, GRAIN);
        put(refresh);
        client().execute(TrainAction.INSTANCE, new TrainRequest(MODEL)).actionGet(120_000);
        client().execute(AttachAction.INSTANCE, new AttachAction.Request(MODEL, true).indices(List.of("docs")))
                .actionGet(120_000);
    }

    /** A document that is in no bucket, or in a bucket and not in its filter, at any moment, is a failure. */
    private void requireCountsToBeRight(List<String> keys) {
        SearchSourceBuilder source = new SearchSourceBuilder().size(0).trackTotalHits(true);
        try (XContentParser parser = createParser(JsonXContent.jsonXContent, """
                {"aggs":{"topics":{"latent_clusters":{"field":"latent","size":100}},
                 "a":{"filter":{"latent_cluster":{"field":"latent","clusters":["%s"]}}},
                 "b":{"filter":{"latent_cluster":{"field":"latent","clusters":["%s"]}}}}}
                """.formatted(keys.get(0), keys.get(1)))) {
            source.parseXContent(parser, false);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        SearchResponse response =
                client().prepareSearch("docs").setSource(source).get();
        InternalLatentClusters topics = response.getAggregations().get("topics");
        long sum = topics.unassigned() + topics.other();
        for (ClusterBucket bucket : topics.getBuckets()) {
            Filter filter =
                    response.getAggregations().get(bucket.getKeyAsString().equals(keys.get(0)) ? "a" : "b");
            assertThat(
                    "cluster [" + bucket.getKeyAsString() + "] of generation [" + topics.generation() + "]",
                    filter.getDocCount(),
                    equalTo(bucket.getDocCount()));
            sum += bucket.getDocCount();
        }
        assertThat(sum, equalTo(response.getHits().getTotalHits().value()));
    }

    public void testClustersFollowTheStreamAndNothingElseChanges() throws Exception {
        start("{\"online\":{\"enabled\":true,\"half_life\":\"1m\"},\"keep_generations\":1}");
        Generation first = generation(1);
        List<String> keys = first.clusters().keys();
        assertThat(keys, hasSize(2));
        assertThat("nothing has come yet", step(), nullValue());

        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        int[] searches = new int[1];
        Thread searcher = new Thread(() -> {
            while (!done.get() && wrong.get() == null) {
                try {
                    requireCountsToBeRight(keys);
                    searches[0]++;
                } catch (Throwable e) {
                    wrong.set(e);
                }
            }
        });
        searcher.start();
        List<Integer> minors = new ArrayList<>();
        try {
            for (int i = 0; i < 40 && minors.size() < 3; i++) {
                index(60, GAS, OIL + " " + GAS);
                StreamStep last = step();
                if (last != null && !minors.contains(last.generation())) {
                    minors.add(last.generation());
                }
                Thread.sleep(1000);
            }
        } finally {
            done.set(true);
            searcher.join();
        }
        if (wrong.get() != null) {
            throw new AssertionError("a search counted wrongly", wrong.get());
        }
        assertThat(searches[0], greaterThan(0));
        assertThat("three steps", minors.size(), greaterThanOrEqualTo(3));
        pause(true);
        StreamStep last = step();
        StoredModel model = model();
        assertThat(model.active(), greaterThanOrEqualTo(last.generation()));
        Generation minor = generation(model.active());
        assertThat(minor.clusters().keys(), equalTo(keys));
        assertThat(minor.clusters().infos(), equalTo(first.clusters().infos()));
        assertThat(
                minor.clusters().tree().keys(), equalTo(first.clusters().tree().keys()));
        assertThat(minor.encoder(), equalTo(first.encoder()));
        assertThat(minor.info().minorOf(), equalTo(first.info().major()));
        assertThat(minor.drift(), notNullValue());
        assertTrue(minor.provenance().lineage().stream().allMatch(each -> each.event() == Lineage.Event.KEPT));
        assertThat(minor.provenance().decision().mode(), equalTo("online"));
        boolean moved = false;
        for (int c = 0; c < 2; c++) {
            double cosine = first.clusters()
                    .partition()
                    .similarity(minor.clusters().partition().centroids()[c], c);
            moved |= cosine < Math.cos(Math.toRadians(0.5));
        }
        assertTrue("a centroid has moved", moved);
        assertThat("its training remains the last one", model.training().generation(), equalTo(1));
        // the major one, the active minor one, and the one before, which searches may still use
        List<Integer> kept =
                model.generations().stream().map(GenerationSummary::number).toList();
        assertThat(kept.toString(), kept.size(), lessThanOrEqualTo(3));
        assertTrue(kept.toString(), kept.contains(1));
        Exception needed = expectThrows(
                Exception.class, () -> await((ActionListener<Void> l) -> store().deleteGeneration(MODEL, 1, l)));
        assertThat(
                needed.getMessage(),
                containsString("generation [1] of model [m] is where the clusters of the active generation ["
                        + model.active() + "] come from"));

        int paused = model.active();
        index(200, GAS);
        Thread.sleep(8000);
        assertThat("a pause stops the clusters too", model().active(), equalTo(paused));
        activate(1);
        requireCountsToBeRight(keys);
        activate(paused);
        requireCountsToBeRight(keys);

        PlainActionFuture<TrainResponse> training = PlainActionFuture.newFuture();
        client().execute(TrainAction.INSTANCE, new TrainRequest(MODEL), training);
        assertBusy(() -> assertTrue(training.isDone()), 2, TimeUnit.MINUTES);
        int major = model().lastGeneration();
        // the gate may have kept it back, which is nothing to this test
        activate(major);
        assertThat(major, greaterThan(paused));
        assertThat(model().generation(major).minor(), equalTo(false));
        pause(false);
        index(200, OIL + " " + GAS + " " + GRAIN, GAS + " " + GRAIN);
        assertBusy(
                () -> requireCountsToBeRight(
                        generation(model().active()).clusters().keys()),
                1,
                TimeUnit.MINUTES);
        assertThat(status().why(), containsString("only clusters move"));
        assertThat(status().halfLife(), notNullValue());
        pause(true);
    }

    public void testWithoutTheOptionTheClustersStay() throws Exception {
        start("{\"online\":{\"enabled\":false,\"half_life\":\"1m\"},\"interval\":\"30d\"}");
        index(400, GAS, OIL + " " + GAS);
        Thread.sleep(8000);
        assertThat(model().active(), equalTo(1));
        assertThat(model().generations(), hasSize(1));
        assertThat(step(), nullValue());
        assertThat(status().halfLife(), nullValue());
    }

    /** Whoever activates another generation meanwhile wins. */
    public void testAStepThatComesTooLateLeavesNothing() throws Exception {
        start("{\"online\":{\"enabled\":true,\"half_life\":\"365d\"}}");
        Generation first = generation(1);
        Exception e = expectThrows(
                Exception.class,
                () -> await((ActionListener<GenerationSummary> l) ->
                        store().publishMinor(MODEL, 7, number -> first.as(MODEL, number), l)));
        assertThat(e.getMessage(), containsString("[7] was active when it was made, now it is [1]"));
        assertThat(model().active(), equalTo(1));
        assertThat("nothing is left of it", model().generations(), hasSize(1));
        assertThat("its number is not used again", model().lastGeneration(), equalTo(2));
    }
}

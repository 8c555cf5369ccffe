/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.ModelFixtures;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.WriteRequest;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.persistent.PersistentTasksCustomMetadata;
import org.opensearch.plugins.Plugin;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestResponse;
import org.opensearch.rest.RestUtils;
import org.opensearch.test.OpenSearchSingleNodeTestCase;
import org.opensearch.test.rest.FakeRestChannel;
import org.opensearch.test.rest.FakeRestRequest;
import org.opensearch.threadpool.ThreadPool;

/** The endpoints of models and clusters, through the REST controller of a node. */
public class ModelRestTests extends OpenSearchSingleNodeTestCase {

    private static final String BASE = "/_plugins/_latent";
    private static final String BODY = "{\"source\":{\"index\":\"news\",\"fields\":[\"title^2\",\"body\"]}}";

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return pluginList(ModelTestPlugin.class);
    }

    private record Answer(int status, String text) {
        Map<String, Object> map() {
            return XContentHelper.convertToMap(new BytesArray(text), true, MediaTypeRegistry.JSON)
                    .v2();
        }
    }

    private Answer send(RestRequest.Method method, String pathAndQuery, String body) throws Exception {
        int query = pathAndQuery.indexOf('?');
        String path = query < 0 ? pathAndQuery : pathAndQuery.substring(0, query);
        Map<String, String> params = new HashMap<>();
        if (query >= 0) {
            RestUtils.decodeQueryString(pathAndQuery, query + 1, params);
        }
        FakeRestRequest.Builder builder = new FakeRestRequest.Builder(getInstanceFromNode(NamedXContentRegistry.class))
                .withMethod(method)
                .withPath(path)
                .withParams(params);
        if (body != null) {
            builder.withContent(new BytesArray(body), MediaTypeRegistry.JSON);
        }
        RestRequest request = builder.build();
        FakeRestChannel channel = new FakeRestChannel(request, true, 1);
        ThreadContext context = getInstanceFromNode(ThreadPool.class).getThreadContext();
        try (ThreadContext.StoredContext fresh = context.stashContext()) {
            assertNotNull(fresh);
            getInstanceFromNode(ModelTestPlugin.Parts.class).controller.dispatchRequest(request, channel, context);
        }
        assertBusy(() -> assertNotNull(channel.capturedResponse()));
        RestResponse response = channel.capturedResponse();
        return new Answer(
                response.status().getStatus(),
                new BytesArray(BytesReference.toBytes(response.content())).utf8ToString());
    }

    private Answer get(String path) throws Exception {
        return send(RestRequest.Method.GET, BASE + path, null);
    }

    private Answer put(String path, String body) throws Exception {
        return send(RestRequest.Method.PUT, BASE + path, body);
    }

    private void ok(Answer answer) {
        assertThat(answer.text(), answer.status(), equalTo(200));
    }

    private void refused(int status, String message, Answer answer) {
        assertThat(answer.text(), answer.status(), equalTo(status));
        assertThat(answer.text(), containsString(message));
    }

    private void train(String model) throws IOException {
        ModelTestPlugin.Parts parts = getInstanceFromNode(ModelTestPlugin.Parts.class);
        var node = parts.clusterService.localNode();
        PlainActionFuture<Integer> number = PlainActionFuture.newFuture();
        parts.store.beginTraining(model, new TrainingOwner(node.getId(), node.getEphemeralId(), 1, 1), number);
        Generation generation = ModelFixtures.generation(model, number.actionGet(), createTempDir(), 5000);
        PlainActionFuture<GenerationSummary> published = PlainActionFuture.newFuture();
        parts.store.publish(generation, published);
        published.actionGet();
        PlainActionFuture<Void> ended = PlainActionFuture.newFuture();
        parts.store.endTraining(model, generation.number(), TrainingOutcome.SUCCESS, List.of(), ended);
        ended.actionGet(30, TimeUnit.SECONDS);
    }

    public void testModels() throws Exception {
        assertThat(get("/models").map(), equalTo(Map.of("models", List.of())));
        Answer put = put("/models/news", BODY);
        ok(put);
        assertThat(put.map(), equalTo(Map.of("acknowledged", true, "model", "news")));
        ok(put("/models/other", BODY));
        Map<String, Object> created = get("/models/news").map();
        assertThat(created.get("state"), equalTo("created"));
        assertThat(created.get("active_generation"), equalTo(0));
        assertThat(created.get("generations"), equalTo(List.of()));
        assertThat(created, not(hasKey("training")));
        assertThat(((Map<?, ?>) created.get("source")).get("index"), equalTo(List.of("news")));
        assertThat(created.get("bound"), equalTo(List.of("news")));

        train("news");
        Answer activated = send(RestRequest.Method.POST, BASE + "/models/news/_activate", "{\"generation\":1}");
        ok(activated);
        Map<String, Object> ready = get("/models/news").map();
        assertThat(ready.get("state"), equalTo("ready"));
        assertThat(ready.get("active_generation"), equalTo(1));
        Map<?, ?> generation = (Map<?, ?>) ((List<?>) ready.get("generations")).get(0);
        assertThat(generation.get("generation"), equalTo(1));
        assertThat(generation.get("encoder_generation"), equalTo(1));
        assertThat(generation.get("documents"), equalTo(1234));
        assertThat(generation.get("clusters"), equalTo(2));
        assertThat(generation.get("metrics"), equalTo(Map.of("nmi", 0.51)));
        assertThat((List<?>) get("/models").map().get("models"), hasSize(2));
        assertThat((List<?>) get("/models/ne*").map().get("models"), hasSize(1));
        assertThat((List<?>) get("/models/other,news").map().get("models"), hasSize(2));
        assertThat((List<?>) get("/models/x*").map().get("models"), hasSize(0));
        refused(404, "no model [nope]", get("/models/news,nope"));
        assertThat(send(RestRequest.Method.HEAD, BASE + "/models/news", null).status(), equalTo(200));
        assertThat(send(RestRequest.Method.HEAD, BASE + "/models/nope", null).status(), equalTo(404));
        ok(send(RestRequest.Method.GET, "/_cat/latent_models?s=state,m:desc", null));
        refused(
                400,
                "[s] of [/_cat/latent_models] must name columns to sort by: [zz] is none of [active, clusters,",
                send(RestRequest.Method.GET, "/_cat/latent_models?s=model:desc,zz", null));
        Answer cat = send(RestRequest.Method.GET, "/_cat/latent_models?v=true", null);
        ok(cat);
        assertThat(cat.text(), containsString("model state"));
        assertThat(cat.text(), containsString("news  ready        1           1      1234        2"));

        ok(send(RestRequest.Method.DELETE, BASE + "/models/news", null));
        refused(404, "no model [news]", get("/models/news"));
        refused(404, "no model [news]", send(RestRequest.Method.DELETE, BASE + "/models/news", null));
    }

    public void testASchedule() throws Exception {
        String scheduled = BODY.substring(0, BODY.length() - 1) + ",\"refresh\":{\"interval\":\"90d\"}}";
        String refresh = "/models/news/_refresh";
        refused(404, "no model [news]", get(refresh));
        ok(put("/models/news", BODY));
        assertThat(
                get(refresh).map().get("why"),
                equalTo("the definition has none of [refresh.interval], [refresh.on_drift] and [refresh.online]"));
        refused(
                400,
                "model [news] has no schedule to pause or resume: its definition must have [refresh.interval]",
                send(RestRequest.Method.POST, BASE + refresh + "/_pause", null));
        ok(put("/models/news", scheduled));
        assertBusy(() -> assertThat(get(refresh).map(), hasKey("node")));
        Map<String, Object> shown = get(refresh).map();
        assertThat(shown.get("interval"), equalTo("90d"));
        assertThat(shown.get("mode"), equalTo("auto"));
        assertThat(shown.get("on_drift"), equalTo(false));
        assertThat(shown.get("paused"), equalTo(false));
        assertThat(shown.get("runs"), equalTo(List.of()));
        assertThat(shown, hasKey("next_run"));
        assertThat(shown.get("why"), equalTo("[refresh.interval] [90d] after the definition was put"));
        for (int i = 0; i < 2; i++) {
            Answer paused = send(RestRequest.Method.POST, BASE + refresh + "/_pause", null);
            assertThat(paused.map(), equalTo(Map.of("acknowledged", true, "model", "news", "paused", true)));
        }
        assertThat(get(refresh).map().get("why"), equalTo("it is paused"));
        assertThat(get(refresh).map(), not(hasKey("next_run")));
        ok(put("/models/news", scheduled));
        assertThat("a new definition does not resume", get(refresh).map().get("paused"), equalTo(true));
        ok(send(RestRequest.Method.POST, BASE + refresh + "/_resume", null));
        assertThat(get(refresh).map().get("paused"), equalTo(false));
        assertThat(
                send(RestRequest.Method.GET, "/_cat/latent_models?h=model,refresh,verdict", null)
                        .text(),
                matchesPattern("news 2\\d{3}-\\d\\d-\\d\\dT\\S+Z\\s*"));
        refused(400, "unknown key [until]", send(RestRequest.Method.POST, BASE + refresh + "/_pause", "{\"until\":1}"));
        refused(404, "no model [nope]", send(RestRequest.Method.POST, BASE + "/models/nope/_refresh/_pause", null));
        refused(404, "no model [nope]", send(RestRequest.Method.POST, BASE + "/models/nope/_refresh/_resume", null));

        ok(put("/models/news", BODY));
        assertThat("the schedule goes with its definition", get(refresh).map(), not(hasKey("node")));
        ok(put("/models/news", scheduled));
        assertThat(get(refresh).map(), hasKey("next_run"));
        assertThat(tasks(), hasSize(1));
        ok(send(RestRequest.Method.DELETE, BASE + "/models/news", null));
        assertThat("and with its model", tasks(), hasSize(0));
        refused(404, "no model [news]", get(refresh));
    }

    private Collection<?> tasks() {
        PersistentTasksCustomMetadata tasks = getInstanceFromNode(ModelTestPlugin.Parts.class)
                .clusterService
                .state()
                .metadata()
                .custom(PersistentTasksCustomMetadata.TYPE);
        return tasks.tasks();
    }

    public void testClusters() throws Exception {
        ok(put("/models/c", BODY));
        refused(404, "model [c] has no active generation yet", get("/models/c/clusters"));
        train("c");
        ok(send(RestRequest.Method.POST, BASE + "/models/c/_activate", "{\"generation\":1}"));
        assertThat(get("/models/c/clusters/c2").map().get("label"), equalTo("wheat, grain"));
        refused(404, "generation [1] of model [c] has no cluster [c9]", get("/models/c/clusters/c9"));
        ok(put("/models/c/clusters/c2", "{\"label\":\"Grain\",\"hidden\":true}"));
        Map<String, Object> edited = get("/models/c/clusters/c2").map();
        assertThat(edited.get("label"), equalTo("wheat, grain"));
        assertThat(edited.get("custom_label"), equalTo("Grain"));
        assertThat(edited.get("hidden"), equalTo(true));
        assertThat(get("/models/c/clusters").text(), not(containsString("\"exemplars\":[\"a\"]")));
        // an exemplar is shown to whoever finds it
        client().prepareIndex("news")
                .setId("a")
                .setSource("body", "wheat")
                .setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE)
                .get();
        assertThat(get("/models/c/clusters").text(), containsString("\"exemplars\":[\"a\"]"));
        String table = get("/models/c/clusters?format=csv").text();
        assertThat(table, containsString("\r\n\"c2\",,\"\",\"\",\"wheat, grain\",\"Grain\",true,false,,"));
        String row = get("/models/c/clusters/c2?format=csv&sentences=false").text();
        assertThat(row.split("\r\n").length, equalTo(2));
        assertThat(
                get("/models/c/clusters/c2?format=json").map(),
                equalTo(get("/models/c/clusters/c2").map()));
        refused(
                400,
                "[format] must be one of [csv, json, yaml, cbor, smile]: \\\"xml",
                get("/models/c/clusters?format=xml"));
        refused(404, "has no cluster [c9]", get("/models/c/clusters/c9?format=csv"));
        refused(400, "unknown key [name]", put("/models/c/clusters/c2", "{\"name\":\"x\"}"));
        refused(
                400,
                "[label] must have at most 200 characters: 201",
                put("/models/c/clusters/c2", "{\"label\":\"" + "x".repeat(201) + "\"}"));
        refused(404, "has no cluster [c9]", put("/models/c/clusters/c9", "{\"label\":\"x\"}"));
    }

    public void testExportAndImport() throws Exception {
        ok(put("/models/dev", BODY));
        refused(404, "no active generation", get("/models/dev/_export"));
        train("dev");
        ok(send(RestRequest.Method.POST, BASE + "/models/dev/_activate", "{\"generation\":1}"));
        ok(put("/models/dev/clusters/c2", "{\"label\":\"Grain\",\"hidden\":true}"));
        String archive = get("/models/dev/_export").text();
        Answer imported = put("/models/prod/_import", archive);
        ok(imported);
        assertThat(imported.map(), equalTo(Map.of("acknowledged", true, "model", "prod", "generation", 1)));
        Map<String, Object> prod = get("/models/prod").map();
        assertThat(prod.get("state"), equalTo("ready"));
        assertThat(prod.get("source"), equalTo(get("/models/dev").map().get("source")));
        assertThat(
                get("/models/prod/clusters").text(),
                equalTo(get("/models/dev/clusters").text()));
        assertThat("labels go with it", get("/models/prod/clusters/c2").map().get("custom_label"), equalTo("Grain"));
        Map<String, Object> record = get("/models/prod/generations/1").map();
        assertThat(((Map<?, ?>) record.get("decision")).get("verdict"), equalTo("imported"));
        assertThat(((List<?>) record.get("lineage")).get(0), equalTo(ModelFixtures.LINEAGE_JSON));
        assertThat(
                "again: the next number",
                put("/models/prod/_import", archive).map().get("generation"),
                equalTo(2));
        refused(
                400,
                "[clusters.c2.label] must have at most 200 characters: 201",
                put("/models/prod/_import", archive.replace("\"Grain\"", "\"" + "x".repeat(201) + "\"")));
        refused(400, "[format] must be [latent-facets-model-1]", put("/models/prod/_import", "{}"));
        refused(
                400,
                "[archive] must be base64",
                put("/models/prod/_import", archive.replaceAll("\"archive\":\"[^\"]*\"", "\"archive\":\"*\"")));
        refused(
                400,
                "ends too early",
                put(
                        "/models/prod/_import",
                        archive.replaceAll("\"archive\":\"([^\"]{400})[^\"]*\"", "\"archive\":\"$1\"")));
    }

    public void testGenerations() throws Exception {
        ok(put("/models/g", BODY));
        refused(404, "model [g] has no generation [1]", get("/models/g/generations/1"));
        train("g");
        train("g");
        ok(send(RestRequest.Method.POST, BASE + "/models/g/_activate", "{\"generation\":1}"));
        Map<String, Object> record = get("/models/g/generations/2").map();
        assertThat(record.get("model"), equalTo("g"));
        assertThat(record.get("generation"), equalTo(2));
        assertThat(record.get("metrics"), equalTo(Map.of("nmi", 0.52)));
        assertThat(record.get("decision"), equalTo(ModelFixtures.DECISION_JSON));
        assertThat(record.get("lineage"), equalTo(List.of(ModelFixtures.LINEAGE_JSON)));
        assertThat(((Map<?, ?>) record.get("definition")).get("target_field"), equalTo("latent"));
        assertThat(
                send(RestRequest.Method.HEAD, BASE + "/models/g/generations/2", null)
                        .status(),
                equalTo(200));
        assertThat(
                send(RestRequest.Method.HEAD, BASE + "/models/g/generations/3", null)
                        .status(),
                equalTo(404));
        refused(404, "no model [nope]", get("/models/nope/generations/1"));
        refused(400, "[generation] must be a whole number of at least 1: x", get("/models/g/generations/x"));
        refused(400, "[generation] must be a whole number of at least 1: 0", get("/models/g/generations/0"));

        refused(409, "generation [1] of model [g] is active", delete("/models/g/generations/1"));
        refused(404, "no model [nope]", delete("/models/nope/generations/1"));
        ModelTestPlugin.Parts parts = getInstanceFromNode(ModelTestPlugin.Parts.class);
        var node = parts.clusterService.localNode();
        PlainActionFuture<Integer> training = PlainActionFuture.newFuture();
        parts.store.beginTraining("g", new TrainingOwner(node.getId(), node.getEphemeralId(), 1, 1), training);
        training.actionGet();
        refused(409, "model [g] is being trained by task", delete("/models/g/generations/2"));
        PlainActionFuture<Void> ended = PlainActionFuture.newFuture();
        parts.store.endTraining("g", 3, TrainingOutcome.failed("test"), List.of(), ended);
        ended.actionGet(30, TimeUnit.SECONDS);
        assertThat(
                delete("/models/g/generations/2").map(),
                equalTo(Map.of("acknowledged", true, "model", "g", "generation", 2)));
        refused(404, "model [g] has no generation [2]", delete("/models/g/generations/2"));
        assertThat((List<?>) get("/models/g").map().get("generations"), hasSize(1));
        ok(get("/models/g/clusters"));
    }

    private Answer delete(String path) throws Exception {
        return send(RestRequest.Method.DELETE, BASE + path, null);
    }

    public void testUsedModelIsNotDeleted() throws Exception {
        ok(put("/models/used", BODY));
        createIndex("holder");
        client().admin()
                .indices()
                .preparePutMapping("holder")
                .setSource(
                        "{\"properties\":{\"a\":{\"type\":\"latent_vector\",\"model\":\"used\"}}}",
                        MediaTypeRegistry.JSON)
                .get();
        refused(
                409,
                "model [used] is used by mapping of index [holder]; delete anyway with [force=true]",
                send(RestRequest.Method.DELETE, BASE + "/models/used", null));
        ok(send(RestRequest.Method.DELETE, BASE + "/models/used?force=true", null));
    }

    public void testStats() throws Exception {
        Map<String, Object> stats = get("/stats").map();
        assertThat(stats.get("documents_encoded"), equalTo(0));
        assertThat("the engine was not started", stats.get("status"), equalTo("red"));
        assertThat(((Map<?, ?>) stats.get("nodes")).size(), equalTo(1));
        Map<String, Object> one = get("/stats/encode_millis,trainings_failed").map();
        assertThat(one.get("trainings_failed"), equalTo(0));
        assertThat(one, not(hasKey("documents_encoded")));
        assertThat(one, hasKey("encode_millis"));
        ok(get("/_local/stats/status"));
        refused(400, "unknown stat [speed], must be one of [status, ", get("/stats/speed"));
    }

    public void testBadRequests() throws Exception {
        refused(400, "[model] must begin with", put("/models/News", BODY));
        refused(
                400,
                "[text.vocabulary_size] must be in [100, 200000]: 7",
                put("/models/m", BODY.replace("{\"source", "{\"text\":{\"vocabulary_size\":7},\"source")));
        refused(
                400,
                "[text.analyzer] must name a registered analyzer: klingon",
                put("/models/m", BODY.replace("{\"source", "{\"text\":{\"analyzer\":\"klingon\"},\"source")));
        refused(
                400,
                "unrecognized parameter: [verbose]",
                send(RestRequest.Method.GET, BASE + "/models?verbose=1", null));
        refused(400, "Duplicate ", put("/models/m", "{\"a\":1,\"a\":2}"));
        refused(400, "", put("/models/m", "{"));
        refused(
                400,
                "[generation] must name the generation",
                send(RestRequest.Method.POST, BASE + "/models/m/_activate", "{}"));
        refused(
                400,
                "[generation] must be in [1, 2147483647]: 0",
                send(RestRequest.Method.POST, BASE + "/models/m/_activate", "{\"generation\":0}"));
        refused(404, "no model [m]", send(RestRequest.Method.POST, BASE + "/models/m/_activate", "{\"generation\":1}"));
        refused(
                400,
                "[force] must be true or false: \\\"maybe\\\"",
                send(RestRequest.Method.DELETE, BASE + "/models/m?force=maybe", null));
        refused(400, "[generation]", send(RestRequest.Method.GET, BASE + "/models/m/_export?generation=x", null));
        refused(
                400,
                "[generation] must be at least 1: -1",
                send(RestRequest.Method.GET, BASE + "/models/m/_export?generation=-1", null));
    }
}

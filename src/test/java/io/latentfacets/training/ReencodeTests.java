/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.attach.AttachAction;
import io.latentfacets.attach.ReencodeAction;
import io.latentfacets.attach.Reencoded;
import io.latentfacets.model.LeftDocuments;
import io.latentfacets.model.ModelNameRequest;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.training.progress.TrainingStatusAction;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.DocWriteRequest;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.ActionFilter;
import org.opensearch.action.support.ActionFilterChain;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.WriteRequest;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.plugins.ActionPlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.SearchHit;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.tasks.Task;
import org.opensearch.test.OpenSearchSingleNodeTestCase;

/** What re-encoding writes, with whose rights, and what it reports where it may not or cannot write. */
public class ReencodeTests extends OpenSearchSingleNodeTestCase {

    private static final int DOCUMENTS = 120;

    /** The index that models are trained on. */
    private String index;

    private int seed;
    private static final List<String> WORDS = List.of(
            "crude oil barrel opec petroleum refinery drilling gasoline",
            "wheat grain harvest crop corn farmer bushel soybean",
            "goal match striker league referee coach stadium penalty");

    private TrainingTestPlugin.Parts parts;
    private Gate gate;

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return pluginList(TrainingTestPlugin.class, GatePlugin.class);
    }

    /** Sees every action before it runs, and may refuse it, as access control does. */
    static final class Gate implements ActionFilter {
        private final List<BulkRequest> bulks = new CopyOnWriteArrayList<>();
        private volatile BiConsumer<String, ActionRequest> check = (action, request) -> {};

        @Override
        public int order() {
            return 0;
        }

        @Override
        @SuppressWarnings(
                "removal") // the other method of this name is younger than the oldest server that is built for
        public <Q extends ActionRequest, R extends ActionResponse> void apply(
                Task task, String action, Q request, ActionListener<R> listener, ActionFilterChain<Q, R> chain) {
            if (request instanceof BulkRequest bulk
                    && bulk.requests().stream().anyMatch(one -> one instanceof UpdateRequest)) {
                bulks.add(bulk);
            }
            try {
                check.accept(action, request);
            } catch (RuntimeException e) {
                listener.onFailure(e);
                return;
            }
            chain.proceed(task, action, request, listener);
        }

        List<UpdateRequest> updates() {
            List<UpdateRequest> updates = new ArrayList<>();
            bulks.forEach(bulk -> bulk.requests().forEach(one -> updates.add((UpdateRequest) one)));
            return updates;
        }
    }

    /** Puts the gate in front of all actions. */
    public static final class GatePlugin extends Plugin implements ActionPlugin {
        private final Gate gate = new Gate();

        @Override
        public List<ActionFilter> getActionFilters() {
            return List.of(gate);
        }

        @Override
        public Collection<Object> createComponents(
                org.opensearch.transport.client.Client client,
                ClusterService clusterService,
                org.opensearch.threadpool.ThreadPool threadPool,
                org.opensearch.watcher.ResourceWatcherService watcher,
                org.opensearch.script.ScriptService scripts,
                NamedXContentRegistry xContent,
                org.opensearch.env.Environment environment,
                org.opensearch.env.NodeEnvironment nodeEnvironment,
                org.opensearch.core.common.io.stream.NamedWriteableRegistry writeables,
                org.opensearch.cluster.metadata.IndexNameExpressionResolver resolver,
                java.util.function.Supplier<org.opensearch.repositories.RepositoriesService> repositories) {
            return List.of(gate);
        }
    }

    @Override
    public void setUp() throws Exception {
        super.setUp();
        parts = getInstanceFromNode(TrainingTestPlugin.Parts.class);
        gate = getInstanceFromNode(Gate.class);
    }

    private static <T> T await(Consumer<ActionListener<T>> call) {
        PlainActionFuture<T> future = PlainActionFuture.newFuture();
        call.accept(future);
        return future.actionGet(120_000);
    }

    private void index(String index, int documents) {
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < documents; i++) {
            String[] words = WORDS.get(i % WORDS.size()).split(" ", -1);
            String body = words[i % 8] + " " + words[(i / 3 + 1) % 8] + " " + words[(i / 5 + 3) % 8] + " "
                    + words[(i / 7 + 5) % 8];
            bulk.add(new IndexRequest(index).id("d" + i).source(Map.of("body", body, "secret", "s" + i)));
        }
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
    }

    /** A model that is trained on the index, which has no latents yet. */
    private void trained(String model, String index) throws Exception {
        this.index = index;
        train(model);
    }

    /** Trains with another seed each time, because equal weights are the same encoder, whose latents stay. */
    private void train(String model) throws Exception {
        String json = "{\"source\":{\"index\":\"" + index + "\",\"fields\":[\"body\"]},\"text\":{\"min_doc_freq\":2,"
                + "\"phrases\":false},\"vae\":{\"latent_dims\":16,\"hidden_dims\":[32],\"epochs\":2,\"seed\":"
                + ++seed + "},"
                + "\"clusters\":{\"count\":3}}";
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, json)) {
            ModelDefinition definition = ModelDefinition.fromMap(model, parser.map());
            await((ActionListener<Void> l) ->
                    parts.store().put(definition, null, parts.registry().bound(model), l));
        }
        TrainRequest request = new TrainRequest(model);
        request.parse(new StrictMap(Map.of("force", true), ""));
        client().execute(TrainAction.INSTANCE, request).actionGet(120_000);
    }

    private Reencoded attach(String model, String... indices) {
        return client().execute(AttachAction.INSTANCE, new AttachAction.Request(model, true).indices(List.of(indices)))
                .actionGet(60_000)
                .reencoded();
    }

    private Reencoded reencode(String model) {
        return client().execute(ReencodeAction.INSTANCE, new ReencodeAction.Request(model, true))
                .actionGet(60_000)
                .reencoded();
    }

    private Map<String, Map<String, Object>> sources(String index) {
        client().admin().indices().prepareRefresh(index).get();
        Map<String, Map<String, Object>> sources = new TreeMap<>();
        for (SearchHit hit : client().search(new SearchRequest(index).source(new SearchSourceBuilder().size(1000)))
                .actionGet()
                .getHits()) {
            sources.put(hit.getId(), hit.getSourceAsMap());
        }
        return sources;
    }

    private static Object generation(Map<String, Object> source, String field) {
        Map<String, Object> latent = StrictMap.object(source.get(field));
        return latent == null ? null : latent.get("generation");
    }

    private static OpenSearchStatusException forbidden(String what) {
        return new OpenSearchStatusException("no permissions for [{}]", RestStatus.FORBIDDEN, what);
    }

    private void setting(String index, String key, Object value) {
        client().admin()
                .indices()
                .prepareUpdateSettings(index)
                .setSettings(Settings.builder().put(key, String.valueOf(value)))
                .get();
    }

    /** A view that hides fields of a document cannot lose them: the writes name the latent and nothing else. */
    public void testOnlyTheLatentIsWritten() throws Exception {
        createIndex("docs", Settings.builder().put("index.number_of_shards", 3).build());
        index("docs", DOCUMENTS);
        trained("m", "docs");
        Map<String, Map<String, Object>> before = sources("docs");
        Reencoded attached = attach("m", "docs");
        assertThat(attached.updated(), equalTo((long) DOCUMENTS));
        assertThat(gate.updates().stream().map(UpdateRequest::id).distinct().toList(), hasSize(DOCUMENTS));
        assertThat("each document once, on all slices together", attached.conflicts(), equalTo(0L));
        for (UpdateRequest update : gate.updates()) {
            assertThat(update.doc().sourceAsMap().keySet(), equalTo(Set.of("latent")));
            assertTrue("conditional", update.ifSeqNo() >= 0 && update.ifPrimaryTerm() > 0);
            assertNull("never creates a document", update.upsertRequest());
            assertFalse(update.docAsUpsert());
        }
        Map<String, Map<String, Object>> after = sources("docs");
        after.values().forEach(source -> assertThat(generation(source, "latent"), equalTo(1)));
        after.values().forEach(source -> source.remove("latent"));
        assertThat(after, equalTo(before));

        // where access control refuses partial updates, the documents stay as they are
        train("m");
        Map<String, Map<String, Object>> second = sources("docs");
        second.values().forEach(source -> assertThat(generation(source, "latent"), equalTo(2)));
        gate.check = (action, request) -> {
            if (request instanceof BulkRequest bulk
                    && bulk.requests().stream().anyMatch(one -> one.opType() == DocWriteRequest.OpType.UPDATE)) {
                throw forbidden("update under field-level security");
            }
        };
        train("m");
        assertThat(sources("docs"), equalTo(second));
        List<LeftDocuments> left = left("m");
        assertThat(left, hasSize(1));
        assertThat(left.get(0).index(), equalTo("docs"));
        assertThat(left.get(0).documents(), equalTo((long) DOCUMENTS));
        assertThat(left.get(0).reason(), containsString("field-level security"));
        assertThat(reencode("m").left(), equalTo(left));

        gate.check = (action, request) -> {};
        Reencoded mended = reencode("m");
        assertThat(mended.updated(), equalTo((long) DOCUMENTS));
        assertThat(mended.left(), hasSize(0));
    }

    private List<LeftDocuments> left(String model) {
        return client().execute(TrainingStatusAction.INSTANCE, new ModelNameRequest(model))
                .actionGet(60_000)
                .status()
                .left();
    }

    public void testOneIndexDoesNotStopTheOthers() throws Exception {
        for (String index : List.of("a-blocked", "b-forbidden", "c-fine", "d-read-only", "f-fine")) {
            createIndex(index);
            index(index, DOCUMENTS);
        }
        trained("m", "c-fine");
        attach("m", "a-blocked", "b-forbidden", "c-fine", "d-read-only", "f-fine");
        gate.check = (action, request) -> {
            if (request instanceof SearchRequest search
                    && List.of(search.indices()).contains("b-forbidden")) {
                throw forbidden("b-forbidden");
            }
        };
        setting("a-blocked", "index.blocks.write", true);
        setting("d-read-only", "index.blocks.read_only", true);
        train("m");
        for (String fine : List.of("c-fine", "f-fine")) {
            sources(fine).values().forEach(source -> assertThat(generation(source, "latent"), equalTo(2)));
        }
        Map<String, LeftDocuments> left = new HashMap<>();
        left("m").forEach(one -> left.put(one.index(), one));
        assertThat(left.keySet(), equalTo(Set.of("a-blocked", "b-forbidden", "d-read-only")));
        assertThat(left.get("a-blocked").documents(), equalTo((long) DOCUMENTS));
        assertThat(left.get("a-blocked").reason(), containsString("index write"));
        assertThat(left.get("b-forbidden").documents(), equalTo(LeftDocuments.UNKNOWN));
        assertThat(left.get("b-forbidden").reason(), containsString("no permissions"));
        assertThat(left.get("d-read-only").documents(), equalTo((long) DOCUMENTS));
        sources("a-blocked").values().forEach(source -> assertThat(generation(source, "latent"), equalTo(1)));

        setting("a-blocked", "index.blocks.write", false);
        setting("d-read-only", "index.blocks.read_only", false);
        Reencoded again = reencode("m");
        assertThat(again.updated(), equalTo(2L * DOCUMENTS));
        assertThat(again.left(), hasSize(1));
        assertThat(again.tasks(), hasSize(1));
    }

    public void testTwoFieldsOfTheModelInOnePass() throws Exception {
        createIndex("docs");
        index("docs", DOCUMENTS);
        trained("m", "docs");
        client().admin()
                .indices()
                .preparePutMapping("docs")
                .setSource(
                        "{\"properties\":{\"deep\":{\"properties\":{\"second\":{\"type\":\"latent_vector\","
                                + "\"model\":\"m\"}}}}}",
                        XContentType.JSON)
                .get();
        pipeline(
                "{\"latent_encode\":{\"model\":\"m\"}},{\"latent_encode\":{\"model\":\"m\",\"target_field\":\"deep.second\"}}");
        assertThat("attaches the first field", attach("m", "docs").updated(), equalTo((long) DOCUMENTS));
        Reencoded both = reencode("m");
        assertThat(both.updated(), equalTo((long) DOCUMENTS));
        sources("docs").values().forEach(source -> {
            assertThat(generation(source, "latent"), equalTo(1));
            assertThat(generation(StrictMap.object(source.get("deep")), "second"), equalTo(1));
        });
        gate.bulks.clear();
        assertThat(reencode("m").updated(), equalTo(0L));
        assertThat(gate.bulks, hasSize(0));
    }

    private void pipeline(String processors) {
        client().admin()
                .cluster()
                .preparePutPipeline("m", new BytesArray("{\"processors\":[" + processors + "]}"), XContentType.JSON)
                .get();
    }

    /** A latent that a document should no longer have becomes null; nothing of a former latent stays in a new one. */
    public void testNothingOfAFormerLatentStays() throws Exception {
        createIndex("docs");
        index("docs", DOCUMENTS);
        trained("m", "docs");
        attach("m", "docs");
        assertNotNull(StrictMap.object(sources("docs").get("d0").get("latent")).get("hash"));
        // a partial update in a bulk request runs no pipeline, so the latent of the former text stays, until the next
        // encoder comes
        client().prepareBulk()
                .add(new UpdateRequest("docs", "d1").doc(Map.of("body", "zzz qqq")))
                .add(new UpdateRequest("docs", "d2").doc(Map.of("body", "")))
                .get();
        pipeline("{\"latent_encode\":{\"model\":\"m\",\"skip_unchanged\":false}}");
        train("m");
        Map<String, Map<String, Object>> sources = sources("docs");
        assertThat(generation(sources.get("d0"), "latent"), equalTo(2));
        assertThat(StrictMap.object(sources.get("d0").get("latent")).get("hash"), nullValue());
        for (String id : List.of("d1", "d2")) {
            assertTrue(sources.get(id).containsKey("latent"));
            assertThat(sources.get(id).get("latent"), nullValue());
        }
        // such documents are read again each time, and not written
        gate.bulks.clear();
        Reencoded again = reencode("m");
        assertThat(again.updated(), equalTo(0L));
        assertThat(again.failures(), equalTo(0L));
        assertThat(gate.bulks, hasSize(0));
    }

    /** Another writer changes a document between the search and the update: his content and its latent stay. */
    public void testADocumentThatChangedMeanwhileIsLeft() throws Exception {
        createIndex("docs");
        index("docs", DOCUMENTS);
        trained("m", "docs");
        gate.check = (action, request) -> {
            if (request instanceof BulkRequest bulk
                    && bulk.requests().stream()
                            .anyMatch(one ->
                                    one instanceof UpdateRequest && one.id().equals("d7"))) {
                gate.check = (later, any) -> {};
                client().prepareIndex("docs")
                        .setId("d7")
                        .setSource("body", "wheat grain")
                        .execute()
                        .actionGet();
                client().prepareDelete("docs", "d8").execute().actionGet();
            }
        };
        Reencoded attached = attach("m", "docs");
        assertThat(attached.updated(), equalTo(DOCUMENTS - 2L));
        assertThat(attached.conflicts(), equalTo(2L));
        assertThat(attached.left(), hasSize(0));
        Map<String, Map<String, Object>> sources = sources("docs");
        assertThat(sources.get("d7").get("body"), equalTo("wheat grain"));
        assertFalse(sources.containsKey("d8"));
        assertThat("encoded by the pipeline or by the next pass", reencode("m").left(), hasSize(0));
        assertThat((Integer) generation(sources("docs").get("d7"), "latent"), greaterThan(0));
    }
}

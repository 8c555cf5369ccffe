/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.attach.AttachAction;
import io.latentfacets.attach.ReencodeAction;
import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.corpus.CorpusReader;
import io.latentfacets.encode.EncodeAction;
import io.latentfacets.encode.EncodedDocument;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.ModelNameRequest;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.SeedSupport;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.definition.Presets;
import io.latentfacets.stats.StatName;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.training.progress.TrainingStatus;
import io.latentfacets.training.progress.TrainingStatusAction;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.opensearch.OpenSearchException;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionType;
import org.opensearch.action.admin.cluster.node.tasks.cancel.CancelTasksRequest;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.WriteRequest;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.cluster.service.ClusterService;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.env.Environment;
import org.opensearch.index.IndexNotFoundException;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.plugins.Plugin;
import org.opensearch.search.SearchHit;
import org.opensearch.search.aggregations.bucket.MultiBucketsAggregation;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.tasks.TaskManager;
import org.opensearch.test.OpenSearchSingleNodeTestCase;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.TransportService;
import org.opensearch.transport.client.Client;
import org.opensearch.transport.client.FilterClient;
import org.opensearch.transport.client.ParentTaskAssigningClient;
import org.opensearch.transport.client.node.NodeClient;

/** Training, attaching, ingest and encoding on a real node with the real engine. */
@LuceneTestCase.SuppressFileSystems("ExtrasFS") // the test would count its extra files as files left behind
public class TrainingTests extends OpenSearchSingleNodeTestCase {

    private static final List<List<String>> TOPICS = List.of(
            List.of("crude", "oil", "barrel", "opec", "petroleum", "refinery", "drilling", "gasoline", "tanker", "rig"),
            List.of("wheat", "grain", "harvest", "crop", "corn", "farmer", "bushel", "soybean", "acre", "silo"),
            List.of("goal", "match", "striker", "league", "referee", "coach", "stadium", "penalty", "keeper", "cup"));

    private static final int DOCUMENTS = 240;
    private static final List<String> FIELDS = List.of("title", "body");

    private TrainingTestPlugin.Parts parts;

    @Override
    protected Collection<Class<? extends Plugin>> getPlugins() {
        return pluginList(TrainingTestPlugin.class, ReindexModulePlugin.class);
    }

    @Override
    public void setUp() throws Exception {
        super.setUp();
        parts = getInstanceFromNode(TrainingTestPlugin.Parts.class);
    }

    private static <T> T await(Consumer<ActionListener<T>> call) {
        PlainActionFuture<T> future = PlainActionFuture.newFuture();
        call.accept(future);
        return future.actionGet(120_000);
    }

    /** A sentence about a topic, with a few words that all topics share. */
    private static Map<String, Object> document(int i) {
        List<String> topic = TOPICS.get(i % TOPICS.size());
        StringBuilder body = new StringBuilder();
        for (int w = 0; w < 12; w++) {
            body.append(topic.get((i * 7 + w * w + i / 3) % topic.size())).append(' ');
            if (w % 4 == 0) {
                body.append("report market week ".split(" ", -1)[(i + w) % 3]).append(' ');
            }
        }
        return Map.of("title", topic.get(i % topic.size()), "body", body.toString(), "topic", i % TOPICS.size());
    }

    private void index(String index, int from, int to) {
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE);
        for (int i = from; i < to; i++) {
            bulk.add(new IndexRequest(index).id("d" + i).source(document(i)));
        }
        BulkResponse response = client().bulk(bulk).actionGet();
        assertFalse(response.buildFailureMessage(), response.hasFailures());
    }

    private void put(ModelDefinition definition) {
        await((ActionListener<Void> l) ->
                parts.store().put(definition, null, parts.registry().bound(definition.name()), l));
    }

    private void define(String model, String index, String extra) throws IOException {
        String json = "{\"source\":{\"index\":\"" + index
                + "\",\"fields\":[\"title^2\",\"body\"]},\"text\":{\"min_doc_freq\":2,"
                + "\"phrases\":false},\"vae\":{\"latent_dims\":16,\"hidden_dims\":[32],\"epochs\":8},\"clusters\":{\"count\":3}"
                + extra + "}";
        ModelDefinition definition = parse(model, json);
        put(definition);
    }

    private static ModelDefinition parse(String model, String json) throws IOException {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, json)) {
            return ModelDefinition.parse(model, parser, Presets.bundled());
        }
    }

    private TrainResponse train(String model) {
        return client().execute(TrainAction.INSTANCE, new TrainRequest(model)).actionGet(120_000);
    }

    private TrainResponse train(String model, String body) throws IOException {
        TrainRequest request = new TrainRequest(model);
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, body)) {
            request.parse(StrictMap.parse(parser));
        }
        return client().execute(TrainAction.INSTANCE, request).actionGet(120_000);
    }

    /** The number of documents per cluster key, as a search counts them; "" is the key for no cluster. */
    private Map<String, Long> facets(String index) throws IOException {
        client().admin().indices().prepareRefresh(index).get();
        String json = "{\"size\":0,\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":100}}}}";
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                json)) {
            SearchRequest request = new SearchRequest(index).source(SearchSourceBuilder.fromXContent(parser));
            SearchResponse response = client().search(request).actionGet();
            MultiBucketsAggregation topics = response.getAggregations().get("topics");
            Map<String, Long> counts = new HashMap<>();
            topics.getBuckets().forEach(bucket -> counts.put(bucket.getKeyAsString(), bucket.getDocCount()));
            long rest = response.getHits().getTotalHits().value()
                    - counts.values().stream().mapToLong(Long::longValue).sum();
            if (rest > 0) {
                counts.put("", rest);
            }
            return counts;
        }
    }

    /** The version of each document, the number of its writes. */
    private Map<String, Long> versions(String index) {
        client().admin().indices().prepareRefresh(index).get();
        Map<String, Long> versions = new HashMap<>();
        for (SearchHit hit : client().prepareSearch(index)
                .setSize(1000)
                .setVersion(true)
                .get()
                .getHits()) {
            versions.put(hit.getId(), hit.getVersion());
        }
        return versions;
    }

    private static Set<String> termsOf(Generation generation) {
        Set<String> terms = new HashSet<>();
        generation.clusters().infos().forEach(info -> info.terms().forEach(term -> terms.add(term.term())));
        return terms;
    }

    private static Set<Object> generationsOf(Map<String, Map<?, ?>> latents) {
        Set<Object> generations = new HashSet<>();
        latents.values().forEach(latent -> generations.add(latent.get("generation")));
        return generations;
    }

    private StoredModel stored(String model) {
        return await(l -> parts.store().get(model, l));
    }

    private TrainingStatus status(String model) {
        return client().execute(TrainingStatusAction.INSTANCE, new ModelNameRequest(model))
                .actionGet(60_000)
                .status();
    }

    private Map<String, Map<?, ?>> latents(String index) {
        Map<String, Map<?, ?>> latents = new HashMap<>();
        client().admin().indices().prepareRefresh(index).get();
        for (SearchHit hit : client().prepareSearch(index).setSize(1000).get().getHits()) {
            Object latent = hit.getSourceAsMap().get("latent");
            if (latent != null) {
                latents.put(hit.getId(), (Map<?, ?>) latent);
            }
        }
        return latents;
    }

    /**
     * Asserts that a training has released its memory, files and encoders. Only generations in memory may still be
     * charged.
     */
    private void assertNothingHeld() throws Exception {
        assertBusy(() -> {
            Path tmp = parts.dataPath().resolve("latent-facets").resolve("tmp");
            if (Files.exists(tmp)) {
                try (Stream<Path> files = Files.list(tmp)) {
                    assertThat(files.toList(), hasSize(0));
                }
            }
        });
        assertThat(
                client().admin()
                        .indices()
                        .prepareStats()
                        .get()
                        .getTotal()
                        .getSearch()
                        .getTotal()
                        .getPitCurrent(),
                equalTo(0L));
    }

    public void testTrainAttachIngestEncode() throws Exception {
        createIndex("news", Settings.builder().put("index.number_of_shards", 3).build());
        index("news", 0, DOCUMENTS);
        define("m1", "news", "");

        TrainResponse trained = train("m1");
        assertThat(trained.summary().number(), equalTo(1));
        assertThat(trained.summary().info().documents(), equalTo((long) DOCUMENTS));
        assertThat(trained.summary().clusters(), equalTo(3));
        assertThat(trained.summary().info().metrics().get(QualityGate.SILHOUETTE), greaterThan(0.1));
        double outliers = trained.summary().info().metrics().get(QualityGate.OUTLIERS);
        assertTrue("outlier_share " + outliers, outliers >= 0 && outliers < 0.3);
        StoredModel model = stored("m1");
        assertThat(model.state(), equalTo(ModelState.READY));
        assertThat(model.active(), equalTo(1));
        TrainingStatus status = status("m1");
        assertThat(status.state(), equalTo("ready"));
        assertThat(status.phase(), equalTo("done"));
        assertThat(status.history().isEmpty(), equalTo(false));
        assertNothingHeld();

        AttachAction.Response attached = client().execute(
                        AttachAction.INSTANCE, new AttachAction.Request("m1", true).indices(List.of("news")))
                .actionGet(60_000);
        assertThat(attached.reencoded().updated(), equalTo((long) DOCUMENTS));
        Map<String, Map<?, ?>> latents = latents("news");
        assertThat(latents.size(), equalTo(DOCUMENTS));
        assertThat(latents.get("d0").get("generation"), equalTo(1));

        // later documents go through the pipeline; one has nothing to encode
        index("news", DOCUMENTS, DOCUMENTS + 30);
        client().prepareIndex("news")
                .setId("empty")
                .setSource("title", "zzz qqq")
                .get();
        latents = latents("news");
        assertThat(latents.size(), equalTo(DOCUMENTS + 30));
        assertThat(latents.get("empty"), nullValue());

        // a second run only visits the document that cannot have a latent
        ReencodeAction.Response again = client().execute(
                        ReencodeAction.INSTANCE, new ReencodeAction.Request("m1", true))
                .actionGet(60_000);
        assertThat(again.tasks(), hasSize(1));
        assertThat(latents("news"), equalTo(latents));

        // documents of a topic share a cluster, and each of the three topics has its own
        Generation generation = parts.registry().loaded("m1", 1);
        assertThat(generation, notNullValue());
        List<EncodedDocument> encoded = client().execute(
                        EncodeAction.INSTANCE,
                        new EncodeAction.Request("m1")
                                .docs(Stream.iterate(0, i -> i + 1)
                                        .limit(30)
                                        .map(TrainingTests::document)
                                        .toList())
                                .explain(true))
                .actionGet(60_000)
                .documents();
        Map<Integer, Set<String>> keys = new HashMap<>();
        for (int i = 0; i < encoded.size(); i++) {
            keys.computeIfAbsent(i % 3, topic -> new HashSet<>())
                    .add(encoded.get(i).clusters().get(0).key());
            assertThat(encoded.get(i).terms().isEmpty(), equalTo(false));
            assertThat(encoded.get(i).reconstruction().isEmpty(), equalTo(false));
        }
        assertThat(keys.values().stream().mapToInt(Set::size).sum(), equalTo(3));
        assertThat(Set.copyOf(keys.values()), hasSize(3));

        // a second training makes a new generation; it has the same clusters under the same keys, and the documents
        // carry it
        TrainResponse second = train("m1");
        assertThat(second.summary().number(), equalTo(2));
        assertThat(parts.registry().active("m1"), equalTo(2));
        Generation next = await(l -> parts.registry().load("m1", 2, l));
        assertThat(
                Set.copyOf(next.clusters().keys()),
                equalTo(Set.copyOf(generation.clusters().keys())));
        latents = latents("news");
        assertThat(latents.size(), equalTo(DOCUMENTS + 30));
        assertThat(
                latents.values().stream()
                        .map(l -> l.get("generation"))
                        .distinct()
                        .toList(),
                equalTo(List.of(2)));
        assertNothingHeld();
    }

    public void testNewClustersForTheSameEncoder() throws Exception {
        createIndex("same", Settings.builder().put("index.number_of_shards", 2).build());
        index("same", 0, DOCUMENTS);
        define("same", "same", "");
        IllegalArgumentException none =
                expectThrows(IllegalArgumentException.class, () -> train("same", "{\"mode\":\"clusters\"}"));
        assertThat(none.getMessage(), containsString("[mode] [clusters] keeps the encoder of the active generation"));
        assertThat(none.getMessage(), containsString("[same]"));
        assertThat(stored("same").training(), nullValue());

        train("same", "{\"mode\":\"full\"}");
        client().execute(AttachAction.INSTANCE, new AttachAction.Request("same", true).indices(List.of("same")))
                .actionGet(60_000);
        client().prepareIndex("same")
                .setId("empty")
                .setSource("title", "zzz qqq")
                .get();
        Generation first = await(l -> parts.registry().load("same", 1, l));
        Map<String, Map<?, ?>> latents = latents("same");
        Map<String, Long> versions = versions("same");
        Map<String, Long> facets = facets("same");
        assertThat(latents.size(), equalTo(DOCUMENTS));
        assertThat(facets.remove(""), equalTo(1L));
        assertThat(facets.values().stream().mapToLong(Long::longValue).sum(), equalTo((long) DOCUMENTS));
        String key = first.clusters().keys().get(0);
        await((ActionListener<AcknowledgedResponse> l) ->
                parts.store().editCluster("same", key, new ClusterEdits.Edit("mine", false), l));

        // the definition now reads documents differently, which applies only to the next encoder
        String reread = "{\"source\":{\"index\":\"same\",\"fields\":[\"body\"]},\"text\":{\"min_doc_freq\":5,"
                + "\"vocabulary_size\":100},\"vae\":{\"latent_dims\":8},\"clusters\":{\"count\":3}}";
        ModelDefinition changed = parse("same", reread);
        put(changed);
        TrainResponse trained = train("same", "{\"mode\":\"clusters\"}");
        assertThat(trained.summary().number(), equalTo(2));
        assertThat(trained.summary().info().encoderGeneration(), equalTo(1));
        assertThat(trained.summary().info().documents(), equalTo((long) DOCUMENTS));
        Map<String, Double> metrics = trained.summary().info().metrics();
        assertThat(metrics.get(QualityGate.SILHOUETTE), equalTo(metrics.get(QualityGate.PREVIOUS_SILHOUETTE)));
        assertThat(
                metrics.get(QualityGate.HELD_OUT_LOSS), equalTo(first.metrics().get(QualityGate.HELD_OUT_LOSS)));
        StoredModel model = stored("same");
        assertThat(model.state(), equalTo(ModelState.READY));
        assertThat(model.active(), equalTo(2));
        assertThat(model.activeEncoder(), equalTo(model.generation(1).encoder()));
        assertThat(status("same").phase(), equalTo("done"));

        // the same documents and latents give the same clusters, and no document was written
        Generation second = await(l -> parts.registry().load("same", 2, l));
        assertThat(second.fields(), equalTo(first.fields()));
        assertThat(second.text(), equalTo(first.text()));
        assertThat(second.clusters().keys(), equalTo(first.clusters().keys()));
        for (float[] latent : first.clusters().partition().centroids()) {
            assertArrayEquals(
                    "the map is kept",
                    first.projection().place(latent),
                    second.projection().place(latent),
                    0);
        }
        assertThat(second.clusters().infos(), equalTo(first.clusters().infos()));
        assertThat(latents("same"), equalTo(latents));
        assertThat(versions("same"), equalTo(versions));
        Map<String, Long> again = facets("same");
        assertThat(again.remove(""), equalTo(1L));
        assertThat(again, equalTo(facets));
        assertThat(parts.registry().edits("same").label(key, "theirs"), equalTo("mine"));

        // re-encoding visits only the document without a latent, and does not write it; new documents get a latent of
        // the same encoder
        client().execute(ReencodeAction.INSTANCE, new ReencodeAction.Request("same", true))
                .actionGet(60_000);
        assertThat(versions("same"), equalTo(versions));
        index("same", DOCUMENTS, DOCUMENTS + 30);
        assertThat(latents("same").size(), equalTo(DOCUMENTS + 30));
        assertThat(generationsOf(latents("same")), equalTo(Set.of(1)));
        long encoded = parts.stats().get(StatName.DOCUMENTS_ENCODED);
        index("same", 0, 10);
        assertThat(parts.stats().get(StatName.DOCUMENTS_ENCODED), equalTo(encoded + 10));
        assertThat(latents("same").get("d0"), equalTo(latents.get("d0")));
        assertNothingHeld();

        // other clusters of more documents, then back to the first ones: still no document is written
        define("same", "same", "");
        ModelDefinition more = parse(
                "same",
                reread.replace("\"count\":3", "\"count\":6")
                        .replace("\"min_doc_freq\"", "\"exclude\":[\"oil\"],\"min_doc_freq\""));
        put(more);
        versions = versions("same");
        TrainResponse third = train("same", "{\"mode\":\"clusters\",\"force\":true}");
        assertThat(third.summary().number(), equalTo(3));
        assertThat(third.summary().clusters(), equalTo(6));
        assertThat(third.summary().info().encoderGeneration(), equalTo(1));
        assertThat(third.summary().info().documents(), equalTo(DOCUMENTS + 30L));
        Generation six = await(l -> parts.registry().load("same", 3, l));
        assertThat(termsOf(first), hasItem("oil"));
        assertThat(termsOf(six), not(hasItem("oil")));
        Map<String, Long> counted = facets("same");
        assertThat(counted.remove(""), equalTo(1L));
        assertThat(counted.values().stream().mapToLong(Long::longValue).sum(), equalTo(DOCUMENTS + 30L));
        Map<String, Long> expected = new HashMap<>();
        for (Map<?, ?> latent : latents("same").values()) {
            float[] unit = Latents.dequantize(Base64.getDecoder().decode((String) latent.get("vector")));
            int cluster = six.clusters().partition().assign(unit);
            expected.merge(six.clusters().keys().get(cluster), 1L, Long::sum);
        }
        assertThat(counted, equalTo(expected));
        await((ActionListener<AcknowledgedResponse> l) -> parts.store().activate("same", 1, l));
        Map<String, Long> rolledBack = facets("same");
        assertThat(rolledBack.remove(""), equalTo(1L));
        assertThat(rolledBack.values().stream().mapToLong(Long::longValue).sum(), equalTo(DOCUMENTS + 30L));
        assertThat(versions("same"), equalTo(versions));

        // a new encoder is a new number on the documents
        define("same", "same", "");
        assertThat(train("same", "{\"force\":true}").summary().info().encoderGeneration(), equalTo(4));
        assertThat(generationsOf(latents("same")), equalTo(Set.of(4)));
        assertNothingHeld();
    }

    private void indexVectors(String index, int dims, int documents) {
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < documents; i++) {
            Map<String, Object> document = new HashMap<>(document(i));
            List<Double> vector = new ArrayList<>();
            for (int j = 0; j < dims; j++) {
                vector.add(1 + (j % TOPICS.size() == i % TOPICS.size() ? 1 : 0) + (i * 7 + j * 5) % 11 / 20.0);
            }
            if (i % 4 > 0) {
                document.put("embedding", vector);
            }
            if (i % 4 == 1) {
                document.remove("body");
                document.remove("title");
            }
            bulk.add(new IndexRequest(index).id("d" + i).source(document));
        }
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
    }

    /** The length of the vectors may change with the embedding model. The gate still compares the former generation. */
    public void testVectorsOfAnotherLengthInTheNextGeneration() throws Exception {
        createIndex("vectors");
        indexVectors("vectors", 6, DOCUMENTS);
        String json =
                "{\"source\":{\"index\":\"vectors\",\"fields\":[\"title^2\",\"body\"],\"vector_field\":\"embedding\"},"
                        + "\"text\":{\"min_doc_freq\":2,\"phrases\":false},\"clusters\":{\"count\":3},"
                        + "\"vae\":{\"latent_dims\":16,\"hidden_dims\":[32],\"epochs\":8}}";
        ModelDefinition definition = parse("v", json);
        put(definition);
        assertThat(train("v").summary().info().documents(), equalTo((long) DOCUMENTS));
        Generation first = await(l -> parts.registry().load("v", 1, l));
        assertThat(first.vectorField(), equalTo("embedding"));
        assertThat(first.vectorDims(), equalTo(6));

        indexVectors("vectors", 9, DOCUMENTS);
        IllegalArgumentException refused =
                expectThrows(IllegalArgumentException.class, () -> train("v", "{\"mode\":\"clusters\"}"));
        assertThat(refused.getMessage(), containsString("[embedding] must be an array of [6] numbers, has [9]"));
        int number = train("v", "{\"force\":true}").summary().number();
        Generation next = await(l -> parts.registry().load("v", number, l));
        assertThat(next.vectorDims(), equalTo(9));

        // vectors of two lengths fail the training
        indexVectors("vectors", 6, 100);
        refused = expectThrows(IllegalArgumentException.class, () -> train("v"));
        assertThat(refused.getMessage(), containsString("cannot read [source.vector_field] of document [d"));
        assertThat(refused.getMessage(), containsString("the first vector that was read is of document [d"));
        assertThat(stored("v").active(), equalTo(number));
        assertNothingHeld();
    }

    public void testSampleIsTheSmallestHashesWhateverTheShards() throws Exception {
        Map<Integer, Set<String>> samples = new HashMap<>();
        for (int shards : new int[] {1, 4}) {
            String index = "sample" + shards;
            createIndex(
                    index,
                    Settings.builder().put("index.number_of_shards", shards).build());
            index(index, 0, DOCUMENTS);
            Set<String> ids = new HashSet<>();
            try (CorpusReader reader = new CorpusReader(client(), List.of(index), null, 10_000, () -> {})) {
                assertThat(reader.total(), equalTo((long) DOCUMENTS));
                reader.read(FIELDS, 100, document -> assertTrue(ids.add(document.id())));
            }
            samples.put(shards, ids);
        }
        Set<String> expected = new HashSet<>();
        Stream.iterate(0, i -> i + 1)
                .limit(DOCUMENTS)
                .map(i -> "d" + i)
                .sorted((a, b) -> Long.compare(CorpusReader.hash(a), CorpusReader.hash(b)))
                .limit(100)
                .forEach(expected::add);
        assertThat(samples.get(1), equalTo(expected));
        assertThat(samples.get(4), equalTo(expected));
        assertNothingHeld();
    }

    /** To the security plugin, a search that names no index is one of all indices, a point in time or not. */
    public void testEverySearchOfAPointInTimeNamesItsIndices() throws Exception {
        createIndex("named");
        index("named", 0, 30);
        List<List<String>> searched = new ArrayList<>();
        Client recording = new FilterClient(client()) {
            @Override
            protected <Q extends ActionRequest, R extends ActionResponse> void doExecute(
                    ActionType<R> action, Q request, ActionListener<R> listener) {
                if (request instanceof SearchRequest search) {
                    searched.add(List.of(search.indices()));
                }
                super.doExecute(action, request, listener);
            }
        };
        try (CorpusReader reader = new CorpusReader(recording, List.of("nam*"), null, 10_000, () -> {})) {
            reader.read(FIELDS, 10, document -> {});
        }
        assertThat(searched, everyItem(equalTo(List.of("nam*"))));
        assertThat("a count, ids and sources", searched.size(), greaterThanOrEqualTo(3));
        assertNothingHeld();
    }

    /** A cancelled task may start no more children; the point in time is released all the same. */
    public void testACancelledReaderHoldsNothing() throws Exception {
        createIndex("cancelled");
        index("cancelled", 0, 30);
        TaskManager tasks = getInstanceFromNode(TransportService.class).getTaskManager();
        CancellableTask task = (CancellableTask) tasks.register("transport", "test", new SearchRequest());
        try {
            TaskId id = new TaskId(
                    getInstanceFromNode(ClusterService.class).localNode().getId(), task.getId());
            Client asChild = new ParentTaskAssigningClient(client(), id);
            try (CorpusReader reader = new CorpusReader(asChild, List.of("cancelled"), null, 10_000, () -> {})) {
                PlainActionFuture<Void> cancelled = PlainActionFuture.newFuture();
                tasks.cancelTaskAndDescendants(task, "of a test", false, cancelled);
                cancelled.actionGet();
                expectThrows(TaskCancelledException.class, () -> reader.read(FIELDS, 10, document -> {}));
            }
        } finally {
            tasks.unregister(task);
        }
        assertBusy(this::assertNothingHeld);
    }

    public void testReadsEveryDocumentOfSeveralIndicesOnce() throws Exception {
        createIndex("left");
        createIndex("right");
        index("left", 0, 700);
        index("right", 700, 1400);
        Set<String> ids = new HashSet<>();
        try (CorpusReader reader =
                new CorpusReader(client(), List.of("left", "right"), QueryBuilders.matchAllQuery(), 10_000, () -> {})) {
            reader.read(FIELDS, 5000, document -> assertTrue(ids.add(document.id())));
        }
        assertThat(ids, hasSize(1400));
    }

    /** An index may allow fewer hits per page than the reader uses. Of several indices the smallest bound applies. */
    public void testReadsIndicesWithASmallResultWindow() throws Exception {
        createIndex("wide");
        createIndex(
                "narrow", Settings.builder().put("index.max_result_window", 40).build());
        index("wide", 0, 120);
        index("narrow", 120, DOCUMENTS);
        for (int maxDocuments : new int[] {DOCUMENTS, 150}) {
            String model = "window" + maxDocuments;
            String json = "{\"source\":{\"index\":[\"wide\",\"nar*\"],\"fields\":[\"title\",\"body\"],"
                    + "\"max_documents\":" + maxDocuments + "},\"text\":{\"min_doc_freq\":2,\"phrases\":false},"
                    + "\"vae\":{\"latent_dims\":16,\"hidden_dims\":[32],\"epochs\":2},\"clusters\":{\"count\":3}}";
            ModelDefinition definition = parse(model, json);
            put(definition);
            train(model);
            assertThat(stored(model).generation(1).info().documents(), equalTo((long) maxDocuments));
        }
        AttachAction.Response attached = client().execute(
                        AttachAction.INSTANCE, new AttachAction.Request("window150", true).indices(List.of("narrow")))
                .actionGet(60_000);
        assertThat(attached.reencoded().updated(), equalTo(DOCUMENTS - 120L));
        assertNothingHeld();
    }

    public void testRefusalsBeforeATrainingBegins() throws Exception {
        expectThrows(ResourceNotFoundException.class, () -> train("unknown"));
        define("noindex", "nowhere", "");
        IndexNotFoundException missing = expectThrows(IndexNotFoundException.class, () -> train("noindex"));
        assertThat(missing.getMessage(), containsString("nowhere"));
        define("nopattern", "nowhere-*", "");
        ResourceNotFoundException none = expectThrows(ResourceNotFoundException.class, () -> train("nopattern"));
        assertThat(none.getMessage(), containsString("nowhere-*"));
        for (String model : List.of("noindex", "nopattern")) {
            assertThat(stored(model).state(), equalTo(ModelState.CREATED));
            assertThat(stored(model).training(), nullValue());
        }
    }

    public void testTooLittleTextFailsTheTrainingAndSaysWhy() throws Exception {
        createIndex("few");
        index("few", 0, 7);
        define("few", "few", "");
        IllegalArgumentException few = expectThrows(IllegalArgumentException.class, () -> train("few"));
        assertThat(few.getMessage(), containsString("[7]"));
        assertThat(few.getMessage(), containsString("[50]"));
        assertThat(stored("few").state(), equalTo(ModelState.FAILED));
        assertThat(stored("few").error(), containsString("[7]"));
        assertThat(status("few").error(), containsString("[50]"));

        // The new documents lack the fields. A failed training does not block the next one.
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE);
        for (int i = 0; i < 80; i++) {
            bulk.add(new IndexRequest("few").source("other", "text"));
        }
        client().bulk(bulk).actionGet();
        IllegalArgumentException noText = expectThrows(IllegalArgumentException.class, () -> train("few"));
        assertThat(noText.getMessage(), containsString("[7] documents with text"));
        assertNothingHeld();
    }

    public void testSeedsGetClustersThatKeepTheirKeys() throws Exception {
        createIndex("guided");
        index("guided", 0, 120);
        String clusters = "\"clusters\":{\"count\":3,\"seeds\":["
                + "{\"label\":\"Energy\",\"terms\":[\"oil\",\"opec\",\"Refineries\"]},"
                + "{\"label\":\"Like these\",\"ids\":[{\"_id\":\"d2\"},{\"_index\":\"guided\",\"_id\":\"d5\"},"
                + "{\"_index\":\"other\",\"_id\":\"d8\"},{\"_id\":\"nobody\"}]},"
                + "{\"terms\":[\"cricket\",\"wicket\",\"bowler\"]}]}";
        put(parse(
                "guided",
                "{\"source\":{\"index\":\"guided\",\"fields\":[\"title^2\",\"body\"]},\"text\":{\"min_doc_freq\":2,"
                        + "\"phrases\":false},\"vae\":{\"latent_dims\":16,\"hidden_dims\":[32],\"epochs\":8},"
                        + clusters
                        + "}"));
        List<SeedSupport> seeds = train("guided").summary().decision().seeds();
        assertThat(seeds.stream().map(SeedSupport::label).toList(), contains("Energy", "Like these", CRICKET));
        assertThat(seeds.stream().map(SeedSupport::supported).toList(), contains(true, true, false));
        assertThat(seeds.get(0).unknown(), empty());
        assertThat(seeds.get(1).unknown(), contains("d8", "nobody"));
        assertThat(seeds.get(2).unknown(), contains("cricket", "wicket", "bowler"));
        assertThat(seeds.get(2).why(), containsString("none of its terms is a word of the model"));
        assertThat(labels("guided"), equalTo(labels(seeds)));

        for (String mode : List.of("clusters", "full")) {
            List<SeedSupport> again = train("guided", "{\"mode\":\"" + mode + "\"}")
                    .summary()
                    .decision()
                    .seeds();
            assertThat(
                    mode,
                    again.stream().map(SeedSupport::key).toList(),
                    equalTo(seeds.stream().map(SeedSupport::key).toList()));
            assertThat(labels("guided"), equalTo(labels(again)));
        }
        assertNothingHeld();
    }

    private static final String CRICKET = "cricket, wicket, bowler";

    /** The labels of the seeds' clusters, by key. */
    private static Map<String, String> labels(List<SeedSupport> seeds) {
        Map<String, String> labels = new HashMap<>();
        seeds.stream().filter(SeedSupport::supported).forEach(seed -> labels.put(seed.key(), seed.label()));
        return labels;
    }

    /** The labels of clusters that are of seeds, by key. */
    private Map<String, String> labels(String model) {
        int active = parts.registry().active(model);
        Generation generation = await(listener -> parts.registry().load(model, active, listener));
        Map<String, String> labels = new HashMap<>();
        for (ClusterInfo info : generation.clusters().infos()) {
            if (List.of("Energy", "Like these", CRICKET).contains(info.label())) {
                labels.put(info.key(), info.label());
            }
        }
        return labels;
    }

    public void testWordVectorsOfAFileThatTheOperatorBrings() throws Exception {
        createIndex("vectors");
        index("vectors", 0, 90);
        String json =
                "{\"source\":{\"index\":\"vectors\",\"fields\":[\"title\",\"body\"]},\"text\":{\"min_doc_freq\":2,"
                        + "\"word_vectors\":\"small.vec\"},\"vae\":{\"latent_dims\":16,\"hidden_dims\":[32],"
                        + "\"epochs\":2},\"clusters\":{\"count\":3}}";
        ModelDefinition definition = parse("vectors", json);
        put(definition);
        IllegalArgumentException missing = expectThrows(IllegalArgumentException.class, () -> train("vectors"));
        assertThat(
                missing.getMessage(),
                containsString("has no file [small.vec] in the directory [latent-facets] of its configuration"));
        assertThat(stored("vectors").state(), equalTo(ModelState.FAILED));

        Path directory = getInstanceFromNode(Environment.class).configDir().resolve("latent-facets");
        Path file = Files.createDirectories(directory).resolve("small.vec");
        Files.writeString(file, "some 1 2 3\nthing 1 2\n");
        IllegalArgumentException damaged = expectThrows(IllegalArgumentException.class, () -> train("vectors"));
        assertThat(damaged.getMessage(), containsString("line [2] of the file of word vectors [small.vec] must have"));

        StringBuilder lines = new StringBuilder();
        for (int topic = 0; topic < TOPICS.size(); topic++) {
            for (String word : TOPICS.get(topic)) {
                lines.append(word)
                        .append(' ')
                        .append(topic)
                        .append(" 1 ")
                        .append(word.length())
                        .append('\n');
            }
        }
        Files.writeString(file, lines);
        int number = train("vectors").summary().number();
        Generation generation = await(l -> parts.store().readGeneration("vectors", number, l));
        assertThat(generation.text(), equalTo(definition.text().withoutWordVectors()));
        assertThat(generation.provenance().definition(), containsString("small.vec"));

        IllegalArgumentException warm =
                expectThrows(IllegalArgumentException.class, () -> train("vectors", "{\"start\":\"warm\"}"));
        assertThat(warm.getMessage(), containsString("[text.word_vectors], from which only cold trainings start"));
        assertNothingHeld();
    }

    public void testCancelledTrainingEndsAndGivesEverythingBack() throws Exception {
        createIndex("slow");
        index("slow", 0, DOCUMENTS);
        define("slow", "slow", "");
        define("slow", "slow", ",\"target_field\":\"latent\"");
        long before = parts.breaker().getUsed();
        NodeClient node = getInstanceFromNode(NodeClient.class);
        PlainActionFuture<TrainResponse> end = PlainActionFuture.newFuture();
        ModelDefinition endless = parse(
                "slow",
                "{\"source\":{\"index\":\"slow\",\"fields\":[\"title\",\"body\"]},\"text\":{\"min_doc_freq\":2},\"vae\":{\"epochs\":10000}}");
        put(endless);
        CoordinatorTask task =
                (CoordinatorTask) node.executeLocally(TrainAction.INSTANCE, new TrainRequest("slow"), end);
        int generation = await(l -> task.begun().whenComplete(l::onResponse, l::onFailure));
        assertThat(generation, equalTo(1));
        OpenSearchStatusException busy = expectThrows(OpenSearchStatusException.class, () -> train("slow"));
        assertThat(busy.status(), equalTo(RestStatus.CONFLICT));
        assertBusy(() -> {
            TrainingStatus status = status("slow");
            assertThat(status.phase(), equalTo("training"));
            assertThat(status.epoch(), greaterThan(0));
            assertThat(status.state(), equalTo("training"));
            assertThat(status.node(), equalTo(node.getLocalNodeId()));
        });
        assertThat(parts.breaker().getUsed(), greaterThan(before));
        client().admin()
                .cluster()
                .cancelTasks(new CancelTasksRequest().setTaskId(new TaskId(node.getLocalNodeId(), task.getId())))
                .actionGet();
        OpenSearchException cancelled = expectThrows(OpenSearchException.class, () -> end.actionGet(60_000));
        assertTrue(cancelled.toString(), cancelled instanceof TaskCancelledException);
        StoredModel model = stored("slow");
        assertThat(model.state(), equalTo(ModelState.CREATED));
        assertThat(model.training().outcome().status(), equalTo(TrainingOutcome.Status.CANCELLED));
        assertThat(parts.breaker().getUsed(), equalTo(before));
        assertNothingHeld();
    }

    public void testMemoryThatIsNotThereIsNotUsed() throws Exception {
        createIndex("big");
        index("big", 0, 60);
        define("big", "big", "");
        long limit = parts.breaker().getLimit();
        parts.breaker().addWithoutBreaking(limit);
        try {
            OpenSearchException full = expectThrows(OpenSearchException.class, () -> train("big"));
            assertThat(full.status(), equalTo(RestStatus.TOO_MANY_REQUESTS));
        } finally {
            parts.breaker().addWithoutBreaking(-limit);
        }
        assertThat(stored("big").state(), equalTo(ModelState.FAILED));
        assertNothingHeld();
    }

    /** The first chunk of the active generation is gone. Only a training that is forced makes a new generation. */
    public void testAForcedTrainingGoesOnWithoutADamagedGeneration() throws Exception {
        createIndex("holed");
        index("holed", 0, 120);
        define("holed", "holed", "");
        train("holed");
        Generation first = await(l -> parts.store().readGeneration("holed", 1, l));
        assertNull("the node has to read it", parts.registry().loaded("holed", 1));
        String chunk = damage("holed");
        for (String body : List.of("{}", "{\"mode\":\"clusters\"}", "{\"mode\":\"clusters\",\"force\":true}")) {
            OpenSearchStatusException refused =
                    expectThrows(OpenSearchStatusException.class, () -> train("holed", body));
            assertThat(refused.status(), equalTo(RestStatus.CONFLICT));
            assertThat(
                    refused.getMessage(),
                    allOf(
                            containsString("the active generation [1] of model [holed] cannot be read"),
                            containsString("chunk [" + chunk + "] is missing"),
                            containsString("\"force\": true")));
            assertThat(status("holed").error(), equalTo(refused.getMessage()));
        }
        GenerationSummary cold = train("holed", "{\"force\":true}").summary();
        assertThat(stored("holed").active(), equalTo(cold.number()));
        assertThat(stored("holed").error(), nullValue());
        assertThat("nothing to compare with", cold.info().metrics().keySet(), not(hasItem("previous_silhouette")));
        Generation generation = await(l -> parts.registry().load("holed", cold.number(), l));
        assertThat(
                "no key comes back",
                Collections.disjoint(
                        generation.clusters().keys(), first.clusters().keys()),
                equalTo(true));
        assertThat("the next one continues its keys", train("holed").summary().number(), equalTo(cold.number() + 1));
        assertNothingHeld();
    }

    /** Deletes the first chunk of the model's only generation; returns the chunk's id. */
    private String damage(String model) {
        String system = ".plugins-latent-models";
        SearchResponse found = client().prepareSearch(system)
                .setQuery(QueryBuilders.boolQuery()
                        .filter(QueryBuilders.termQuery("type", "chunk"))
                        .filter(QueryBuilders.termQuery("model", model)))
                .setFetchSource(false)
                .get();
        String chunk = found.getHits().getAt(0).getId();
        client().prepareDelete(system, chunk)
                .setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE)
                .get();
        return chunk;
    }

    /** An update-by-query adds a header for each page of documents; HTTP clients reject a response with so many. */
    public void testAnAnswerHasNoHeadersOfTheSearchesThatItWaitedFor() throws Exception {
        createIndex("pages", Settings.builder().put("index.number_of_shards", 1).build());
        index("pages", 0, DOCUMENTS);
        define("pages", "pages", "");
        train("pages");

        ThreadContext context = getInstanceFromNode(ThreadPool.class).getThreadContext();
        AtomicReference<Map<String, List<String>>> headers = new AtomicReference<>();
        AtomicReference<String> user = new AtomicReference<>();
        try (ThreadContext.StoredContext before = context.stashContext()) {
            assertNotNull(before);
            context.putTransient("user", "ada");
            context.addResponseHeader("X-Own", "of the call");
            AttachAction.Response attached = await(l -> client().execute(
                            AttachAction.INSTANCE,
                            new AttachAction.Request("pages", true).indices(List.of("pages")),
                            ActionListener.runBefore(l, () -> {
                                headers.set(context.getResponseHeaders());
                                user.set(context.getTransient("user"));
                            })));
            assertThat(attached.reencoded().updated(), equalTo((long) DOCUMENTS));
        }
        assertThat(headers.get(), equalTo(Map.of("X-Own", List.of("of the call"))));
        assertThat(user.get(), equalTo("ada"));
    }

    public void testAttachRefusesWhatIsNotItsOwn() throws Exception {
        createIndex(
                "taken",
                Settings.builder().put("index.default_pipeline", "theirs").build());
        createIndex("free");
        define("att", "free", "");
        AttachAction.Request request = new AttachAction.Request("att", true).indices(List.of("taken"));
        OpenSearchStatusException taken =
                expectThrows(OpenSearchStatusException.class, () -> client().execute(AttachAction.INSTANCE, request)
                        .actionGet(60_000));
        assertThat(taken.status(), equalTo(RestStatus.CONFLICT));
        assertThat(taken.getMessage(), containsString("theirs"));
        assertThat(
                client().admin()
                        .indices()
                        .prepareGetMappings("taken")
                        .get()
                        .getMappings()
                        .get("taken")
                        .sourceAsMap()
                        .isEmpty(),
                equalTo(true));
        expectThrows(IndexNotFoundException.class, () -> client().execute(
                        AttachAction.INSTANCE, new AttachAction.Request("att", true).indices(List.of("nowhere")))
                .actionGet(60_000));
        expectThrows(ResourceNotFoundException.class, () -> client().execute(
                        AttachAction.INSTANCE, new AttachAction.Request("nobody", true).indices(List.of("free")))
                .actionGet(60_000));

        // before the first training: documents pass through without a latent
        client().execute(AttachAction.INSTANCE, new AttachAction.Request("att", true).indices(List.of("free")))
                .actionGet(60_000);
        index("free", 0, 3);
        assertThat(latents("free").size(), equalTo(0));
    }
}

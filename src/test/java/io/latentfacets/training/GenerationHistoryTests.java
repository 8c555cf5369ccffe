/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.startsWith;

import io.latentfacets.attach.AttachAction;
import io.latentfacets.cluster.Lineage;
import io.latentfacets.generations.DeleteGenerationAction;
import io.latentfacets.generations.GenerationRequest;
import io.latentfacets.model.Bound;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Decision;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.definition.Presets;
import io.latentfacets.model.store.ModelRegistry;
import io.latentfacets.model.store.StoredGeneration;
import io.latentfacets.training.progress.TrainingStatus;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.WriteRequest;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryBuilders;

/** What is compared, recorded, kept and deleted from one generation to the next, on two nodes. */
public class GenerationHistoryTests extends TrainingClusterTestCase {

    private String node;

    private void startCluster() throws Exception {
        internalCluster().startClusterManagerOnlyNode();
        node = internalCluster().startDataOnlyNode();
        internalCluster().startDataOnlyNode();
        ensureStableCluster(3);
    }

    /** Documents of two subjects, each with some words of its subject, so that no other groups are in them. */
    private void indexTwoSubjects() {
        client(node).admin().indices().prepareCreate("docs").get();
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE);
        Random random = new Random(5);
        for (int i = 0; i < 400; i++) {
            String subject = i % 2 == 0 ? "oil" : "grain";
            String text = IntStream.range(0, 12)
                    .mapToObj(word -> subject + (char) ('a' + random.nextInt(26)))
                    .collect(Collectors.joining(" "));
            bulk.add(new IndexRequest("docs").id("d" + i).source("body", text));
        }
        assertFalse(client(node).bulk(bulk).actionGet().hasFailures());
        ensureGreen("docs");
    }

    private void define(int clusters, int seed, String refresh) throws Exception {
        String json = "{\"source\":{\"index\":\"docs\",\"fields\":[\"body\"]},\"text\":{\"min_doc_freq\":2},"
                + "\"vae\":{\"latent_dims\":8,\"hidden_dims\":[16],\"epochs\":8,\"seed\":" + seed
                + "},\"clusters\":{\"count\":" + clusters + "}" + refresh + "}";
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, json)) {
            ModelDefinition definition = ModelDefinition.parse(MODEL, parser, Presets.bundled());
            Bound bound = model() == null ? Bound.NONE : model().bound();
            await((ActionListener<Void> l) -> store(node).put(definition, null, bound, l));
        }
    }

    /** Null before it is defined. */
    private StoredModel model() {
        try {
            return model(node);
        } catch (ResourceNotFoundException e) {
            return null;
        }
    }

    private GenerationSummary train(String why) {
        return client(node)
                .execute(TrainAction.INSTANCE, new TrainRequest(MODEL).why(why))
                .actionGet(180_000)
                .summary();
    }

    private StoredGeneration record(int generation) {
        return await(l -> store(node).generation(MODEL, generation, l));
    }

    private void delete(int generation) {
        PlainActionFuture<AcknowledgedResponse> deleted = PlainActionFuture.newFuture();
        client(node).execute(DeleteGenerationAction.INSTANCE, new GenerationRequest(MODEL, generation), deleted);
        assertTrue(deleted.actionGet(60_000).isAcknowledged());
    }

    private void activate(int generation) {
        await((ActionListener<AcknowledgedResponse> l) -> store(node).activate(MODEL, generation, l));
    }

    private static List<Integer> numbers(StoredModel model) {
        return model.generations().stream().map(GenerationSummary::number).toList();
    }

    private long chunks(int generation) {
        client(node).admin().indices().prepareRefresh(".plugins-latent-models").get();
        return client(node)
                .prepareSearch(".plugins-latent-models")
                .setQuery(QueryBuilders.boolQuery()
                        .filter(QueryBuilders.termQuery("type", "chunk"))
                        .filter(QueryBuilders.termQuery("generation", generation)))
                .setSize(0)
                .get()
                .getHits()
                .getTotalHits()
                .value();
    }

    public void testAWorseGenerationIsKeptAndNotActivated() throws Exception {
        startCluster();
        indexTwoSubjects();
        define(2, 1, "");
        GenerationSummary first = train("first");
        Decision.Start cold = new Decision.Start(false, 0, "cold: the model has no active generation");
        assertThat(
                first.decision(),
                equalTo(new Decision("full", "first", 0, Decision.Verdict.FIRST, null).startedBy(cold)));
        String key = read(node, 1).clusters().keys().get(0);
        await((ActionListener<AcknowledgedResponse> l) ->
                store(node).editCluster(MODEL, key, new ClusterEdits.Edit("Energy", true), l));

        // twenty pieces of two subjects
        define(20, 2, "");
        OpenSearchStatusException worse = expectThrows(OpenSearchStatusException.class, () -> train("too many"));
        assertThat(worse.status(), equalTo(RestStatus.CONFLICT));
        assertThat(
                worse.getMessage(), containsString("generation [2] of model [m] is not activated: its [silhouette]"));
        StoredModel model = model(node);
        assertThat(model.state(), equalTo(ModelState.READY));
        assertThat(model.active(), equalTo(1));
        assertThat(numbers(model), equalTo(List.of(1, 2)));
        assertThat(model.training().outcome(), equalTo(TrainingOutcome.notActivated(worse.getMessage())));
        assertThat(model.error(), equalTo(worse.getMessage()));
        TrainingStatus status = status(client(node));
        assertThat(status.phase(), equalTo("not_activated"));

        StoredGeneration kept = record(2);
        Decision decision = kept.summary().decision();
        assertThat(
                decision,
                equalTo(new Decision("full", "too many", 1, Decision.Verdict.REJECTED, worse.getMessage())
                        .startedBy(decision.start())));
        assertThat(decision.start().why(), startsWith("warm from generation 1: "));
        Map<String, Double> metrics = kept.summary().info().metrics();
        assertThat(metrics.get("silhouette"), lessThan(metrics.get("previous_silhouette") - 0.05));
        assertThat(kept.provenance().definition(), containsString("\"count\":20"));
        assertThat("a transition for each cluster", kept.provenance().lineage().size(), greaterThan(19));

        activate(2);
        assertThat(model(node).active(), equalTo(2));
        activate(1);
        assertThat(model(node).active(), equalTo(1));
        ModelRegistry registry = internalCluster().getInstance(ModelRegistry.class, node);
        assertTrue("its edit is still there", registry.edits(MODEL).hidden(key));

        Exception active = expectThrows(Exception.class, () -> delete(1));
        assertThat(ExceptionsHelper.status(active), equalTo(RestStatus.CONFLICT));
        assertThat(chunks(2), greaterThan(0L));
        delete(2);
        assertThat(chunks(2), equalTo(0L));
        assertThat(numbers(model(node)), equalTo(List.of(1)));
        assertNull("no node looks for it", registry.known(MODEL, 2));
        expectThrows(ResourceNotFoundException.class, () -> delete(2));
        expectThrows(ResourceNotFoundException.class, () -> activate(2));
        define(2, 3, "");
        assertThat(train("again").number(), equalTo(3));
        assertTrue(
                "the rejected one is deleted, and with it its record",
                record(3).summary().decision().start().warm());
    }

    /** Trainings without a word about the start, and one that asks for a cold one. */
    public void testTrainingsStartFromTheActiveGeneration() throws Exception {
        startCluster();
        indexTwoSubjects();
        define(2, 1, "");
        train("first");
        define(2, 2, "");
        train("second");
        GenerationSummary second = record(2).summary();
        assertThat(second.decision().start().why(), startsWith("warm from generation 1: "));
        assertThat(second.decision().start().inARow(), equalTo(1));
        assertThat(second.info().metrics().get("kept_share"), greaterThan(0.95));
        TrainRequest clusters = new TrainRequest(MODEL).mode(TrainMode.CLUSTERS);
        client(node).execute(TrainAction.INSTANCE, clusters).actionGet(180_000);
        assertThat(
                "its encoder",
                record(3).summary().decision().start(),
                equalTo(second.decision().start()));
        train("fourth");
        assertThat(record(4).summary().decision().start().inARow(), equalTo(2));
        assertThat(record(4).summary().info().metrics().get("kept_share"), greaterThan(0.95));
        client(node)
                .execute(TrainAction.INSTANCE, new TrainRequest(MODEL).start(TrainStart.COLD))
                .actionGet(180_000);
        assertThat(record(5).summary().decision().start(), equalTo(new Decision.Start(false, 0, "cold: asked for")));
    }

    /** A training of the same documents with another seed keeps clusters, keys and labels. */
    public void testOldGenerationsGoWhenNothingNeedsThem() throws Exception {
        startCluster();
        index(node, 0);
        define(2, 1, ",\"refresh\":{\"reencode\":false,\"keep_generations\":1}");
        train("first");
        Generation first = read(node, 1);
        String key = first.clusters().keys().get(1);
        await((ActionListener<AcknowledgedResponse> l) ->
                store(node).editCluster(MODEL, key, new ClusterEdits.Edit("Grain", false), l));
        AttachAction.Response attached = client(node)
                .execute(AttachAction.INSTANCE, new AttachAction.Request(MODEL, true).indices(List.of("docs")))
                .actionGet(60_000);
        assertThat(attached.reencoded().updated(), equalTo(200L));

        define(2, 2, ",\"refresh\":{\"reencode\":false,\"keep_generations\":1}");
        train("second");
        assertThat("documents carry latents of the first", numbers(model(node)), equalTo(List.of(1, 2)));
        StoredGeneration second = record(2);
        assertThat(second.summary().decision().verdict(), equalTo(Decision.Verdict.ACCEPTED));
        for (Lineage.Transition each : second.provenance().lineage()) {
            assertThat(each.event(), equalTo(Lineage.Event.KEPT));
            assertThat(each.overlap(), closeTo(1, 0.05));
        }
        assertThat(second.summary().info().metrics().get("kept_share"), closeTo(1, 0.05));
        ModelRegistry registry = internalCluster().getInstance(ModelRegistry.class, node);
        assertThat(registry.edits(MODEL).label(key, "learned"), equalTo("Grain"));
        assertThat(read(node, 2).clusters().ordinal(key), greaterThan(-1));

        define(2, 3, ",\"refresh\":{\"reencode\":true,\"keep_generations\":1}");
        train("third");
        assertThat("documents carry latents of the third", numbers(model(node)), equalTo(List.of(3)));
        assertThat(chunks(1) + chunks(2), equalTo(0L));
        assertThat(registry.edits(MODEL).label(key, "learned"), equalTo("Grain"));

        define(2, 4, "");
        train("fourth");
        assertThat("nothing goes by itself without [refresh]", numbers(model(node)), equalTo(List.of(3, 4)));
    }
}

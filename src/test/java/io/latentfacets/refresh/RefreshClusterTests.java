/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.oneOf;

import io.latentfacets.model.Bound;
import io.latentfacets.model.Definer;
import io.latentfacets.model.ModelNameRequest;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.definition.Presets;
import io.latentfacets.training.TrainAction;
import io.latentfacets.training.TrainRequest;
import io.latentfacets.training.TrainResponse;
import io.latentfacets.training.progress.TrainingStatusAction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.admin.cluster.node.tasks.cancel.CancelTasksRequest;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.action.support.WriteRequest;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.node.Node;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.test.OpenSearchIntegTestCase;

/** Schedules in a cluster whose nodes the tests start and stop. The trainings are real, and tiny. */
@OpenSearchIntegTestCase.ClusterScope(
        scope = OpenSearchIntegTestCase.Scope.TEST,
        numDataNodes = 0,
        numClientNodes = 0,
        supportsDedicatedMasters = false,
        autoManageMasterNodes = true)
public class RefreshClusterTests extends RefreshClusterTestCase {

    private static final int DOCUMENTS = 120;
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);

    private static List<RefreshRun> runs() {
        return status().state().runs();
    }

    private static String trainingPhase() {
        return client().execute(TrainingStatusAction.INSTANCE, new ModelNameRequest(MODEL))
                .actionGet(60_000)
                .status()
                .phase();
    }

    private static PersistentTask<?> task() {
        return RefreshTasks.of(schedules().context().state(), MODEL);
    }

    private void index(int from, int to) {
        BulkRequest bulk = new BulkRequest().setRefreshPolicy(WriteRequest.RefreshPolicy.IMMEDIATE);
        for (int i = from; i < to; i++) {
            String topic = i % 2 == 0 ? "crude oil barrel opec refinery rig" : "wheat grain crop harvest corn farmer";
            bulk.add(
                    new IndexRequest("docs").id("d" + i).source("body", topic + " report week " + "abc".charAt(i % 3)));
        }
        assertFalse(client().bulk(bulk).actionGet().hasFailures());
    }

    private void startCluster(int managers, int dataNodes) throws Exception {
        internalCluster().startClusterManagerOnlyNodes(managers);
        internalCluster().startDataOnlyNodes(dataNodes);
        ensureStableCluster(managers + dataNodes);
        client().admin()
                .indices()
                .prepareCreate("docs")
                .setSettings(Settings.builder()
                        .put("index.number_of_shards", 1)
                        .put("index.number_of_replicas", dataNodes - 1))
                .get();
        index(0, DOCUMENTS);
        ensureGreen("docs");
    }

    /** @param refresh the JSON of {@code refresh} */
    private static ModelDefinition definition(String refresh, int epochs) throws Exception {
        String json = "{\"source\":{\"index\":\"docs\",\"fields\":[\"body\"]},\"text\":{\"min_doc_freq\":2},"
                + "\"vae\":{\"latent_dims\":8,\"hidden_dims\":[16],\"epochs\":" + epochs
                + "},\"clusters\":{\"count\":2},\"refresh\":" + refresh + "}";
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.THROW_UNSUPPORTED_OPERATION, json)) {
            return ModelDefinition.parse(MODEL, parser, Presets.bundled());
        }
    }

    private static void put(ModelDefinition definition, Definer definer, Bound bound) {
        await((ActionListener<Void> l) -> store().put(definition, definer, bound, l));
        await((ActionListener<Void> l) -> schedules().apply(definition, l));
    }

    /** Lets the schedule count from another time. */
    private static void count(long intervalMillis, long fromMillis) {
        await(l -> schedules()
                .context()
                .update(
                        UpdateRefreshAction.Request.set(new RefreshParams(MODEL, intervalMillis, false, fromMillis, 0)),
                        ActionListener.map(l, done -> done)));
    }

    private static void pause(boolean paused) {
        assertTrue(client().execute(PauseRefreshAction.INSTANCE, new PauseRefreshAction.Request(MODEL, paused))
                .actionGet(60_000)
                .isAcknowledged());
    }

    /** Trains for the first time, learns that nothing has changed, then that there are more documents. */
    public void testAScheduledModelLooksAfterItself() throws Exception {
        startCluster(1, 1);
        put(definition("{\"interval\":\"1s\"}", 2), null, Bound.NONE);
        assertThat(
                "a node that may train", node(), not(equalTo(internalCluster().getClusterManagerName())));
        assertBusy(() -> assertThat(runs().size(), greaterThan(1)), 2, TimeUnit.MINUTES);
        RefreshRun first = runs().get(0);
        assertThat(first.verdict(), equalTo(RefreshRun.Verdict.SUCCESS));
        assertThat(first.generation(), equalTo(1));
        assertThat(first.mode(), equalTo(RefreshPolicy.Advice.FULL));
        assertThat(first.why(), equalTo("it has no active generation yet"));
        assertThat(model().active(), equalTo(1));
        RefreshRun second = runs().get(1);
        assertThat(second.verdict(), equalTo(RefreshRun.Verdict.SKIPPED));
        assertThat(second.mode(), equalTo(RefreshPolicy.Advice.NONE));
        assertThat(second.why(), containsString("120 documents match, and generation 1 learned from 120"));
        index(DOCUMENTS, DOCUMENTS + 6);
        assertBusy(() -> assertThat(model().active(), equalTo(2)), 2, TimeUnit.MINUTES);
        assertBusy(() -> assertTrue(runs().stream()
                .anyMatch(run -> run.generation() == 2
                        && run.mode() == RefreshPolicy.Advice.CLUSTERS
                        && run.why().contains("126 documents match, 5 % more than the 120 of generation 1"))));
        index(DOCUMENTS + 6, DOCUMENTS + 36);
        assertBusy(() -> assertThat(model().active(), equalTo(3)), 2, TimeUnit.MINUTES);
        assertBusy(() -> assertTrue(runs().stream()
                .anyMatch(run -> run.generation() == 3
                        && run.mode() == RefreshPolicy.Advice.FULL
                        && run.why()
                                .contains(
                                        "156 documents match, 30 % more than the 120 that the encoder learned from"))));
        pause(true);
    }

    public void testAnotherNodeTakesOverWhenTheNodeIsLost() throws Exception {
        startCluster(1, 2);
        put(definition("{\"interval\":\"1s\",\"mode\":\"clusters\"}", 2), null, Bound.NONE);
        assertBusy(() -> assertThat(runs().size(), greaterThan(1)), 2, TimeUnit.MINUTES);
        ensureGreen();
        String first = node();
        internalCluster().stopRandomNode(settings -> first.equals(Node.NODE_NAME_SETTING.get(settings)));
        long stopped = System.currentTimeMillis();
        assertBusy(
                () -> assertTrue(runs().stream()
                        .anyMatch(run -> run.startMillis() > stopped
                                && run.verdict() == RefreshRun.Verdict.SUCCESS
                                && run.mode() == RefreshPolicy.Advice.CLUSTERS)),
                3,
                TimeUnit.MINUTES);
        assertThat(node(), not(equalTo(first)));
        pause(true);
    }

    /** Ten missed intervals make one run, whatever paused or stopped the schedule. */
    public void testAPauseSurvivesARestartAndIsMadeUpForOnce() throws Exception {
        startCluster(1, 1);
        put(definition("{\"interval\":\"1h\"}", 2), null, Bound.NONE);
        pause(true);
        pause(true);
        count(HOUR, System.currentTimeMillis() - 10 * HOUR);
        assertTrue("the pause stays when the definition changes", status().paused());
        internalCluster().fullRestart();
        ensureGreen();
        assertBusy(() -> assertThat(task().getExecutorNode(), notNullValue()));
        assertTrue(status().paused());
        assertThat(status().why(), equalTo("it is paused"));
        assertThat(status().next(), nullValue());
        assertThat(runs(), hasSize(0));
        pause(false);
        pause(false);
        assertBusy(() -> assertThat(runs(), hasSize(1)), 2, TimeUnit.MINUTES);
        RefreshRun made = runs().get(0);
        assertThat(made.verdict(), equalTo(RefreshRun.Verdict.SUCCESS));
        assertThat("an hour after the end of this run", status().nextMillis(), equalTo(made.endMillis() + HOUR));
        assertThat(status().state().running(), nullValue());
    }

    /** A node may stop after it has noted a run and before the training of that run begins. */
    public void testARunWhoseTrainingNeverBeganBeginsAgain() throws Exception {
        startCluster(1, 1);
        put(definition("{\"interval\":\"1h\"}", 2), null, Bound.NONE);
        node();
        RefreshRun lost = RefreshRun.begin(
                System.currentTimeMillis(), new RefreshPolicy.Decision(RefreshPolicy.Advice.FULL, "of a lost node"));
        await(l -> schedules()
                .context()
                .update(
                        UpdateRefreshAction.Request.begin(MODEL, task().getAllocationId(), lost),
                        ActionListener.map(l, done -> done)));
        assertThat(status().state().running(), equalTo(lost));
        count(HOUR, System.currentTimeMillis() - 10 * HOUR);
        assertBusy(() -> assertThat(runs(), hasSize(1)), 2, TimeUnit.MINUTES);
        assertThat(runs().get(0).verdict(), equalTo(RefreshRun.Verdict.SUCCESS));
        assertThat(runs().get(0).why(), equalTo("it has no active generation yet"));
        assertThat(status().state().running(), nullValue());
    }

    public void testARunningTrainingIsLeftAlone() throws Exception {
        startCluster(1, 1);
        put(definition("{\"interval\":\"1h\"}", 10_000), null, Bound.NONE);
        PlainActionFuture<TrainResponse> manual = PlainActionFuture.newFuture();
        client().execute(TrainAction.INSTANCE, new TrainRequest(MODEL), manual);
        assertBusy(() -> assertThat(model().training(), notNullValue()));
        count(HOUR, System.currentTimeMillis() - 10 * HOUR);
        assertBusy(() -> assertThat(runs(), hasSize(1)), 1, TimeUnit.MINUTES);
        assertThat(runs().get(0).verdict(), equalTo(RefreshRun.Verdict.SKIPPED));
        assertThat(runs().get(0).why(), containsString("a training of it runs already, task ["));
        assertTrue(model().training().running());
        client().admin()
                .cluster()
                .cancelTasks(new CancelTasksRequest().setActions(TrainAction.NAME))
                .actionGet();
        expectThrows(Exception.class, () -> manual.actionGet(60_000));
    }

    /** Whoever cancels the task of a schedule cancels its training; the schedule goes on. */
    public void testACancelledTaskIsAssignedAnew() throws Exception {
        startCluster(1, 1);
        put(definition("{\"interval\":\"1h\"}", 10_000), null, Bound.NONE);
        count(HOUR, System.currentTimeMillis() - 10 * HOUR);
        assertBusy(() -> assertThat(trainingPhase(), equalTo("training")), 1, TimeUnit.MINUTES);
        long allocation = task().getAllocationId();
        client().admin()
                .cluster()
                .cancelTasks(new CancelTasksRequest().setActions(RefreshParams.NAME + "[c]"))
                .actionGet();
        assertBusy(() -> assertThat(runs(), hasSize(1)), 1, TimeUnit.MINUTES);
        assertThat(runs().get(0).verdict(), equalTo(RefreshRun.Verdict.FAILED));
        assertThat(runs().get(0).message(), containsString("cancelled"));
        assertBusy(() -> {
            assertThat(task().getAllocationId(), greaterThan(allocation));
            assertThat(task().getExecutorNode(), notNullValue());
        });
        assertThat("what it remembers stays", runs(), hasSize(1));
    }

    /** A node may stop between writing a definition and starting its task; the next cluster manager heals that. */
    public void testANewClusterManagerSetsUpWhatIsMissing() throws Exception {
        startCluster(3, 1);
        ModelDefinition definition = definition("{\"interval\":\"1h\"}", 2);
        await((ActionListener<Void> l) -> store().put(definition, null, Bound.NONE, l));
        assertThat(task(), nullValue());
        assertThat(status().why(), containsString("has not set up the schedule yet"));
        internalCluster().stopCurrentClusterManagerNode();
        ensureStableCluster(3);
        assertBusy(() -> assertThat(task(), notNullValue()), 1, TimeUnit.MINUTES);
        assertThat(RefreshTasks.params(task()).intervalMillis(), equalTo(HOUR));
        count(HOUR, System.currentTimeMillis() - 10 * HOUR);
        assertBusy(() -> assertThat(runs(), hasSize(1)), 2, TimeUnit.MINUTES);
        internalCluster().stopCurrentClusterManagerNode();
        ensureStableCluster(2);
        assertThat("the next one knows what was done", runs(), hasSize(1));
    }

    /** A schedule has the rights that the definer had, no more. */
    public void testADefinerWithoutRightsIsRefusedAndTriedAgain() throws Exception {
        startCluster(1, 1);
        put(definition("{\"interval\":\"1s\"}", 2), new Definer("mallory", List.of("mine")), Bound.NONE);
        assertBusy(() -> assertThat(runs().size(), greaterThan(1)), 1, TimeUnit.MINUTES);
        for (RefreshRun run : runs()) {
            assertThat(run.message(), run.verdict(), equalTo(RefreshRun.Verdict.REFUSED));
            assertThat(run.message(), containsString("[mallory]"));
        }
        assertThat(model().active(), equalTo(0));
        assertThat(status().definer(), equalTo("mallory"));
        assertBusy(() ->
                put(definition("{\"interval\":\"1s\"}", 2), new Definer("ann", List.of("docs")), model().bound()));
        assertBusy(() -> assertThat(model().active(), equalTo(1)), 2, TimeUnit.MINUTES);
        pause(true);
    }

    public void testAScheduleEndsWithItsModel() throws Exception {
        startCluster(1, 1);
        put(definition("{\"interval\":\"1h\"}", 2), null, Bound.NONE);
        String node = node();
        await((ActionListener<Void> l) -> store().delete(MODEL, l));
        // nobody has removed the task, as if the node that deleted the model had stopped
        count(HOUR, System.currentTimeMillis() - 10 * HOUR);
        assertBusy(() -> assertThat(task(), nullValue()), 1, TimeUnit.MINUTES);
        assertBusy(() -> assertThat(
                "no task is left on [" + node + "]",
                client().admin()
                        .cluster()
                        .prepareListTasks()
                        .setActions(RefreshParams.NAME + "*")
                        .get()
                        .getTasks(),
                hasSize(0)));
        expectThrows(ResourceNotFoundException.class, RefreshClusterTests::status);
    }

    /** Whoever is last, the task is there if the model is, and matches its definition. */
    public void testPutsAndDeletionsAtTheSameTimeLeaveTheTaskThatTheDefinitionAsksFor() throws Exception {
        startCluster(1, 1);
        List<ModelDefinition> definitions = List.of(
                definition("{\"interval\":\"1h\"}", 2),
                definition("{\"interval\":\"2h\"}", 2),
                definition("{\"on_drift\":false}", 2));
        int deleted = 0;
        for (int round = 0; round < 30; round++) {
            List<Thread> users = new ArrayList<>();
            for (ModelDefinition definition : definitions) {
                users.add(user(() -> {
                    try {
                        put(definition, null, Bound.NONE);
                    } catch (OpenSearchStatusException notBound) {
                        await((ActionListener<Void> l) -> schedules().follow(MODEL, l));
                    }
                }));
            }
            users.add(user(() -> {
                await((ActionListener<Void> l) -> store().delete(MODEL, l));
                await((ActionListener<Void> l) -> schedules().follow(MODEL, l));
            }));
            users.add(user(() -> pause(true)));
            Collections.shuffle(users, random());
            users.forEach(Thread::start);
            for (Thread user : users) {
                user.join();
            }
            ModelDefinition stored = stored();
            deleted += stored == null ? 1 : 0;
            if (stored == null || !stored.scheduled()) {
                assertThat("round " + round, task(), nullValue());
            } else {
                assertThat("round " + round, task(), notNullValue());
                assertTrue("round " + round, RefreshTasks.params(task()).sameDefinition(RefreshParams.of(stored, 0)));
            }
        }
        logger.info("the deletion was last in {} of 30 rounds", deleted);
    }

    /** A user whose request may find no model, one without a schedule, or one that somebody else changes. */
    private Thread user(Runnable request) {
        return new Thread(() -> {
            try {
                request.run();
            } catch (RuntimeException e) {
                logger.info("refused: {}", e.getMessage());
                assertThat(
                        ExceptionsHelper.status(e),
                        oneOf(RestStatus.NOT_FOUND, RestStatus.CONFLICT, RestStatus.BAD_REQUEST));
            }
        });
    }

    /** The definition in the store; null for none. */
    private static ModelDefinition stored() {
        try {
            return model().definition();
        } catch (ResourceNotFoundException e) {
            return null;
        }
    }

    /** Waits until core has assigned the schedule to a node, and returns its name. */
    private static String node() throws Exception {
        assertBusy(() -> assertThat(task().getExecutorNode(), notNullValue()));
        return schedules()
                .context()
                .state()
                .nodes()
                .get(task().getExecutorNode())
                .getName();
    }
}

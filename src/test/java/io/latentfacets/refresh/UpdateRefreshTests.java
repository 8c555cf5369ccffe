/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.sameInstance;

import io.latentfacets.model.Bound;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.TrainingRecord;
import io.latentfacets.model.definition.ModelDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.ClusterState;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;
import org.opensearch.test.OpenSearchTestCase;

/** How the cluster manager changes the tasks of schedules: pure functions from state to state. */
public class UpdateRefreshTests extends OpenSearchTestCase {

    private static final RefreshParams PARAMS = new RefreshParams("news", 1000, false, 5, 7);
    private static final ClusterState EMPTY =
            ClusterState.builder(new ClusterName("test")).build();
    private static final RefreshRun BEGUN =
            RefreshRun.begin(3000, new RefreshPolicy.Decision(RefreshPolicy.Advice.FULL, "of a test"));
    private static final RefreshRun ENDED = BEGUN.end(4000, RefreshRun.Verdict.SUCCESS, 2, null);

    private static ClusterState apply(UpdateRefreshAction.Request request, ClusterState state) {
        return TransportUpdateRefreshAction.apply(request, state);
    }

    private static ClusterState created() {
        return apply(UpdateRefreshAction.Request.set(PARAMS), EMPTY);
    }

    private static PersistentTask<?> task(ClusterState state) {
        return RefreshTasks.of(state, "news");
    }

    private static RefreshState state(ClusterState state) {
        return RefreshState.of(task(state).getState());
    }

    private static ClusterState begun() {
        ClusterState created = created();
        return apply(UpdateRefreshAction.Request.begin("news", task(created).getAllocationId(), BEGUN), created);
    }

    private static void conflicts(UpdateRefreshAction.Request request, ClusterState state) {
        OpenSearchStatusException e = expectThrows(OpenSearchStatusException.class, () -> apply(request, state));
        assertThat(e.status(), equalTo(RestStatus.CONFLICT));
        assertThat(e.getMessage(), containsString("[news]"));
    }

    public void testATaskHasTheNameOfItsModel() {
        PersistentTask<?> task = task(created());
        assertThat(task.getId(), equalTo("latent-refresh-news"));
        assertThat(task.getParams(), equalTo(PARAMS));
        assertFalse(task.isAssigned());
    }

    public void testTheSameDefinitionChangesNothing() {
        ClusterState created = created();
        assertThat(apply(UpdateRefreshAction.Request.set(PARAMS), created), sameInstance(created));
    }

    /** Core restarts a task when its allocation changes; what it remembers stays. */
    public void testAnotherIntervalKeepsPauseAndRuns() {
        ClusterState before = apply(UpdateRefreshAction.Request.pause(PARAMS, true), begun());
        RefreshParams other = new RefreshParams("news", 2000, false, 5, 7);
        ClusterState after = apply(UpdateRefreshAction.Request.set(other), before);
        assertThat(task(after).getParams(), equalTo(other));
        assertThat(state(after), equalTo(state(before)));
        assertThat(task(after).getAllocationId(), greaterThan(task(before).getAllocationId()));
    }

    /** So it neither postpones the first run, nor makes the next one learn everything anew. */
    public void testADefinitionIsAsOldAsItsLastChangeApartFromRefresh() {
        ClusterState same =
                apply(UpdateRefreshAction.Request.set(new RefreshParams("news", 2000, true, 9, 7)), created());
        assertThat(task(same).getParams(), equalTo(new RefreshParams("news", 2000, true, 5, 7)));
        ClusterState changed =
                apply(UpdateRefreshAction.Request.set(new RefreshParams("news", 2000, true, 9, 8)), same);
        assertThat(task(changed).getParams(), equalTo(new RefreshParams("news", 2000, true, 9, 8)));
    }

    public void testPauseAndResumeAreIdempotent() {
        ClusterState paused = apply(UpdateRefreshAction.Request.pause(PARAMS, true), created());
        assertTrue(state(paused).paused());
        assertThat(apply(UpdateRefreshAction.Request.pause(PARAMS, true), paused), sameInstance(paused));
        ClusterState resumed = apply(UpdateRefreshAction.Request.pause(PARAMS, false), paused);
        assertFalse(state(resumed).paused());
        assertThat(apply(UpdateRefreshAction.Request.pause(PARAMS, false), resumed), sameInstance(resumed));
    }

    public void testAPauseCreatesATaskThatIsMissing() {
        ClusterState paused = apply(UpdateRefreshAction.Request.pause(PARAMS, true), EMPTY);
        assertThat(task(paused).getParams(), equalTo(PARAMS));
        assertTrue(state(paused).paused());
    }

    public void testAPauseDuringARunIsKeptAtItsEnd() {
        ClusterState paused = apply(UpdateRefreshAction.Request.pause(PARAMS, true), begun());
        ClusterState ended =
                apply(UpdateRefreshAction.Request.end("news", task(paused).getAllocationId(), ENDED), paused);
        assertThat(state(ended), equalTo(new RefreshState(true, null, List.of(ENDED))));
    }

    public void testNoRunBeginsWhilePaused() {
        ClusterState paused = apply(UpdateRefreshAction.Request.pause(PARAMS, true), created());
        conflicts(UpdateRefreshAction.Request.begin("news", task(paused).getAllocationId(), BEGUN), paused);
    }

    /** The answer to the first try may be lost with the cluster manager. */
    public void testAnEndThatIsRecordedTwiceCountsOnce() {
        ClusterState begun = begun();
        long allocation = task(begun).getAllocationId();
        ClusterState once = apply(UpdateRefreshAction.Request.end("news", allocation, ENDED), begun);
        ClusterState twice = apply(UpdateRefreshAction.Request.end("news", allocation, ENDED), once);
        assertThat(twice, sameInstance(once));
        assertThat(state(once).runs(), hasSize(1));
    }

    /** It counts neither as a failure nor as the last run, so the next one is due when it was. */
    public void testAForgottenRunIsDueAgain() {
        ClusterState begun = begun();
        long allocation = task(begun).getAllocationId();
        RefreshRun other = BEGUN.end(4000, RefreshRun.Verdict.FAILED, 0, "of another run");
        assertThat(apply(UpdateRefreshAction.Request.forget("news", allocation, other), begun), sameInstance(begun));
        ClusterState forgotten = apply(UpdateRefreshAction.Request.forget("news", allocation, BEGUN), begun);
        assertThat(state(forgotten), equalTo(RefreshState.NEW));
        assertThat(
                "the answer to the first try may be lost",
                apply(UpdateRefreshAction.Request.forget("news", allocation, BEGUN), forgotten),
                sameInstance(forgotten));
        conflicts(UpdateRefreshAction.Request.forget("news", allocation + 1, BEGUN), begun);
    }

    /** A node that has lost its task cannot record for the node that has it now. */
    public void testOnlyTheNodeThatHasTheTaskRecords() {
        ClusterState begun = begun();
        long old = task(begun).getAllocationId();
        ClusterState moved = apply(UpdateRefreshAction.Request.restart("news", old), begun);
        assertThat(state(moved), equalTo(state(begun)));
        conflicts(UpdateRefreshAction.Request.end("news", old, ENDED), moved);
        conflicts(UpdateRefreshAction.Request.begin("news", old, BEGUN), moved);
        conflicts(UpdateRefreshAction.Request.restart("news", old), moved);
        assertThat(apply(UpdateRefreshAction.Request.remove("news", old), moved), sameInstance(moved));
        conflicts(UpdateRefreshAction.Request.end("news", old, ENDED), EMPTY);
    }

    public void testRemoval() {
        ClusterState removed =
                apply(UpdateRefreshAction.Request.remove("news", UpdateRefreshAction.Request.ANY), created());
        assertThat(task(removed), nullValue());
        assertThat(
                apply(UpdateRefreshAction.Request.remove("news", UpdateRefreshAction.Request.ANY), removed),
                sameInstance(removed));
    }

    private static StoredModel model(String name, String refresh, TrainingRecord training) {
        Map<String, Object> json = new HashMap<>(Map.of("source", Map.of("index", "a", "fields", "b")));
        if (refresh != null) {
            json.put("refresh", Map.of("interval", refresh));
        }
        return new StoredModel(
                ModelDefinition.fromMap(name, json),
                ModelState.CREATED,
                null,
                0,
                0,
                List.of(),
                training,
                Bound.NONE,
                null);
    }

    public void testTheNewClusterManagerMakesTasksMatchDefinitions() {
        RefreshParams gone = new RefreshParams("gone", 1000, false, 5, 7);
        RefreshParams changed = new RefreshParams("changed", 1000, false, 5, 7);
        RefreshParams off = new RefreshParams("off", 1000, false, 5, 7);
        ClusterState state = created();
        for (RefreshParams params : List.of(gone, changed, off)) {
            state = apply(UpdateRefreshAction.Request.set(params), state);
        }
        Map<String, PersistentTask<?>> tasks = new HashMap<>();
        RefreshTasks.all(state)
                .forEach(task -> tasks.put(RefreshTasks.params(task).model(), task));
        List<StoredModel> models = List.of(
                model("news", "1s", null),
                model("changed", "2s", null),
                model("off", null, null),
                model("missing", "1h", null));
        for (UpdateRefreshAction.Request change : RefreshReconciler.changes(tasks, models, 99)) {
            state = apply(change, state);
        }
        assertThat(RefreshTasks.all(state), hasSize(3));
        assertThat("as it was", task(state).getParams(), equalTo(PARAMS));
        for (StoredModel model : List.of(models.get(1), models.get(3))) {
            assertThat(
                    RefreshTasks.of(state, model.name()).getParams(),
                    equalTo(RefreshParams.of(model.definition(), 99)));
        }
    }

    /** What a node makes of a run that another one has begun. */
    public void testTheEndOfARunWhoseNodeIsLost() {
        TrainingOwner before = new TrainingOwner("node", "process", 7, 2000);
        TrainingOwner own = new TrainingOwner("node", "process", 7, 3001);
        TrainingRecord lost = TrainingRecord.begin(own, 4).end(TrainingOutcome.failed("lost"), 0, List.of());
        TrainingRecord won = TrainingRecord.begin(own, 4).end(TrainingOutcome.SUCCESS, 9, List.of());
        TrainingRecord earlier = TrainingRecord.begin(before, 3).end(TrainingOutcome.SUCCESS, 9, List.of());
        assertThat(
                RefreshTraining.afterwards(BEGUN, model("news", "1s", won), 5000),
                equalTo(Optional.of(BEGUN.end(5000, RefreshRun.Verdict.SUCCESS, 4, null))));
        assertThat(
                RefreshTraining.afterwards(BEGUN, model("news", "1s", lost), 5000),
                equalTo(Optional.of(BEGUN.end(5000, RefreshRun.Verdict.FAILED, 0, "lost"))));
        for (TrainingRecord none : new TrainingRecord[] {null, earlier}) {
            assertThat(RefreshTraining.afterwards(BEGUN, model("news", "1s", none), 5000), equalTo(Optional.empty()));
        }
    }
}

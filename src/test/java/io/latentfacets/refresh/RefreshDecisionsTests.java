/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.model.Bound;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.TrainingRecord;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.training.TrainStart;
import java.util.List;
import java.util.Map;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.test.OpenSearchTestCase;

/** What counts, in which order, when a run is due. */
public class RefreshDecisionsTests extends OpenSearchTestCase {

    private static final long CREATED = 1000;
    private static final RefreshPolicy.Decision ADVICE =
            new RefreshPolicy.Decision(RefreshPolicy.Advice.CLUSTERS, "the policy says so");
    private static final RefreshPolicy.Decision NOTHING =
            new RefreshPolicy.Decision(RefreshPolicy.Advice.NONE, "the policy sees nothing");

    private static StoredModel model(String mode, int active, boolean trains) {
        TrainingRecord training = TrainingRecord.begin(new TrainingOwner("node", "process", 7, 1), 2);
        return new StoredModel(
                ModelDefinition.fromMap(
                        "m",
                        Map.of(
                                "source", Map.of("index", "a", "fields", "b"),
                                "refresh", Map.of("interval", "1h", "mode", mode))),
                ModelState.READY,
                null,
                active,
                1,
                List.of(new GenerationSummary(
                        new GenerationInfo("m", 1, CREATED, 100, 1, "cpu", Map.of()), new EncoderId(1), 100, 5, 1000)),
                trains ? training : null,
                Bound.NONE,
                null);
    }

    private static void check(
            Schedule.Cause cause,
            long definedMillis,
            StoredModel model,
            RefreshPolicy.Decision says,
            RefreshPolicy.Advice advice,
            String why) {
        assertThat(decide(cause, definedMillis, model, says), equalTo(new RefreshPolicy.Decision(advice, why)));
    }

    private static RefreshPolicy.Decision decide(
            Schedule.Cause cause, long definedMillis, StoredModel model, RefreshPolicy.Decision says) {
        PlainActionFuture<RefreshPolicy.Decision> decided = PlainActionFuture.newFuture();
        RefreshDecisions.decide(cause, definedMillis, model, (asked, listener) -> listener.onResponse(says), decided);
        return decided.actionGet();
    }

    private static void check(StoredModel model, RefreshPolicy.Advice advice, String why) {
        check(Schedule.Cause.INTERVAL, 0, model, ADVICE, advice, why);
    }

    public void testAModelThatTrainsIsLeftAlone() {
        check(model("full", 1, true), RefreshPolicy.Advice.NONE, "a training of it runs already, task [node:7]");
        check(model("auto", 0, true), RefreshPolicy.Advice.NONE, "a training of it runs already, task [node:7]");
    }

    public void testAScheduleAlsoMakesTheFirstTraining() {
        for (String mode : List.of("auto", "clusters", "full")) {
            check(model(mode, 0, false), RefreshPolicy.Advice.FULL, "it has no active generation yet");
        }
    }

    public void testAModeOfTheDefinitionCountsWhateverThePolicySays() {
        check(
                model("full", 1, false),
                RefreshPolicy.Advice.FULL,
                "its definition has [refresh.mode] [full], whatever has changed");
        check(
                model("clusters", 1, false),
                RefreshPolicy.Advice.CLUSTERS,
                "its definition has [refresh.mode] [clusters], whatever has changed");
    }

    public void testThePolicyDecidesForAuto() {
        check(model("auto", 1, false), RefreshPolicy.Advice.CLUSTERS, "the policy says so");
        check(
                Schedule.Cause.INTERVAL,
                CREATED,
                model("auto", 1, false),
                NOTHING,
                RefreshPolicy.Advice.NONE,
                "the policy sees nothing");
    }

    public void testAChangedDefinitionIsLearnedAnew() {
        check(
                Schedule.Cause.INTERVAL,
                CREATED + 1,
                model("auto", 1, false),
                NOTHING,
                RefreshPolicy.Advice.FULL,
                "its definition has changed since generation [1] was made");
        check(
                Schedule.Cause.DRIFT,
                CREATED + 1,
                model("auto", 1, false),
                NOTHING,
                RefreshPolicy.Advice.NONE,
                "the policy sees nothing");
    }

    /** Drift decides whether a run begins; a mode of the definition decides what it does. */
    public void testDriftStartsWhatTheDefinitionSays() {
        check(
                Schedule.Cause.DRIFT,
                0,
                model("full", 1, false),
                ADVICE,
                RefreshPolicy.Advice.FULL,
                "the policy says so");
        check(
                Schedule.Cause.DRIFT,
                0,
                model("full", 1, false),
                NOTHING,
                RefreshPolicy.Advice.NONE,
                "the policy sees nothing");
    }

    /** New subjects get clusters where the encoder learns them, and not from one that does not know them. */
    public void testNewSubjectsAreForTrainingsOfAnEncoder() {
        RefreshPolicy.Decision drift = new RefreshPolicy.Decision(
                RefreshPolicy.Advice.FULL, "2 new subjects", TrainStart.COLD, List.of(List.of("4"), List.of("7")));
        assertThat(
                decide(Schedule.Cause.DRIFT, 0, model("auto", 1, false), drift)
                        .newSubjects()
                        .size(),
                equalTo(2));
        assertThat(
                decide(Schedule.Cause.DRIFT, 0, model("full", 1, false), drift)
                        .newSubjects()
                        .size(),
                equalTo(2));
        assertThat(
                decide(Schedule.Cause.DRIFT, 0, model("clusters", 1, false), drift)
                        .newSubjects(),
                nullValue());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.latentfacets.drift.DriftReport;
import io.latentfacets.drift.NewSubject;
import io.latentfacets.drift.Signal;
import io.latentfacets.model.Bound;
import io.latentfacets.model.ModelFixtures;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import java.util.List;
import java.util.Map;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.test.OpenSearchTestCase;

/** What a schedule does by the drift of the documents. */
public class DriftPolicyTests extends OpenSearchTestCase {

    private static final RefreshPolicy OTHER = (model, listener) ->
            listener.onResponse(new RefreshPolicy.Decision(RefreshPolicy.Advice.CLUSTERS, "by their number"));

    private static RefreshPolicy.Decision decide(DriftReport report) {
        StoredModel model = new StoredModel(
                ModelFixtures.definition("news"), ModelState.READY, null, 1, 1, List.of(), null, Bound.NONE, null);
        PlainActionFuture<RefreshPolicy.Decision> decision = PlainActionFuture.newFuture();
        new DriftPolicy((name, listener) -> listener.onResponse(report), OTHER).decide(model, decision);
        return decision.actionGet();
    }

    private static DriftReport report(
            DriftReport.Status status,
            DriftReport.Advice advice,
            long documents,
            Map<String, Signal> signals,
            List<NewSubject> subjects) {
        return new DriftReport(status, "", 1, documents, signals, subjects, advice, List.of());
    }

    public void testWithoutDriftNothingIsDone() {
        RefreshPolicy.Decision decision =
                decide(report(DriftReport.Status.GREEN, DriftReport.Advice.NONE, 12_345, Map.of(), List.of()));
        assertThat(decision.advice(), equalTo(RefreshPolicy.Advice.NONE));
        assertThat(decision.why(), containsString("the 12,345 documents of late"));
    }

    public void testWhereNothingCanBeComparedTheNumberOfDocumentsCounts() {
        assertThat(decide(DriftReport.unknown("made before", 0, 0)).why(), equalTo("by their number"));
        assertThat(
                decide(report(DriftReport.Status.GREEN, DriftReport.Advice.NONE, 0, Map.of(), List.of()))
                        .why(),
                equalTo("by their number"));
    }

    public void testTheReasonNamesWhatIsBeyondItsThreshold() {
        RefreshPolicy.Decision decision = decide(report(
                DriftReport.Status.YELLOW,
                DriftReport.Advice.CLUSTERS,
                900,
                Map.of(
                        DriftReport.CLUSTER_SHARES, new Signal(.31, .02, .05, true),
                        DriftReport.SIMILARITY, new Signal(.6, .61, .55, false)),
                List.of()));
        assertThat(decision.advice(), equalTo(RefreshPolicy.Advice.CLUSTERS));
        assertThat(
                decision.why(),
                equalTo(
                        "of the 900 documents of late the signal [cluster_shares] is 0.310 (learned 0.020, threshold 0.050)"));
    }

    /** Whoever may see a schedule may not see words. */
    public void testNewSubjectsAreCountedAndNotNamed() {
        RefreshPolicy.Decision decision = decide(report(
                DriftReport.Status.RED,
                DriftReport.Advice.FULL,
                900,
                Map.of(),
                List.of(
                        new NewSubject(List.of("orbit", "nasa"), 120, List.of(), List.of("AQID", "BAUG")),
                        new NewSubject(List.of("playoff"), 80, List.of(), List.of()))));
        assertThat(decision.advice(), equalTo(RefreshPolicy.Advice.FULL));
        assertThat(decision.why(), equalTo("of the 900 documents of late about 200 are of 2 new subjects"));
        assertThat(decision.why(), not(containsString("orbit")));
        assertThat(decision.newSubjects(), equalTo(List.of(List.of("AQID", "BAUG"), List.of())));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.sameInstance;

import io.latentfacets.cluster.Curation;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.model.ClusterSuggestions.Suggestion;
import java.util.List;
import java.util.Map;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.Version;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.test.OpenSearchTestCase;

/** Labels wait in the cluster state, and become those of their clusters in one step. */
public class SuggestionStateTests extends OpenSearchTestCase {
    private static final ClusterSuggestions TWO = ClusterSuggestions.NONE.with(
            Map.of("c1", new Suggestion("Oil \"x\"", 3, "llm"), "p0", new Suggestion("Energy", 3, "llm")));

    private static ClusterState state(Map<String, String> pointers) {
        IndexMetadata index = IndexMetadata.builder(SystemIndex.NAME)
                .settings(Settings.builder().put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT))
                .numberOfShards(1)
                .numberOfReplicas(0)
                .putCustom(Pointers.CUSTOM, pointers)
                .build();
        return ClusterState.builder(ClusterName.DEFAULT)
                .metadata(Metadata.builder().put(index, false))
                .build();
    }

    private static ClusterState change(
            ClusterState state, boolean accept, ClusterSuggestions before, ClusterSuggestions after) {
        return TransportUpdatePointerAction.apply(
                UpdatePointerAction.Request.suggest(
                        accept,
                        "m",
                        1,
                        Pointers.edits(Pointers.read(state), "m").toJson(),
                        before.toText(),
                        after.toText()),
                state);
    }

    private static ClusterState edit(ClusterState state, String key, ClusterEdits.Edit edit) {
        return TransportUpdatePointerAction.apply(UpdatePointerAction.Request.editCluster("m", 1, key, edit), state);
    }

    private static void conflict(UpdatePointerAction.Request request, ClusterState state) {
        OpenSearchStatusException e =
                expectThrows(OpenSearchStatusException.class, () -> TransportUpdatePointerAction.apply(request, state));
        assertThat(e.status(), equalTo(RestStatus.CONFLICT));
    }

    private static ClusterSuggestions waiting(ClusterState state) {
        return ClusterSuggestions.ofText(Pointers.suggestionText(Pointers.read(state), "m"));
    }

    public void testTheyAreReadAsTheyWereWritten() {
        assertThat(ClusterSuggestions.ofText(TWO.toText()), equalTo(TWO));
        assertThat(ClusterSuggestions.NONE.toText(), equalTo(""));
        assertThat(ClusterSuggestions.ofText(""), equalTo(ClusterSuggestions.NONE));
        assertThat(TWO.without(List.of("c1")), equalTo(TWO.only(List.of("p0"))));
    }

    public void testTheyWaitAndAreReplaced() {
        ClusterState stored = change(state(Map.of("m", "3")), false, ClusterSuggestions.NONE, TWO);
        assertThat(waiting(stored), equalTo(TWO));
        assertThat(Pointers.edits(Pointers.read(stored), "m"), equalTo(ClusterEdits.NONE));
        assertThat("made before", change(stored, false, ClusterSuggestions.NONE, TWO), sameInstance(stored));
        ClusterState none = change(stored, false, TWO, ClusterSuggestions.NONE);
        assertThat(Pointers.read(none), equalTo(Map.of("m", "3")));
        assertThat(Pointers.without(Pointers.read(stored), "m"), equalTo(Map.of()));
    }

    public void testAcceptedOnesBecomeLabels() {
        ClusterEdits edits = new ClusterEdits(Map.of(
                "c1", new ClusterEdits.Edit("old", true, true, "mine"), "c2", new ClusterEdits.Edit("Tea", false)));
        ClusterState stored =
                state(Pointers.withEdits(Pointers.withSuggestions(Map.of("m", "3"), "m", TWO.toText()), "m", edits));
        ClusterState accepted = change(stored, true, TWO, TWO.without(List.of("c1")));
        ClusterEdits after = Pointers.edits(Pointers.read(accepted), "m");
        assertThat(after.of("c1"), equalTo(new ClusterEdits.Edit("Oil \"x\"", true, true, "mine")));
        assertThat(after.of("c2"), equalTo(edits.of("c2")));
        assertThat(after.of("p0"), equalTo(ClusterEdits.Edit.NONE));
        assertThat(waiting(accepted), equalTo(TWO.only(List.of("p0"))));
    }

    public void testNobodyIsOverwritten() {
        ClusterState stored = state(Pointers.withSuggestions(Map.of("m", "3"), "m", TWO.toText()));
        for (boolean accept : new boolean[] {true, false}) {
            OpenSearchStatusException e = expectThrows(
                    OpenSearchStatusException.class,
                    () -> change(stored, accept, TWO.without(List.of("p0")), ClusterSuggestions.NONE));
            assertThat(e.status(), equalTo(RestStatus.CONFLICT));
            assertThat(e.getMessage(), containsString("somebody else"));
        }
        ClusterState later = state(Map.of("m", "9", "m/first", "8"));
        expectThrows(ResourceNotFoundException.class, () -> change(later, false, ClusterSuggestions.NONE, TWO));
    }

    public void testALabelOfPeopleEndsTheWait() {
        ClusterState stored = state(Pointers.withSuggestions(Map.of("m", "3"), "m", TWO.toText()));
        assertThat(waiting(edit(stored, "c1", new ClusterEdits.Edit(null, true, true, "note"))), equalTo(TWO));
        assertThat(waiting(edit(stored, "c2", new ClusterEdits.Edit("Tea", false))), equalTo(TWO));
        ClusterState named = edit(stored, "c1", new ClusterEdits.Edit("mine", false));
        assertThat(waiting(named), equalTo(TWO.only(List.of("p0"))));
        // who has looked before that accepts nothing, even if it would leave the same labels to wait
        conflict(
                UpdatePointerAction.Request.suggest(
                        true,
                        "m",
                        1,
                        ClusterEdits.NONE.toJson(),
                        TWO.toText(),
                        TWO.without(List.of("c1")).toText()),
                named);
        // a label that it has already says nothing new: a suggestion of later waits on when it is hidden
        ClusterState again = change(named, false, waiting(named), TWO);
        assertThat(waiting(edit(again, "c1", new ClusterEdits.Edit("mine", true))), equalTo(TWO));

        ClusterEdits both = new ClusterEdits(
                Map.of("c1", new ClusterEdits.Edit("mine", true), "p0", new ClusterEdits.Edit(null, true)));
        ClusterState imported = TransportUpdatePointerAction.apply(
                UpdatePointerAction.Request.editClusters("m", 1, both.toJson()), stored);
        assertThat(waiting(imported), equalTo(TWO.only(List.of("p0"))));

        for (String label : new String[] {null, "Both"}) {
            ClusterState merged = TransportUpdatePointerAction.apply(
                    UpdatePointerAction.Request.curate(
                            "m", 3, 1, "", Pointers.text(Curation.NONE.merged(List.of("c1", "c2"), label))),
                    stored);
            assertThat(waiting(merged), equalTo(label == null ? TWO : TWO.only(List.of("p0"))));
        }
    }

    public void testTheLabelsThatWereLookedAtAreStillThere() {
        ClusterState stored = state(Pointers.withSuggestions(Map.of("m", "3"), "m", TWO.toText()));
        UpdatePointerAction.Request accept =
                UpdatePointerAction.Request.suggest(true, "m", 1, ClusterEdits.NONE.toJson(), TWO.toText(), "");
        // another cluster gets the very label that is about to be accepted
        conflict(accept, edit(stored, "c2", new ClusterEdits.Edit("Energy", false)));
        ClusterState accepted = TransportUpdatePointerAction.apply(accept, stored);
        assertThat(waiting(accepted), equalTo(ClusterSuggestions.NONE));
        assertThat("made before", TransportUpdatePointerAction.apply(accept, accepted), sameInstance(accepted));
        conflict(accept, edit(accepted, "c1", new ClusterEdits.Edit("mine", false)));
    }
}

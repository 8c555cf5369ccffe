/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.sameInstance;

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
                UpdatePointerAction.Request.suggest(accept, "m", 1, before.toText(), after.toText()), state);
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
}

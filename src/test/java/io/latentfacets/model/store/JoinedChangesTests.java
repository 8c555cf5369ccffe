/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.model.ClusterEdits;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.Version;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.ClusterStateTaskExecutor;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.common.settings.Settings;
import org.opensearch.test.OpenSearchTestCase;

/** Changes of pointers that wait at the same time become one new cluster state. */
public class JoinedChangesTests extends OpenSearchTestCase {

    private static final ClusterState STATE = ClusterState.builder(ClusterName.DEFAULT)
            .metadata(Metadata.builder()
                    .put(
                            IndexMetadata.builder(SystemIndex.NAME)
                                    .settings(Settings.builder()
                                            .put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT))
                                    .numberOfShards(1)
                                    .numberOfReplicas(0)
                                    .putCustom(Pointers.CUSTOM, Map.of("m", "3"))
                                    .build(),
                            false))
            .build();

    private static UpdatePointerAction.Request label(String key, String label) {
        return UpdatePointerAction.Request.editCluster("m", 3, key, new ClusterEdits.Edit(label, false));
    }

    private static ClusterEdits edits(ClusterState state) {
        return Pointers.edits(Pointers.read(state), "m");
    }

    public void testEachSeesThoseBeforeItAndARefusedOneHarmsNoOther() {
        UpdatePointerAction.Request refused = UpdatePointerAction.Request.activate("m", 2, 4, "4:9f3c0a11d2e4b5c6:17");
        List<UpdatePointerAction.Request> requests =
                List.of(label("c1", "One"), refused, label("c2", "Two"), label("c1", "First"));
        ClusterStateTaskExecutor.ClusterTasksResult<UpdatePointerAction.Request> result =
                TransportStateChange.all(TransportUpdatePointerAction::apply, STATE, requests);
        assertThat(edits(result.resultingState).label("c1", "learned"), equalTo("First"));
        assertThat(edits(result.resultingState).label("c2", "learned"), equalTo("Two"));
        for (UpdatePointerAction.Request request : requests) {
            assertThat(result.executionResults.get(request).isSuccess(), equalTo(request != refused));
        }
        assertThat(
                result.executionResults.get(refused).getFailure().getMessage(),
                containsString("was not activated: [2] was active"));
    }

    public void testNothingToChangeLeavesTheStateItself() {
        assertSame(
                STATE,
                TransportStateChange.all(TransportUpdatePointerAction::apply, STATE, List.of(label("c1", null)))
                        .resultingState);
    }

    public void testManyEditsAreOneChangeAndLeaveOthersBe() {
        Map<String, ClusterEdits.Edit> many = new TreeMap<>();
        for (int i = 0; i < 1000; i++) {
            many.put("c" + i, new ClusterEdits.Edit("Label " + i, i % 2 == 0, i % 3 == 0, "note " + i));
        }
        many.put("c5", ClusterEdits.Edit.NONE);
        List<UpdatePointerAction.Request> requests =
                new ArrayList<>(List.of(label("c5", "Five"), label("p1", "Parent")));
        requests.add(UpdatePointerAction.Request.editClusters("m", 3, new ClusterEdits(many).toJson()));
        ClusterEdits after =
                edits(TransportStateChange.all(TransportUpdatePointerAction::apply, STATE, requests).resultingState);
        assertThat(after.byKey().size(), equalTo(1000));
        assertThat(after.label("p1", "learned"), equalTo("Parent"));
        assertThat("an edit that says nothing is removed", after.label("c5", "learned"), equalTo("learned"));
        assertThat(after.of("c6"), equalTo(new ClusterEdits.Edit("Label 6", true, true, "note 6")));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.training.TrainMode;
import io.latentfacets.training.TrainingParams;
import io.latentfacets.training.progress.WorkerTask;
import java.util.Map;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.Version;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.common.settings.Settings;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.persistent.PersistentTasksCustomMetadata;
import org.opensearch.test.OpenSearchTestCase;

/** A minor generation never comes between a training and the generation that the training replaces. */
public class MinorActivationTests extends OpenSearchTestCase {

    /** Generation 3 of model {@code m} is active, and one model trains. */
    private static ClusterState training(String model) {
        PersistentTasksCustomMetadata tasks = PersistentTasksCustomMetadata.builder()
                .addTask(
                        TrainingTasks.id(model, 4),
                        WorkerTask.PERSISTENT,
                        new TrainingParams(model, 4, TrainMode.FULL, false, "test", null, null),
                        PersistentTasksCustomMetadata.INITIAL_ASSIGNMENT)
                .build();
        IndexMetadata index = IndexMetadata.builder(SystemIndex.NAME)
                .settings(Settings.builder().put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT))
                .numberOfShards(1)
                .numberOfReplicas(0)
                .putCustom(Pointers.CUSTOM, Map.of("m", "3"))
                .build();
        return ClusterState.builder(ClusterName.DEFAULT)
                .metadata(Metadata.builder().put(index, false).putCustom(PersistentTasksCustomMetadata.TYPE, tasks))
                .build();
    }

    private static final UpdatePointerAction.Request MINOR =
            UpdatePointerAction.Request.activateMinor("m", 3, 5, "5:9f3c0a11d2e4b5c6:17:3:11");

    public void testItIsNotActivatedWhileTheModelTrains() {
        OpenSearchStatusException e = expectThrows(
                OpenSearchStatusException.class, () -> TransportUpdatePointerAction.apply(MINOR, training("m")));
        assertThat(e.status(), equalTo(RestStatus.CONFLICT));
        assertThat(e.getMessage(), containsString("a training has begun"));
    }

    public void testTrainingsOfOtherModelsDoNotMatter() {
        for (String other : new String[] {"n", "m-1", "mm"}) {
            Map<String, String> pointers = Pointers.read(TransportUpdatePointerAction.apply(MINOR, training(other)));
            assertThat(other, Pointers.active(pointers, "m"), equalTo(5));
            assertThat(Pointers.known(pointers, "m").get(0).major().number(), equalTo(3));
            assertThat(Pointers.known(pointers, "m").get(0).major().createdMillis(), equalTo(11L));
        }
    }

    public void testTheActivationOfATrainingIsNoMinorOne() {
        UpdatePointerAction.Request own = UpdatePointerAction.Request.activate("m", 3, 4, "4:9f3c0a11d2e4b5c6:17");
        Map<String, String> pointers = Pointers.read(TransportUpdatePointerAction.apply(own, training("m")));
        assertThat(Pointers.active(pointers, "m"), equalTo(4));
        assertThat(Pointers.known(pointers, "m").get(0).major().number(), equalTo(4));
    }
}

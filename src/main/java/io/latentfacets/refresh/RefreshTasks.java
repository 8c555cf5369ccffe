/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import java.util.Collection;
import java.util.List;
import org.opensearch.cluster.ClusterState;
import org.opensearch.persistent.PersistentTasksCustomMetadata;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;

/** Finds the persistent tasks of schedules in a cluster state. Stateless. */
final class RefreshTasks {

    private static final String PREFIX = "latent-refresh-";

    private RefreshTasks() {}

    /** The id of a model's persistent task. */
    static String id(String model) {
        return PREFIX + model;
    }

    /** The task of a model; null for none. */
    static PersistentTask<?> of(ClusterState state, String model) {
        return PersistentTasksCustomMetadata.getTaskWithId(state, id(model));
    }

    /** The tasks of all models, in no order. */
    static Collection<PersistentTask<?>> all(ClusterState state) {
        PersistentTasksCustomMetadata tasks = state.metadata().custom(PersistentTasksCustomMetadata.TYPE);
        return tasks == null ? List.of() : tasks.findTasks(RefreshParams.NAME, task -> true);
    }

    static RefreshParams params(PersistentTask<?> task) {
        return (RefreshParams) task.getParams();
    }
}

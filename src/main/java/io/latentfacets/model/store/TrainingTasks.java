/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import org.opensearch.cluster.ClusterState;
import org.opensearch.persistent.PersistentTasksCustomMetadata;

/** The persistent tasks of trainings: core's record, in the cluster state, of a training that has not ended. */
public final class TrainingTasks {

    private static final String PREFIX = "latent-training-";

    private TrainingTasks() {}

    /** The id of the task that trains a generation. */
    public static String id(String model, int generation) {
        return PREFIX + model + "-" + generation;
    }

    /** Whether a training of the model has a task. */
    static boolean any(ClusterState state, String model) {
        PersistentTasksCustomMetadata tasks = PersistentTasksCustomMetadata.getPersistentTasksCustomMetadata(state);
        String prefix = PREFIX + model + "-";
        return tasks != null
                && tasks.tasks().stream()
                        .anyMatch(task -> task.getId().startsWith(prefix)
                                && task.getId()
                                        .substring(prefix.length())
                                        .chars()
                                        .allMatch(Character::isDigit));
    }

    /** The task that trains a generation; null if there is none. */
    public static PersistentTasksCustomMetadata.PersistentTask<?> get(
            ClusterState state, String model, int generation) {
        PersistentTasksCustomMetadata tasks = PersistentTasksCustomMetadata.getPersistentTasksCustomMetadata(state);
        return tasks == null ? null : tasks.getTask(id(model, generation));
    }
}

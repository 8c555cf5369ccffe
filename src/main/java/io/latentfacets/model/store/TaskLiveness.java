/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.TrainingOwner;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchException;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.admin.cluster.node.tasks.get.GetTaskAction;
import org.opensearch.action.admin.cluster.node.tasks.get.GetTaskRequest;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.core.tasks.TaskId;

/** Checks whether the recorded owner of a training can still be training. */
@FunctionalInterface
public interface TaskLiveness {

    /** Whether the owner is alive; true if in doubt. Blocks. */
    boolean alive(TrainingOwner owner);

    /** Whether the owner's node is in the cluster and has not restarted since. Needs only the cluster state. */
    static boolean nodeAlive(ClusterState state, TrainingOwner owner) {
        DiscoveryNode node = state.nodes().get(owner.nodeId());
        return node != null && node.getEphemeralId().equals(owner.ephemeralId());
    }

    /** A check that asks the owner's node for the task. */
    static TaskLiveness asking(SystemClient client) {
        return owner -> {
            try {
                GetTaskRequest request = new GetTaskRequest().setTaskId(new TaskId(owner.nodeId(), owner.taskId()));
                return !client.call(GetTaskAction.INSTANCE, request).getTask().isCompleted();
            } catch (OpenSearchException e) {
                return !(ExceptionsHelper.unwrapCause(e) instanceof ResourceNotFoundException);
            }
        };
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.TrainingOwner;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.node.DiscoveryNode;

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
                return client.call(
                                TaskAliveAction.INSTANCE, new TaskAliveAction.Request(owner.nodeId(), owner.taskId()))
                        .alive;
            } catch (RuntimeException e) {
                // the node may only be slow, or about to leave; a node that has left is not asked any more
                return true;
            }
        };
    }
}

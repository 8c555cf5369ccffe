/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * The task that trains a model. Immutable. The ephemeral id distinguishes a node from the same node after a restart,
 * which no longer has its former tasks.
 *
 * @param nodeId the persistent id of the node
 * @param ephemeralId the id of the node's process; new after every restart
 * @param taskId the number of the task on the node
 * @param startedMillis the start of the training, epoch milliseconds
 */
public record TrainingOwner(String nodeId, String ephemeralId, long taskId, long startedMillis) implements Writeable {

    public TrainingOwner(StreamInput in) throws IOException {
        this(in.readString(), in.readString(), in.readLong(), in.readVLong());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(nodeId);
        out.writeString(ephemeralId);
        out.writeLong(taskId);
        out.writeVLong(startedMillis);
    }

    /** The task id as {@code _tasks} shows it: {@code node:number}. */
    public String task() {
        return nodeId + ":" + taskId;
    }
}

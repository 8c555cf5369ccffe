/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * Who trains a model: a task on a node. The ephemeral id tells a node from the same node after a restart, which knows
 * nothing of its former tasks.
 *
 * @param nodeId persistent id of the node
 * @param ephemeralId id of that node's present life
 * @param taskId number of the task on the node
 * @param startedMillis epoch milliseconds
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

    /** The task as {@code _tasks} names it: {@code node:number}. */
    public String task() {
        return nodeId + ":" + taskId;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * A node's claim to a running training. When a node is lost, another one claims the training; from then on the store
 * takes no end of the training from the first. Immutable.
 *
 * @param allocation the number of the assignment to the node; a later one is larger; 0 before any node has begun
 * @param attempts the number of nodes, one after the other, that have begun since the last checkpoint
 * @param checkpoint the checkpoint that the training had at the time; empty for none
 */
public record TrainingClaim(long allocation, int attempts, String checkpoint) implements Writeable {

    /** The claim of a training that no node has begun. */
    public static final TrainingClaim NONE = new TrainingClaim(0, 0, "");

    public TrainingClaim(StreamInput in) throws IOException {
        this(in.readVLong(), in.readVInt(), in.readString());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVLong(allocation);
        out.writeVInt(attempts);
        out.writeString(checkpoint);
    }

    /** The claim of the next node. A checkpoint since the last claim is progress, so the attempts begin anew. */
    public TrainingClaim next(long byAllocation, String lastCheckpoint) {
        return new TrainingClaim(byAllocation, lastCheckpoint.equals(checkpoint) ? attempts + 1 : 1, lastCheckpoint);
    }
}

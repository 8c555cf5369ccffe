/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import java.io.IOException;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The outcome of a request to re-encode. Immutable.
 *
 * @param tasks the ids of the started update-by-query tasks, as {@code _tasks} shows them
 * @param completed whether all work has ended; the numbers below are 0 otherwise
 * @param updated the number of documents written
 * @param conflicts the number of documents that another writer changed meanwhile; the next re-encoding finds them if
 *     they still need it
 * @param failures the number of documents that could not be written; the node logs the reason of the first
 * @param tookMillis the duration of the longest task, in milliseconds
 */
public record Reencoded(
        List<String> tasks, boolean completed, long updated, long conflicts, long failures, long tookMillis)
        implements Writeable, ToXContentFragment {

    public Reencoded {
        tasks = List.copyOf(tasks);
    }

    public Reencoded(StreamInput in) throws IOException {
        this(in.readStringList(), in.readBoolean(), in.readVLong(), in.readVLong(), in.readVLong(), in.readVLong());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeStringCollection(tasks);
        out.writeBoolean(completed);
        out.writeVLong(updated);
        out.writeVLong(conflicts);
        out.writeVLong(failures);
        out.writeVLong(tookMillis);
    }

    /**
     * Writes the fields into the open object. The field {@code task} is the first of the tasks, or null if there was no
     * work. Nearly always there is only one.
     */
    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.field("task", tasks.isEmpty() ? null : tasks.get(0)).field("tasks", tasks);
        if (completed) {
            builder.field("updated", updated)
                    .field("version_conflicts", conflicts)
                    .field("failures", failures)
                    .field("took", tookMillis);
        }
        return builder;
    }
}

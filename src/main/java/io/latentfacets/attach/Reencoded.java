/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.model.LeftDocuments;
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
 * @param tasks the ids of the started tasks, as {@code _tasks} shows them; one if there was work, else none
 * @param completed whether all work has ended; the numbers below are 0 otherwise
 * @param updated the number of documents written
 * @param conflicts the number of documents that another writer changed meanwhile; the next re-encoding finds them if
 *     they still need it
 * @param failures the number of documents that could not be encoded or written
 * @param left what was left, one entry per index with a failure, sorted by index
 * @param tookMillis the duration, in milliseconds
 */
public record Reencoded(
        List<String> tasks,
        boolean completed,
        long updated,
        long conflicts,
        long failures,
        List<LeftDocuments> left,
        long tookMillis)
        implements Writeable, ToXContentFragment {

    public Reencoded {
        tasks = List.copyOf(tasks);
        left = List.copyOf(left);
    }

    /** The outcome of a request without any work, or of one that did not wait. */
    static Reencoded started(List<String> tasks, boolean completed) {
        return new Reencoded(tasks, completed, 0, 0, 0, List.of(), 0);
    }

    public Reencoded(StreamInput in) throws IOException {
        this(
                in.readStringList(),
                in.readBoolean(),
                in.readVLong(),
                in.readVLong(),
                in.readVLong(),
                in.readList(LeftDocuments::new),
                in.readVLong());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeStringCollection(tasks);
        out.writeBoolean(completed);
        out.writeVLong(updated);
        out.writeVLong(conflicts);
        out.writeVLong(failures);
        out.writeList(left);
        out.writeVLong(tookMillis);
    }

    /** Writes the fields into the open object. The field {@code task} is the task, or null if there was no work. */
    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.field("task", tasks.isEmpty() ? null : tasks.get(0)).field("tasks", tasks);
        if (completed) {
            builder.field("updated", updated)
                    .field("version_conflicts", conflicts)
                    .field("failures", failures)
                    .field("left", left)
                    .field("took", tookMillis);
        }
        return builder;
    }
}

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
 * What became of a wish to re-encode. Immutable.
 *
 * @param tasks of the update-by-query requests that were started, as {@code _tasks} names them
 * @param completed whether they were waited for; the numbers count only then
 * @param updated documents written
 * @param conflicts documents that somebody else wrote meanwhile, which the next time finds if they still need it
 * @param failures documents that could not be written; the first one's reason is logged
 * @param tookMillis time it took
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
     * The field {@code task} is the first of the tasks, null if there was nothing to start: nearly always there is but
     * one.
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

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.opensearch.cluster.ClusterState;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.persistent.PersistentTasksCustomMetadata.PersistentTask;

/**
 * A model's schedule as the API shows it. Immutable.
 *
 * @param model the name of the model
 * @param interval the interval; null for none
 * @param onDrift whether drift starts a run
 * @param mode the mode of the definition; null if the definition has no {@code refresh}
 * @param paused whether it is paused
 * @param nextMillis when the next run is due by the interval, epoch milliseconds; 0 for none
 * @param why why it is due then, or why none is
 * @param node the id of the node to which the schedule is assigned; null for none
 * @param definer the name of the user with whose rights runs act; null if there are no users
 * @param halfLife the half-life with which the clusters follow the stream; null if they do not
 * @param state the runs
 */
public record RefreshStatus(
        String model,
        TimeValue interval,
        boolean onDrift,
        String mode,
        boolean paused,
        long nextMillis,
        String why,
        String node,
        String definer,
        TimeValue halfLife,
        RefreshState state)
        implements Writeable, ToXContentObject {

    public RefreshStatus(StreamInput in) throws IOException {
        this(
                in.readString(),
                in.readOptionalTimeValue(),
                in.readBoolean(),
                in.readOptionalString(),
                in.readBoolean(),
                in.readVLong(),
                in.readString(),
                in.readOptionalString(),
                in.readOptionalString(),
                in.readOptionalTimeValue(),
                RefreshState.read(in));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(model);
        out.writeOptionalTimeValue(interval);
        out.writeBoolean(onDrift);
        out.writeOptionalString(mode);
        out.writeBoolean(paused);
        out.writeVLong(nextMillis);
        out.writeString(why);
        out.writeOptionalString(node);
        out.writeOptionalString(definer);
        out.writeOptionalTimeValue(halfLife);
        state.writeTo(out);
    }

    /**
     * The schedule of a model.
     *
     * @param stored the model as this node read it, with its definer
     * @param cluster the cluster state, which has the schedule's task
     * @param nowMillis the time, epoch milliseconds
     */
    public static RefreshStatus of(StoredModel stored, ClusterState cluster, long nowMillis) {
        ModelDefinition.Refresh refresh = stored.definition().refresh();
        PersistentTask<?> task = RefreshTasks.of(cluster, stored.name());
        RefreshState state = task == null ? RefreshState.NEW : RefreshState.of(task.getState());
        long next = 0;
        String why;
        if (!stored.definition().scheduled()) {
            why = "the definition has none of [refresh.interval], [refresh.on_drift] and [refresh.online]";
        } else if (task == null) {
            why = "the cluster manager has not set up the schedule yet";
        } else if (state.paused()) {
            why = "it is paused";
        } else if (state.running() != null) {
            why = "a run is under way";
        } else if (refresh.interval() == null) {
            why = refresh.onDrift()
                    ? "there is no [refresh.interval]; a run begins when the documents have drifted"
                    : "there is neither [refresh.interval] nor [refresh.on_drift]; only clusters move";
        } else {
            long due = Schedule.of(RefreshTasks.params(task), state, 0).nextRun();
            next = due;
            why = "[refresh.interval] [" + refresh.interval().getStringRep() + "] after "
                    + (state.last() == null ? "the definition was put" : "the end of the last run")
                    + (due < nowMillis ? ", which is over" : "")
                    + (task.isAssigned() ? "" : "; " + task.getAssignment().getExplanation());
        }
        return new RefreshStatus(
                stored.name(),
                refresh == null ? null : refresh.interval(),
                refresh != null && refresh.onDrift(),
                refresh == null ? null : refresh.mode().toString(),
                state.paused(),
                next,
                why,
                task == null ? null : task.getExecutorNode(),
                stored.definer() == null ? null : stored.definer().name(),
                stored.definition().followsStream() ? refresh.online().halfLife() : null,
                state);
    }

    /** When the next run is due, in ISO 8601; null for none. */
    public String next() {
        return nextMillis == 0 ? null : Instant.ofEpochMilli(nextMillis).toString();
    }

    /** The verdict of the last run; null for none. */
    public String lastVerdict() {
        return state.last() == null ? null : state.last().verdict().toString();
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject().field("model", model);
        if (interval != null) {
            builder.field("interval", interval.getStringRep());
        }
        builder.field("on_drift", onDrift);
        if (mode != null) {
            builder.field("mode", mode);
        }
        builder.field("paused", paused);
        if (nextMillis > 0) {
            builder.field("next_run", next());
        }
        builder.field("why", why);
        if (node != null) {
            builder.field("node", node);
        }
        if (definer != null) {
            builder.field("definer", definer);
        }
        if (halfLife != null) {
            builder.startObject("online").field("half_life", halfLife.getStringRep());
            if (state.online() != null) {
                builder.field("last_step");
                state.online().show(builder);
            }
            builder.endObject();
        }
        if (state.running() != null) {
            builder.field("running");
            state.running().show(builder);
        }
        builder.startArray("runs");
        List<RefreshRun> runs = state.runs();
        for (int i = runs.size() - 1; i >= 0; i--) {
            runs.get(i).show(builder);
        }
        return builder.endArray().endObject();
    }
}

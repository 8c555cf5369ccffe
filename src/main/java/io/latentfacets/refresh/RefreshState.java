/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.core.ParseField;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ConstructingObjectParser;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.persistent.PersistentTaskState;

/**
 * What a model's schedule remembers: the state of its persistent task. Immutable. Core keeps it in the cluster state
 * and on disk, so it survives the loss of the task's node and a restart of all nodes.
 *
 * @param paused whether no run begins until somebody resumes
 * @param running the run that has begun and not ended; null for none
 * @param runs the last runs that have ended, oldest first, at most {@value #MAX_RUNS}
 * @param online the last step with which the clusters followed the stream; null for none
 */
public record RefreshState(boolean paused, RefreshRun running, List<RefreshRun> runs, StreamStep online)
        implements PersistentTaskState {

    static final int MAX_RUNS = 10;

    /** The state of a schedule that has done nothing yet. */
    static final RefreshState NEW = new RefreshState(false, null, List.of());

    @SuppressWarnings("unchecked") // declareObjectArray gives a list of what its parser makes
    private static final ConstructingObjectParser<RefreshState, Void> PARSER = new ConstructingObjectParser<>(
            RefreshParams.NAME,
            true,
            args -> new RefreshState(
                    (boolean) args[0], (RefreshRun) args[1], (List<RefreshRun>) args[2], (StreamStep) args[3]));

    static {
        PARSER.declareBoolean(ConstructingObjectParser.constructorArg(), new ParseField("paused"));
        PARSER.declareObject(
                ConstructingObjectParser.optionalConstructorArg(), RefreshRun.PARSER, new ParseField("running"));
        PARSER.declareObjectArray(ConstructingObjectParser.constructorArg(), RefreshRun.PARSER, new ParseField("runs"));
        PARSER.declareObject(
                ConstructingObjectParser.optionalConstructorArg(), StreamStep.PARSER, new ParseField("online"));
    }

    /** The state of a schedule whose clusters have not followed the stream. */
    RefreshState(boolean paused, RefreshRun running, List<RefreshRun> runs) {
        this(paused, running, runs, null);
    }

    public RefreshState {
        runs = List.copyOf(runs.subList(Math.max(0, runs.size() - MAX_RUNS), runs.size()));
    }

    /** The state of a persistent task, which has none before its first change. */
    static RefreshState of(PersistentTaskState state) {
        return state instanceof RefreshState own ? own : NEW;
    }

    public static RefreshState read(StreamInput in) throws IOException {
        try (FrameInput frame = FrameInput.open(in)) {
            return new RefreshState(
                    frame.readBoolean(),
                    frame.readOptionalWriteable(RefreshRun::new),
                    frame.readList(RefreshRun::new),
                    frame.readOptionalWriteable(StreamStep::new));
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeBoolean(paused);
            frame.writeOptionalWriteable(running);
            frame.writeCollection(runs);
            frame.writeOptionalWriteable(online);
        }
    }

    /** Reads what {@link #toXContent} wrote. */
    public static RefreshState parse(XContentParser parser) {
        return PARSER.apply(parser, null);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, ToXContent.Params params) throws IOException {
        builder.startObject().field("paused", paused);
        if (running != null) {
            builder.field("running", running, params);
        }
        builder.startArray("runs");
        for (RefreshRun run : runs) {
            run.toXContent(builder, params);
        }
        builder.endArray();
        if (online != null) {
            builder.field("online", online, params);
        }
        return builder.endObject();
    }

    /** The last run that has ended; null for none. */
    RefreshRun last() {
        return runs.isEmpty() ? null : runs.get(runs.size() - 1);
    }

    /** The number of runs since the last success that failed or were refused. */
    int failures() {
        int failures = 0;
        for (int i = runs.size() - 1; i >= 0 && runs.get(i).verdict() != RefreshRun.Verdict.SUCCESS; i--) {
            failures += runs.get(i).verdict() == RefreshRun.Verdict.SKIPPED ? 0 : 1;
        }
        return failures;
    }

    RefreshState withPaused(boolean now) {
        return new RefreshState(now, running, runs, online);
    }

    /** @param begun the run that is under way now; null for none */
    RefreshState withRunning(RefreshRun begun) {
        return new RefreshState(paused, begun, runs, online);
    }

    /** The state after the end of a run. Adding the same run again changes nothing. */
    RefreshState withEnded(RefreshRun ended) {
        if (ended.equals(last())) {
            return new RefreshState(paused, null, runs, online);
        }
        List<RefreshRun> all = new ArrayList<>(runs);
        all.add(ended);
        return new RefreshState(paused, null, all, online);
    }

    RefreshState withStep(StreamStep made) {
        return new RefreshState(paused, running, runs, made);
    }

    @Override
    public String getWriteableName() {
        return RefreshParams.NAME;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import io.latentfacets.wire.WireEnum;
import java.io.IOException;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.clustermanager.AcknowledgedRequest;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/**
 * Changes the persistent task of one model's schedule. Internal: no user calls it. Core's own actions replace a state
 * as a whole, so that a pause and the end of a run could undo each other; this one changes a part of it.
 */
public final class UpdateRefreshAction extends ActionType<AcknowledgedResponse> {

    public static final UpdateRefreshAction INSTANCE = new UpdateRefreshAction();
    public static final String NAME = "internal:cluster/latent_facets/refresh";

    private UpdateRefreshAction() {
        super(NAME, AcknowledgedResponse::new);
    }

    enum Change implements WireEnum {
        /** Create the task or change its parameters; its state stays. */
        SET(0),
        REMOVE(1),
        PAUSE(2),
        RESUME(3),
        /** Note that a run has begun. */
        BEGIN(4),
        /** Note that a run has ended. */
        END(5),
        /** Assign the task anew. */
        RESTART(6),
        /** Note a step with which the clusters have followed the stream. */
        STEP(7),
        /** Forget the run that has begun: its training never did, so it is still due. */
        FORGET(8);

        private final int id;

        Change(int id) {
            this.id = id;
        }

        @Override
        public int id() {
            return id;
        }
    }

    /** The change, and the condition for making it. */
    public static final class Request extends AcknowledgedRequest<Request> {

        /** The allocation of a task that any allocation meets. */
        static final long ANY = -1;

        final Change change;
        final String model;
        /** Null unless the change may create the task. */
        final RefreshParams params;
        /** The allocation that the task must have. */
        final long allocation;
        /** Null unless a run begins, ends or is forgotten. */
        final RefreshRun run;
        /** Null unless the change notes a step. */
        final StreamStep step;

        private Request(
                Change change, String model, RefreshParams params, long allocation, RefreshRun run, StreamStep step) {
            this.change = change;
            this.model = model;
            this.params = params;
            this.allocation = allocation;
            this.run = run;
            this.step = step;
        }

        static Request set(RefreshParams params) {
            return new Request(Change.SET, params.model(), params, ANY, null, null);
        }

        /** @param allocation removes only a task of this allocation, or of {@link #ANY} */
        static Request remove(String model, long allocation) {
            return new Request(Change.REMOVE, model, null, allocation, null, null);
        }

        /** @param params creates the task if there is none yet */
        static Request pause(RefreshParams params, boolean paused) {
            return new Request(paused ? Change.PAUSE : Change.RESUME, params.model(), params, ANY, null, null);
        }

        static Request begin(String model, long allocation, RefreshRun run) {
            return new Request(Change.BEGIN, model, null, allocation, run, null);
        }

        static Request end(String model, long allocation, RefreshRun run) {
            return new Request(Change.END, model, null, allocation, run, null);
        }

        /** @param run the run to forget; another one stays */
        static Request forget(String model, long allocation, RefreshRun run) {
            return new Request(Change.FORGET, model, null, allocation, run, null);
        }

        static Request restart(String model, long allocation) {
            return new Request(Change.RESTART, model, null, allocation, null, null);
        }

        static Request step(String model, long allocation, StreamStep step) {
            return new Request(Change.STEP, model, null, allocation, null, step);
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                change = WireEnum.read(frame, Change.class);
                model = frame.readString();
                params = frame.readOptionalWriteable(RefreshParams::read);
                allocation = frame.readZLong();
                run = frame.readOptionalWriteable(RefreshRun::new);
                step = frame.readOptionalWriteable(StreamStep::new);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                WireEnum.write(frame, change);
                frame.writeString(model);
                frame.writeOptionalWriteable(params);
                frame.writeZLong(allocation);
                frame.writeOptionalWriteable(run);
                frame.writeOptionalWriteable(step);
            }
        }

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }
}

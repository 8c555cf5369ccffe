/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/**
 * Asks a node whether it still runs a task. Internal: only {@link TaskLiveness} calls it, never a user. The security
 * plugin does not let the plugin's own identity use core's {@code cluster:monitor/task/get}, so the plugin asks itself.
 */
public final class TaskAliveAction extends ActionType<TaskAliveAction.Response> {

    public static final TaskAliveAction INSTANCE = new TaskAliveAction();
    public static final String NAME = "internal:cluster/latent_facets/task_alive";

    private TaskAliveAction() {
        super(NAME, Response::new);
    }

    /** The task in question. */
    public static final class Request extends ActionRequest {

        final String node;
        final long task;

        /**
         * A request.
         *
         * @param node the id of the node that has or had the task
         * @param task the number of the task on that node
         */
        Request(String node, long task) {
            this.node = node;
            this.task = task;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                node = frame.readString();
                task = frame.readLong();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(node);
                frame.writeLong(task);
            }
        }

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }

    /** Whether the node runs the task. */
    public static final class Response extends ActionResponse {

        final boolean alive;

        Response(boolean alive) {
            this.alive = alive;
        }

        public Response(StreamInput in) throws IOException {
            try (FrameInput frame = FrameInput.open(in)) {
                alive = frame.readBoolean();
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeBoolean(alive);
            }
        }
    }
}

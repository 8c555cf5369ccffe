/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.progress;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** Returns the progress of a model's running training, or the end of its latest one. */
public final class TrainingStatusAction extends ActionType<TrainingStatusAction.Response> {

    public static final String NAME = "cluster:monitor/plugins/latent/models/training";
    public static final TrainingStatusAction INSTANCE = new TrainingStatusAction();

    private TrainingStatusAction() {
        super(NAME, Response::new);
    }

    /** The status. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final TrainingStatus status;

        Response(TrainingStatus status) {
            this.status = status;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                status = TrainingStatus.read(frame);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                status.writeTo(frame);
            }
        }

        public TrainingStatus status() {
            return status;
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return status.toXContent(builder, params);
        }
    }
}

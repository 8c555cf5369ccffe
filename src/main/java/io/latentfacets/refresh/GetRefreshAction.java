/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.action.ActionType;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** Returns the schedule of a model and its last runs. */
public final class GetRefreshAction extends ActionType<GetRefreshAction.Response> {

    public static final String NAME = "cluster:monitor/plugins/latent/models/refresh";
    public static final GetRefreshAction INSTANCE = new GetRefreshAction();

    private GetRefreshAction() {
        super(NAME, Response::new);
    }

    /** The schedule. */
    public static final class Response extends ActionResponse implements ToXContentObject {

        private final RefreshStatus status;

        Response(RefreshStatus status) {
            this.status = status;
        }

        Response(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                status = new RefreshStatus(frame);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            try (FrameOutput frame = new FrameOutput(out)) {
                status.writeTo(frame);
            }
        }

        public RefreshStatus status() {
            return status;
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return status.toXContent(builder, params);
        }
    }
}

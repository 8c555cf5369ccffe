/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.model.ClusterEdits;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.action.ActionType;
import org.opensearch.action.support.clustermanager.AcknowledgedResponse;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/** Labels, hides, pins or annotates a cluster. All of it applies to later generations too. */
public final class EditClusterAction extends ActionType<AcknowledgedResponse> {

    public static final String NAME = "cluster:admin/plugins/latent/models/clusters/put";
    public static final EditClusterAction INSTANCE = new EditClusterAction();

    private EditClusterAction() {
        super(NAME, AcknowledgedResponse::new);
    }

    /** Names the cluster and carries its edit. */
    public static final class Request extends ActionRequest {

        private final String model;
        private final String key;
        private final ClusterEdits.Edit edit;

        Request(String model, String key, ClusterEdits.Edit edit) {
            this.model = model;
            this.key = key;
            this.edit = edit;
        }

        public Request(StreamInput in) throws IOException {
            super(in);
            try (FrameInput frame = FrameInput.open(in)) {
                model = frame.readString();
                key = frame.readString();
                edit = ClusterEdits.Edit.read(frame);
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            super.writeTo(out);
            try (FrameOutput frame = new FrameOutput(out)) {
                frame.writeString(model);
                frame.writeString(key);
                edit.writeTo(frame);
            }
        }

        String model() {
            return model;
        }

        String key() {
            return key;
        }

        ClusterEdits.Edit edit() {
            return edit;
        }

        @Override
        public ActionRequestValidationException validate() {
            return null;
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.LeftDocuments;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.transport.TransportResponse;

/**
 * A generation that a node has trained and activated, the history of its training, one map per epoch, and what its
 * re-encoding left. Immutable.
 */
final class TrainNodeResponse extends TransportResponse {

    private final GenerationSummary summary;
    private final List<Map<String, Object>> history;
    private final List<LeftDocuments> left;

    TrainNodeResponse(GenerationSummary summary, List<Map<String, Object>> history, List<LeftDocuments> left) {
        this.summary = summary;
        this.history = List.copyOf(history);
        this.left = List.copyOf(left);
    }

    TrainNodeResponse(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            summary = new GenerationSummary(frame);
            history = frame.readList(StreamInput::readMap);
            left = frame.readList(LeftDocuments::new);
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            summary.writeTo(frame);
            frame.writeCollection(history, StreamOutput::writeMap);
            frame.writeList(left);
        }
    }

    GenerationSummary summary() {
        return summary;
    }

    List<Map<String, Object>> history() {
        return history;
    }

    List<LeftDocuments> left() {
        return left;
    }
}

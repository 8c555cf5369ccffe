/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.GenerationSummary;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.transport.TransportResponse;

/**
 * A generation that a node has trained and activated, and the history of its training, one map per epoch. Immutable.
 */
final class TrainNodeResponse extends TransportResponse {

    private final GenerationSummary summary;
    private final List<Map<String, Object>> history;

    TrainNodeResponse(GenerationSummary summary, List<Map<String, Object>> history) {
        this.summary = summary;
        this.history = List.copyOf(history);
    }

    TrainNodeResponse(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            summary = new GenerationSummary(frame);
            history = frame.readList(StreamInput::readMap);
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            summary.writeTo(frame);
            frame.writeCollection(history, StreamOutput::writeMap);
        }
    }

    GenerationSummary summary() {
        return summary;
    }

    List<Map<String, Object>> history() {
        return history;
    }
}

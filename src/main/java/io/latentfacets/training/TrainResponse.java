/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.GenerationSummary;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.Map;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.action.ActionResponse;
import org.opensearch.core.common.Strings;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContentObject;
import org.opensearch.core.xcontent.XContentBuilder;

/** The generation of a successful training. Immutable. */
public final class TrainResponse extends ActionResponse implements ToXContentObject {

    private final String task;
    private final GenerationSummary summary;

    /** @param task the task id, as {@code _tasks} names it */
    TrainResponse(String task, GenerationSummary summary) {
        this.task = task;
        this.summary = summary;
    }

    TrainResponse(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            task = frame.readString();
            summary = new GenerationSummary(frame);
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(task);
            summary.writeTo(frame);
        }
    }

    public GenerationSummary summary() {
        return summary;
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject().field("model", summary.info().model()).field("task", task);
        // adds all fields of the summary on the same level, without naming them here
        String json = Strings.toString(MediaTypeRegistry.JSON, summary);
        for (Map.Entry<String, Object> field : XContentHelper.convertToMap(
                        MediaTypeRegistry.JSON.xContent(), json, true)
                .entrySet()) {
            builder.field(field.getKey(), field.getValue());
        }
        return builder.endObject();
    }
}

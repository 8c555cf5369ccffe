/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training.progress;

import static org.opensearch.core.xcontent.ConstructingObjectParser.constructorArg;
import static org.opensearch.core.xcontent.ConstructingObjectParser.optionalConstructorArg;

import io.latentfacets.model.LeftDocuments;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.core.ParseField;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ConstructingObjectParser;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.tasks.Task;

/**
 * The progress of a training: the status of its task, and the answer of {@code GET …/_training}. Immutable and
 * thread-safe.
 *
 * @param model the name of the model
 * @param generation the number of the new generation
 * @param state the state of the model; the task itself always reports {@code training}
 * @param phase the current phase
 * @param documentsRead the number of documents read from the source
 * @param epoch the number of the latest completed epoch over all restarts and stages, from 1; 0 before the first
 * @param epochs the planned number of epochs; 0 while unknown
 * @param loss the parts of the latest loss by name; finite numbers
 * @param percent the percentage of the whole training, 0 to 100
 * @param elapsedMillis the milliseconds since the task began
 * @param etaMillis the estimated milliseconds until the end; −1 for no estimate
 * @param node the id of the node that trains; null for none
 * @param device the device of the engine; null while unknown
 * @param error the error of a training that has ended; null for none
 * @param waitingFor what a training waits for; null if it does not wait
 * @param left what the re-encoding of a training that has ended had to leave
 * @param history one entry per epoch: its restart, stage, number, loss and the parts of the loss
 */
public record TrainingStatus(
        String model,
        int generation,
        String state,
        String phase,
        long documentsRead,
        int epoch,
        int epochs,
        Map<String, Double> loss,
        double percent,
        long elapsedMillis,
        long etaMillis,
        String node,
        String device,
        String error,
        String waitingFor,
        List<LeftDocuments> left,
        List<Map<String, Object>> history)
        implements Task.Status {

    public static final String NAME = "latent-training";

    @SuppressWarnings("unchecked") // the parser gives back what toXContent wrote, argument by argument
    private static final ConstructingObjectParser<TrainingStatus, Void> PARSER = new ConstructingObjectParser<>(
            NAME,
            true,
            a -> new TrainingStatus(
                    (String) a[0],
                    (int) a[1],
                    (String) a[2],
                    (String) a[3],
                    (long) a[4],
                    (int) a[5],
                    (int) a[6],
                    numbers((Map<String, Object>) a[7]),
                    (double) a[8],
                    (long) a[9],
                    a[10] == null ? -1 : (long) a[10],
                    (String) a[11],
                    (String) a[12],
                    (String) a[13],
                    (String) a[14],
                    left((List<Map<String, Object>>) a[15]),
                    (List<Map<String, Object>>) a[16]));

    static {
        PARSER.declareString(constructorArg(), new ParseField("model"));
        PARSER.declareInt(constructorArg(), new ParseField("generation"));
        PARSER.declareString(constructorArg(), new ParseField("state"));
        PARSER.declareString(constructorArg(), new ParseField("phase"));
        PARSER.declareLong(constructorArg(), new ParseField("documents_read"));
        PARSER.declareInt(constructorArg(), new ParseField("epoch"));
        PARSER.declareInt(constructorArg(), new ParseField("epochs"));
        PARSER.declareObject(constructorArg(), (p, c) -> p.map(), new ParseField("loss"));
        PARSER.declareDouble(constructorArg(), new ParseField("percent"));
        PARSER.declareLong(constructorArg(), new ParseField("elapsed_ms"));
        PARSER.declareLong(optionalConstructorArg(), new ParseField("eta_ms"));
        PARSER.declareString(optionalConstructorArg(), new ParseField("node"));
        PARSER.declareString(optionalConstructorArg(), new ParseField("device"));
        PARSER.declareString(optionalConstructorArg(), new ParseField("error"));
        PARSER.declareString(optionalConstructorArg(), new ParseField("waiting_for"));
        PARSER.declareObjectArray(optionalConstructorArg(), (p, c) -> p.map(), new ParseField("left"));
        PARSER.declareObjectArray(constructorArg(), (p, c) -> p.map(), new ParseField("history"));
    }

    public TrainingStatus {
        loss = Collections.unmodifiableMap(new TreeMap<>(loss));
        left = List.copyOf(left);
        history = List.copyOf(history);
    }

    /** Reads the binary form of {@link #writeTo}. */
    public static TrainingStatus read(StreamInput in) throws IOException {
        try (FrameInput frame = FrameInput.open(in)) {
            return new TrainingStatus(frame);
        }
    }

    private TrainingStatus(FrameInput in) throws IOException {
        this(
                in.readString(),
                in.readVInt(),
                in.readString(),
                in.readString(),
                in.readVLong(),
                in.readVInt(),
                in.readVInt(),
                in.readMap(StreamInput::readString, StreamInput::readDouble),
                in.readDouble(),
                in.readVLong(),
                in.readLong(),
                in.readOptionalString(),
                in.readOptionalString(),
                in.readOptionalString(),
                in.readOptionalString(),
                in.readList(LeftDocuments::new),
                in.readList(StreamInput::readMap));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(model);
            frame.writeVInt(generation);
            frame.writeString(state);
            frame.writeString(phase);
            frame.writeVLong(documentsRead);
            frame.writeVInt(epoch);
            frame.writeVInt(epochs);
            frame.writeMap(loss, StreamOutput::writeString, StreamOutput::writeDouble);
            frame.writeDouble(percent);
            frame.writeVLong(elapsedMillis);
            frame.writeLong(etaMillis);
            frame.writeOptionalString(node);
            frame.writeOptionalString(device);
            frame.writeOptionalString(error);
            frame.writeOptionalString(waitingFor);
            frame.writeList(left);
            frame.writeCollection(history, StreamOutput::writeMap);
        }
    }

    /**
     * A copy with another state of the model, which the task does not know: {@code ready} while an earlier generation
     * is active.
     */
    TrainingStatus withState(String other) {
        return new TrainingStatus(
                model,
                generation,
                other,
                phase,
                documentsRead,
                epoch,
                epochs,
                loss,
                percent,
                elapsedMillis,
                etaMillis,
                node,
                device,
                error,
                waitingFor,
                left,
                history);
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject();
        builder.field("model", model).field("generation", generation);
        builder.field("state", state).field("phase", phase);
        builder.field("documents_read", documentsRead);
        builder.field("epoch", epoch).field("epochs", epochs);
        builder.field("loss", loss);
        builder.field("percent", percent);
        builder.field("elapsed_ms", elapsedMillis);
        if (etaMillis >= 0) {
            builder.field("eta_ms", etaMillis);
        }
        if (node != null) {
            builder.field("node", node);
        }
        if (device != null) {
            builder.field("device", device);
        }
        if (error != null) {
            builder.field("error", error);
        }
        if (waitingFor != null) {
            builder.field("waiting_for", waitingFor);
        }
        if (!left.isEmpty()) {
            builder.field("left", left);
        }
        return builder.field("history", history).endObject();
    }

    /** Reads the JSON form of {@link #toXContent}; ignores unknown keys. */
    public static TrainingStatus fromXContent(XContentParser parser) {
        return PARSER.apply(parser, null);
    }

    private static List<LeftDocuments> left(List<Map<String, Object>> values) {
        return values == null
                ? List.of()
                : values.stream().map(LeftDocuments::fromMap).toList();
    }

    private static Map<String, Double> numbers(Map<String, Object> values) {
        Map<String, Double> numbers = new TreeMap<>();
        values.forEach((name, value) -> numbers.put(name, ((Number) value).doubleValue()));
        return numbers;
    }
}

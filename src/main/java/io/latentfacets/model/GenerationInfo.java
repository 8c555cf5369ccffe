/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The origin and quality of a generation. Immutable.
 *
 * @param model the name of the model
 * @param number the number of the generation: 1, 2, 3 …; never used twice for one model name
 * @param encoderGeneration the generation whose encoder this one uses; its own number if it trained an encoder.
 *     Documents show this number; readers compare {@link EncoderId}
 * @param createdMillis the end of its training, epoch milliseconds
 * @param documents the number of documents that it learned from
 * @param seconds the duration of its training, in seconds
 * @param device the device that trained it, as the engine names it ("cpu", "gpu:0")
 * @param metrics the quality measures by name; finite numbers
 * @param minorOf the generation whose centroids this one has moved; null unless it is a minor generation
 */
public record GenerationInfo(
        String model,
        int number,
        int encoderGeneration,
        long createdMillis,
        long documents,
        double seconds,
        String device,
        Map<String, Double> metrics,
        MajorGeneration minorOf)
        implements Writeable {

    private static final String MINOR_OF = "minor_of";

    public GenerationInfo {
        if (number < 1) {
            throw new IllegalArgumentException("[generation] must be at least 1: " + number);
        }
        if (encoderGeneration < 1 || encoderGeneration > number) {
            throw new IllegalArgumentException(
                    "[encoder_generation] must be in [1, " + number + "]: " + encoderGeneration);
        }
        metrics = Collections.unmodifiableMap(new TreeMap<>(metrics));
    }

    /** The origin of a generation that a training made. */
    public GenerationInfo(
            String model,
            int number,
            int encoderGeneration,
            long createdMillis,
            long documents,
            double seconds,
            String device,
            Map<String, Double> metrics) {
        this(model, number, encoderGeneration, createdMillis, documents, seconds, device, metrics, null);
    }

    /** The origin of a generation that trained its own encoder. */
    public GenerationInfo(
            String model,
            int number,
            long createdMillis,
            long documents,
            double seconds,
            String device,
            Map<String, Double> metrics) {
        this(model, number, number, createdMillis, documents, seconds, device, metrics);
    }

    /**
     * Reads the JSON of an archive's header or of the store's summary.
     *
     * @param json the JSON object; without {@code encoder_generation} if it was written before generations could share
     *     an encoder
     */
    public static GenerationInfo fromJson(String model, int number, Map<String, Object> json) {
        Map<String, Double> metrics = new TreeMap<>();
        StrictMap.object(json.get("metrics"))
                .forEach((name, value) -> metrics.put(name, ((Number) value).doubleValue()));
        return new GenerationInfo(
                model,
                number,
                ((Number) json.getOrDefault("encoder_generation", number)).intValue(),
                ((Number) json.get("created")).longValue(),
                ((Number) json.get("documents")).longValue(),
                ((Number) json.get("seconds")).doubleValue(),
                (String) json.get("device"),
                metrics,
                minorOf(json));
    }

    /** Null for a major generation, and in a record of before there were minor ones. */
    private static MajorGeneration minorOf(Map<String, Object> json) {
        Map<String, Object> major = StrictMap.object(json.get(MINOR_OF));
        return major == null
                ? null
                : new MajorGeneration(
                        ((Number) major.get("generation")).intValue(), ((Number) major.get("created")).longValue());
    }

    /** Writes the reference to the major generation, if there is one, as {@link #fromJson} reads it. */
    public void writeMinorOf(XContentBuilder json) throws IOException {
        if (minorOf != null) {
            json.startObject(MINOR_OF)
                    .field("generation", minorOf.number())
                    .field("created", minorOf.createdMillis())
                    .endObject();
        }
    }

    /** The major generation: this one itself unless it is minor. */
    public MajorGeneration major() {
        return minorOf == null ? new MajorGeneration(number, createdMillis) : minorOf;
    }

    public GenerationInfo(StreamInput in) throws IOException {
        this(
                in.readString(),
                in.readVInt(),
                in.readVInt(),
                in.readVLong(),
                in.readVLong(),
                in.readDouble(),
                in.readString(),
                in.readMap(StreamInput::readString, StreamInput::readDouble),
                in.readOptionalWriteable(MajorGeneration::new));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(model);
        out.writeVInt(number);
        out.writeVInt(encoderGeneration);
        out.writeVLong(createdMillis);
        out.writeVLong(documents);
        out.writeDouble(seconds);
        out.writeString(device);
        out.writeMap(metrics, StreamOutput::writeString, StreamOutput::writeDouble);
        out.writeOptionalWriteable(minorOf);
    }

    /**
     * A copy under another model name and number, for an import. The generation whose encoder it shared does not exist
     * under the new name, so the copy counts as owner of its encoder. For the same reason it is no minor one.
     */
    GenerationInfo as(String newModel, int newNumber) {
        return new GenerationInfo(newModel, newNumber, createdMillis, documents, seconds, device, metrics);
    }
}

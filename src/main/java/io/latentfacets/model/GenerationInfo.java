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

/**
 * Where a generation comes from and how good it is. Immutable.
 *
 * @param model the model's name
 * @param number 1, 2, 3 …; never used twice for one model name
 * @param encoderGeneration the generation whose encoder it shares, its own number if it has trained one: what the
 *     documents' latents carry, whichever generation with that encoder made them
 * @param createdMillis when its training ended, epoch milliseconds
 * @param documents how many documents it learned from
 * @param seconds how long its training took
 * @param device what it was trained on, as the engine names it ("cpu", "gpu:0")
 * @param metrics named quality measures; finite numbers
 */
public record GenerationInfo(
        String model,
        int number,
        int encoderGeneration,
        long createdMillis,
        long documents,
        double seconds,
        String device,
        Map<String, Double> metrics)
        implements Writeable {

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

    /** Of a generation with an encoder of its own. */
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
     * From JSON, as the archive's header and the store's summary have it.
     *
     * @param json without {@code encoder_generation} if it is from before generations could share an encoder
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
                metrics);
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
                in.readMap(StreamInput::readString, StreamInput::readDouble));
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
    }

    /**
     * The same training under another name and number: what an import makes of an archive. The generation whose encoder
     * it shared is not of that name, so the encoder is its own.
     */
    GenerationInfo as(String newModel, int newNumber) {
        return new GenerationInfo(newModel, newNumber, createdMillis, documents, seconds, device, metrics);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.wire.WireEnum;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * The store's record of a model's latest training, running or ended. Immutable.
 *
 * @param owner the task that trains or trained
 * @param generation the generation number reserved for its result
 * @param outcome how it ended; null while it runs
 * @param endedMillis the end, epoch milliseconds; 0 while it runs
 * @param history one map per epoch, as {@code _training} shows it; empty while it runs
 */
public record TrainingRecord(
        TrainingOwner owner,
        int generation,
        TrainingOutcome outcome,
        long endedMillis,
        List<Map<String, Object>> history)
        implements Writeable {

    public TrainingRecord {
        history = List.copyOf(history);
    }

    public static TrainingRecord begin(TrainingOwner owner, int generation) {
        return new TrainingRecord(owner, generation, null, 0, List.of());
    }

    public TrainingRecord end(TrainingOutcome how, long nowMillis, List<Map<String, Object>> epochs) {
        return new TrainingRecord(owner, generation, how, nowMillis, epochs);
    }

    /** Whether the store has no record of an end. The owner may be gone all the same. */
    public boolean running() {
        return outcome == null;
    }

    public TrainingRecord(StreamInput in) throws IOException {
        this(
                new TrainingOwner(in),
                in.readVInt(),
                in.readBoolean()
                        ? new TrainingOutcome(
                                WireEnum.read(in, TrainingOutcome.Status.class),
                                in.readOptionalString(),
                                in.readList(LeftDocuments::new))
                        : null,
                in.readVLong(),
                in.readList(StreamInput::readMap));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        owner.writeTo(out);
        out.writeVInt(generation);
        out.writeBoolean(outcome != null);
        if (outcome != null) {
            WireEnum.write(out, outcome.status());
            out.writeOptionalString(outcome.error());
            out.writeList(outcome.left());
        }
        out.writeVLong(endedMillis);
        out.writeCollection(history, StreamOutput::writeMap);
    }
}

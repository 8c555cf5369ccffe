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
 * @param claim which node trains, if any
 * @param outcome how it ended; null while it runs
 * @param endedMillis the end, epoch milliseconds; 0 while it runs
 * @param history one map per epoch, as {@code _training} shows it; empty while it runs
 */
public record TrainingRecord(
        TrainingOwner owner,
        int generation,
        TrainingClaim claim,
        TrainingOutcome outcome,
        long endedMillis,
        List<Map<String, Object>> history)
        implements Writeable {

    public TrainingRecord {
        history = List.copyOf(history);
    }

    public static TrainingRecord begin(TrainingOwner owner, int generation) {
        return new TrainingRecord(owner, generation, TrainingClaim.NONE, null, 0, List.of());
    }

    public TrainingRecord end(TrainingOutcome how, long nowMillis, List<Map<String, Object>> epochs) {
        return new TrainingRecord(owner, generation, claim, how, nowMillis, epochs);
    }

    public TrainingRecord with(TrainingClaim changed) {
        return new TrainingRecord(owner, generation, changed, outcome, endedMillis, history);
    }

    /** Whether the store has no record of an end. The owner may be gone all the same. */
    public boolean running() {
        return outcome == null;
    }

    public TrainingRecord(StreamInput in) throws IOException {
        this(
                new TrainingOwner(in),
                in.readVInt(),
                new TrainingClaim(in),
                in.readBoolean()
                        ? new TrainingOutcome(
                                WireEnum.read(in, TrainingOutcome.Status.class),
                                in.readOptionalString(),
                                in.readVInt(),
                                in.readList(LeftDocuments::new))
                        : null,
                in.readVLong(),
                in.readList(StreamInput::readMap));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        owner.writeTo(out);
        out.writeVInt(generation);
        claim.writeTo(out);
        out.writeBoolean(outcome != null);
        if (outcome != null) {
            WireEnum.write(out, outcome.status());
            out.writeOptionalString(outcome.error());
            out.writeVInt(outcome.code());
            out.writeList(outcome.left());
        }
        out.writeVLong(endedMillis);
        out.writeCollection(history, StreamOutput::writeMap);
    }
}

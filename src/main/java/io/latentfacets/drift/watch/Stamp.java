/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift.watch;

import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * Names the generation that statistics belong to. Those of another encoder or with other clusters are not comparable. A
 * minor generation has the statistics of its major one, so they do not begin anew when centroids move.
 *
 * @param model the name of the model
 * @param encoder the fingerprint of the encoder
 * @param number the number of the major generation
 * @param createdMillis the end of its training, epoch milliseconds
 */
record Stamp(String model, EncoderId encoder, int number, long createdMillis) implements Writeable {

    static Stamp of(Generation generation) {
        return of(generation.model(), Generations.Known.of(generation));
    }

    static Stamp of(String model, Generations.Known known) {
        return new Stamp(
                model, known.encoder(), known.major().number(), known.major().createdMillis());
    }

    Stamp(StreamInput in) throws IOException {
        this(in.readString(), new EncoderId(in.readLong()), in.readVInt(), in.readLong());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(model);
        out.writeLong(encoder.bits());
        out.writeVInt(number);
        out.writeLong(createdMillis);
    }

    void write(DataOutput out) throws IOException {
        out.writeUTF(model);
        out.writeLong(encoder.bits());
        out.writeInt(number);
        out.writeLong(createdMillis);
    }

    static Stamp read(DataInput in) throws IOException {
        return new Stamp(in.readUTF(), new EncoderId(in.readLong()), in.readInt(), in.readLong());
    }
}

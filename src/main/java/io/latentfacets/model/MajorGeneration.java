/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * Names a generation that a training made. A <em>minor</em> generation is one of those with moved centroids: it has the
 * encoder, the keys and the reference of drift of its major one. Immutable.
 *
 * @param number the number of the generation
 * @param createdMillis the end of its training, epoch milliseconds; tells it from another generation of that number
 */
public record MajorGeneration(int number, long createdMillis) implements Writeable {

    public MajorGeneration(StreamInput in) throws IOException {
        this(in.readVInt(), in.readVLong());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVInt(number);
        out.writeVLong(createdMillis);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.core.common.io.stream.StreamOutput;

/**
 * Writes one message as a frame: the format of the writer, the lowest format of a reader that understands it, the
 * length, and the message. Used as
 *
 * <pre>{@code
 * try (FrameOutput frame = new FrameOutput(out)) {
 *     frame.writeString(model);
 * }
 * }</pre>
 *
 * Closing writes the frame to the stream below, which stays open. Keeps the message in memory until then. Not
 * thread-safe.
 */
public final class FrameOutput extends BytesStreamOutput {

    private final StreamOutput below;
    private final int readers;

    /** A message that every format understands, without what was appended later. */
    public FrameOutput(StreamOutput below) {
        this(below, 1);
    }

    /**
     * A message that older nodes must not read, since they would take it for something else.
     *
     * @param readers the lowest format that understands it
     */
    public FrameOutput(StreamOutput below, int readers) {
        this.below = below;
        this.readers = readers;
        setVersion(below.getVersion());
    }

    /** Writes the frame. The stream below throws in memory only when there is no memory. */
    @Override
    public void close() {
        try {
            below.writeVInt(WireFormat.current());
            below.writeVInt(readers);
            below.writeBytesReference(bytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            super.close();
        }
    }
}

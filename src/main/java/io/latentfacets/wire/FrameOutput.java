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

    /** A message that readers of every format understand, without the values that were appended later. */
    public FrameOutput(StreamOutput below) {
        this(below, 1);
    }

    /**
     * A message that older nodes must not read, because they would misinterpret it.
     *
     * @param below the stream to write the frame to; stays open
     * @param readers the lowest format whose reader understands the message, at least 1
     */
    public FrameOutput(StreamOutput below, int readers) {
        this.below = below;
        this.readers = readers;
        setVersion(below.getVersion());
    }

    /**
     * Writes the frame to the stream below.
     *
     * @throws UncheckedIOException if the stream below fails
     */
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

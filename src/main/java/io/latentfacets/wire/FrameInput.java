/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.wire;

import java.io.IOException;
import org.opensearch.core.common.io.stream.NamedWriteableAwareStreamInput;
import org.opensearch.core.common.io.stream.StreamInput;

/**
 * Reads one message that {@link FrameOutput} wrote. Used as
 *
 * <pre>{@code
 * try (FrameInput frame = FrameInput.open(in)) {
 *     model = frame.readString();
 *     size = frame.format() >= 2 ? frame.readVInt() : DEFAULT_SIZE;
 * }
 * }</pre>
 *
 * Closing leaves the stream below behind the frame, whatever of it was read. Not thread-safe.
 */
public final class FrameInput extends NamedWriteableAwareStreamInput {

    private final int format;

    private FrameInput(StreamInput message, StreamInput below, int format) {
        super(message, below.namedWriteableRegistry());
        this.format = format;
        setVersion(below.getVersion());
    }

    /**
     * Begins a frame.
     *
     * @param below the stream, positioned at a frame
     * @throws IllegalStateException if the message needs a reader of a newer format than this build's
     */
    public static FrameInput open(StreamInput below) throws IOException {
        int format = below.readVInt();
        int readers = below.readVInt();
        if (readers > WireFormat.current()) {
            throw new IllegalStateException("a node with a newer latent-facets sent a message of format [" + format
                    + "] that this node cannot read: it reads up to [" + WireFormat.current()
                    + "] and the message needs [" + readers + "]; upgrade the plugin on this node");
        }
        return new FrameInput(below.readBytesReference().streamInput(), below, format);
    }

    /**
     * The format of the build that wrote the message, at least 1. It is higher than this build's if the writer is
     * newer.
     */
    public int format() {
        return format;
    }

    /**
     * Ends the frame.
     *
     * @throws IllegalStateException if the message is of a known format and bytes are left: reader and writer disagree
     */
    @Override
    public void close() throws IOException {
        int left = available();
        super.close();
        if (left > 0 && format <= WireFormat.current()) {
            throw new IllegalStateException(
                    "a message of format [" + format + "] has [" + left + "] bytes more than this build reads");
        }
    }
}

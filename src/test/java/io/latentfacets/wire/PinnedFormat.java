/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.wire;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;

import java.io.IOException;
import java.io.InputStream;
import java.util.HexFormat;
import java.util.Properties;
import org.opensearch.Version;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.NamedWriteableAwareStreamInput;
import org.opensearch.core.common.io.stream.NamedWriteableRegistry;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * The bytes of messages as the first release writes them, in {@code format-1.properties}. A failing test means that
 * nodes of that release would no longer understand this build. Then append to the message, raise
 * {@link WireFormat#current}, and pin the new bytes in a file of the new number beside the old one.
 */
public final class PinnedFormat {

    private PinnedFormat() {}

    /**
     * Writes a message and compares its bytes with the pinned ones, then reads those and writes them again.
     *
     * @param name the name of the message in the file
     */
    public static <T extends Writeable> void check(
            String name, T message, Writeable.Reader<T> reader, NamedWriteableRegistry registry) throws IOException {
        Properties pinned = new Properties();
        try (InputStream in = PinnedFormat.class.getResourceAsStream("format-1.properties")) {
            pinned.load(in);
        }
        String bytes = HexFormat.of().formatHex(BytesReference.toBytes(bytes(message)));
        String expected = pinned.getProperty(name);
        assertNotNull("format-1.properties lacks " + name + "=" + bytes, expected);
        assertEquals("bytes of " + name, expected, bytes);
        StreamInput in = new NamedWriteableAwareStreamInput(
                new BytesArray(HexFormat.of().parseHex(expected)).streamInput(), registry);
        in.setVersion(Version.V_3_0_0);
        T read = reader.read(in);
        assertEquals("bytes left behind " + name, 0, in.available());
        assertEquals("bytes of " + name + " as it was read", bytes(message), bytes(read));
    }

    /** The bytes for a fixed version of the server, because the server's own parts of a message change too. */
    private static BytesReference bytes(Writeable message) throws IOException {
        try (BytesStreamOutput out = new BytesStreamOutput()) {
            out.setVersion(Version.V_3_0_0);
            message.writeTo(out);
            return out.bytes();
        }
    }
}

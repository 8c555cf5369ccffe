/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Reads and writes arrays and strings of the binary format. Checks every length before it allocates. Stateless. */
final class Wire {
    private static final int MAX_STRING_BYTES = 1 << 20;

    private Wire() {}

    static void writeFloats(DataOutput out, float[] values) throws IOException {
        for (float value : values) {
            out.writeFloat(value);
        }
    }

    static float[] readFloats(DataInput in, int size) throws IOException {
        float[] values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = readFinite(in);
        }
        return values;
    }

    /** Reads a number that responses can show: JSON has no NaN and no infinity. */
    static float readFinite(DataInput in) throws IOException {
        float value = in.readFloat();
        if (!Float.isFinite(value)) {
            throw new IOException("corrupt clusters: numbers must be finite: " + value);
        }
        return value;
    }

    /**
     * Writes a string, which {@link #readString} reads up to 1 MiB. {@link DataOutput#writeUTF} stops at 64 KiB, and
     * users choose the document ids and terms.
     */
    static void writeString(DataOutput out, String value) throws IOException {
        byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static String readString(DataInput in) throws IOException {
        byte[] bytes = new byte[readSize(in, MAX_STRING_BYTES, "string bytes")];
        in.readFully(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static int readSize(DataInput in, int max, String what) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > max) {
            throw new IOException("corrupt clusters: number of " + what + " must be in [0, " + max + "]: " + size);
        }
        return size;
    }

    /** The version in the bytes, for a format whose older versions can be read too. */
    static int readVersion(DataInput in, int newest, String what) throws IOException {
        int found = in.readInt();
        if (found < 1 || found > newest) {
            throw new IOException(what + " of format " + found + " cannot be read, only up to format " + newest);
        }
        return found;
    }

    static void checkVersion(DataInput in, int version, String what) throws IOException {
        int found = in.readInt();
        if (found != version) {
            throw new IOException(what + " of format " + found + " cannot be read, only of format " + version);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.training;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes and reads arrays of 4-byte numbers, little-endian and without their lengths, through one small buffer. A
 * claimed length is no reason to allocate it: an array grows as its numbers arrive, and lists are short. Not
 * thread-safe.
 */
final class ArrayBytes {
    /** Numbers in the buffer. */
    private static final int BLOCK = 1 << 14;

    private static final int ABSENT = -1;

    private final ByteBuffer buffer = ByteBuffer.allocate(4 * BLOCK).order(ByteOrder.LITTLE_ENDIAN);

    void write(float[] values, OutputStream out) throws IOException {
        for (int from = 0; from < values.length; from += BLOCK) {
            int length = Math.min(BLOCK, values.length - from);
            buffer.asFloatBuffer().put(values, from, length);
            out.write(buffer.array(), 0, 4 * length);
        }
    }

    void write(List<float[]> arrays, OutputStream out) throws IOException {
        for (float[] each : arrays) {
            write(each, out);
        }
    }

    void write(int[] values, OutputStream out) throws IOException {
        for (int from = 0; from < values.length; from += BLOCK) {
            int length = Math.min(BLOCK, values.length - from);
            buffer.asIntBuffer().put(values, from, length);
            out.write(buffer.array(), 0, 4 * length);
        }
    }

    /** Writes the length of each list, −1 for {@code null}, and then all lists. */
    void write(int[][] lists, OutputStream out) throws IOException {
        write(
                Arrays.stream(lists)
                        .mapToInt(list -> list == null ? ABSENT : list.length)
                        .toArray(),
                out);
        int used = 0;
        for (int[] list : lists) {
            for (int i = 0; list != null && i < list.length; i++) {
                buffer.putInt(4 * used++, list[i]);
                if (used == BLOCK) {
                    out.write(buffer.array(), 0, 4 * used);
                    used = 0;
                }
            }
        }
        out.write(buffer.array(), 0, 4 * used);
    }

    float[] readFloats(int length, DataInputStream in) throws IOException {
        float[] values = new float[Math.min(length, BLOCK)];
        for (int read = 0; read < length; ) {
            values = read == values.length ? Arrays.copyOf(values, longer(read, length)) : values;
            int block = fill(values.length - read, in);
            buffer.asFloatBuffer().get(values, read, block);
            read += block;
        }
        return values;
    }

    List<float[]> readFloats(int[] lengths, DataInputStream in) throws IOException {
        List<float[]> arrays = new ArrayList<>();
        for (int length : lengths) {
            arrays.add(readFloats(length, in));
        }
        return List.copyOf(arrays);
    }

    int[] readInts(int length, DataInputStream in) throws IOException {
        int[] values = new int[Math.min(length, BLOCK)];
        for (int read = 0; read < length; ) {
            values = read == values.length ? Arrays.copyOf(values, longer(read, length)) : values;
            int block = fill(values.length - read, in);
            buffer.asIntBuffer().get(values, read, block);
            read += block;
        }
        return values;
    }

    /** Reads what {@link #write(int[][], OutputStream)} wrote. */
    int[][] readLists(int count, DataInputStream in) throws IOException {
        int[] lengths = readInts(count, in);
        long left = 0;
        for (int length : lengths) {
            if (length < ABSENT || length > BLOCK) {
                throw new IOException("the checkpoint is damaged: a list of [" + length + "] numbers");
            }
            left += Math.max(0, length);
        }
        int[][] lists = new int[count][];
        int next = 0;
        int filled = 0;
        for (int i = 0; i < count; i++) {
            lists[i] = lengths[i] == ABSENT ? null : new int[lengths[i]];
            for (int j = 0; j < lengths[i]; j++) {
                if (next == filled) {
                    filled = fill((int) Math.min(left, BLOCK), in);
                    left -= filled;
                    next = 0;
                }
                lists[i][j] = buffer.getInt(4 * next++);
            }
        }
        return lists;
    }

    private static int longer(int length, int most) {
        return (int) Math.min(most, 2L * length);
    }

    /** Reads the next numbers into the buffer, at most {@code wanted}; returns how many. */
    private int fill(int wanted, DataInputStream in) throws IOException {
        int block = Math.min(wanted, BLOCK);
        in.readFully(buffer.array(), 0, 4 * block);
        return block;
    }
}

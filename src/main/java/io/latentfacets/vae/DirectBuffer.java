/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Carries arrays into the engine through one piece of native memory, used again and again: DJL copies a heap array into
 * a fresh direct buffer, which only the garbage collector frees, and native memory grows by gigabytes meanwhile. On the
 * CPU the engine's array <em>is</em> this memory, so it must be closed before the next one is made. Not thread-safe.
 */
public final class DirectBuffer {
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);

    /** An array of the first values of {@code values}, as many as {@code shape} has. */
    public NDArray floats(NDManager manager, float[] values, Shape shape) {
        int count = Math.toIntExact(shape.size());
        ByteBuffer bytes = bytes(count * Float.BYTES);
        bytes.asFloatBuffer().put(values, 0, count);
        return manager.create(bytes, shape, DataType.FLOAT32);
    }

    /** Likewise for indices. */
    public NDArray longs(NDManager manager, long[] values, Shape shape) {
        int count = Math.toIntExact(shape.size());
        ByteBuffer bytes = bytes(count * Long.BYTES);
        bytes.asLongBuffer().put(values, 0, count);
        return manager.create(bytes, shape, DataType.INT64);
    }

    private ByteBuffer bytes(int size) {
        if (buffer.capacity() < size) {
            buffer = ByteBuffer.allocateDirect(size + size / 4).order(ByteOrder.nativeOrder());
        }
        buffer.clear().limit(size);
        return buffer.slice().order(ByteOrder.nativeOrder());
    }
}

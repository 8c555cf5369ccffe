/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.util.NativeResource;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Copies arrays into the engine through one reused piece of native memory. DJL itself copies each heap array into a new
 * direct buffer, which only the garbage collector frees; native memory grows by gigabytes meanwhile. On the CPU the
 * engine's array <em>is</em> this memory, so the caller must close an array before it makes the next one; autograd
 * would otherwise compute gradients from the next one's values. Assertions check it. Not thread-safe.
 */
public final class DirectBuffer {
    private ByteBuffer buffer = ByteBuffer.allocateDirect(0);
    private NDArray last;

    /** Returns an engine array of the first values of {@code values}, as many as {@code shape} has. */
    public NDArray floats(NDManager manager, float[] values, Shape shape) {
        int count = Math.toIntExact(shape.size());
        ByteBuffer bytes = bytes(count * Float.BYTES);
        bytes.asFloatBuffer().put(values, 0, count);
        last = manager.create(bytes, shape, DataType.FLOAT32);
        return last;
    }

    /** Returns an engine array of the first indices of {@code values}, as many as {@code shape} has. */
    public NDArray longs(NDManager manager, long[] values, Shape shape) {
        int count = Math.toIntExact(shape.size());
        ByteBuffer bytes = bytes(count * Long.BYTES);
        bytes.asLongBuffer().put(values, 0, count);
        last = manager.create(bytes, shape, DataType.INT64);
        return last;
    }

    /** The native memory that it holds, in bytes. */
    long bytes() {
        return buffer.capacity();
    }

    private ByteBuffer bytes(int size) {
        assert last == null || ((NativeResource<?>) last).isReleased() : "the array before is in this memory";
        if (buffer.capacity() < size) {
            buffer = ByteBuffer.allocateDirect(size + size / 4).order(ByteOrder.nativeOrder());
        }
        buffer.clear().limit(size);
        return buffer.slice().order(ByteOrder.nativeOrder());
    }
}

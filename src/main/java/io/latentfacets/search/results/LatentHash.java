/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The hash that decides which latents a sample keeps: the first half of MurmurHash3 for 128 bits on 64-bit processors
 * (Austin Appleby, in the public domain) with seed 0, without its lowest bit. The same number as core's
 * {@code MurmurHash3} gives, from a part of an array. Nodes of all versions must agree on it. Stateless.
 */
final class LatentHash {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int BLOCK = 2 * Long.BYTES;
    private static final long C1 = 0x87c37b91114253d5L;
    private static final long C2 = 0x4cf5ad432745937fL;

    private LatentHash() {}

    /** Returns the hash of {@code length} bytes from {@code from} on, not negative. */
    static long of(byte[] bytes, int from, int length) {
        long h1 = 0;
        long h2 = 0;
        int end = from + length - length % BLOCK;
        for (int i = from; i < end; i += BLOCK) {
            h1 = (Long.rotateLeft(h1 ^ first((long) LONG.get(bytes, i)), 27) + h2) * 5 + 0x52dce729;
            h2 = (Long.rotateLeft(h2 ^ second((long) LONG.get(bytes, i + Long.BYTES)), 31) + h1) * 5 + 0x38495ab5;
        }
        if (end < from + length) {
            long k1 = 0;
            long k2 = 0;
            for (int i = from + length - 1; i >= end; i--) {
                if (i - end < Long.BYTES) {
                    k1 = (k1 << Byte.SIZE) | (bytes[i] & 0xff);
                } else {
                    k2 = (k2 << Byte.SIZE) | (bytes[i] & 0xff);
                }
            }
            h1 ^= first(k1);
            h2 ^= second(k2);
        }
        h1 ^= length;
        h2 ^= length;
        h1 += h2;
        h2 += h1;
        return (mix(h1) + mix(h2)) >>> 1;
    }

    private static long first(long k) {
        return Long.rotateLeft(k * C1, 31) * C2;
    }

    private static long second(long k) {
        return Long.rotateLeft(k * C2, 33) * C1;
    }

    private static long mix(long k) {
        long mixed = (k ^ (k >>> 33)) * 0xff51afd7ed558ccdL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return mixed ^ (mixed >>> 33);
    }
}

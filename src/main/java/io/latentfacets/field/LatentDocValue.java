/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.vae.Latents;
import org.apache.lucene.util.BytesRef;

/**
 * The doc value of a latent: the encoder generation as a variable-length int (seven bits per byte, low bits first),
 * then one signed byte per dimension. Stateless.
 */
public final class LatentDocValue {
    private static final int MAX_VINT = 5;

    private LatentDocValue() {}

    /**
     * Encodes a latent.
     *
     * @param generation the encoder generation, at least 1
     * @param latent int8[dims]
     */
    public static BytesRef encode(int generation, byte[] latent) {
        byte[] bytes = new byte[MAX_VINT + latent.length];
        int length = 0;
        int rest = generation;
        while ((rest & ~0x7F) != 0) {
            bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        System.arraycopy(latent, 0, bytes, length, latent.length);
        return new BytesRef(bytes, 0, length + latent.length);
    }

    /**
     * Reads the encoder generation.
     *
     * @throws IllegalArgumentException if the value ends before the generation does
     */
    public static int generation(BytesRef value) {
        int generation = 0;
        int end = Math.min(value.length, MAX_VINT);
        for (int i = 0; i < end; i++) {
            byte b = value.bytes[value.offset + i];
            generation |= (b & 0x7F) << (7 * i);
            if (b >= 0) {
                return generation;
            }
        }
        throw new IllegalArgumentException("a latent's doc value of [" + value.length + "] bytes has no generation");
    }

    /** The number of dimensions. */
    public static int dims(BytesRef value) {
        return value.length - prefix(value);
    }

    /** Copies the latent into an array of at least {@link #dims} bytes. */
    public static void copyLatent(BytesRef value, byte[] into) {
        int prefix = prefix(value);
        System.arraycopy(value.bytes, value.offset + prefix, into, 0, value.length - prefix);
    }

    /**
     * Converts the latent to its direction, a vector of length 1.
     *
     * @param unit float[dims], overwritten
     */
    static void dequantize(BytesRef value, float[] unit) {
        Latents.dequantize(value.bytes, value.offset + prefix(value), unit);
    }

    private static int prefix(BytesRef value) {
        int length = 1;
        while (value.bytes[value.offset + length - 1] < 0) {
            length++;
        }
        return length;
    }
}

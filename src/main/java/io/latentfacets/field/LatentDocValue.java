/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.model.EncoderId;
import io.latentfacets.vae.Latents;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.lucene.util.BytesRef;

/**
 * The doc value of a latent: a zero byte, which names this form, the 8 bytes of the encoder's fingerprint, then one
 * signed byte per dimension. The form of before began with a generation number, so never with a zero byte. This class
 * reads such a value, and any other bytes, as a latent of no encoder and of no dimensions. Stateless.
 */
public final class LatentDocValue {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte FORM = 0;
    private static final int PREFIX = 1 + Long.BYTES;

    private LatentDocValue() {}

    /**
     * Encodes a latent.
     *
     * @param encoder the encoder; {@link EncoderId#NONE} for a latent that does not say which
     * @param latent int8[dims]
     */
    public static BytesRef encode(EncoderId encoder, byte[] latent) {
        byte[] bytes = new byte[PREFIX + latent.length];
        bytes[0] = FORM;
        LONG.set(bytes, 1, encoder.bits());
        System.arraycopy(latent, 0, bytes, PREFIX, latent.length);
        return new BytesRef(bytes);
    }

    /**
     * The {@link EncoderId#bits} of the encoder; 0 for none and for bytes that are not in this form. Allocates nothing.
     */
    public static long encoder(BytesRef value) {
        return readable(value) ? (long) LONG.get(value.bytes, value.offset + 1) : 0;
    }

    /** The number of dimensions; 0 for bytes that are not in this form. */
    public static int dims(BytesRef value) {
        return readable(value) ? value.length - PREFIX : 0;
    }

    /** Copies the latent into an array of at least {@link #dims} bytes. */
    public static void copyLatent(BytesRef value, byte[] into) {
        copyLatent(value, into, 0);
    }

    /** Copies the latent into an array, {@link #dims} bytes from {@code at} on. */
    public static void copyLatent(BytesRef value, byte[] into, int at) {
        System.arraycopy(value.bytes, value.offset + PREFIX, into, at, dims(value));
    }

    /**
     * Converts the latent to its direction, a vector of length 1.
     *
     * @param value a value of which {@link #dims} is the length of {@code unit}
     * @param unit float[dims], overwritten
     */
    public static void dequantize(BytesRef value, float[] unit) {
        Latents.dequantize(value.bytes, value.offset + PREFIX, unit);
    }

    private static boolean readable(BytesRef value) {
        return value.length > PREFIX && value.bytes[value.offset] == FORM;
    }
}

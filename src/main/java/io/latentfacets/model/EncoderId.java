/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.text.SourceField;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Dense;
import io.latentfacets.vae.VaeWeights;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.opensearch.common.hash.MessageDigests;

/**
 * The fingerprint of an encoder: the first 8 bytes of a SHA-256 over everything that decides which latent a document
 * gets. Two generations have the same fingerprint if and only if their encoders give the same latents. Generation
 * numbers repeat after a restore, an import or the deletion of the system index; fingerprints do not. Immutable.
 *
 * <p>The hash covers values, not the bytes of an archive. So a later archive format does not change it.
 *
 * @param bits the 8 bytes, big-endian; 0 for {@link #NONE}
 */
public record EncoderId(long bits) {

    /** No encoder: the mark of latents and records that were written before fingerprints existed. */
    public static final EncoderId NONE = new EncoderId(0);

    /** The number of hexadecimal digits of {@link #toString}. */
    public static final int DIGITS = 16;

    private static final int BUFFER = 1 << 13;

    /**
     * Computes the SHA-256, 32 bytes, whose first 8 are the fingerprint. Everybody may read those. Only who has the
     * weights knows the others. Takes about 3 ms per million weights.
     */
    static byte[] digest(
            TextOptions text, List<SourceField> fields, String vectorField, Vocabulary vocabulary, VaeWeights weights) {
        MessageDigest sha = MessageDigests.sha256();
        add(sha, text.analyzer());
        add(sha, fields.size());
        fields.forEach(field -> add(sha, field.toString()));
        add(sha, vectorField == null ? "" : vectorField);
        add(sha, vocabulary.size());
        for (int id = 0; id < vocabulary.size(); id++) {
            add(sha, vocabulary.term(id));
            add(sha, vocabulary.isPhrase(id) ? 1 : 0);
        }
        add(sha, weights.idf());
        add(sha, weights.layers().size());
        weights.layers().forEach(layer -> add(sha, layer));
        add(sha, weights.mean());
        if (weights.vectors() != null) {
            add(sha, weights.vectors());
        }
        return sha.digest();
    }

    /** Returns the fingerprint of a {@link #digest}. */
    static EncoderId of(byte[] digest) {
        long bits = ByteBuffer.wrap(digest).getLong();
        return new EncoderId(bits == 0 ? 1 : bits);
    }

    /**
     * Reads {@link #toString}.
     *
     * @throws IllegalArgumentException unless the text has exactly {@value #DIGITS} lower-case hexadecimal digits
     */
    public static EncoderId parse(String hex) {
        boolean valid = hex.length() == DIGITS;
        for (int i = 0; valid && i < DIGITS; i++) {
            char digit = hex.charAt(i);
            valid = (digit >= '0' && digit <= '9') || (digit >= 'a' && digit <= 'f');
        }
        if (!valid) {
            throw new IllegalArgumentException("an encoder's fingerprint has " + DIGITS + " digits of [0-9a-f]");
        }
        return new EncoderId(HexFormat.fromHexDigitsToLong(hex));
    }

    /** Whether this is {@link #NONE}. */
    public boolean isNone() {
        return bits == 0;
    }

    /** 16 lower-case hexadecimal digits. */
    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(bits);
    }

    private static void add(MessageDigest sha, Dense layer) {
        add(sha, layer.in());
        add(sha, layer.out());
        add(sha, layer.weights());
        add(sha, layer.bias());
    }

    private static void add(MessageDigest sha, int value) {
        sha.update(ByteBuffer.allocate(Integer.BYTES).putInt(value).flip());
    }

    private static void add(MessageDigest sha, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(sha, bytes.length);
        sha.update(bytes);
    }

    private static void add(MessageDigest sha, float[] values) {
        add(sha, values.length);
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
        for (float value : values) {
            buffer.putFloat(value);
            if (!buffer.hasRemaining()) {
                sha.update(buffer.flip());
                buffer.clear();
            }
        }
        sha.update(buffer.flip());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.cluster.Codebook;
import io.latentfacets.cluster.fit.ResultClusterer;
import io.latentfacets.model.EncoderId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.opensearch.common.hash.MessageDigests;
import org.opensearch.common.io.stream.BytesStreamOutput;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;

/**
 * A clustering of search results as text. It contains everything needed to assign a document again, so no server stores
 * it. Immutable, thread-safe. The text is encoded once, because every bucket that has clusters below it shows it.
 */
public final class ResultPartitionToken {
    /** The aggregation that returns tokens. */
    public static final String AGGREGATION = "latent_clusters";

    private static final byte VERSION = 2;
    private static final int DIGEST = 8;
    private static final int MAX_DIMS = 1024;
    private static final int MAX_LENGTH = 200_000;
    private static final String KEY = "r";

    private final String model;
    private final EncoderId encoder;
    private final Codebook codebook;
    /** Null until the first {@link #encode}. Two concurrent calls compute equal texts. */
    private volatile String text;

    /**
     * @param model the model whose latents were clustered
     * @param encoder the encoder that made those latents
     * @param codebook the clusters, {@code r0} first
     */
    public ResultPartitionToken(String model, EncoderId encoder, Codebook codebook) {
        this.model = Objects.requireNonNull(model);
        this.encoder = Objects.requireNonNull(encoder);
        this.codebook = Objects.requireNonNull(codebook);
    }

    public String model() {
        return model;
    }

    public EncoderId encoder() {
        return encoder;
    }

    public Codebook codebook() {
        return codebook;
    }

    /** The key of a cluster. */
    public static String key(int cluster) {
        return KEY + cluster;
    }

    /** The number of the cluster with a key; −1 for none. */
    public int cluster(String key) {
        for (int c = 0; c < codebook.count(); c++) {
            if (key(c).equals(key)) {
                return c;
            }
        }
        return -1;
    }

    /** Returns the text; later calls return the same string. */
    public String encode() {
        String known = text;
        if (known == null) {
            known = write();
            text = known;
        }
        return known;
    }

    private String write() {
        try (BytesStreamOutput out = new BytesStreamOutput()) {
            out.writeByte(VERSION);
            out.writeString(model);
            out.writeLong(encoder.bits());
            out.writeVInt(codebook.count());
            out.writeVInt(codebook.dims());
            write(out, codebook.origin());
            for (Codebook.Code offset : codebook.offsets()) {
                write(out, offset);
            }
            byte[] body = BytesReference.toBytes(out.bytes());
            out.writeBytes(digest(body), 0, DIGEST);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(BytesReference.toBytes(out.bytes()));
        } catch (IOException e) {
            throw new AssertionError("in-memory stream threw", e);
        }
    }

    /**
     * Parses a token.
     *
     * @throws IllegalArgumentException for any text that {@link #encode} does not write; the message names the defect
     */
    public static ResultPartitionToken decode(String token) {
        if (token.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("it has [" + token.length() + "] characters, more than any has");
        }
        byte[] bytes;
        try {
            bytes = Base64.getUrlDecoder().decode(token.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("it is not base64: " + e.getMessage(), e);
        }
        int length = bytes.length - DIGEST;
        if (length < 1 || bytes[0] != VERSION) {
            throw new IllegalArgumentException(length < 1 ? "it is cut short" : "its version is [" + bytes[0] + "]");
        }
        byte[] body = Arrays.copyOf(bytes, length);
        if (!MessageDigest.isEqual(digest(body), Arrays.copyOfRange(bytes, length, bytes.length))) {
            throw new IllegalArgumentException("it is cut short or has been changed");
        }
        try (StreamInput in = new BytesArray(body, 1, length - 1).streamInput()) {
            String model = in.readString();
            EncoderId encoder = new EncoderId(in.readLong());
            int count = bounded(in.readVInt(), ResultClusterer.MAX_COUNT, "clusters");
            int dims = bounded(in.readVInt(), MAX_DIMS, "dimensions");
            Codebook.Code origin = read(in, dims);
            List<Codebook.Code> offsets = new ArrayList<>(count);
            for (int c = 0; c < count; c++) {
                offsets.add(read(in, dims));
            }
            if (in.available() > 0) {
                throw new IllegalArgumentException("it is longer than what it says");
            }
            return new ResultPartitionToken(model, encoder, new Codebook(origin, offsets));
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException("it cannot be read: " + e.getMessage(), e);
        }
    }

    private static void write(StreamOutput out, Codebook.Code code) throws IOException {
        out.writeFloat(code.scale());
        out.writeBytes(code.components(), 0, code.components().length);
    }

    private static Codebook.Code read(StreamInput in, int dims) throws IOException {
        float scale = in.readFloat();
        byte[] components = new byte[dims];
        in.readBytes(components, 0, dims);
        return new Codebook.Code(components, scale);
    }

    private static int bounded(int value, int max, String what) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException("it has [" + value + "] " + what);
        }
        return value;
    }

    private static byte[] digest(byte[] body) {
        return Arrays.copyOf(MessageDigests.sha256().digest(body), DIGEST);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResultPartitionToken that
                && model.equals(that.model)
                && encoder.equals(that.encoder)
                && codebook.equals(that.codebook);
    }

    @Override
    public int hashCode() {
        return Objects.hash(model, encoder, codebook);
    }

    @Override
    public String toString() {
        return encode();
    }
}

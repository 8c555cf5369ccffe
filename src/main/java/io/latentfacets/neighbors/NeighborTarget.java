/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.strict.StrictMap;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The target whose neighbours to find. The coordinating node turns text and documents into a {@link Latent} before a
 * shard sees them. Immutable.
 */
sealed interface NeighborTarget extends Writeable, ToXContentFragment
        permits Examples, NeighborTarget.Text, NeighborTarget.Like, NeighborTarget.Latent {

    String TEXT = "text";
    String LIKE = "like";
    String VECTOR = "vector";
    List<String> KINDS = List.of(TEXT, LIKE, VECTOR);

    /** The kind of message of a latent that leaves several documents out. */
    String COMBINED = "combined";

    /** Reads the target: exactly one of {@link #KINDS}, and with {@link #LIKE} the examples against. */
    static NeighborTarget parse(StrictMap body) {
        List<String> given = KINDS.stream().filter(body::has).toList();
        if (given.size() != 1) {
            throw body.failure(
                    "[" + LatentNeighborsQueryBuilder.NAME + "] must have exactly one of " + KINDS + ": " + given,
                    null);
        }
        return switch (given.get(0)) {
            case TEXT -> new Text(body.string(TEXT));
            case LIKE -> Examples.parse(body);
            default -> Latent.parse(body);
        };
    }

    static NeighborTarget read(StreamInput in) throws IOException {
        String kind = in.readString();
        return switch (kind) {
            case TEXT -> new Text(in.readString());
            case LIKE -> new Like(in.readString(), in.readString(), in.readOptionalString());
            case VECTOR -> Latent.without(in.readByteArray(), in.readOptionalString(), in.readOptionalString());
            case COMBINED -> new Latent(in.readByteArray(), in.readList(DocumentId::read));
            case Examples.KIND -> Examples.read(in);
            default -> throw new IOException("no such target of [latent_neighbors]: [" + kind + "]");
        };
    }

    /** A text, encoded like a document's text. */
    record Text(String text) implements NeighborTarget {
        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(TEXT);
            out.writeString(text);
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.field(TEXT, text);
        }
    }

    /**
     * A document.
     *
     * @param index the name or alias of one index; "" for the only index that is searched
     * @param id the document's id
     * @param routing the document's routing; null for none
     */
    record Like(String index, String id, String routing) implements NeighborTarget {
        static final String ID = "_id";

        private static final String INDEX = "_index";
        private static final String ROUTING = "routing";

        /** Reads the keys of a document; leaves others to the caller. */
        static Like parse(StrictMap like) {
            return new Like(like.string(INDEX, ""), like.string(ID), like.string(ROUTING, null));
        }

        /** The same document, of an index with a name. */
        Like in(String only) {
            return index.isEmpty() ? new Like(only, id, routing) : this;
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(LIKE);
            out.writeString(index);
            out.writeString(id);
            out.writeOptionalString(routing);
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            builder.startObject(LIKE);
            fields(builder);
            return builder.endObject();
        }

        void fields(XContentBuilder builder) throws IOException {
            if (!index.isEmpty()) {
                builder.field(INDEX, index);
            }
            builder.field(ID, id);
            if (routing != null) {
                builder.field(ROUTING, routing);
            }
        }
    }

    /**
     * A document that is not among the neighbours.
     *
     * @param index its concrete index
     * @param id its id
     */
    record DocumentId(String index, String id) implements Writeable {
        static DocumentId read(StreamInput in) throws IOException {
            return new DocumentId(in.readString(), in.readString());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(index);
            out.writeString(id);
        }
    }

    /**
     * A latent as documents store it.
     *
     * @param bytes int8[dims], not all zero; must not be modified
     * @param without the documents that are not among the neighbours
     */
    record Latent(byte[] bytes, List<DocumentId> without) implements NeighborTarget {
        private static final String BOUND =
                "an array of finite numbers that are not all zero, or their base64 string as [_encode] gives it";
        private static final int MAX_DIMS = 1024;

        static Latent of(byte[] bytes) {
            return new Latent(bytes, List.of());
        }

        /** A latent that leaves one document out, or none if its names are null. */
        private static Latent without(byte[] bytes, String index, String id) {
            return new Latent(bytes, id == null ? List.of() : List.of(new DocumentId(index, id)));
        }

        /**
         * Parses an array of numbers, which is quantized like a document's latent, or the base64 text of the quantized
         * bytes.
         */
        static Latent parse(StrictMap body) {
            Object value = body.value(VECTOR);
            byte[] bytes = value instanceof String text ? decode(body, text) : quantize(body, value);
            for (byte b : bytes) {
                if (b != 0) {
                    return of(bytes);
                }
            }
            throw body.bad(VECTOR, BOUND, value);
        }

        private static byte[] decode(StrictMap body, String text) {
            try {
                return Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw body.bad(VECTOR, BOUND, text);
            }
        }

        private static byte[] quantize(StrictMap body, Object value) {
            if (!(value instanceof List<?> numbers)) {
                throw body.bad(VECTOR, BOUND, value);
            }
            if (numbers.size() > MAX_DIMS) {
                throw body.bad(VECTOR, "of at most " + MAX_DIMS + " numbers", numbers.size());
            }
            float[] vector = new float[numbers.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = numbers.get(i) instanceof Number number ? number.floatValue() : Float.NaN;
                if (!Float.isFinite(vector[i])) {
                    throw body.bad(VECTOR, BOUND + ", its [" + i + "] is not", numbers.get(i));
                }
            }
            byte[] bytes = Latents.quantize(vector);
            return bytes == null ? new byte[0] : bytes;
        }

        /** @throws IllegalArgumentException if the latent has another length; names both lengths */
        void requireDims(int dims, String model, int generation) {
            if (bytes.length != dims) {
                throw new IllegalArgumentException("[" + VECTOR + "] of [" + LatentNeighborsQueryBuilder.NAME
                        + "] must have [" + dims + "] numbers, as the latents of generation [" + generation
                        + "] of model [" + model + "], has [" + bytes.length + "]");
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(without.size() > 1 ? COMBINED : VECTOR);
            out.writeByteArray(bytes);
            if (without.size() > 1) {
                out.writeList(without);
            } else {
                out.writeOptionalString(
                        without.isEmpty() ? null : without.get(0).index());
                out.writeOptionalString(
                        without.isEmpty() ? null : without.get(0).id());
            }
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.field(VECTOR, Base64.getEncoder().encodeToString(bytes));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Latent that && Arrays.equals(bytes, that.bytes) && without.equals(that.without);
        }

        @Override
        public int hashCode() {
            return Objects.hash(Arrays.hashCode(bytes), without);
        }

        @Override
        public String toString() {
            return Base64.getEncoder().encodeToString(bytes);
        }
    }
}

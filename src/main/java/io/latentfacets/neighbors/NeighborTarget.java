/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.strict.StrictKeys;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;

/**
 * What neighbours are looked for of. Text and documents become a {@link Latent} before a shard sees them. Immutable.
 */
sealed interface NeighborTarget extends Writeable, ToXContentFragment {

    String TEXT = "text";
    String LIKE = "like";
    String VECTOR = "vector";
    List<String> KINDS = List.of(TEXT, LIKE, VECTOR);

    static NeighborTarget read(StreamInput in) throws IOException {
        String kind = in.readString();
        return switch (kind) {
            case TEXT -> new Text(in.readString());
            case LIKE -> new Like(in.readString(), in.readString(), in.readOptionalString());
            case VECTOR -> new Latent(in.readByteArray(), in.readOptionalString(), in.readOptionalString());
            default -> throw new IOException("no such target of [latent_neighbors]: [" + kind + "]");
        };
    }

    /** Words, as a document could have them. */
    record Text(String text) implements NeighborTarget {
        static Text parse(XContentParser parser, StrictKeys keys) throws IOException {
            return new Text(keys.string(parser, TEXT));
        }

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
     * @param index name or alias of one index
     * @param routing null for none
     */
    record Like(String index, String id, String routing) implements NeighborTarget {
        private static final String INDEX = "_index";
        private static final String ID = "_id";
        private static final String ROUTING = "routing";
        private static final StrictKeys KEYS = new StrictKeys("like of latent_neighbors");

        static Like parse(XContentParser parser, StrictKeys keys) throws IOException {
            keys.object(parser, LIKE);
            String index = null;
            String id = null;
            String routing = null;
            while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case INDEX -> index = KEYS.string(parser, key);
                    case ID -> id = KEYS.string(parser, key);
                    case ROUTING -> routing = KEYS.string(parser, key);
                    default -> throw KEYS.unknown(parser, key, List.of(INDEX, ID, ROUTING));
                }
            }
            if (index == null || id == null) {
                throw new IllegalArgumentException(
                        "[" + (index == null ? INDEX : ID) + "] of [" + KEYS.what() + "] is required");
            }
            return new Like(index, id, routing);
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
            builder.startObject(LIKE).field(INDEX, index).field(ID, id);
            if (routing != null) {
                builder.field(ROUTING, routing);
            }
            return builder.endObject();
        }
    }

    /**
     * A latent as documents store it.
     *
     * @param bytes int8, not all zero; not to be written to
     * @param index concrete name of the index of a document that is not among its own neighbours; null for none
     * @param id of that document
     */
    record Latent(byte[] bytes, String index, String id) implements NeighborTarget {
        private static final String BOUND =
                "an array of finite numbers that are not all zero, or their base64 string as [_encode] gives it";
        private static final int MAX_DIMS = 1024;

        static Latent of(byte[] bytes) {
            return new Latent(bytes, null, null);
        }

        /** An array of any numbers, which is rounded to a byte each as documents are, or base64 of those bytes. */
        static Latent parse(XContentParser parser, StrictKeys keys) throws IOException {
            if (parser.currentToken() == XContentParser.Token.VALUE_STRING) {
                return of(decode(parser.text(), keys));
            }
            if (parser.currentToken() != XContentParser.Token.START_ARRAY) {
                throw keys.bad(VECTOR, BOUND, StrictKeys.shown(parser));
            }
            List<Float> numbers = new ArrayList<>();
            while (parser.nextToken() != XContentParser.Token.END_ARRAY) {
                if (parser.currentToken() != XContentParser.Token.VALUE_NUMBER
                        || !Float.isFinite(parser.floatValue())) {
                    throw keys.bad(VECTOR, BOUND, StrictKeys.shown(parser));
                }
                numbers.add(parser.floatValue());
                if (numbers.size() > MAX_DIMS) {
                    throw keys.bad(VECTOR, "of at most " + MAX_DIMS + " numbers", "more");
                }
            }
            float[] vector = new float[numbers.size()];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = numbers.get(i);
            }
            byte[] bytes = Latents.quantize(vector);
            if (bytes == null) {
                throw keys.bad(
                        VECTOR, BOUND, vector.length == 0 ? "empty" : "all of its " + vector.length + " are zero");
            }
            return of(bytes);
        }

        private static byte[] decode(String text, StrictKeys keys) {
            byte[] bytes;
            try {
                bytes = Base64.getDecoder().decode(text);
            } catch (IllegalArgumentException e) {
                throw keys.bad(VECTOR, BOUND, text);
            }
            for (byte b : bytes) {
                if (b != 0) {
                    return bytes;
                }
            }
            throw keys.bad(VECTOR, BOUND, text);
        }

        /** @throws IllegalArgumentException naming both lengths, unless it is of this one */
        void requireDims(int dims, String model, int generation) {
            if (bytes.length != dims) {
                throw new IllegalArgumentException("[" + VECTOR + "] of [" + LatentNeighborsQueryBuilder.NAME
                        + "] must have [" + dims + "] numbers, as the latents of generation [" + generation
                        + "] of model [" + model + "], has [" + bytes.length + "]");
            }
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            out.writeString(VECTOR);
            out.writeByteArray(bytes);
            out.writeOptionalString(index);
            out.writeOptionalString(id);
        }

        @Override
        public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
            return builder.field(VECTOR, Base64.getEncoder().encodeToString(bytes));
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Latent that
                    && Arrays.equals(bytes, that.bytes)
                    && Objects.equals(index, that.index)
                    && Objects.equals(id, that.id);
        }

        @Override
        public int hashCode() {
            return Objects.hash(Arrays.hashCode(bytes), index, id);
        }

        @Override
        public String toString() {
            return Base64.getEncoder().encodeToString(bytes);
        }
    }
}

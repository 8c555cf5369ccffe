/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Several examples, for and against: the keys {@code like} and {@code unlike} of the query. The coordinating node turns
 * them into one latent. Immutable.
 *
 * @param like the examples for, at least one
 * @param unlike the examples against; may be empty
 */
record Examples(List<Example> like, List<Example> unlike) implements NeighborTarget {

    /** The kind of message. */
    static final String KIND = "examples";

    static final String UNLIKE = "unlike";

    /** The largest number of examples under one key. */
    static final int MOST = 100;

    private static final String WEIGHT = "weight";
    private static final double LEAST_WEIGHT = 0.001;
    private static final double MOST_WEIGHT = 1000;
    private static final String BOUND =
            "a text, an object with [_id], [text] or [vector], or a list of 1 to " + MOST + " of these";

    /**
     * One example.
     *
     * @param target a text, a document or a latent; no examples
     * @param weight what it counts beside the others of its key
     */
    record Example(NeighborTarget target, double weight) implements Writeable {

        static Example read(StreamInput in) throws IOException {
            return new Example(NeighborTarget.read(in), in.readDouble());
        }

        @Override
        public void writeTo(StreamOutput out) throws IOException {
            target.writeTo(out);
            out.writeDouble(weight);
        }
    }

    /**
     * Reads {@code like} and {@code unlike}. A document alone, without a weight and without examples against, stays a
     * {@link NeighborTarget.Like}.
     */
    static NeighborTarget parse(StrictMap body) {
        List<Example> like = list(body, LIKE);
        List<Example> unlike = body.has(UNLIKE) ? list(body, UNLIKE) : List.of();
        boolean alone = body.value(LIKE) instanceof Map
                && unlike.isEmpty()
                && like.get(0).weight() == 1;
        return alone && like.get(0).target() instanceof NeighborTarget.Like document
                ? document
                : new Examples(like, unlike);
    }

    private static List<Example> list(StrictMap body, String key) {
        Object value = body.value(key);
        if (!(value instanceof List<?> list)) {
            return List.of(example(body, key, value));
        }
        if (list.isEmpty() || list.size() > MOST) {
            throw body.bad(key, "a list of 1 to " + MOST + " examples", list.size());
        }
        List<Example> examples = new ArrayList<>(list.size());
        for (Object item : list) {
            examples.add(example(body, key + "[" + examples.size() + "]", item));
        }
        return List.copyOf(examples);
    }

    private static Example example(StrictMap body, String key, Object value) {
        if (value instanceof String text && !text.isBlank()) {
            return new Example(new Text(text), 1);
        }
        if (!(value instanceof Map)) {
            throw body.bad(key, BOUND, value);
        }
        StrictMap example = body.item(key, StrictMap.object(value));
        List<String> given =
                Stream.of(Like.ID, TEXT, VECTOR).filter(example::has).toList();
        if (given.size() != 1) {
            throw body.failure(
                    body.name(key) + " must have exactly one of [_id, text, vector]: " + StrictMap.shown(value), null);
        }
        NeighborTarget target =
                switch (given.get(0)) {
                    case TEXT -> new Text(example.string(TEXT));
                    case VECTOR -> Latent.parse(example);
                    default -> Like.parse(example);
                };
        double weight = example.number(WEIGHT, LEAST_WEIGHT, MOST_WEIGHT, 1);
        example.noOtherKeys();
        return new Example(target, weight);
    }

    /**
     * The same target with an index for each document.
     *
     * @param only supplies the index of documents without one; called only if there are such documents
     */
    static NeighborTarget named(NeighborTarget target, Supplier<String> only) {
        return switch (target) {
            case Like like -> like.index().isEmpty() ? like.in(only.get()) : like;
            case Examples examples -> new Examples(named(examples.like, only), named(examples.unlike, only));
            case Text text -> text;
            case Latent latent -> latent;
        };
    }

    private static List<Example> named(List<Example> examples, Supplier<String> only) {
        return examples.stream()
                .map(example -> new Example(named(example.target(), only), example.weight()))
                .toList();
    }

    static Examples read(StreamInput in) throws IOException {
        return new Examples(in.readList(Example::read), in.readList(Example::read));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeString(KIND);
        out.writeList(like);
        out.writeList(unlike);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        list(builder, params, LIKE, like);
        if (!unlike.isEmpty()) {
            list(builder, params, UNLIKE, unlike);
        }
        return builder;
    }

    private static void list(XContentBuilder builder, Params params, String key, List<Example> examples)
            throws IOException {
        builder.startArray(key);
        for (Example example : examples) {
            builder.startObject();
            if (example.target() instanceof Like document) {
                document.fields(builder);
            } else {
                example.target().toXContent(builder, params);
            }
            if (example.weight() != 1) {
                builder.field(WEIGHT, example.weight());
            }
            builder.endObject();
        }
        builder.endArray();
    }

    /** All examples, those for first. */
    Stream<Example> all() {
        return Stream.concat(like.stream(), unlike.stream());
    }
}

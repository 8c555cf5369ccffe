/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Predicate;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Options that belong together: reads them from bodies and streams, writes them to both, and documents them. The stream
 * and the documentation list them in the order given here. Immutable.
 *
 * @param <R> the object that holds the options
 */
public final class OptionGroup<R> {

    private final R defaults;
    private final List<Option<R, ?>> options;

    @SafeVarargs
    @SuppressWarnings("varargs")
    public OptionGroup(R defaults, Option<R, ?>... options) {
        this.defaults = defaults;
        this.options = List.of(options);
        for (int i = 1; i < options.length; i++) {
            if (options[i].since() < options[i - 1].since()) {
                throw new IllegalArgumentException(
                        "[" + options[i] + "] must stand before the newer [" + options[i - 1] + "]");
            }
        }
    }

    /** The options in the order of the stream and the documentation. */
    public List<Option<R, ?>> options() {
        return options;
    }

    /** The value of each option of a group. Immutable once returned. */
    public static final class Values<R> {
        private final IdentityHashMap<Option<R, ?>, Object> byOption = new IdentityHashMap<>();

        /** The value of an option; null if the body has none and the default is null. */
        @SuppressWarnings("unchecked") // only the methods below put values, each of its option's type
        public <T> T get(Option<R, T> option) {
            return (T) byOption.get(option);
        }
    }

    /** Reads the options from a body; an absent key gets its default. The caller checks for unknown keys. */
    public Values<R> parse(StrictMap body) {
        Values<R> values = new Values<>();
        for (Option<R, ?> option : options) {
            Object value = body.has(option.key())
                    ? option.type().body().read(body, option.key())
                    : option.of().apply(defaults);
            values.byOption.put(option, value);
        }
        return values;
    }

    /**
     * Reads what {@link #write} wrote. An option that is newer than the frame gets its default. The options must be the
     * last values of the frame, so that the group can grow.
     */
    public Values<R> read(FrameInput in) throws IOException {
        Values<R> values = new Values<>();
        for (Option<R, ?> option : options) {
            boolean sent = option.since() <= in.format();
            values.byOption.put(
                    option, sent ? option.type().in().read(in) : option.of().apply(defaults));
        }
        return values;
    }

    /** Writes all options as the last values of a frame. */
    public void write(FrameOutput out, R of) throws IOException {
        for (Option<R, ?> option : options) {
            write(out, option, of);
        }
    }

    private static <R, T> void write(StreamOutput out, Option<R, T> option, R of) throws IOException {
        option.type().out().write(out, option.of().apply(of));
    }

    /** Writes all options that are not null into the open object. */
    public XContentBuilder show(XContentBuilder json, R of) throws IOException {
        return show(json, of, option -> true);
    }

    /**
     * Writes the options that are not null and that the filter accepts into the open object.
     *
     * @param which accepts the options to write
     */
    public XContentBuilder show(XContentBuilder json, R of, Predicate<Option<R, ?>> which) throws IOException {
        for (Option<R, ?> option : options) {
            Object shown = shown(option, of);
            if (shown != null && which.test(option)) {
                json.field(option.key(), shown);
            }
        }
        return json;
    }

    private static <R, T> Object shown(Option<R, T> option, R of) {
        T value = option.of().apply(of);
        return value == null ? null : option.type().shown().apply(value);
    }

    /** Whether the key is one of these options and its value can be given as a URL parameter. */
    public boolean isInUrl(String key) {
        return options.stream()
                .anyMatch(option -> option.key().equals(key) && option.type().ofText() != null);
    }

    /**
     * Converts the text of a URL parameter to the value that a body would have. Only for keys that {@link #isInUrl}
     * accepts.
     */
    public Object ofText(String key, String text) {
        return options.stream()
                .filter(option -> option.key().equals(key))
                .map(option -> option.type().ofText().apply(text))
                .findFirst()
                .orElseThrow();
    }

    /** The options as a Markdown table. */
    public String table() {
        StringBuilder table = new StringBuilder("| option | default | values | |\n|---|---|---|---|\n");
        for (Option<R, ?> option : options) {
            String fallback = option.fallback() == null ? plain(shown(option, defaults)) : option.fallback();
            table.append("| `" + option.key() + "` | " + fallback + " | "
                            + option.type().bound() + " | ")
                    .append(option.about() + " |\n");
        }
        return table.toString();
    }

    /** As one would write it in a body. */
    private static String plain(Object value) {
        if (value == null) {
            return "none";
        }
        return "`"
                + (value instanceof Number n
                        ? new BigDecimal(n.toString()).stripTrailingZeros().toPlainString()
                        : value)
                + "`";
    }
}

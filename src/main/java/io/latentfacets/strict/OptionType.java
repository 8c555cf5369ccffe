/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;
import org.opensearch.OpenSearchParseException;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.index.query.QueryBuilder;

/**
 * The values of an {@link Option}: how to read one from a body, a URL and a stream, and how to write it. Immutable.
 *
 * @param bound the allowed values, for the documentation; empty if the option's description states them
 * @param body reads a value that is present, or throws the exception that {@link StrictMap#bad} makes
 * @param ofText converts the text of a URL parameter to the value a body would have, and passes invalid text on for
 *     {@code body} to reject; null if a URL cannot carry the value
 * @param in reads what {@code out} wrote
 * @param out writes the value to a stream
 * @param shown converts the value to its form in a body
 */
public record OptionType<T>(
        String bound,
        Body<T> body,
        Function<String, Object> ofText,
        Writeable.Reader<T> in,
        Writeable.Writer<T> out,
        Function<T, Object> shown) {

    /** Reads one key of a body. */
    @FunctionalInterface
    public interface Body<T> {
        T read(StrictMap from, String key);
    }

    private static final String OR_AUTO = " or \"auto\"";

    public static OptionType<Integer> integer(int min, int max) {
        return new OptionType<>(
                range(min, max),
                (from, key) -> from.integer(key, min, max, 0),
                OptionType::numberOf,
                StreamInput::readVInt,
                StreamOutput::writeVInt,
                value -> value);
    }

    /** @param auto what {@code "auto"} stands for */
    public static OptionType<Integer> integerOrAuto(int min, int max, int auto) {
        return new OptionType<>(
                "`auto` or " + range(min, max),
                (from, key) -> from.isAuto(key) ? auto : (int) from.integer(key, min, max, 0, OR_AUTO),
                OptionType::numberOf,
                StreamInput::readVInt,
                StreamOutput::writeVInt,
                value -> value == auto ? "auto" : value);
    }

    /** An integer from 0 to max. */
    public static OptionType<Long> count(int max) {
        return new OptionType<>(
                range(0, max),
                (from, key) -> from.integer(key, 0L, (long) max, 0L),
                OptionType::numberOf,
                StreamInput::readVLong,
                StreamOutput::writeVLong,
                value -> value);
    }

    /** Any integer of 64 bits. */
    public static OptionType<Long> seed() {
        return new OptionType<>(
                "any integer",
                (from, key) -> from.integer(key, Long.MIN_VALUE, Long.MAX_VALUE, 0),
                OptionType::numberOf,
                StreamInput::readLong,
                StreamOutput::writeLong,
                value -> value);
    }

    public static OptionType<Double> number(double min, double max) {
        return number(range(min, max), (from, key) -> from.number(key, min, max, 0));
    }

    /**
     * A finite number whose range the class that uses it checks.
     *
     * @param bound the accepted range, for the documentation
     */
    public static OptionType<Double> number(String bound) {
        return number(bound, (from, key) -> from.number(key, 0));
    }

    private static OptionType<Double> number(String bound, Body<Double> body) {
        return new OptionType<>(
                bound, body, OptionType::numberOf, StreamInput::readDouble, StreamOutput::writeDouble, value -> value);
    }

    /** @param auto what {@code "auto"} stands for */
    public static <T> OptionType<T> numberOrAuto(
            double min,
            double max,
            T auto,
            Function<Double, T> of,
            Writeable.Reader<T> in,
            Writeable.Writer<T> out,
            Function<T, Double> number) {
        return new OptionType<>(
                "`auto` or " + range(min, max),
                (from, key) -> from.isAuto(key) ? auto : of.apply(from.number(key, min, max, 0, OR_AUTO)),
                OptionType::numberOf,
                in,
                out,
                value -> value.equals(auto) ? "auto" : number.apply(value));
    }

    public static OptionType<Boolean> bool() {
        return new OptionType<>(
                "true or false",
                (from, key) -> from.bool(key, false),
                text -> text.isEmpty() || text.equals("true") ? (Object) true : text.equals("false") ? false : text,
                StreamInput::readBoolean,
                StreamOutput::writeBoolean,
                value -> value);
    }

    /** A string that is not blank, or null if absent. */
    public static OptionType<String> string() {
        return new OptionType<>(
                "",
                (from, key) -> from.string(key, null),
                text -> text,
                StreamInput::readOptionalString,
                StreamOutput::writeOptionalString,
                value -> value);
    }

    /** A time in [min, max]. */
    public static OptionType<TimeValue> time(TimeValue min, TimeValue max) {
        String range = "a time from " + min.getStringRep() + " to " + max.getStringRep();
        return new OptionType<>(
                range,
                (from, key) -> {
                    TimeValue time;
                    try {
                        time = TimeValue.parseTimeValue(from.string(key), key);
                    } catch (OpenSearchParseException | IllegalArgumentException e) {
                        throw from.bad(key, range, from.value(key));
                    }
                    if (time.compareTo(min) < 0 || time.compareTo(max) > 0) {
                        throw from.bad(key, range, from.value(key));
                    }
                    return time;
                },
                text -> text,
                StreamInput::readTimeValue,
                StreamOutput::writeTimeValue,
                TimeValue::getStringRep);
    }

    /** A number in [min, max], or null if absent. */
    public static OptionType<Double> optionalNumber(double min, double max) {
        return new OptionType<>(
                range(min, max),
                (from, key) -> from.number(key, min, max, 0),
                OptionType::numberOf,
                StreamInput::readOptionalDouble,
                StreamOutput::writeOptionalDouble,
                value -> value);
    }

    /** A query, or null if absent; no URL carries it. */
    public static OptionType<QueryBuilder> query() {
        return new OptionType<>(
                "any query",
                StrictMap::query,
                null,
                in -> in.readOptionalNamedWriteable(QueryBuilder.class),
                StreamOutput::writeOptionalNamedWriteable,
                query -> query);
    }

    public static OptionType<List<String>> strings(String bound, int min, int max) {
        return new OptionType<>(
                bound,
                (from, key) -> from.strings(key, min, max, null),
                null,
                StreamInput::readStringList,
                StreamOutput::writeStringCollection,
                value -> value);
    }

    /**
     * One of a list of values. Streams carry a value's position in the list, so new values go to the end.
     *
     * @param key gets a value's name in bodies
     */
    public static <T> OptionType<T> oneOf(Function<T, String> key, List<T> values) {
        List<String> keys = values.stream().map(key).toList();
        return new OptionType<>(
                "`" + String.join("`, `", keys) + "`",
                (from, name) -> {
                    int at = keys.indexOf(from.value(name));
                    if (at < 0) {
                        throw from.bad(name, "one of " + keys, from.value(name));
                    }
                    return values.get(at);
                },
                text -> text,
                in -> values.get(Objects.checkIndex(in.readVInt(), values.size())),
                (out, value) -> out.writeVInt(values.indexOf(value)),
                key::apply);
    }

    /** The type of an option that no stream carries: reading or writing one throws UnsupportedOperationException. */
    public static <T> OptionType<T> ofBody(String bound, Body<T> body, Function<T, Object> shown) {
        return new OptionType<>(
                bound,
                body,
                null,
                in -> {
                    throw new UnsupportedOperationException(bound);
                },
                (out, value) -> {
                    throw new UnsupportedOperationException(bound);
                },
                shown);
    }

    /** This type for an option that a URL can carry. */
    public OptionType<T> inUrl(Function<String, Object> converted) {
        return new OptionType<>(bound, body, converted, in, out, shown);
    }

    private static Object numberOf(String text) {
        try {
            double number = Double.parseDouble(text);
            return number == (int) number ? (Object) (int) number : (Object) number;
        } catch (NumberFormatException e) {
            return text;
        }
    }

    private static String range(double min, double max) {
        return max == Integer.MAX_VALUE ? "from " + plain(min) : plain(min) + " to " + plain(max);
    }

    private static String plain(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%,d", (long) value)
                : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentLocation;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryBuilder;

/**
 * Reads every JSON object that a user sends: bodies, aggregations, queries, processors. It rejects keys that no code
 * reads, and treats null as absent. Every failure becomes a 400 that names the key's full path, the value and the
 * bound: {@code [text.vocabulary_size] must be in [100, 200000]: 7}, {@code [size] of [latent_clusters] must be in [1,
 * 1000]: 0}. The exception is a ParsingException if the object has a position in a search, else an
 * IllegalArgumentException. Not thread-safe.
 */
public final class StrictMap {

    private static final String BODY = "the body";

    private final Map<String, Object> values;
    private final Place place;
    private final NamedXContentRegistry registry;
    private final Set<String> read = new TreeSet<>();

    /**
     * A reader that knows no query types.
     *
     * @param values the parsed object: maps, lists, strings, numbers, booleans, nulls
     * @param path the full path of the object; empty for the body
     */
    public StrictMap(Map<String, Object> values, String path) {
        this(values, new Place(path, null, null), NamedXContentRegistry.EMPTY);
    }

    private StrictMap(Map<String, Object> values, Place place, NamedXContentRegistry registry) {
        this.values = values;
        this.place = place;
        this.registry = registry;
    }

    /**
     * A reader for values that belong to a query, an aggregation or a processor.
     *
     * @param what its name, for messages
     * @param values the parsed object
     */
    public static StrictMap of(String what, Map<String, Object> values) {
        return new StrictMap(values, new Place("", what, null), NamedXContentRegistry.EMPTY);
    }

    /**
     * Reads a query or an aggregation.
     *
     * @param what its name, for messages
     * @param parser positioned at the start of the object; this method leaves it at the end
     */
    public static StrictMap of(String what, XContentParser parser) throws IOException {
        XContentLocation location = parser.getTokenLocation();
        Map<String, Object> values = Parsing.read("[" + what + "]", parser::mapOrdered);
        return new StrictMap(values, new Place("", what, location), parser.getXContentRegistry());
    }

    /**
     * Reads a whole body, which is one object or empty.
     *
     * @throws IllegalArgumentException if the body is anything else
     */
    public static StrictMap parse(XContentParser parser) throws IOException {
        XContentParser.Token first = Parsing.read(BODY, parser::nextToken);
        if (first == null) {
            return new StrictMap(Map.of(), "");
        }
        if (first != XContentParser.Token.START_OBJECT) {
            throw new IllegalArgumentException("the body must be an object: it begins with " + first);
        }
        Map<String, Object> values = Parsing.read(BODY, parser::mapOrdered);
        StrictMap body = new StrictMap(values, new Place("", null, null), parser.getXContentRegistry());
        if (Parsing.read(BODY, parser::nextToken) != null) {
            throw new IllegalArgumentException("the body must be one object: it goes on with " + parser.currentToken());
        }
        return body;
    }

    /**
     * A reader of these values and others.
     *
     * @param more values that replace those of the same key
     */
    public StrictMap with(Map<String, Object> more) {
        Map<String, Object> all = new LinkedHashMap<>(values);
        all.putAll(more);
        return new StrictMap(all, place, registry);
    }

    /** All keys and values, read or not. */
    public Map<String, Object> values() {
        return values;
    }

    /** The full path of a key. */
    public String path(String key) {
        return place.path(key);
    }

    /** The name of a key in messages: {@code [size] of [latent_clusters]}. */
    public String name(String key) {
        return place.name(key);
    }

    /** Whether the key has a value other than null. */
    public boolean has(String key) {
        return value(key) != null;
    }

    /** The parsed value, unchanged; null if absent. */
    public Object value(String key) {
        read.add(key);
        return values.get(key);
    }

    /**
     * The exception for an invalid value, for the caller to throw.
     *
     * @param key the key, relative to this object
     * @param must the requirement, completing "… must be"
     * @param value the invalid value
     */
    public RuntimeException bad(String key, String must, Object value) {
        return failure(name(key) + " must be " + must + ": " + shown(value), null);
    }

    /**
     * The exception with any other message, for the caller to throw. The message should name the key, the value and the
     * bound.
     */
    public RuntimeException failure(String message, Throwable cause) {
        return place.failure(message, cause);
    }

    /** The text of a value in messages: strings in quotes, long values truncated, but never within a character. */
    public static String shown(Object value) {
        return Place.shown(value);
    }

    /** Fails if the key is absent. The message lists the keys that are present, because one of them may be misspelt. */
    public void require(String key) {
        if (!has(key)) {
            String given = values.isEmpty()
                    ? ""
                    : "; given is " + shown(values.keySet().stream().sorted().toList());
            throw failure(name(key) + " is required" + given, null);
        }
    }

    /** A string that is not blank. Required. */
    public String string(String key) {
        require(key);
        return string(key, null);
    }

    /** A string that is not blank, or the fallback if absent. */
    public String string(String key, String fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        if (value instanceof String text && !text.isBlank()) {
            return text;
        }
        throw bad(key, "a non-empty string", value);
    }

    /** Whether the value is the word {@code "auto"}. */
    public boolean isAuto(String key) {
        return "auto".equals(value(key));
    }

    /** An integer in [min, max], written as 5 or 5.0, or the fallback if absent. */
    public int integer(String key, int min, int max, int fallback) {
        return (int) integer(key, min, max, fallback, "");
    }

    /** A long in [min, max], or the fallback if absent. */
    public long integer(String key, long min, long max, long fallback) {
        return integer(key, min, max, fallback, "");
    }

    /** @param otherwise what else is allowed, to be shown behind the bounds */
    public long integer(String key, long min, long max, long fallback, String otherwise) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        Long whole = whole(value);
        if (whole == null || whole < min || whole > max) {
            throw bad(key, bounds("an integer", "[" + min + ", " + max + "]", value) + otherwise, value);
        }
        return whole;
    }

    /** The value as a long; null if it is not an integer or does not fit into 64 bits. */
    private static Long whole(Object value) {
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        boolean real = value instanceof Double || value instanceof Float;
        double number = real ? ((Number) value).doubleValue() : Double.NaN;
        return number == Math.rint(number) && Math.abs(number) < 0x1p63 ? (Long) (long) number : null;
    }

    /** The bound in a message. It names the kind only if the value is not a number at all. */
    private static String bounds(String kind, String range, Object value) {
        return (value instanceof Number ? "" : kind + " ") + "in " + range;
    }

    /** Any finite number, or the fallback if absent. The caller checks the bounds. */
    public double number(String key, double fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw bad(key, "a number", value);
    }

    /** A number in [min, max], or the fallback if absent. */
    public double number(String key, double min, double max, double fallback) {
        return number(key, min, max, fallback, "");
    }

    /** @param otherwise what else is allowed, to be shown behind the bounds */
    public double number(String key, double min, double max, double fallback, String otherwise) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        double number = value instanceof Number some ? some.doubleValue() : Double.NaN;
        if (number >= min && number <= max) {
            return number;
        }
        throw bad(key, bounds("a number", "[" + min + ", " + max + "]", value) + otherwise, value);
    }

    /** A boolean, or the fallback if absent. The strings {@code "true"} and {@code "false"} are rejected. */
    public boolean bool(String key, boolean fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Boolean yes) {
            return yes;
        }
        throw bad(key, "true or false", value);
    }

    /** A list of min to max strings that are not blank, or a single such string; the fallback if absent. */
    public List<String> strings(String key, int min, int max, List<String> fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        String bound = "a list of " + min + " to " + max + " non-empty strings";
        List<String> strings = new ArrayList<>();
        for (Object item : value instanceof List<?> many ? many : List.of(value)) {
            if (item instanceof String text && !text.isBlank()) {
                strings.add(text);
            } else {
                throw bad(key, bound, value);
            }
        }
        if (strings.size() < min || strings.size() > max) {
            throw bad(key, bound, strings.size());
        }
        return strings;
    }

    /** A list of integers, each in [min, max], or a single such integer; the fallback if absent. */
    public List<Integer> integers(String key, int min, int max, List<Integer> fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        List<Integer> integers = new ArrayList<>();
        for (Object item : value instanceof List<?> many ? many : List.of(value)) {
            Long whole = whole(item);
            if (whole == null || whole < min || whole > max) {
                throw bad(key, "a list of integers in [" + min + ", " + max + "]", value);
            }
            integers.add(whole.intValue());
        }
        return integers;
    }

    /** Bytes, written as base64 in JSON and as bytes in binary formats. Required. */
    public byte[] bytes(String key) {
        Object value = value(key);
        if (value instanceof byte[] raw) {
            return raw;
        }
        try {
            if (value instanceof String text) {
                return Base64.getDecoder().decode(text);
            }
        } catch (IllegalArgumentException e) {
            throw failure(name(key) + " must be base64: " + shown(value), e);
        }
        throw bad(key, "base64", value);
    }

    /** An object as a plain map; null if absent. */
    public Map<String, Object> object(String key) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof Map)) {
            throw bad(key, "an object", value);
        }
        return object(value);
    }

    /** Casts a parsed JSON object to a map; null stays null. The caller knows that the value has no other type. */
    @SuppressWarnings("unchecked") // JSON objects have string keys
    public static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    /** A list of objects, or a single object; an empty list if absent. */
    public List<Map<String, Object>> objects(String key) {
        Object value = value(key);
        List<Map<String, Object>> objects = new ArrayList<>();
        for (Object item : value instanceof List<?> many ? many : value == null ? List.of() : List.of(value)) {
            if (!(item instanceof Map)) {
                throw bad(key, "a list of objects", value);
            }
            objects.add(object(item));
        }
        return objects;
    }

    /** A strict reader for a nested object; it reads an empty object if the key is absent. */
    public StrictMap map(String key) {
        Map<String, Object> object = object(key);
        return new StrictMap(object == null ? Map.of() : object, place.below(key), registry);
    }

    /**
     * A strict reader for an object that a list of this object contains.
     *
     * @param key the key with the object's place in the list, such as {@code like[2]}
     * @param object the object
     */
    public StrictMap item(String key, Map<String, Object> object) {
        return new StrictMap(object, place.below(key), registry);
    }

    /** A query of a type that the parser's registry knows; null if absent. */
    public QueryBuilder query(String key) {
        Map<String, Object> object = object(key);
        try {
            return object == null ? null : Queries.parse(path(key), object, registry);
        } catch (IllegalArgumentException e) {
            throw failure(e.getMessage(), e);
        }
    }

    /** Fails if the object has keys that no method has read. The caller calls this last. */
    public void noOtherKeys() {
        for (Map.Entry<String, Object> entry : values.entrySet()) {
            if (!read.contains(entry.getKey())) {
                throw failure(
                        "unknown key " + name(entry.getKey()) + " with value " + shown(entry.getValue())
                                + ", must be one of " + read,
                        null);
            }
        }
    }
}

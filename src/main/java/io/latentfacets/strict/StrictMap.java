/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.core.xcontent.XContentParser;

/**
 * Reads a JSON object and accepts nothing that nobody asked for. Every failure is an IllegalArgumentException that
 * names the key's full path, the value and the bound: {@code [text.vocabulary_size] must be in [100, 200000]: 7}. Not
 * thread-safe.
 */
public final class StrictMap {

    private final Map<String, Object> values;
    private final String path;
    private final Set<String> read = new HashSet<>();

    /**
     * @param values what a parser made of the object: maps, lists, strings, numbers, booleans, nulls
     * @param path the object's own path, empty for the body
     */
    public StrictMap(Map<String, Object> values, String path) {
        this.values = values;
        this.path = path;
    }

    /** Reads a whole body, which is an object or nothing. IllegalArgumentException if it is something else. */
    public static StrictMap parse(XContentParser parser) throws IOException {
        XContentParser.Token first = parser.nextToken();
        if (first == null) {
            return new StrictMap(Map.of(), "");
        }
        if (first != XContentParser.Token.START_OBJECT) {
            throw new IllegalArgumentException("the body must be an object: it begins with " + first);
        }
        StrictMap body = new StrictMap(parser.mapOrdered(), "");
        if (parser.nextToken() != null) {
            throw new IllegalArgumentException("the body must be one object: it goes on with " + parser.currentToken());
        }
        return body;
    }

    /** All keys and values, read or not. */
    public Map<String, Object> values() {
        return values;
    }

    /** Full path of one of the keys. */
    public String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** Whether the key is there with a value; a null counts as absent. */
    public boolean has(String key) {
        read.add(key);
        return values.get(key) != null;
    }

    private Object value(String key) {
        read.add(key);
        return values.get(key);
    }

    private IllegalArgumentException bad(String key, String must, Object value) {
        return new IllegalArgumentException("[" + path(key) + "] must be " + must + ": " + shown(value));
    }

    /** A value as messages show it, cut where it is long. */
    public static String shown(Object value) {
        String text = String.valueOf(value);
        return text.length() <= 100 ? text : text.substring(0, 100) + "…";
    }

    /** A string that is not blank; the fallback if absent. */
    public String string(String key, String fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        if (value instanceof String == false || ((String) value).isBlank()) {
            throw bad(key, "a non-empty string", value);
        }
        return (String) value;
    }

    /** An integer in [min, max]; the fallback if absent. */
    public int integer(String key, int min, int max, int fallback) {
        return (int) whole(key, min, max, fallback, "an integer in [" + min + ", " + max + "]");
    }

    /** An integer in [min, max], or {@code "auto"}, which stands for the given value; the fallback if absent. */
    public int integerOrAuto(String key, int min, int max, int auto, int fallback) {
        if ("auto".equals(value(key))) {
            return auto;
        }
        return (int) whole(key, min, max, fallback, "\"auto\" or an integer in [" + min + ", " + max + "]");
    }

    /** A long in [min, max]; the fallback if absent. */
    public long integer(String key, long min, long max, long fallback) {
        return whole(key, min, max, fallback, "an integer in [" + min + ", " + max + "]");
    }

    private long whole(String key, long min, long max, long fallback, String bounds) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        boolean integral = value instanceof Integer || value instanceof Long;
        if (integral == false || ((Number) value).longValue() < min || ((Number) value).longValue() > max) {
            // whoever gave a number need not be told that a number is wanted
            throw bad(key, value instanceof Number ? bounds.replace("an integer ", "") : bounds, value);
        }
        return ((Number) value).longValue();
    }

    /** Any finite number; the fallback if absent. Bounds are the business of whoever gets it. */
    public double number(String key, double fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Number == false || Double.isFinite(((Number) value).doubleValue()) == false) {
            throw bad(key, "a number", value);
        }
        return ((Number) value).doubleValue();
    }

    /** A boolean, not a string that reads like one; the fallback if absent. */
    public boolean bool(String key, boolean fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        if (value instanceof Boolean == false) {
            throw bad(key, "true or false", value);
        }
        return (Boolean) value;
    }

    /** A list of non-empty strings, or one such string; the fallback if absent. */
    public List<String> strings(String key, List<String> fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        List<?> list = value instanceof List<?> many ? many : List.of(value);
        List<String> strings = new ArrayList<>();
        for (Object item : list) {
            if (item instanceof String == false || ((String) item).isBlank()) {
                throw bad(key, "a list of non-empty strings", value);
            }
            strings.add((String) item);
        }
        return strings;
    }

    /** A list of integers in [min, max]; the fallback if absent. */
    public List<Integer> integers(String key, int min, int max, List<Integer> fallback) {
        Object value = value(key);
        if (value == null) {
            return fallback;
        }
        List<Integer> integers = new ArrayList<>();
        for (Object item : value instanceof List<?> many ? many : List.of(value)) {
            if (item instanceof Integer == false || (Integer) item < min || (Integer) item > max) {
                throw bad(key, "a list of integers in [" + min + ", " + max + "]", value);
            }
            integers.add((Integer) item);
        }
        return integers;
    }

    /** Bytes: base64 in JSON, bytes in binary formats. Required. */
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
            throw new IllegalArgumentException("[" + path(key) + "] must be base64: " + shown(value), e);
        }
        throw bad(key, "base64", value);
    }

    /** An object as it is; null if absent. */
    public Map<String, Object> object(String key) {
        Object value = value(key);
        if (value == null) {
            return null;
        }
        if (value instanceof Map == false) {
            throw bad(key, "an object", value);
        }
        return asMap(value);
    }

    /** A JSON object among parsed values; null stays null. The caller knows that it is no other type. */
    @SuppressWarnings("unchecked") // JSON objects have string keys
    public static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }

    /** An object to be read as strictly; an empty one if absent. */
    public StrictMap map(String key) {
        Map<String, Object> object = object(key);
        return new StrictMap(object == null ? Map.of() : object, path(key));
    }

    /** To be called last: fails on keys that were not asked for. */
    public void noOtherKeys() {
        for (String key : values.keySet()) {
            if (read.contains(key) == false) {
                throw new IllegalArgumentException(
                        "unknown key [" + path(key) + "] with value " + "[" + shown(values.get(key))
                                + "], must be one of " + read.stream().sorted().toList());
            }
        }
    }
}

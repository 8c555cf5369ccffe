/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;

/** JSON as maps, lists, strings and numbers. */
final class Json {
    private Json() {}

    static Map<String, Object> read(String text) throws IOException {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.IGNORE_DEPRECATIONS, text)) {
            return parser.mapOrdered();
        }
    }

    static String write(Object value) {
        if (value instanceof String json) {
            return json;
        }
        try (XContentBuilder builder = JsonXContent.contentBuilder()) {
            return builder.value(value).toString();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The value at a path of keys and list positions; {@code null} if there is none. */
    static Object at(Object json, Object... path) {
        Object value = json;
        for (Object step : path) {
            if (value instanceof Map<?, ?> map) {
                value = map.get(step);
            } else if (value instanceof List<?> list && step instanceof Integer i && i < list.size()) {
                value = list.get(i);
            } else {
                return null;
            }
        }
        return value;
    }

    static String string(Object json, Object... path) {
        Object value = at(json, path);
        return value == null ? "" : value.toString();
    }

    static long number(Object json, Object... path) {
        return at(json, path) instanceof Number n ? n.longValue() : 0;
    }

    static double decimal(Object json, Object... path) {
        return at(json, path) instanceof Number n ? n.doubleValue() : Double.NaN;
    }

    static List<?> list(Object json, Object... path) {
        return at(json, path) instanceof List<?> list ? list : List.of();
    }
}

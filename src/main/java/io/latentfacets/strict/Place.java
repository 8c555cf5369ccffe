/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import org.opensearch.core.common.ParsingException;
import org.opensearch.core.common.Strings;
import org.opensearch.core.xcontent.XContentLocation;

/**
 * The position of a JSON object in a request, and how error messages name its keys. Immutable.
 *
 * @param path the full path of the object; empty at the top level
 * @param what the name of the query, aggregation or processor that contains the object; null for a body
 * @param location the start of that query or aggregation in the search; null outside of a search
 */
record Place(String path, String what, XContentLocation location) {

    private static final int SHOWN = 100;

    Place below(String key) {
        return new Place(path(key), what, location);
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    String name(String key) {
        return "[" + path(key) + "]" + (what == null ? "" : " of [" + what + "]");
    }

    RuntimeException failure(String message, Throwable cause) {
        return location == null
                ? new IllegalArgumentException(message, cause)
                : new ParsingException(location.lineNumber, location.columnNumber, message, cause);
    }

    static String shown(Object value) {
        String text = String.valueOf(value);
        String cut = text.length() <= SHOWN ? text : Strings.cleanTruncate(text, SHOWN) + "…";
        return value instanceof String ? "\"" + cut + "\"" : cut;
    }
}

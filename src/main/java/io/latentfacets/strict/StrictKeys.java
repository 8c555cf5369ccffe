/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.core.common.ParsingException;
import org.opensearch.core.xcontent.XContentParser;

/**
 * Reads the values of a request body and refuses what is not right: each message names the key, the value and the
 * bound. Stateless apart from the name it reports.
 *
 * @param what the query, aggregation or part of a body that is read
 */
public record StrictKeys(String what) {

    public IllegalArgumentException bad(String key, String bound, Object value) {
        String shown = value instanceof String ? "\"" + value + "\"" : "[" + value + "]";
        return new IllegalArgumentException("[" + key + "] of [" + what + "] must be " + bound + ": " + shown);
    }

    public ParsingException unknown(XContentParser parser, String key, List<String> known) {
        return new ParsingException(
                parser.getTokenLocation(), "unknown key [" + key + "] in [" + what + "], must be one of " + known);
    }

    public void object(XContentParser parser, String key) throws IOException {
        if (parser.currentToken() != XContentParser.Token.START_OBJECT) {
            throw bad(key, "an object", shown(parser));
        }
    }

    public int integer(XContentParser parser, String key, int min, int max) throws IOException {
        return (int) whole(parser, key, min, max);
    }

    public long whole(XContentParser parser, String key, long min, long max) throws IOException {
        return whole(parser, key, min, max, "");
    }

    /** @param otherwise what else is allowed, to be shown behind the bounds */
    public long whole(XContentParser parser, String key, long min, long max, String otherwise) throws IOException {
        String bound = "an integer in [" + min + ", " + max + "]" + otherwise;
        if (parser.currentToken() != XContentParser.Token.VALUE_NUMBER) {
            throw bad(key, bound, shown(parser));
        }
        double value = parser.doubleValue();
        if (value != Math.rint(value) || value < min || value > max) {
            throw bad(key, bound, shown(parser));
        }
        return parser.longValue();
    }

    public double number(XContentParser parser, String key, double min, double max) throws IOException {
        return number(parser, key, min, max, "");
    }

    /** @param otherwise what else is allowed, to be shown behind the bounds */
    public double number(XContentParser parser, String key, double min, double max, String otherwise)
            throws IOException {
        String bound = "a number in [" + min + ", " + max + "]" + otherwise;
        if (parser.currentToken() != XContentParser.Token.VALUE_NUMBER) {
            throw bad(key, bound, shown(parser));
        }
        double value = parser.doubleValue();
        if (!(value >= min && value <= max)) {
            throw bad(key, bound, shown(parser));
        }
        return value;
    }

    public boolean flag(XContentParser parser, String key) throws IOException {
        if (parser.currentToken() != XContentParser.Token.VALUE_BOOLEAN) {
            throw bad(key, "true or false", shown(parser));
        }
        return parser.booleanValue();
    }

    public String string(XContentParser parser, String key) throws IOException {
        if (parser.currentToken() != XContentParser.Token.VALUE_STRING
                || parser.text().isBlank()) {
            throw bad(key, "a string that is not empty", shown(parser));
        }
        return parser.text();
    }

    /** A string, or an array of so many strings. */
    public List<String> strings(XContentParser parser, String key, int min, int max) throws IOException {
        String bound = "an array of " + min + " to " + max + " strings";
        List<String> values = new ArrayList<>();
        if (parser.currentToken() == XContentParser.Token.VALUE_STRING) {
            values.add(string(parser, key));
            return values;
        }
        if (parser.currentToken() != XContentParser.Token.START_ARRAY) {
            throw bad(key, bound, shown(parser));
        }
        while (parser.nextToken() != XContentParser.Token.END_ARRAY) {
            values.add(string(parser, key));
        }
        if (values.size() < min || values.size() > max) {
            throw bad(key, bound, values.size());
        }
        return values;
    }

    public static Object shown(XContentParser parser) throws IOException {
        XContentParser.Token token = parser.currentToken();
        if (token == XContentParser.Token.VALUE_STRING) {
            return parser.text();
        }
        if (token == XContentParser.Token.VALUE_NULL) {
            return null;
        }
        if (token == XContentParser.Token.VALUE_NUMBER) {
            return parser.numberValue();
        }
        return token == XContentParser.Token.VALUE_BOOLEAN ? (Object) parser.booleanValue() : token;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.strict.StrictMap;
import java.util.Base64;
import java.util.Map;
import org.opensearch.index.mapper.MapperParsingException;

/**
 * The value of a {@code latent_vector} field in a document: {@code {"generation":2,"vector":"<base64>","hash":"…"}}.
 * Everything else is refused with a message that names field, key, value and bound.
 *
 * @param generation at least 1
 * @param latent int8, 1 to {@value #MAX_DIMS} bytes, not all zero
 */
record LatentValue(int generation, byte[] latent) {

    static final int MAX_DIMS = 1024;

    /** @param value what the JSON parser made of an object; unknown keys, wrong types and wrong values are refused */
    static LatentValue parse(String field, Map<String, Object> value) {
        for (Map.Entry<String, Object> entry : value.entrySet()) {
            switch (entry.getKey()) {
                case "generation", "vector" -> {}
                case "hash" -> {
                    if (entry.getValue() != null && !(entry.getValue() instanceof String)) {
                        throw bad(field, "[hash] must be a string: " + StrictMap.shown(entry.getValue()));
                    }
                }
                default ->
                    throw bad(field, "unknown key [" + entry.getKey() + "], must be one of [generation, vector, hash]");
            }
        }
        return new LatentValue(generation(field, value.get("generation")), latent(field, value.get("vector")));
    }

    private static int generation(String field, Object value) {
        boolean whole = value instanceof Integer || value instanceof Long;
        if (!whole || ((Number) value).longValue() < 1 || ((Number) value).longValue() > Integer.MAX_VALUE) {
            throw bad(
                    field,
                    "[generation] must be an integer in [1, " + Integer.MAX_VALUE + "]: " + StrictMap.shown(value));
        }
        return ((Number) value).intValue();
    }

    private static byte[] latent(String field, Object value) {
        if (!(value instanceof String text)) {
            throw bad(
                    field,
                    "[vector] must be a base64 string of 1 to " + MAX_DIMS + " bytes: " + StrictMap.shown(value));
        }
        byte[] latent;
        try {
            latent = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw bad(field, "[vector] is not valid base64 (" + e.getMessage() + "): " + StrictMap.shown(value));
        }
        if (latent.length == 0 || latent.length > MAX_DIMS) {
            throw bad(
                    field,
                    "[vector] must have 1 to " + MAX_DIMS + " bytes, has " + latent.length + ": "
                            + StrictMap.shown(value));
        }
        for (byte b : latent) {
            if (b != 0) {
                return latent;
            }
        }
        throw bad(
                field,
                "[vector] must not be all zero, all of its " + latent.length + " bytes are: " + StrictMap.shown(value));
    }

    static MapperParsingException bad(String field, String what) {
        return new MapperParsingException("field [" + field + "]: " + what);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.strict.StrictMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.opensearch.common.xcontent.support.XContentMapValues;

/**
 * The dense vector in a document, as the source of a float array or a {@code knn_vector} has it. Training and ingest
 * both read it here.
 */
public final class SourceVector {

    /** Longest vector that is taken; the bound of {@code knn_vector}. */
    public static final int MAX_DIMS = 16_000;

    private SourceVector() {}

    /**
     * The vector of one field.
     *
     * @param source a document's source, not modified
     * @param field its path, through objects
     * @param dims the length it must have; 0 for any up to {@link #MAX_DIMS}
     * @return a fresh array; {@code null} where the field is missing, null, an empty array or all zero
     * @throws IllegalArgumentException naming field, value and bound, if it is anything but an array of that many
     *     finite numbers
     */
    public static float[] of(Map<String, Object> source, String field, int dims) {
        Object value = XContentMapValues.extractValue(field, source);
        if (value == null) {
            return null;
        }
        if (!(value instanceof List)) {
            throw new IllegalArgumentException(
                    "[" + field + "] must be an array of numbers: " + StrictMap.shown(value));
        }
        List<?> components = (List<?>) value;
        if (components.isEmpty()) {
            return null;
        }
        if (dims > 0 && components.size() != dims) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT, "[%s] must be an array of [%d] numbers, has [%d]", field, dims, components.size()));
        }
        if (components.size() > MAX_DIMS) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "[%s] must be an array of at most [%d] numbers, has [%d]",
                    field,
                    MAX_DIMS,
                    components.size()));
        }
        float[] vector = new float[components.size()];
        boolean zero = true;
        for (int i = 0; i < vector.length; i++) {
            vector[i] = component(field, i, components.get(i));
            zero &= vector[i] == 0;
        }
        return zero ? null : vector;
    }

    private static float component(String field, int i, Object value) {
        if (value instanceof Number number && Float.isFinite(number.floatValue())) {
            return number.floatValue();
        }
        throw new IllegalArgumentException(
                "[" + field + "] must be an array of finite numbers, its [" + i + "] is: " + StrictMap.shown(value));
    }
}

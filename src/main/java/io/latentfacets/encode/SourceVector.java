/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.strict.StrictMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.opensearch.common.xcontent.support.XContentMapValues;

/**
 * Reads the dense vector of a document from the source of a float array or a {@code knn_vector}. Training and ingest
 * both use it. Stateless.
 */
public final class SourceVector {

    /** The largest length of a vector; also the bound of {@code knn_vector}. */
    public static final int MAX_DIMS = 16_000;

    private SourceVector() {}

    /**
     * Reads the vector of one field.
     *
     * @param source a document's source, not modified
     * @param field the path of the field, through objects
     * @param dims the required length; 0 for any length up to {@link #MAX_DIMS}
     * @return a new array; {@code null} if the field is missing, null, an empty array or all zeros
     * @throws IllegalArgumentException if the value is not an array of that many finite numbers; the message names the
     *     field, the value and the bound
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

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.common.xcontent.support.XContentMapValues;

/** Reads the labels of documents and numbers them in the order in which they occur. Not thread-safe. */
final class Labels {

    /**
     * The largest number of distinct labels. The measures compare each label with each cluster, and a field with more
     * values is no category.
     */
    static final int MAX = 1000;

    /** The label number of a document without a label. */
    static final int NONE = -1;
    /** The label number of a document with several distinct labels. */
    static final int SEVERAL = -2;

    private final String field;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /** @param field the dotted path of the field, which leads into objects and through arrays */
    Labels(String field) {
        this.field = field;
    }

    /**
     * The number of a document's label, {@link #NONE} or {@link #SEVERAL}. Numbers and booleans count as their text.
     * Nulls, objects, binary values and blank strings are no labels.
     *
     * @throws IllegalArgumentException if there are more than {@link #MAX} labels; names the field and the bound
     */
    int of(Map<String, Object> source) {
        String only = null;
        for (Object value : XContentMapValues.extractRawValues(field, source)) {
            if (value == null
                    || value instanceof byte[]
                    || value instanceof Map
                    || value.toString().isBlank()) {
                continue;
            }
            String label = value.toString();
            if (only != null && !only.equals(label)) {
                return SEVERAL;
            }
            only = label;
        }
        return only == null ? NONE : number(only);
    }

    private int number(String label) {
        Integer known = numbers.get(label);
        if (known != null) {
            return known;
        }
        if (names.size() == MAX) {
            throw new IllegalArgumentException("[label_field] [" + field + "] has more than [" + MAX
                    + "] different values, so they are no labels");
        }
        numbers.put(label, names.size());
        names.add(label);
        return names.size() - 1;
    }

    String field() {
        return field;
    }

    /** The labels, by number. */
    List<String> names() {
        return names;
    }
}

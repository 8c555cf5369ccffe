/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.common.xcontent.support.XContentMapValues;

/** Reads the labels of documents and numbers them in the order in which they turn up. Not thread-safe. */
final class Labels {

    /**
     * Most different labels: measures compare each with each cluster, and what has more values than this is no
     * category.
     */
    static final int MAX = 1000;

    /** Stands for a document without a label. */
    static final int NONE = -1;
    /** Stands for a document with several different ones. */
    static final int SEVERAL = -2;

    private final String field;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /** @param field dotted path, which goes into objects and through arrays */
    Labels(String field) {
        this.field = field;
    }

    /**
     * The number of a document's label, {@link #NONE} or {@link #SEVERAL}. Numbers and booleans count as the text they
     * print as; nulls, objects and blank strings are no labels.
     *
     * @throws IllegalArgumentException naming the field and the bound, for the label that is one too many
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

    /** By number. */
    List<String> names() {
        return names;
    }
}

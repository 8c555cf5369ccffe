/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.strict.StrictMap;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.opensearch.common.xcontent.support.XContentMapValues;

/** Reads the labels of documents and numbers them in the order in which they occur. Not thread-safe. */
final class LabelReader {

    /** The largest number of distinct labels. A field with more values is no category. */
    static final int MAX = 1000;
    /** The largest number of characters of a label: the longest ones of a thousand must fit into a document. */
    static final int MAX_LENGTH = 512;

    private final String field;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> names = new ArrayList<>();

    /** @param field the dotted path of the field, which leads into objects and through arrays */
    LabelReader(String field) {
        this.field = field;
    }

    /**
     * The numbers of a document's distinct labels, ascending. Numbers and booleans count as their text. Nulls, objects,
     * binary values and blank strings are no labels.
     *
     * @throws IllegalArgumentException if there are more than {@link #MAX} labels, or a longer one than
     *     {@link #MAX_LENGTH}; names the field and the bound
     */
    int[] of(Map<String, Object> source) {
        TreeSet<Integer> found = new TreeSet<>();
        for (Object value : XContentMapValues.extractRawValues(field, source)) {
            if (value != null
                    && !(value instanceof byte[])
                    && !(value instanceof Map)
                    && !value.toString().isBlank()) {
                found.add(number(value.toString()));
            }
        }
        return found.stream().mapToInt(Integer::intValue).toArray();
    }

    private int number(String label) {
        Integer known = numbers.get(label);
        if (known != null) {
            return known;
        }
        if (names.size() == MAX) {
            throw new IllegalArgumentException("[label_field] [" + field + "] must have at most [" + MAX
                    + "] different values, so these are no labels");
        }
        if (label.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("[label_field] [" + field + "] must have values of at most ["
                    + MAX_LENGTH + "] characters: " + StrictMap.shown(label));
        }
        numbers.put(label, names.size());
        names.add(label);
        return names.size() - 1;
    }

    /** The labels, by number. */
    List<String> names() {
        return names;
    }
}

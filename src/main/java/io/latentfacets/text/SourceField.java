/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.Locale;

/**
 * A field to read text from, written {@code title} or {@code title^2}.
 *
 * @param name the full path of the field in the document
 * @param weight the count of one occurrence of a word in this field, in (0, {@value #MAX_WEIGHT}]
 */
public record SourceField(String name, float weight) {
    static final float MAX_WEIGHT = 1000;

    public SourceField {
        if (name == null || name.isBlank()) {
            throw new IllegalArgumentException("[source.fields] must name a field: [" + name + "]");
        }
        requireWeight(weight);
    }

    /**
     * Reads the notation that queries use: a name, optionally followed by {@code ^} and a weight.
     *
     * @throws IllegalArgumentException if the name is empty or the weight is not a number in (0, 1000]
     */
    public static SourceField parse(String text) {
        int caret = text.lastIndexOf('^');
        if (caret < 0) {
            return new SourceField(text.strip(), 1);
        }
        String weight = text.substring(caret + 1);
        try {
            return new SourceField(text.substring(0, caret).strip(), Float.parseFloat(weight));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "[source.fields] weight must be a number in (0, 1000]: [" + weight + "] in [" + text + "]", e);
        }
    }

    static void requireWeight(float weight) {
        if (!(weight > 0 && weight <= MAX_WEIGHT)) {
            throw new IllegalArgumentException("[source.fields] weight must be in (0, 1000]: " + weight);
        }
    }

    /** The notation that {@link #parse} reads, without a weight of 1. */
    @Override
    public String toString() {
        if (weight == 1) {
            return name;
        }
        return name
                + "^"
                + (weight == Math.rint(weight) ? String.format(Locale.ROOT, "%.0f", weight) : Float.toString(weight));
    }
}

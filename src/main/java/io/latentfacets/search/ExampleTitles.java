/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.opensearch.common.xcontent.support.XContentMapValues;

/**
 * What to call a document in a list: the given field, else the first of {@code title, subject, name, headline} that it
 * has, else the beginning of its first text field. Immutable.
 */
final class ExampleTitles {
    private static final List<String> USUAL = List.of("title", "subject", "name", "headline");
    private static final int MAX_LENGTH = 80;

    private final List<String> fields;
    private final boolean given;

    /**
     * @param titleField may be null
     * @param textFields to fall back on
     */
    ExampleTitles(String titleField, Collection<String> textFields) {
        given = titleField != null;
        fields = new ArrayList<>();
        if (given) {
            fields.add(titleField);
        } else {
            fields.addAll(USUAL);
            textFields.stream().filter(field -> !USUAL.contains(field)).forEach(fields::add);
        }
    }

    /** The fields of {@code _source} that are needed. */
    String[] fields() {
        return fields.toArray(String[]::new);
    }

    /** A title for a document with this source, which may be null; empty where there is nothing to go by. */
    String of(Map<String, Object> source) {
        if (source == null) {
            return "";
        }
        for (String field : fields) {
            String text = text(XContentMapValues.extractValue(field, source));
            if (!text.isEmpty()) {
                boolean title = given || USUAL.contains(field);
                return title ? text : cut(text);
            }
        }
        return "";
    }

    private static String text(Object value) {
        Object first = value instanceof List<?> list && !list.isEmpty() ? list.get(0) : value;
        return first == null || first instanceof Map || first instanceof List
                ? ""
                : first.toString().strip().replaceAll("\\s+", " ");
    }

    private static String cut(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
        return text.substring(0, end);
    }
}

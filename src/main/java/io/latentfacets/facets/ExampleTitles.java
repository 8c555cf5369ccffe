/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.text.Sentences;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.common.xcontent.support.XContentMapValues;
import org.opensearch.core.common.Strings;

/**
 * Chooses the title of a document in a list. If the caller names a title field, it is the only source. Otherwise the
 * title is the first value of {@code title, subject, name, headline}, at the top level or inside an object. A document
 * without these gets the first sentence of a text field, or the beginning of the text if it has no sentence. Immutable.
 */
final class ExampleTitles {
    /** The largest length of a title in characters, including the ellipsis. */
    static final int MAX_TITLE = 200;
    /** The largest length in characters of a title taken from a text. */
    static final int MAX_CUT = 80;

    private static final List<String> USUAL = List.of("title", "subject", "name", "headline");

    /** The number of characters of a text that are read. */
    private static final int MAX_TEXT = 5_000;

    private final Set<String> titles = new LinkedHashSet<>();
    private final Set<String> texts = new LinkedHashSet<>();

    /**
     * @param titleField the only field for titles; null to choose
     * @param textFields the full names of text fields to fall back on
     */
    ExampleTitles(String titleField, Collection<String> textFields) {
        if (titleField != null) {
            titles.add(titleField);
            return;
        }
        titles.addAll(USUAL);
        for (String usual : USUAL) {
            textFields.stream().filter(field -> field.endsWith("." + usual)).forEach(titles::add);
        }
        textFields.stream().filter(field -> !titles.contains(field)).forEach(texts::add);
    }

    /** The fields of {@code _source} that titles need. */
    List<String> fields() {
        List<String> fields = new ArrayList<>(titles);
        fields.addAll(texts);
        return fields;
    }

    /**
     * Returns the title of a document; empty if its source has none of the fields.
     *
     * @param source the document's source; may be null
     */
    String of(Map<String, Object> source) {
        if (source == null) {
            return "";
        }
        for (String field : titles) {
            String title = oneLine(text(source, field));
            if (!title.isEmpty()) {
                return cut(title, MAX_TITLE);
            }
        }
        for (String field : texts) {
            String text = text(source, field);
            if (!text.isBlank()) {
                List<String> sentences = Sentences.of(text, 1);
                return cut(sentences.isEmpty() ? oneLine(text) : sentences.get(0), MAX_CUT);
            }
        }
        return "";
    }

    /** Returns the beginning of the first value that is no object and not blank, also inside arrays and objects. */
    private static String text(Map<String, Object> source, String field) {
        for (Object value : XContentMapValues.extractRawValues(field, source)) {
            if (value != null && !(value instanceof Map) && !(value instanceof List)) {
                String text = value.toString();
                if (!text.isBlank()) {
                    return Strings.cleanTruncate(text, MAX_TEXT);
                }
            }
        }
        return "";
    }

    private static String oneLine(String text) {
        return text.strip().replaceAll("\\s+", " ");
    }

    /**
     * Cuts a text to a length, with an ellipsis. Cuts between words if there is a gap in the second half.
     *
     * @param most the largest length in characters, including the ellipsis
     */
    static String cut(String text, int most) {
        if (text.length() <= most) {
            return text;
        }
        int end = text.lastIndexOf(' ', most - 1);
        if (end < most / 2) {
            end = Strings.cleanTruncate(text, most - 1).length();
        }
        while (end > 0
                && !Character.isLetterOrDigit(text.charAt(end - 1))
                && !Character.isSurrogate(text.charAt(end - 1))) {
            end--; // no comma before an ellipsis
        }
        return Strings.cleanTruncate(text, end == 0 ? most - 1 : end) + "…";
    }
}

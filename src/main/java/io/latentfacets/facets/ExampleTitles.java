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
 * What to call a document in a list: the given field, else the first of {@code title, subject, name, headline} that it
 * has, at the top or within an object, else the first sentence of a text field, or where that has none its beginning.
 * Immutable.
 */
final class ExampleTitles {
    /** Most characters of a title, the ellipsis included. */
    static final int MAX_TITLE = 200;
    /** Most characters of a title that is cut from a text. */
    static final int MAX_CUT = 80;

    private static final List<String> USUAL = List.of("title", "subject", "name", "headline");

    /** Characters of a text that are looked at. */
    private static final int MAX_TEXT = 5_000;

    private final Set<String> titles = new LinkedHashSet<>();
    private final Set<String> texts = new LinkedHashSet<>();

    /**
     * @param titleField may be null
     * @param textFields full names, to fall back on
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

    /** The fields of {@code _source} that are needed. */
    List<String> fields() {
        List<String> fields = new ArrayList<>(titles);
        fields.addAll(texts);
        return fields;
    }

    /** A title for a document with this source, which may be null; empty where there is nothing to go by. */
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

    /** The first value that is a text or number and not blank, within arrays and objects too; its beginning. */
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

    /** At most so many characters, cut between words if there is a gap not too far back, with an ellipsis. */
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

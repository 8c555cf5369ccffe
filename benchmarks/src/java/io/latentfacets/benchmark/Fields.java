/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.text.SourceField;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.opensearch.common.xcontent.support.XContentMapValues;

/** Guesses the text fields and the field of the true class if the user names none. */
final class Fields {
    private static final int PROBED = 500;
    private static final List<String> LABELS = List.of(
            "label",
            "labels",
            "topic",
            "topics",
            "category",
            "categories",
            "class",
            "classes",
            "target",
            "group",
            "section",
            "label_text",
            "label_name",
            "intent",
            "tag",
            "tags");
    private static final Set<String> NEVER_PROSE = Set.of(
            "id",
            "_id",
            "uuid",
            "guid",
            "url",
            "uri",
            "link",
            "href",
            "path",
            "file",
            "filename",
            "split",
            "fold",
            "set",
            "subset",
            "lang",
            "language",
            "date",
            "time",
            "datetime",
            "timestamp",
            "created",
            "updated",
            "published",
            "author",
            "authors",
            "source");
    private static final Pattern NEVER_PROSE_SUFFIX =
            Pattern.compile(".*[_.-](id|url|uri|date|time|at|label|labels|name|split)");
    private static final Pattern DATE = Pattern.compile("\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{1,4}([T ].*)?");

    private Fields() {}

    /**
     * The first of the usual names that enough documents have: at least a third of those probed.
     *
     * @throws IllegalArgumentException if there is none
     */
    static String label(List<Map<String, Object>> documents) {
        List<Map<String, Object>> probed = probe(documents);
        for (String name : LABELS) {
            long having =
                    probed.stream().filter(d -> !labels(d, name).isEmpty()).count();
            // a third is enough: many articles of Reuters-21578 have no topic
            if (3 * having >= probed.size()) {
                return name;
            }
        }
        throw new IllegalArgumentException("no field for the label among " + keys(probed) + "; name it with --label");
    }

    /** The labels of a document: a string, number or boolean, or an array of these. Blank labels do not count. */
    static Set<String> labels(Map<String, Object> document, String field) {
        Set<String> labels = new LinkedHashSet<>();
        for (Object value : XContentMapValues.extractRawValues(field, document)) {
            collect(value, labels);
        }
        return labels;
    }

    private static void collect(Object value, Set<String> labels) {
        if (value instanceof Collection<?> values) {
            values.forEach(each -> collect(each, labels));
        } else if (value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e15) {
            labels.add(Long.toString(number.longValue()));
        } else if (value != null && !(value instanceof Map) && !value.toString().isBlank()) {
            labels.add(value.toString().strip());
        }
    }

    /**
     * All top-level fields that hold prose: strings (or arrays of them) of more than one word that rarely recur. Fields
     * whose name suggests an id, a date, an address or the like are left out.
     *
     * @throws IllegalArgumentException if there is none
     */
    static List<SourceField> prose(List<Map<String, Object>> documents, String label) {
        List<Map<String, Object>> probed = probe(documents);
        List<SourceField> fields = new ArrayList<>();
        for (String key : keys(probed)) {
            String name = key.toLowerCase(Locale.ROOT);
            boolean excluded = key.equals(label)
                    || NEVER_PROSE.contains(name)
                    || LABELS.contains(name)
                    || NEVER_PROSE_SUFFIX.matcher(name).matches();
            if (!excluded && isProse(values(probed, key))) {
                fields.add(new SourceField(key, 1));
            }
        }
        if (fields.isEmpty()) {
            throw new IllegalArgumentException(
                    "no field with prose among " + keys(probed) + "; name them with --fields");
        }
        return fields;
    }

    /** Selects documents evenly from the whole file, because the file may be sorted. */
    private static List<Map<String, Object>> probe(List<Map<String, Object>> documents) {
        int step = Math.max(1, documents.size() / PROBED);
        return IntStream.range(0, (documents.size() + step - 1) / step)
                .mapToObj(i -> documents.get(i * step))
                .toList();
    }

    private static Set<String> keys(List<Map<String, Object>> documents) {
        Map<String, Boolean> keys = new LinkedHashMap<>();
        documents.forEach(document -> document.keySet().forEach(key -> keys.put(key, true)));
        return keys.keySet();
    }

    /** The texts in a field; empty if most of its values are numbers or the like. */
    private static List<String> values(List<Map<String, Object>> documents, String key) {
        List<String> values = new ArrayList<>();
        int others = 0;
        for (Map<String, Object> document : documents) {
            Object value = document.get(key);
            if (value instanceof String text) {
                if (!text.isBlank()) {
                    values.add(text.strip());
                }
            } else if (value instanceof Collection<?> list && list.stream().allMatch(String.class::isInstance)) {
                if (!list.isEmpty()) {
                    values.add(list.toString());
                }
            } else if (value != null) {
                others++;
            }
        }
        return others > values.size() ? List.of() : values;
    }

    private static boolean isProse(List<String> values) {
        if (values.isEmpty()) {
            return false;
        }
        long wordy = values.stream().filter(Fields::hasWords).count();
        long distinct = values.stream().distinct().count();
        // names recur often; subject lines recur less
        return 2 * wordy >= values.size() && (5 * distinct >= values.size() || values.size() < 20);
    }

    /** Whether a text has several words of letters, or is long and in a script without spaces between words. */
    private static boolean hasWords(String text) {
        if (DATE.matcher(text).matches() || text.startsWith("http://") || text.startsWith("https://")) {
            return false;
        }
        long letters = text.codePoints().filter(Character::isLetter).count();
        return 2 * letters >= text.codePointCount(0, text.length())
                && (text.strip().split("\\s+", -1).length >= 2
                        || text.codePoints().anyMatch(Character::isIdeographic));
    }
}

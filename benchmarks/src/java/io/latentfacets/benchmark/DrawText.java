/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.text.FieldText;
import io.latentfacets.text.SourceField;
import java.text.BreakIterator;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What a {@link Draw} keeps of the text of its documents. */
enum DrawText {
    /** All fields. */
    FULL("full texts"),
    /** The field with the shortest texts on average. A corpus with one field has no titles. */
    TITLE("titles"),
    /** The first sentence of five words or more in the field with the longest texts; the text if it has none. */
    SENTENCE("first sentences");

    private static final int WORDS = 5;

    private final String shown;

    DrawText(String shown) {
        this.shown = shown;
    }

    /** Those that a corpus has, in their order. */
    static List<DrawText> of(LabeledCorpus corpus) {
        return corpus.fields().size() > 1 ? List.of(values()) : List.of(FULL, SENTENCE);
    }

    /** The fields that are left. */
    List<SourceField> fields(LabeledCorpus corpus) {
        Comparator<SourceField> byLength = Comparator.comparingDouble(field -> length(corpus, field));
        return switch (this) {
            case FULL -> corpus.fields();
            case TITLE -> List.of(corpus.fields().stream().min(byLength).orElseThrow());
            case SENTENCE -> List.of(corpus.fields().stream().max(byLength).orElseThrow());
        };
    }

    /**
     * A document with the text that is left, and another label.
     *
     * @param document the document, which has text in the fields
     * @param fields what {@link #fields} gives for its corpus
     */
    LabeledCorpus.Document cut(LabeledCorpus.Document document, List<SourceField> fields, int label) {
        Map<String, Object> source =
                this == SENTENCE ? Map.of(fields.get(0).name(), sentence(joined(document, fields))) : document.source();
        return new LabeledCorpus.Document(source, label);
    }

    /** The mean number of characters of a field, over all documents. */
    private static double length(LabeledCorpus corpus, SourceField field) {
        return corpus.documents().stream()
                .mapToInt(document -> joined(document, List.of(field)).length())
                .average()
                .orElse(0);
    }

    private static String joined(LabeledCorpus.Document document, List<SourceField> fields) {
        return String.join(
                "\n", document.texts(fields).stream().map(FieldText::text).toList());
    }

    /** The JDK's sentences, not those of the plugin: draws stay the same when the plugin changes. */
    private static String sentence(String text) {
        String line = text.strip().replaceAll("\\s+", " ");
        BreakIterator ends = BreakIterator.getSentenceInstance(Locale.ROOT);
        ends.setText(line);
        int start = ends.first();
        for (int end = ends.next(); end != BreakIterator.DONE; start = end, end = ends.next()) {
            String sentence = line.substring(start, end).strip();
            if (sentence.split(" ", -1).length >= WORDS) {
                return sentence;
            }
        }
        return line;
    }

    @Override
    public String toString() {
        return shown;
    }
}

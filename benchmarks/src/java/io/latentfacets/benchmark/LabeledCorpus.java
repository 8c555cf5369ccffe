/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.encode.SourceText;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.SourceField;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * The documents of a file, the fields to read, and the true classes.
 *
 * @param name the name of the corpus
 * @param fields the fields to learn from
 * @param labelField the field with the classes
 * @param labels the names of the classes, the most frequent first
 * @param documents the documents that the methods may see
 * @param left the number of documents in the file that are not among them
 */
record LabeledCorpus(
        String name,
        List<SourceField> fields,
        String labelField,
        List<String> labels,
        List<Document> documents,
        int left) {
    private static final long SAMPLE_SEED = 42;

    /**
     * One document.
     *
     * @param source the JSON object as read
     * @param label the index into the labels; −1 if the document does not have exactly one label
     */
    record Document(Map<String, Object> source, int label) {
        /** The texts that the plugin reads: one for each value of each field, in their order. */
        List<FieldText> texts(List<SourceField> fields) {
            return SourceText.of(source, fields);
        }
    }

    /**
     * Selects the documents and labels of a file.
     *
     * @throws IllegalArgumentException if too few documents or labels are left to compare
     */
    static LabeledCorpus of(String name, List<Map<String, Object>> lines, QualityOptions options) {
        if (lines.isEmpty()) {
            throw new IllegalArgumentException("no documents");
        }
        String labelField = options.label() == null ? Fields.label(lines) : options.label();
        List<SourceField> fields = options.fields().isEmpty() ? Fields.prose(lines, labelField) : options.fields();
        List<Map<String, Object>> sampled = sample(lines, options.limit());

        List<String> labelOf = new ArrayList<>(sampled.size());
        Map<String, Integer> sizes = new HashMap<>();
        for (Map<String, Object> line : sampled) {
            Set<String> all = Fields.labels(line, labelField);
            String label = all.size() == 1 ? all.iterator().next() : null;
            labelOf.add(label);
            if (label != null) {
                sizes.merge(label, 1, Integer::sum);
            }
        }
        List<String> labels = sizes.entrySet().stream()
                .sorted(Comparator.<Map.Entry<String, Integer>>comparingInt(Map.Entry::getValue)
                        .reversed()
                        .thenComparing(Map.Entry::getKey))
                .limit(options.classes() == 0 ? Integer.MAX_VALUE : options.classes())
                .map(Map.Entry::getKey)
                .toList();
        if (labels.size() < 2) {
            throw new IllegalArgumentException("[" + labelField + "] must give at least 2 different labels: " + labels);
        }
        Map<String, Integer> numbers = new HashMap<>();
        labels.forEach(label -> numbers.put(label, numbers.size()));
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < sampled.size(); i++) {
            int label = numbers.getOrDefault(labelOf.get(i), -1);
            if (label >= 0 || options.keepUnlabeled()) {
                documents.add(new Document(sampled.get(i), label));
            }
        }
        if (documents.stream().allMatch(document -> document.texts(fields).isEmpty())) {
            throw new IllegalArgumentException("no document has text in " + fields);
        }
        return new LabeledCorpus(
                name, fields, labelField, labels, List.copyOf(documents), lines.size() - documents.size());
    }

    /** A uniform sample, in the order of the file. The file may be sorted by label. */
    private static <T> List<T> sample(List<T> all, int limit) {
        if (limit == 0 || limit >= all.size()) {
            return all;
        }
        SplittableRandom random = new SplittableRandom(SAMPLE_SEED);
        Set<Integer> taken = new HashSet<>();
        while (taken.size() < limit) {
            taken.add(random.nextInt(all.size()));
        }
        return taken.stream().sorted().map(all::get).collect(Collectors.toList());
    }

    int size() {
        return documents.size();
    }

    /** The label of each document, −1 for none. */
    int[] truth() {
        return documents.stream().mapToInt(Document::label).toArray();
    }
}

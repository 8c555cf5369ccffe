/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.text.SourceField;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Draws random sub-corpora of a labelled corpus: 3 to 20 classes, some hundred to some thousand documents, classes of
 * equal or of very different sizes, full texts or titles only.
 */
final class SubCorpus {
    /** A class needs so many documents to be drawn. */
    private static final int FEWEST = 45;

    private static final int FEWEST_OF_CLASS = 8;
    private static final int LEAST = 200;
    private static final int MOST = 6500;

    /** How unequal the classes of a draw are: class i has a share proportional to i^−exponent. */
    enum Skew {
        EVEN(0),
        SKEWED(.7),
        VERY(1.5);

        private final double exponent;

        Skew(double exponent) {
            this.exponent = exponent;
        }
    }

    private final String name;
    private final String labelField;
    private final List<SourceField> full;
    private final List<SourceField> title;
    private final TreeMap<String, List<Map<String, Object>>> classes = new TreeMap<>();

    /**
     * @param title the field that alone makes a draw of titles
     * @param body the other field of the full texts
     */
    SubCorpus(String name, List<Map<String, Object>> lines, String labelField, String title, String body) {
        this.name = name;
        this.labelField = labelField;
        this.title = List.of(new SourceField(title, 1));
        this.full = List.of(new SourceField(title, 1), new SourceField(body, 1));
        for (Map<String, Object> line : lines) {
            var labels = Fields.labels(line, labelField);
            if (labels.size() == 1) {
                classes.computeIfAbsent(labels.iterator().next(), label -> new ArrayList<>())
                        .add(line);
            }
        }
        classes.values().removeIf(documents -> documents.size() < FEWEST);
    }

    /**
     * Draws a sub-corpus; equal states of the random generator give equal draws.
     *
     * @param number the number in the draw's name
     */
    LabeledCorpus draw(int number, Skew skew, Random random) {
        List<String> labels = new ArrayList<>(classes.keySet());
        Collections.shuffle(labels, random);
        int count = 3 + random.nextInt(Math.min(20, labels.size()) - 2);
        labels = new ArrayList<>(labels.subList(0, count));
        // the largest class of the corpus can have the largest share
        labels.sort(Comparator.comparing((String label) -> -classes.get(label).size()));
        double wanted = LEAST * Math.pow((double) MOST / LEAST, random.nextDouble());
        double all = 0;
        for (int i = 0; i < count; i++) {
            all += Math.pow(i + 1, -skew.exponent);
        }
        for (int i = 0; i < count; i++) {
            double share = Math.pow(i + 1, -skew.exponent) / all;
            wanted = Math.max(LEAST, Math.min(wanted, classes.get(labels.get(i)).size() / share));
        }
        List<LabeledCorpus.Document> documents = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Map<String, Object>> of = new ArrayList<>(classes.get(labels.get(i)));
            Collections.shuffle(of, random);
            int size = (int) Math.max(FEWEST_OF_CLASS, wanted * Math.pow(i + 1, -skew.exponent) / all);
            for (Map<String, Object> document : of.subList(0, Math.min(size, of.size()))) {
                documents.add(new LabeledCorpus.Document(document, i));
            }
        }
        Collections.shuffle(documents, random);
        boolean titles = random.nextInt(3) == 0;
        String what = "%02d %s %s %s"
                .formatted(number, name, skew.name().toLowerCase(Locale.ROOT), titles ? "titles" : "full");
        return new LabeledCorpus(what, titles ? title : full, labelField, labels, List.copyOf(documents), 0);
    }
}

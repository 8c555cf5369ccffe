/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import io.latentfacets.cluster.Seed;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.ReadDocument;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Turns the seeds of a definition into subjects in numbers. Thread-safe if its arguments are. */
public final class SubjectReader {

    private final BowFactory words;
    private final Function<Seed.Example, int[]> rows;

    /**
     * A subject, and what of its seed was not found.
     *
     * @param unknown the terms with a word that the vocabulary does not have, and the ids of documents that are not
     *     among those of the training
     */
    public record Read(Subject subject, List<String> unknown) {}

    /**
     * @param words reads text as the training reads documents
     * @param rows finds the rows of a document; none if the training has not read it
     */
    public SubjectReader(BowFactory words, Function<Seed.Example, int[]> rows) {
        this.words = words;
        this.rows = rows;
    }

    public Read read(Seed seed) {
        List<String> unknown = new ArrayList<>();
        // "oil", "Oil" and "oils" are one term, else a document with a single word would have two
        Map<List<Integer>, int[]> terms = new LinkedHashMap<>();
        for (String term : seed.terms()) {
            ReadDocument read = words.read(List.of(new FieldText(1, term)));
            if (read.bow().isEmpty() || read.unknown() > 0) {
                unknown.add(term);
            } else {
                int[] ids = IntStream.of(read.bow().ids()).sorted().toArray();
                terms.putIfAbsent(IntStream.of(ids).boxed().toList(), ids);
            }
        }
        IntStream.Builder shown = IntStream.builder();
        int given = terms.size() + unknown.size();
        for (Seed.Example example : seed.ids()) {
            int[] found = rows.apply(example);
            if (found.length == 0) {
                unknown.add(example.id());
            }
            IntStream.of(found).forEach(shown);
        }
        int[] distinct = shown.build().sorted().distinct().toArray();
        return new Read(new Subject(terms.values().toArray(int[][]::new), given, distinct), List.copyOf(unknown));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.ReadDocument;
import io.latentfacets.text.ReadDocument.Word;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The chosen words are the first of all words in the order of weight and term. */
public final class CharacteristicWordsTests {
    @Rule
    public final TemporaryFolder directory = new TemporaryFolder();

    private record Weighted(Word word, double weight) {}

    @Test
    public void testTheBestOfAllWordsInOrder() throws IOException {
        Vocabulary vocabulary = vocabulary();
        Random random = new Random(7);
        for (int round = 0; round < 200; round++) {
            int size = random.nextInt(Math.min(80, vocabulary.size()));
            int[] ids = random.ints(0, vocabulary.size())
                    .distinct()
                    .limit(size)
                    .sorted()
                    .toArray();
            float[] counts = new float[size];
            for (int i = 0; i < size; i++) {
                counts[i] = 1 + random.nextInt(3);
            }
            List<Word> unknown = new ArrayList<>();
            for (int i = random.nextInt(40); i > 0; i--) {
                unknown.add(new Word("new" + random.nextInt(30), "New" + i));
            }
            ReadDocument document = new ReadDocument(new Bow(ids, counts), 200, unknown.size(), unknown);
            assertThat(CharacteristicWords.of(document, vocabulary), equalTo(sorted(document, vocabulary)));
        }
    }

    private static List<Word> sorted(ReadDocument document, Vocabulary vocabulary) {
        List<Weighted> words = new ArrayList<>();
        for (int i = 0; i < document.bow().size(); i++) {
            int id = document.bow().id(i);
            if (!vocabulary.isPhrase(id)) {
                Word word = new Word(vocabulary.term(id), vocabulary.surface(id));
                words.add(new Weighted(word, document.bow().count(i) * (double) vocabulary.idf(id)));
            }
        }
        Map<String, Integer> counts = new HashMap<>();
        Map<String, Word> first = new HashMap<>();
        for (Word word : document.unknownWords()) {
            counts.merge(word.term(), 1, Integer::sum);
            first.putIfAbsent(word.term(), word);
        }
        double rarest = Math.log(1.0 + vocabulary.documents()) + 1;
        counts.forEach((term, count) -> words.add(new Weighted(first.get(term), count * rarest)));
        return words.stream()
                .sorted(Comparator.comparingDouble(Weighted::weight)
                        .reversed()
                        .thenComparing(weighted -> weighted.word().term()))
                .limit(OddDocument.MOST_WORDS)
                .map(Weighted::word)
                .toList();
    }

    private Vocabulary vocabulary() throws IOException {
        TextOptions options = new TextOptions("whitespace", 500, 1, 1, true, List.of());
        Path path = Path.of(directory.getRoot().getPath());
        Random random = new Random(3);
        try (CorpusBuilder builder = new CorpusBuilder(new WhitespaceAnalyzer(), options, path)) {
            for (int doc = 0; doc < 100; doc++) {
                StringBuilder text = new StringBuilder("crude oil new york ");
                for (int i = 0; i < 30; i++) {
                    int word = random.nextInt(1 + random.nextInt(150));
                    text.append((char) ('a' + word % 26))
                            .append("word")
                            .append((char) ('a' + word / 26))
                            .append(' ');
                }
                builder.add(List.of(new FieldText(1, text.toString())));
            }
            try (Corpus corpus = builder.build()) {
                return corpus.vocabulary();
            }
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertArrayEquals;

import io.latentfacets.cluster.Seed;
import io.latentfacets.cluster.StableKeys;
import io.latentfacets.text.BowFactory;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Terms are read as documents are, and say what is unknown; keys are held for seeds. */
public final class SubjectReaderTests {
    private static final TextOptions TEXT = new TextOptions("english", 100, 1, 1, true, List.of());

    @Rule
    public final TemporaryFolder directory = new TemporaryFolder();

    @Test
    public void termsAreReadAsDocumentsAre() throws IOException {
        try (EnglishAnalyzer analyzer = new EnglishAnalyzer();
                CorpusBuilder builder =
                        new CorpusBuilder(analyzer, TEXT, directory.getRoot().toPath())) {
            for (int i = 0; i < 60; i++) {
                builder.add(List.of(new FieldText(1, i % 2 == 0 ? "crude oil prices rise" : "doctors treat patients")));
            }
            try (Corpus corpus = builder.build()) {
                Vocabulary vocabulary = corpus.vocabulary();
                SubjectReader reader = new SubjectReader(
                        new BowFactory(analyzer, vocabulary, TEXT),
                        example -> example.id().equals("7") ? new int[] {7, 3} : new int[0]);
                SubjectReader.Read read = reader.read(new Seed(
                        "Mixed",
                        List.of("Oils", "crude oil", "patient zeppelin", "the", "doctor"),
                        List.of(new Seed.Example("", "7"), new Seed.Example("a", "7"), new Seed.Example("", "8"))));
                assertThat(read.unknown(), equalTo(List.of("patient zeppelin", "the", "8")));
                assertThat(read.subject().given(), equalTo(5));
                assertArrayEquals(new int[] {3, 7}, read.subject().rows());
                int[][] terms = read.subject().terms();
                assertThat(terms.length, equalTo(3));
                assertArrayEquals(new int[] {vocabulary.id("oil")}, terms[0]);
                assertThat(Arrays.stream(terms[1]).anyMatch(id -> id == vocabulary.id("crude")), equalTo(true));
                assertArrayEquals(new int[] {vocabulary.id("doctor")}, terms[2]);
                Subject one = reader.read(new Seed("Oil", List.of("oil", "Oil", "oils"), List.of()))
                        .subject();
                assertThat(one.terms().length, equalTo(1));
                assertThat(one.given(), equalTo(1));
                Subject two = reader.read(new Seed("Oil", List.of("oil", "Oil", "zeppelin"), List.of()))
                        .subject();
                assertThat(two.terms().length, equalTo(1));
                assertThat(two.given(), equalTo(2));
            }
        }
    }

    @Test
    public void heldKeysStayWhateverTheDocumentsAre() {
        int[] before = {0, 0, 0, 1, 1, 1, 2, 2, 2};
        int[] after = {1, 1, 1, 0, 0, 0, 2, 2, 2};
        StableKeys without = StableKeys.renew(List.of("c4", "c5", "c6"), 9, before, after, 3);
        assertThat(without.keys(), equalTo(List.of("c5", "c4", "c6")));
        StableKeys held =
                StableKeys.renew(List.of("c4", "c5", "c6"), 9, before, after, Arrays.asList("c4", null, "c7"));
        // the second lost its key to the first, and nobody had the third's
        assertThat(held.keys(), equalTo(List.of("c4", "c9", "c6")));
        assertThat(held.next(), equalTo(10L));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class BoilerplateTests {
    private static final int DOCUMENTS = 30;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Random random = new Random(7);

    private Vocabulary vocabulary(List<String> texts) throws IOException {
        TextOptions options = new TextOptions("english", 2000, 5, 1, true, List.of());
        try (Analyzer analyzer = new EnglishAnalyzer();
                CorpusBuilder builder =
                        new CorpusBuilder(analyzer, options, folder.getRoot().toPath())) {
            for (String text : texts) {
                builder.add(List.of(new FieldText(1, text)));
            }
            try (Corpus corpus = builder.build()) {
                return corpus.vocabulary();
            }
        }
    }

    /** Words that stand anywhere. */
    private String prose(int words) {
        StringBuilder text = new StringBuilder();
        for (int w = 0; w < words; w++) {
            int word = random.nextInt(60);
            text.append("word")
                    .append((char) ('a' + word % 10))
                    .append((char) ('k' + word / 10))
                    .append(' ');
        }
        return text.toString();
    }

    private List<String> texts(String before, String after) {
        List<String> texts = new ArrayList<>();
        for (int d = 0; d < DOCUMENTS; d++) {
            texts.add(prose(20) + before + " crude oil " + prose(20) + after);
            texts.add(prose(40));
        }
        return texts;
    }

    private static List<String> boilerplate(Vocabulary v) {
        return IntStream.range(0, v.size())
                .filter(v::isBoilerplate)
                .mapToObj(v::term)
                .sorted()
                .toList();
    }

    @Test
    public void testASignatureIsBoilerplateAndASubjectIsNot() throws IOException {
        Vocabulary v = vocabulary(texts("", "\n--\nJane Smithson, Kettle Mountain Laboratory, Zanzibar"));
        for (String term : List.of("crude", "crude oil", "smithson", "kettl mountain", "zanzibar")) {
            assertThat(term, v.docFreq(v.id(term)), equalTo(DOCUMENTS));
        }
        // the first and the last words have what varies, or nothing, on one side
        assertThat(
                boilerplate(v),
                equalTo(List.of("kettl", "kettl mountain", "laboratori", "mountain", "mountain laboratori")));
    }

    @Test
    public void testNamesBesideAddresses() throws IOException {
        Vocabulary v =
                vocabulary(texts("In article <1993.17@example.com> js@example.com (Jane Smithson) writes: ", ""));
        assertThat(boilerplate(v), equalTo(List.of("jane", "jane smithson", "smithson")));
    }

    @Test
    public void testUnitsAndHeadsOfColumns() throws IOException {
        List<String> texts = texts("", "");
        texts.replaceAll(t -> t + "shr 12 cts " + prose(1) + " shr 13.5 cts " + prose(1) + " blah blah blah");
        assertThat(boilerplate(vocabulary(texts)), equalTo(List.of("blah", "ct", "shr")));
    }

    @Test
    public void testFieldsOfAFewWordsAreNoForm() throws IOException {
        List<String> texts = texts("", "");
        for (int d = 0; d < DOCUMENTS; d++) {
            texts.add("household mortgage advice");
        }
        Vocabulary v = vocabulary(texts);
        assertThat(v.docFreq(v.id("household mortgag")), greaterThanOrEqualTo(DOCUMENTS));
        assertThat(boilerplate(v), empty());
    }

    @Test
    public void testAMessageQuotedByAFewAnswersIsNoForm() throws IOException {
        List<String> texts = texts("", "");
        for (int d = 0; d < 8; d++) {
            texts.set(
                    d,
                    texts.get(d)
                            + (d < 4
                                    ? "nobody ever measured krillean coronas with great care"
                                    : prose(2) + "krillean " + prose(2)));
        }
        Vocabulary v = vocabulary(texts);
        assertThat(v.docFreq(v.id("krillean")), equalTo(8));
        assertThat(boilerplate(v), empty());
    }

    @Test
    public void testKeptWithTheVocabulary() throws IOException {
        Vocabulary v = vocabulary(texts("js@example.com (Jane Smithson): ", ""));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        v.writeTo(new DataOutputStream(bytes));
        Vocabulary back = Vocabulary.readFrom(new DataInputStream(new ByteArrayInputStream(bytes.toByteArray())));
        assertThat(boilerplate(back), equalTo(boilerplate(v)));
        assertThat(boilerplate(back).isEmpty(), equalTo(false));
    }
}

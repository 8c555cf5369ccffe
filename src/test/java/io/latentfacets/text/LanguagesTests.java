/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.de.GermanAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.es.SpanishAnalyzer;
import org.apache.lucene.analysis.fr.FrenchAnalyzer;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Vocabularies and surfaces learned from texts in several languages. */
public final class LanguagesTests {
    private static final String GERMAN = "Die Ölpreise sind wegen der Förderkürzung gestiegen, weil die Ölpreise jedoch"
            + " bereits hoch waren. Größere Städte wurden ebenfalls versorgt.";
    private static final String FRENCH = "L'huile d'olive est aussi pressée pendant l'automne, parce que l’huile et"
            + " toutes les olives sont déjà mûres. Qu'elle est très bonne, cette huile d'olive.";
    private static final String SPANISH =
            "El niño también quería más azúcar para la niñez, porque según los médicos el azúcar siempre hace daño.";
    private static final String ENGLISH = "The children die in the war, and his only son would pour the sugar while the"
            + " others had some more of it.";

    @Rule
    public final TemporaryFolder directory = new TemporaryFolder();

    private Vocabulary learn(String name, Analyzer analyzer, String... texts) throws IOException {
        TextOptions options = new TextOptions(name, 1000, 1, 1, false, List.of());
        try (CorpusBuilder builder =
                new CorpusBuilder(analyzer, options, Path.of(directory.getRoot().getPath()))) {
            for (String text : texts) {
                builder.add(List.of(new FieldText(1, text)));
            }
            try (Corpus corpus = builder.build()) {
                for (int doc = 0; doc < texts.length; doc++) {
                    Bow encoded = new BowFactory(analyzer, corpus.vocabulary(), options)
                            .bow(List.of(new FieldText(1, texts[doc])));
                    assertThat("encoding reads as learning does", encoded, equalTo(corpus.get(doc)));
                }
                return corpus.vocabulary();
            }
        }
    }

    private static List<String> surfaces(Vocabulary vocabulary) {
        return IntStream.range(0, vocabulary.size())
                .mapToObj(vocabulary::surface)
                .toList();
    }

    @Test
    public void testGermanKeepsUmlautsAndTheCapitalsOfNouns() throws IOException {
        String[] expected = {"Ölpreise", "Förderkürzung", "gestiegen", "hoch", "Größere", "Städte", "versorgt"};
        assertThat(surfaces(learn("german", new GermanAnalyzer(), GERMAN)), containsInAnyOrder(expected));
        assertThat(
                "by its own function words",
                surfaces(learn("english", new EnglishAnalyzer(), GERMAN)),
                containsInAnyOrder(expected));
    }

    @Test
    public void testFrenchWordsAreShownWithoutTheirArticles() throws IOException {
        String[] expected = {"huile", "olive", "pressée", "automne", "mûres", "bonne"};
        assertThat(surfaces(learn("french", new FrenchAnalyzer(), FRENCH)), containsInAnyOrder(expected));
        Vocabulary mixed = learn("english", new EnglishAnalyzer(), FRENCH);
        assertThat(surfaces(mixed), containsInAnyOrder(expected));
    }

    @Test
    public void testSpanishKeepsItsAccents() throws IOException {
        String[] expected = {"niño", "quería", "azúcar", "niñez", "médicos", "daño"};
        assertThat(surfaces(learn("spanish", new SpanishAnalyzer(), SPANISH)), containsInAnyOrder(expected));
        assertThat(surfaces(learn("english", new EnglishAnalyzer(), SPANISH)), containsInAnyOrder(expected));
    }

    @Test
    public void testWordsAreDroppedInTheirOwnLanguageOnly() throws IOException {
        Vocabulary vocabulary = learn("english", new EnglishAnalyzer(), ENGLISH, GERMAN, FRENCH, SPANISH);
        assertThat(surfaces(vocabulary), hasItems("die", "war", "son", "pour", "sugar", "Ölpreise", "huile", "azúcar"));
        for (String word :
                List.of("wegen", "jedoch", "bereits", "parce", "toutes", "aussi", "también", "porque", "según")) {
            assertThat(surfaces(vocabulary), not(hasItem(word)));
        }
        assertThat(vocabulary.docFreq(vocabulary.id("die")), equalTo(1));
        assertThat(vocabulary.language(vocabulary.id("sugar")), equalTo("english"));
        assertThat(vocabulary.language(vocabulary.id("azúcar")), equalTo("spanish"));
        vocabulary = learn("english", new EnglishAnalyzer(), ENGLISH + " radio", GERMAN + " Radio");
        assertThat("a word of two languages is of none", vocabulary.language(vocabulary.id("radio")), equalTo(""));
    }

    @Test
    public void testAShortValueIsInTheLanguageOfItsDocument() throws IOException {
        TextOptions options = new TextOptions("english", 1000, 1, 1, false, List.of());
        try (CorpusBuilder builder = new CorpusBuilder(
                new EnglishAnalyzer(), options, Path.of(directory.getRoot().getPath()))) {
            builder.add(List.of(new FieldText(2, "Wegen Ölpreise"), new FieldText(1, GERMAN)));
            builder.add(List.of(new FieldText(2, "Die Hard"), new FieldText(1, "crude oil")));
            try (Corpus corpus = builder.build()) {
                assertThat(surfaces(corpus.vocabulary()), hasItems("Ölpreise", "die", "hard"));
                assertThat(surfaces(corpus.vocabulary()), not(hasItem("Wegen")));
            }
        }
    }

    @Test
    public void testPiecesOfAChineseWordAreShownAsTheWord() throws IOException {
        String[] texts = {"机器学习是人工智能。深度学习的模型", "学习编程，机器学习的算法", "机器学习有模型，我们学习数学", "机器翻译用机器学习。学习历史", "工业机器，机器人"};
        Vocabulary vocabulary = learn("cjk", new CJKAnalyzer(), texts);
        assertThat("between the same two always", vocabulary.surface(vocabulary.id("器学")), equalTo("机器学习"));
        assertThat("in several words", vocabulary.surface(vocabulary.id("学习")), equalTo("学习"));
        assertThat(vocabulary.surface(vocabulary.id("工智")), equalTo("人工智能"));
        assertThat("no function words and what touches them", vocabulary.id("我们"), equalTo(-1));
        assertThat(vocabulary.id("的模"), equalTo(-1));
        // an analyzer that leaves ideographs alone gives the same words
        Vocabulary english = learn("english", new EnglishAnalyzer(), texts);
        assertThat(surfaces(english), containsInAnyOrder(surfaces(vocabulary).toArray()));
        assertThat(english.language(english.id("机器")), equalTo("chinese"));
    }

    @Test
    public void testJapaneseShowsRunsOfKatakana() throws IOException {
        Vocabulary vocabulary = learn("cjk", new CJKAnalyzer(), "コンピュータのプログラムを使用する", "プログラムファイルを実行します");
        assertThat(vocabulary.surface(vocabulary.id("ピュ")), equalTo("コンピュータ"));
        assertThat(surfaces(vocabulary), hasItems("コンピュータ", "使用", "実行"));
        for (String fragment : List.of("する", "しま", "ムを", "用す", "を実")) {
            assertThat(vocabulary.id(fragment), equalTo(-1));
        }
    }
}

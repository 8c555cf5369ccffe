/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public class NounPhraseMinerTests {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Vocabulary learn(Analyzer analyzer, boolean phrases, List<String> texts) throws IOException {
        TextOptions options = new TextOptions("english", 1000, 1, 1, phrases, List.of());
        try (CorpusBuilder builder =
                new CorpusBuilder(analyzer, options, folder.newFolder().toPath())) {
            for (String text : texts) {
                builder.add(List.of(new FieldText(1, text)));
            }
            try (Corpus corpus = builder.build()) {
                return corpus.vocabulary();
            }
        }
    }

    private Vocabulary learn(String... texts) throws IOException {
        return learn(new EnglishAnalyzer(), true, List.of(texts));
    }

    private static List<String> phrases(Vocabulary vocabulary) {
        return vocabulary.nounPhrases().stream().map(NounPhrase::surface).toList();
    }

    private static List<String> nouns(Vocabulary vocabulary) {
        List<String> nouns = new ArrayList<>();
        for (int id = 0; id < vocabulary.size(); id++) {
            if (vocabulary.isNoun(id) && !vocabulary.isPhrase(id)) {
                nouns.add(vocabulary.surface(id));
            }
        }
        return nouns;
    }

    @Test
    public void wordsBetweenAnArticleAndTheNextFunctionWordAreANounPhrase() throws IOException {
        Vocabulary vocabulary = learn(
                "The public key of the server. It enables feature flags.",
                "A public key is in the server. It directly enables its feature flags.",
                "Every public key for a server, with feature flags. She directly enables feature flags.");
        assertThat(phrases(vocabulary), hasItems("public key", "feature flags"));
        assertThat(phrases(vocabulary), not(hasItem("enables feature")));
        assertThat(phrases(vocabulary), not(hasItem("enables feature flags")));
        assertThat(nouns(vocabulary), hasItems("key", "server", "flags"));
        assertThat(nouns(vocabulary), not(hasItem("enables")));
        assertThat(nouns(vocabulary), not(hasItem("directly")));
    }

    @Test
    public void countsDocumentsOnce() throws IOException {
        Vocabulary vocabulary = learn("The public key and the public key.", "A public key of it.", "The server.");
        NounPhrase phrase = vocabulary.nounPhrases().get(0);
        assertEquals("public key", phrase.surface());
        assertEquals(2, phrase.docFreq());
        assertEquals("public", vocabulary.term(phrase.words().get(0)));
        assertEquals("kei", vocabulary.term(phrase.words().get(1)));
        assertEquals("no other forms", 0, phrase.logShare(), 0);
    }

    @Test
    public void aNumberIntroducesNouns() throws IOException {
        Vocabulary vocabulary = learn(
                "They sold 300 crude barrels to him.",
                "He sold 20 crude barrels to them.",
                "We sold the 7 crude barrels.");
        assertThat(phrases(vocabulary), is(List.of("crude barrels")));
        assertThat(nouns(vocabulary), hasItems("crude", "barrels"));
    }

    @Test
    public void pluralIsShownWherePeopleUseItAndAcronymsStayAsTheyAre() throws IOException {
        Vocabulary vocabulary = learn(
                "The HTTP request of it.",
                "The HTTP request for it.",
                "The HTTP requests of it.",
                "The HTTP requests for it.",
                "The log file of it.",
                "The log file for it.");
        assertThat(phrases(vocabulary), is(List.of("HTTP requests", "log file")));
    }

    /** An entry of the vocabulary stands for all forms of a word, of which a phrase has one. */
    @Test
    public void aRareFormHasASmallShare() throws IOException {
        List<String> texts = new ArrayList<>(List.of("The connected line of it.", "The connected line for it."));
        for (int i = 0; i < 6; i++) {
            texts.add("The connection of it.");
        }
        Vocabulary vocabulary = learn(new EnglishAnalyzer(), true, texts);
        NounPhrase phrase = vocabulary.nounPhrases().get(0);
        assertEquals("connected line", phrase.surface());
        assertEquals(Math.log(2 / 8.0) / 2, phrase.logShare(), 1e-6);
    }

    @Test
    public void longPhrasesHaveAtMostFourWords() throws IOException {
        String text = "The alpha bravo charlie delta echo of it.";
        Vocabulary vocabulary = learn(text, text, text);
        assertThat(
                vocabulary.nounPhrases().stream().map(p -> p.words().size()).toList(),
                everyItem(lessThanOrEqualTo(NounPhrase.MOST_WORDS)));
        assertThat(phrases(vocabulary), is(List.of())); // only alpha opens, only echo closes, and both are five words
    }

    /** Titles have few articles, so a word must follow one less often to be a noun. */
    @Test
    public void titlesAreComparedWithTitles() throws IOException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            texts.add("Image viewer for the desktop");
            texts.add("Image viewer, fast");
            texts.add("Image viewer, small");
            texts.add("Image viewer, pretty");
        }
        texts.add("An image viewer");
        texts.add("The image viewer");
        Vocabulary vocabulary = learn(new EnglishAnalyzer(), true, texts);
        assertTrue(nouns(vocabulary).toString(), nouns(vocabulary).containsAll(List.of("image", "viewer", "desktop")));
    }

    @Test
    public void otherLanguages() throws IOException {
        Vocabulary german = learn(
                new StandardAnalyzer(),
                true,
                List.of(
                        "Die künstliche Intelligenz ist für uns nicht neu, und sie wird auch nicht gehen.",
                        "Der Nutzen ist groß, weil eine künstliche Intelligenz uns hilft und nicht stört."));
        assertThat(phrases(german), is(List.of("künstliche Intelligenz")));
        Vocabulary french = learn(
                new StandardAnalyzer(),
                true,
                List.of(
                        "Nous avons aussi de l'huile brute dans cette usine et pas dans les autres.",
                        "Ils ne sont pas avec nous pour l'huile brute mais pour le charbon."));
        assertThat(phrases(french), hasItem("huile brute"));
        // nothing is known of where Polish nouns stand: all words may be nouns, none makes a phrase
        Vocabulary polish = learn(
                new StandardAnalyzer(),
                true,
                List.of("klucz publiczny jest tutaj zawsze", "klucz publiczny jest tutaj nigdy"));
        assertThat(phrases(polish), empty());
        assertEquals(polish.size(), nouns(polish).size() + countPairs(polish));
    }

    private static long countPairs(Vocabulary vocabulary) {
        long pairs = 0;
        for (int id = 0; id < vocabulary.size(); id++) {
            pairs += vocabulary.isPhrase(id) ? 1 : 0;
        }
        return pairs;
    }

    @Test
    public void noPhrasesWhereTheDefinitionWantsNone() throws IOException {
        Vocabulary vocabulary = learn(
                new EnglishAnalyzer(),
                false,
                List.of("The public key is it, who enables it.", "A public key, and she enables it."));
        assertThat(phrases(vocabulary), empty());
        assertFalse("but nouns are known", nouns(vocabulary).contains("enables"));
    }

    @Test
    public void orderOfDocumentsDoesNotMatter() throws IOException {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            texts.add("The w" + (char) ('a' + i % 5) + "x key" + (char) ('a' + i % 3) + " of a public server "
                    + "is fine.");
        }
        Vocabulary one = learn(new EnglishAnalyzer(), true, texts);
        List<NounPhrase> forward = one.nounPhrases();
        List<NounPhrase> backward =
                learn(new EnglishAnalyzer(), true, texts.reversed()).nounPhrases();
        assertEquals(forward, backward);
        assertFalse(forward.isEmpty());
    }
}

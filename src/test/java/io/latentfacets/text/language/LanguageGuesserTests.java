/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.language;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.util.Map;
import org.junit.Test;

public final class LanguageGuesserTests {
    /** The first article of the Universal Declaration of Human Rights, United Nations. */
    private static final Map<Language, String> ARTICLES = Map.ofEntries(
            Map.entry(
                    Language.ENGLISH,
                    "All human beings are born free and equal in dignity and rights. They are endowed with reason and"
                            + " conscience and should act towards one another in a spirit of brotherhood."),
            Map.entry(
                    Language.GERMAN,
                    "Alle Menschen sind frei und gleich an Würde und Rechten geboren. Sie sind mit Vernunft und"
                            + " Gewissen begabt und sollen einander im Geist der Brüderlichkeit begegnen."),
            Map.entry(
                    Language.FRENCH,
                    "Tous les êtres humains naissent libres et égaux en dignité et en droits. Ils sont doués de raison"
                            + " et de conscience et doivent agir les uns envers les autres dans un esprit de"
                            + " fraternité."),
            Map.entry(
                    Language.SPANISH,
                    "Todos los seres humanos nacen libres e iguales en dignidad y derechos y, dotados como están de"
                            + " razón y conciencia, deben comportarse fraternalmente los unos con los otros."),
            Map.entry(
                    Language.ITALIAN,
                    "Tutti gli esseri umani nascono liberi ed eguali in dignità e diritti. Essi sono dotati di ragione"
                            + " e di coscienza e devono agire gli uni verso gli altri in spirito di fratellanza."),
            Map.entry(
                    Language.PORTUGUESE,
                    "Todos os seres humanos nascem livres e iguais em dignidade e em direitos. Dotados de razão e de"
                            + " consciência, devem agir uns para com os outros em espírito de fraternidade."),
            Map.entry(
                    Language.DUTCH,
                    "Alle mensen worden vrij en gelijk in waardigheid en rechten geboren. Zij zijn begiftigd met"
                            + " verstand en geweten, en behoren zich jegens elkander in een geest van broederschap te"
                            + " gedragen."),
            Map.entry(
                    Language.RUSSIAN,
                    "Все люди рождаются свободными и равными в своем достоинстве и правах. Они наделены разумом и"
                            + " совестью и должны поступать в отношении друг друга в духе братства."),
            Map.entry(
                    Language.SWEDISH,
                    "Alla människor är födda fria och lika i värde och rättigheter. De är utrustade med förnuft och"
                            + " samvete och bör handla gentemot varandra i en anda av broderskap."),
            Map.entry(Language.CHINESE, "人人生而自由，在尊严和权利上一律平等。他们赋有理性和良心，并应以兄弟关系的精神相对待。"),
            Map.entry(Language.JAPANESE, "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。人間は、理性と良心とを授けられている。"),
            Map.entry(Language.KOREAN, "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다. 인간은 천부적으로 이성과 양심을 부여받았다."));

    @Test
    public void testOneSentenceOrTwoAreEnough() {
        ARTICLES.forEach((language, text) -> assertThat(text, LanguageGuesser.guess(text), equalTo(language)));
    }

    @Test
    public void testTooLittleToTell() {
        for (String text :
                new String[] {"", " ", "42", "Die Hard", "De la Cruz", "Ölpreis steigt", "crude oil prices", "日本"}) {
            assertThat(text, LanguageGuesser.guess(text), nullValue());
        }
    }

    @Test
    public void testEnglishThatNamesForeignWordsIsEnglish() {
        String text =
                "The soldiers die in the war; the son of General de la Cruz and van der Meer will pour oil on the fire,"
                        + " als ob nothing had happened, que sera sera, und so weiter.";
        assertThat(LanguageGuesser.guess(text), equalTo(Language.ENGLISH));
        assertThat(
                LanguageGuesser.guess(ARTICLES.get(Language.CHINESE) + " and the rest of the OS"),
                equalTo(Language.CHINESE));
    }

    @Test
    public void testRepeatingAWordProvesNothing() {
        assertThat(LanguageGuesser.guess("die die die die die die die die die"), nullValue());
    }

    @Test
    public void testOnlyTheBeginningIsRead() {
        String english = "It was the best of times and the worst of them all, as you would say. ".repeat(1);
        String numbers = "1 ".repeat(LanguageGuesser.MAX_CHARS / 2);
        assertThat(LanguageGuesser.guess(english + numbers), equalTo(Language.ENGLISH));
        assertThat(LanguageGuesser.guess(numbers + english), nullValue());
        assertThat(LanguageGuesser.guess(numbers.substring(100) + english), not(nullValue()));
    }

    @Test
    public void testAnalyzersHaveTheirLanguage() {
        assertThat(Language.ofAnalyzer("german"), equalTo(Language.GERMAN));
        assertThat(Language.ofAnalyzer("brazilian"), equalTo(Language.PORTUGUESE));
        assertThat(Language.ofAnalyzer("standard"), nullValue());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import java.util.List;
import org.junit.Test;

public class SentencesTests {

    private static List<String> of(String text) {
        return Sentences.of(text, 100);
    }

    @Test
    public void hardWrappedLinesAreJoinedAndParagraphsAreNot() {
        assertThat(
                of("The shuttle will dock with the\n  station tomorrow. It carries\r\nsupplies for half a year.\n\n"
                        + "Nobody on board\n\nThe crew is in very good health."),
                contains(
                        "The shuttle will dock with the station tomorrow.",
                        "It carries supplies for half a year.",
                        "The crew is in very good health."));
    }

    @Test
    public void whatOthersWroteAndWhoWroteItIsLeftOut() {
        String message = """
                From: someone@somewhere.edu (Some One)
                Subject: Re: The price of used hard disks
                In article <1993Apr5.1@x.edu> y@x.edu (Why) writes:
                > Is a second drive worth its money today?
                JM> I would not buy a used one.
                : Nor would I ever do so.
                The second drive paid for itself within a year.
                --\s
                Some One, The Institute of Very Long Signatures.
                """;
        assertThat(of(message), contains("The second drive paid for itself within a year."));
    }

    @Test
    public void addressesTablesAndCodeAreLeftOut() {
        assertThat(of("Send all your questions to me@example.org by Friday."), empty());
        assertThat(of("The whole list is at ftp://ftp.example.org/pub for all."), empty());
        assertThat(of("12 14 15 17 19 20 21 22 A B C D."), empty());
        assertThat(of("If (a[i] != b[j]) { c[k++] += d; } // e"), empty());
        assertThat(of("The following are the most common causes of it:"), empty());
        assertThat(of("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA is it not a word at all."), empty());
    }

    @Test
    public void tooShortTooLongAndCutOff() {
        assertThat(of("It has four words."), empty());
        assertThat(of("This one has five words."), hasSize(1));
        assertThat(of("Word" + " word".repeat(59) + "."), hasSize(1));
        assertThat(of("Word" + " word".repeat(60) + "."), empty());
        assertThat(of("and the end of it is cut off.\n\nThis one begins where it ought to."), hasSize(1));
        assertThat(of("a text without any capitals is taken as it is."), hasSize(1));
    }

    @Test
    public void headingsAndNumbersOfItems() {
        assertThat(
                of("A Heading Of Some Five Words\n\n1. The first item says one thing. 2. The second item says"
                        + " another (for once)."),
                contains("The first item says one thing.", "The second item says another (for once)."));
        assertThat(of("Re: Re[2]: Which of the two is better?"), contains("Which of the two is better?"));
        assertThat(of("A Heading Of Some Five Words"), contains("A Heading Of Some Five Words"));
        assertThat(of("Egypt 1977, 77 killed in 1981, 30 in 1989."), empty());
    }

    @Test
    public void otherLanguages() {
        assertThat(
                of("Les résultats de l’étude sont publiés. Здоровье людей зависит от многих причин. "
                        + "Τα αποτελέσματα είναι πολύ καλά σήμερα."),
                hasSize(3));
        assertThat(of("这个模型从文本中学习主题。天气好。今天的会议讨论了新的计划。"), hasSize(2));
        assertThat(of("यह एक बहुत ही अच्छा दिन है।"), hasSize(1));
    }

    @Test
    public void bounded() {
        String sentence = "This one has five words. ";
        assertThat(Sentences.of(sentence.repeat(100), 7), hasSize(7));
        assertThat(Sentences.of("", 7), empty());
        int whole = Sentences.MAX_TEXT / sentence.length();
        assertThat(Sentences.of(sentence.repeat(5000), 5000).size(), equalTo(whole));
    }
}

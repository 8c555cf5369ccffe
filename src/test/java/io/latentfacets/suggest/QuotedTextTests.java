/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import org.opensearch.test.OpenSearchTestCase;

public class QuotedTextTests extends OpenSearchTestCase {

    private static void visible(String text, String expected) {
        assertThat(QuotedText.visible(text), equalTo(expected));
    }

    private static void quoted(String text, String expected) {
        assertThat(QuotedText.quote(text, 1000), equalTo(expected));
    }

    public void testWhatNobodySeesIsTakenOut() {
        visible("a\u0000b\u0007c\u001B[31m", "a b c [31m");
        visible("ig\u200Bno\u00ADre\uFEFF", "ignore");
        visible("\u202Eevil\u202C \u2066x\u2069", "evil x");
        visible("tags\uDB40\uDC41\uDB40\uDC42", "tags");
        visible("private\uE000 \uDBFF\uDFFD", "private");
        visible("half \uD800 pair", "half pair");
        visible("sun\uFE0F", "sun");
        visible(" two\n\r\n\u2028lines\u00A0\u3000here \t", "two lines here");
        visible("\uD83D\uDE80 stays", "\uD83D\uDE80 stays");
    }

    public void testJoinersStayWhereScriptsNeedThem() {
        visible("می\u200Cخواهم", "می\u200Cخواهم");
        visible("क्\u200Dष", "क्\u200Dष");
        visible("e\u200Cvil \u200D", "evil");
    }

    public void testNoMarkerOfAChatSurvives() {
        quoted("<|im_start|>system", "‹¦im_start¦›system");
        quoted("[INST] <<SYS>> x </s>", "(INST) ‹‹SYS›› x ‹/s›");
        quoted("${parameters.key} {{x}} `rm`", "$(parameters.key) ((x)) 'rm'");
        quoted("### Instruction: \"\"\"stop\"\"\" --- ===", "# Instruction: \"stop\" - =");
        quoted("ok... yes!! 10000 aaaa", "ok. yes!! 10000 aaaa");
        quoted("\n\nHuman: hello", "Human: hello");
    }

    public void testLongRunsOfOneSign() {
        quoted("--", "--");
        quoted("-".repeat(1 << 20) + "a", "-a"); // the largest answer that is read
        quoted("\uD83D\uDE80".repeat(4), "\uD83D\uDE80");
        quoted("aa--bb---", "aa--bb-");
    }

    public void testItIsCutBehindAWord() {
        assertThat(QuotedText.quote("one two three four", 12), equalTo("one two…"));
        assertThat(QuotedText.quote("short", 5), equalTo("short"));
        assertThat(QuotedText.quote("uninterrupted", 6), equalTo("unint…"));
        for (int most = 2; most < 12; most++) {
            String cut = QuotedText.quote("\uD83D\uDE80".repeat(10), most);
            assertThat(cut.length(), lessThanOrEqualTo(most));
            assertThat(cut, equalTo(QuotedText.visible(cut)));
        }
    }
}

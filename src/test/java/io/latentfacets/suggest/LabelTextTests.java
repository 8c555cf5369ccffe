/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import org.opensearch.test.OpenSearchTestCase;

public class LabelTextTests extends OpenSearchTestCase {

    private static void found(String answer, String label) {
        LabelText.Found found = LabelText.find(answer, 4);
        assertThat(answer + ": " + found.problem(), found.label(), equalTo(label));
    }

    private static void none(String answer, String problem) {
        LabelText.Found found = LabelText.find(answer, 4);
        assertThat(answer, found.label(), nullValue());
        assertThat(found.problem(), containsString(problem));
    }

    public void testPlainAnswersStayAsTheyAre() {
        for (String label : new String[] {
            "Disk encryption",
            "Label-free imaging",
            "Topic models",
            "C++ templates",
            "3D printing",
            "U.S. Senate",
            "Mac OS X 10.4",
            "O'Neill's law",
            "天文学と望遠鏡",
            "Kälteanlagen, Wärmepumpen"
        }) {
            found(label, label);
        }
    }

    public void testWhatStandsAroundALabelIsTakenAway() {
        found("\"Disk encryption\"", "Disk encryption");
        found("Label: Disk encryption.", "Disk encryption");
        found("**Label:** Disk encryption", "Disk encryption");
        found("The label is: “Disk encryption”", "Disk encryption");
        found("Topic - Disk encryption", "Disk encryption");
        found("Label:\n\n  Disk encryption\n\nIt is about disks.", "Disk encryption");
        found("# Disk encryption", "Disk encryption");
        found("1. Disk encryption", "Disk encryption");
        found("- *Disk encryption*", "Disk encryption");
        found("```\nDisk encryption\n```", "Disk encryption");
        found("```json\n{\"label\": \"Disk \\\"hard\\\" encryption\"}\n```", "Disk \"hard\" encryption");
        found("<think>Label: Nonsense\nmore</think>\nDisk encryption", "Disk encryption");
        found("<b>Disk</b> encryption<br/>", "Disk encryption");
        found("Disk encryption<|im_end|>", "Disk encryption");
        found("「暗号化」", "暗号化");
    }

    public void testNothingStaysHidden() {
        found("Disk\u202E enc\u200Bryption\u0007", "Disk encryption");
        found("<script>alert(1)</script>", "alert(1)");
        found("a < b > c", "a b c");
        found("Disk\u0000encryption", "Disk encryption");
    }

    public void testWhatIsNoLabel() {
        none("", "no words");
        none(" \n ***\n\u200B", "no words");
        none("<think>never ends", "no words");
        none("I am sorry, but I cannot help you with that", "10 words");
        none("x".repeat(81), "81 characters");
        none("One two three four five", "5 words, and at most 4");
    }

    public void testLabelsAreAlikeWhateverTheCaseAndPunctuation() {
        assertThat(LabelText.key("Disk-Encryption!"), equalTo(LabelText.key("disk encryption")));
        assertThat(LabelText.key("Ｄｉｓｋ"), equalTo("disk"));
        assertThat(LabelText.key("…"), equalTo(""));
        assertThat(LabelText.key("暗号化"), equalTo("暗号化"));
    }

    public void testNoAnswerIsTooLong() {
        int many = 20_000;
        for (String end : new String[] {"\"}", "\"", ""}) {
            none("{\"label\": \"" + "x".repeat(many) + end, "characters");
            none("{\"label\": \"" + "\\n".repeat(many) + end, "characters");
        }
        // within the part that is looked at
        found("{\"label\": \"" + "\\\"".repeat(400) + "Oil\"}", "Oil");
        for (String part : new String[] {
            "\n",
            "-",
            ".",
            "*",
            "<",
            "<a",
            "<|",
            "```\n",
            "<think>",
            "<think></think>",
            "{\"label\":",
            " ",
            "label: ",
            "1. "
        }) {
            for (String answer : new String[] {part.repeat(many), part.repeat(many) + "Oil prices"}) {
                assertThat(part, LabelText.find(answer, 4), not(equalTo(new LabelText.Found("Oil prices", null))));
            }
        }
        found("<think>" + "a\n".repeat(5_000) + "</think>\nDisk encryption", "Disk encryption");
    }
}

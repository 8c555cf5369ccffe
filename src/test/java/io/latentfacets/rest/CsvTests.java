/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

import static org.hamcrest.Matchers.equalTo;

import org.opensearch.test.OpenSearchTestCase;

public class CsvTests extends OpenSearchTestCase {

    private static String cell(String value) {
        String table = new Csv("a", "b").text(value).text(null).toString();
        return table.substring("a,b\r\n".length(), table.length() - ",\r\n".length());
    }

    private static String quoted(String value) {
        return '"' + value + '"';
    }

    public void testRowsEndWithCrLf() {
        assertThat(new Csv("a", "b").toString(), equalTo("a,b\r\n"));
        assertThat(
                new Csv("a", "b").text("x").number(1.5).text(null).number(null).toString(),
                equalTo("a,b\r\n\"x\",1.5\r\n,\r\n"));
    }

    public void testTextsAreQuoted() {
        assertThat(cell("oil, gas"), equalTo("\"oil, gas\""));
        assertThat(cell("\"oil\""), equalTo("\"\"\"oil\"\"\""));
        assertThat(cell("oil\ngas"), equalTo("\"oil\ngas\""));
        assertThat(cell("oil\rgas"), equalTo("\"oil\rgas\""));
        assertThat(cell("oil | gas; coal"), equalTo(quoted("oil | gas; coal")));
        assertThat(cell("\u00d6l \ud83d\udee2"), equalTo(quoted("\u00d6l \ud83d\udee2")));
    }

    public void testFormulasBecomeTexts() {
        for (String begin : new String[] {"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"}) {
            assertThat(cell(begin + "cmd"), equalTo(quoted("'" + begin + "cmd")));
            assertThat(cell(" \u00a0" + begin + "cmd"), equalTo(quoted("' \u00a0" + begin + "cmd")));
            assertThat("only at the beginning", cell("a" + begin), equalTo(quoted("a" + begin)));
            for (String separator : new String[] {";", "\t", "\r", "\n", "\r\n", "\u2028", ";;"}) {
                assertThat(cell(separator + begin + "cmd"), equalTo(quoted(separator + "'" + begin + "cmd")));
                assertThat(
                        cell("oil" + separator + " " + begin + "cmd; gas" + begin),
                        equalTo(quoted("oil" + separator + "' " + begin + "cmd; gas" + begin)));
                assertThat(
                        cell(begin + separator + "\"" + begin + "cmd\""),
                        equalTo(quoted("'" + begin + separator + "'\"\"" + begin + "cmd\"\"")));
            }
        }
        assertThat(cell("=\"a\",b"), equalTo("\"'=\"\"a\"\",b\""));
        assertThat(cell(" "), equalTo(quoted(" ")));
        assertThat(cell(""), equalTo(quoted("")));
    }

    public void testNumbersStay() {
        assertThat(
                new Csv("x").number(-0.25f).number(-3L).number(true).toString(),
                equalTo("x\r\n-0.25\r\n-3\r\ntrue\r\n"));
    }

    public void testARowHasACellForEachName() {
        Csv csv = new Csv("a", "b").text("x");
        assertThat(
                expectThrows(IllegalStateException.class, () -> assertNotNull(csv.toString()))
                        .getMessage(),
                equalTo("the last row has 1 of 2 cells"));
    }
}

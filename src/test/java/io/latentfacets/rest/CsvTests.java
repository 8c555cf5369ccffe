/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

import static org.hamcrest.Matchers.equalTo;

import org.opensearch.test.OpenSearchTestCase;

public class CsvTests extends OpenSearchTestCase {

    private static String cell(String value) {
        String table = new Csv("a", "b").text(value).text("").toString();
        return table.substring("a,b\r\n".length(), table.length() - ",\r\n".length());
    }

    public void testRowsEndWithCrLf() {
        assertThat(new Csv("a", "b").toString(), equalTo("a,b\r\n"));
        assertThat(
                new Csv("a", "b").text("x").number(1.5).text(null).number(null).toString(),
                equalTo("a,b\r\nx,1.5\r\n,\r\n"));
    }

    public void testWhatSeparatesIsQuoted() {
        assertThat(cell("oil, gas"), equalTo("\"oil, gas\""));
        assertThat(cell("\"oil\""), equalTo("\"\"\"oil\"\"\""));
        assertThat(cell("oil\ngas"), equalTo("\"oil\ngas\""));
        assertThat(cell("oil\rgas"), equalTo("\"oil\rgas\""));
        assertThat(cell("oil | gas; coal"), equalTo("oil | gas; coal"));
        assertThat(cell("\u00d6l \ud83d\udee2"), equalTo("\u00d6l \ud83d\udee2"));
    }

    public void testFormulasBecomeTexts() {
        for (String begin : new String[] {"=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20"}) {
            assertThat(cell(begin + "cmd"), equalTo("'" + begin + "cmd"));
            assertThat(cell(" \t" + begin + "cmd"), equalTo("' \t" + begin + "cmd"));
            assertThat(cell("\r" + begin + "cmd"), equalTo("\"'\r" + begin + "cmd\""));
            assertThat("only at the beginning", cell("a" + begin), equalTo("a" + begin));
        }
        assertThat(cell("=\"a\",b"), equalTo("\"'=\"\"a\"\",b\""));
        assertThat(cell(" "), equalTo(" "));
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

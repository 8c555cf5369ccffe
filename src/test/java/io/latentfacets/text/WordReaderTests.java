/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.latentfacets.text.language.Language;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.LowerCaseFilter;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.ar.ArabicAnalyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.core.WhitespaceTokenizer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.synonym.SynonymGraphFilter;
import org.apache.lucene.analysis.synonym.SynonymMap;
import org.apache.lucene.util.CharsRef;
import org.junit.Test;

public final class WordReaderTests {
    /**
     * Words as {@code surface}, or {@code surface/term} where they differ; a plus before those adjacent to the
     * previous.
     */
    private static List<String> read(Analyzer analyzer, String text, String... exclude) throws IOException {
        return read("other", analyzer, text, exclude);
    }

    private static List<String> read(String name, Analyzer analyzer, String text, String... exclude)
            throws IOException {
        TextOptions options = new TextOptions(name, 100, 1, 1, false, List.of(exclude));
        List<String> words = new ArrayList<>();
        new WordReader(analyzer, options).read(List.of(new FieldText(1, text)), new WordReader.Sink() {
            @Override
            public void field(float weight, Language language) {
                assertThat(weight, equalTo(1f));
            }

            @Override
            public void word(String term, String surface, boolean adjacent) {
                words.add((adjacent ? "+" : "") + surface + (term.equals(surface) ? "" : "/" + term));
            }
        });
        return words;
    }

    private static List<String> english(String text) throws IOException {
        return read(new EnglishAnalyzer(), text);
    }

    /** Tatweel stretches a line and is no letter: the analyzer leaves nothing of a token of it. */
    @Test
    public void testTokensThatNothingIsLeftOf() throws IOException {
        assertThat(read("arabic", new ArabicAnalyzer(), "مرحبا ـــ العالم"), hasSize(2));
    }

    @Test
    public void testTermAndWordAsWritten() throws IOException {
        assertThat(
                english("Barrels of Crude oil's prices"), contains("barrels/barrel", "crude", "+oil", "+prices/price"));
        assertThat(
                read(new WhitespaceAnalyzer(), "(oil), C++ and \"gas\""), contains("oil/(oil),", "C++", "gas/\"gas\""));
    }

    @Test
    public void testFunctionWordsAndContractionsAreNoWords() throws IOException {
        String text = "I wouldn't get one; they'll don’t we've that's also it's wrote could DON'T who'd ours";
        assertThat(english(text), empty());
        assertThat(read(new StandardAnalyzer(), "the a " + text), empty());
        // The stems of these are stop words, the words are not.
        assertThat(english("innings o'clock does"), contains("innings/in", "+o'clock"));
    }

    @Test
    public void testNumbersAndSingleCharactersAreNoWords() throws IOException {
        assertThat(english("1992 3.14 20th 90s 10k 5 x y 0xff 1234567ab 8w 1,000 1ST"), empty());
        assertThat(english("mp3 x86 3d utf8 B2B"), contains("mp3", "+x86", "+3d", "+utf8", "+B2B/b2b"));
    }

    @Test
    public void testAddressesAreNoWords() throws IOException {
        assertThat(english("mail joe.bloggs+x@mail.example.com now"), contains("mail"));
        assertThat(
                english("see http://example.com/some/page?x=y#z (ftp://host/file) netcom.com cs.utexas.ac.uk"),
                empty());
        assertThat(english("In article <1993Apr5.1$x/y@ncsu.edu>, bob@cs.unc.edu writes: oil"), contains("oil"));
        assertThat(english("In article <1993Apr20.151818.4319@samba.oit.unc.edu> oil"), contains("oil"));
        assertThat(
                english("an article @Override java.util.List"),
                contains("article/articl", "override/overrid", "+java.util.List/java.util.list"));
        assertThat(english("请访问http://example.com/page网站"), contains("请访", "访问", "网站"));
    }

    /** Each address is found in one pass: a search back to the beginning for each took minutes. */
    @Test
    public void testALongListOfAddresses() throws IOException {
        assertThat(english("oil " + "joe@example.com ".repeat(400_000) + "crude"), contains("oil", "crude"));
        assertThat(english("oil " + "joe@example.com,".repeat(400_000) + " crude"), contains("oil", "crude"));
    }

    @Test
    public void testBinariesAreNoWords() throws IOException {
        assertThat(english("MAX>'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX>'AX oil"), contains("oil"));
        assertThat(english("x".repeat(41)), empty());
        assertThat(english("x".repeat(40)), contains("x".repeat(40)));
        // Long, but prose.
        assertThat(
                english("anti-establishment/anti-everything/pro-something"),
                contains("anti", "+establishment/establish", "anti", "pro"));
    }

    @Test
    public void testWhatLiesBetweenWordsParts() throws IOException {
        assertThat(english("crude oil"), contains("crude", "+oil"));
        assertThat(english("crude-oil"), contains("crude", "+oil"));
        assertThat(english("crude\n   oil"), contains("crude", "+oil"));
        for (String apart : List.of(
                "crude. oil",
                "crude, oil",
                "crude the oil",
                "crude 10 oil",
                "crude - oil",
                "crude\n\noil",
                "crude would oil",
                "crude\n> oil")) {
            assertThat(apart, english(apart), contains("crude", "oil"));
        }
    }

    @Test
    public void testExcludedWordsGoByTermOrByWordAsWritten() throws IOException {
        assertThat(read(new EnglishAnalyzer(), "Barrels of oil", "barrels"), contains("oil"));
        assertThat(read(new EnglishAnalyzer(), "Barrels of oil", "barrel"), contains("oil"));
        assertThat(read(new EnglishAnalyzer(), "Barrels of oil", "bar"), contains("barrels/barrel", "oil"));
    }

    @Test
    public void testCapitalsMeanNothingInShoutedText() throws IOException {
        assertThat(english("OPEC RAISES OUTPUT"), contains("opec", "+raises/rais", "+output"));
        assertThat(english("Output of OPEC members"), contains("output", "OPEC/opec", "+members/member"));
    }

    @Test
    public void testChineseJapaneseKorean() throws IOException {
        assertThat(read(new CJKAnalyzer(), "東京都 서울"), contains("東京", "京都", "+서울"));
        assertThat(read(new StandardAnalyzer(), "北京"), contains("北京"));
    }

    @Test
    public void testSynonymsStandForThemselves() throws IOException {
        SynonymMap.Builder builder = new SynonymMap.Builder(true);
        builder.add(new CharsRef("automobile"), new CharsRef("car"), true);
        SynonymMap synonyms = builder.build();
        try (Analyzer analyzer = new Analyzer() {
            @Override
            protected TokenStreamComponents createComponents(String fieldName) {
                Tokenizer tokenizer = new WhitespaceTokenizer();
                return new TokenStreamComponents(
                        tokenizer, new SynonymGraphFilter(new LowerCaseFilter(tokenizer), synonyms, false));
            }
        }) {
            assertThat(read(analyzer, "red Automobile dealer"), contains("red", "car", "automobile", "+dealer"));
        }
    }
}

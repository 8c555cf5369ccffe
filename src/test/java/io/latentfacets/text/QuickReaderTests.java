/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.notNullValue;

import io.latentfacets.text.tokens.TokenByToken;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.Tokenizer;
import org.apache.lucene.analysis.charfilter.HTMLStripCharFilter;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.analysis.core.SimpleAnalyzer;
import org.apache.lucene.analysis.core.StopAnalyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.miscellaneous.KeywordRepeatFilter;
import org.apache.lucene.analysis.miscellaneous.WordDelimiterGraphFilter;
import org.apache.lucene.analysis.ngram.NGramTokenFilter;
import org.apache.lucene.analysis.shingle.ShingleAnalyzerWrapper;
import org.apache.lucene.analysis.shingle.ShingleFilter;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.analysis.standard.StandardTokenizer;
import org.opensearch.test.OpenSearchTestCase;

/**
 * The memo changes nothing: the bag, the counts and the unknown words of any text are those that the analyzer alone
 * gives, for every analyzer.
 */
public class QuickReaderTests extends OpenSearchTestCase {
    /** The analyzers of Lucene by their names in OpenSearch; those of languages have a class of that name. */
    private static final String LANGUAGES = """
            ar.Arabic hy.Armenian eu.Basque bn.Bengali br.Brazilian bg.Bulgarian ca.Catalan cjk.CJK cz.Czech da.Danish
            nl.Dutch en.English et.Estonian fi.Finnish fr.French gl.Galician de.German el.Greek hi.Hindi hu.Hungarian
            id.Indonesian ga.Irish it.Italian lv.Latvian lt.Lithuanian no.Norwegian fa.Persian pt.Portuguese ro.Romanian
            ru.Russian ckb.Sorani es.Spanish sv.Swedish tr.Turkish th.Thai ne.Nepali sr.Serbian ta.Tamil te.Telugu""";

    private static final String[] PROSE = """
            the public key of the crude oil market wasn't sold in New York's markets and isn't they're U.S.A. e.g. 3.5 1,000
            windows Windows WINDOWS running runs ran i.e. don't John's JOHN O'Neill state-of-the-art foo_bar _x_ x:y a.b.c
            der die das und nicht Häuser Haus für über Straße größer werden wurde mit von Katzen Katze Öl Ölpreis
            le la les l'huile d'olive qu'il été où garçon élève aujourd'hui c'est n'est pas dans une maison maisons
            el la los una niño años está más también casa casas porque pero como donde l'home dell'acqua nell'olio perché
            или не что это как дома дом нефть рынок цены на в с по για και το του είναι σπίτι ΣΠΊΤΙ σπίτια
            İstanbul'da ISPARTA ırmak bir ve için değil çok şey yağ yağı het een van niet ook huizen huis
            article <123@news.host.edu> mail@host.com http://a.b/c?d=e www.foo.org foo.com 20th 90s 0x1f 3d 1_000 12:30 a;b
            I A x 1 _ __ ... -- '' "quoted" (in) [brackets] £5 §3 naïve coöperate Ångström ŠKODA łódź ﬁn ﬂow
            """.split("\\s+");

    private static final String[] HARD = {
        "\u0301",
        "e\u0301t\u00e9",
        "\u200d",
        "\u200b",
        "\u00ad",
        "\ufeff",
        "\u202e",
        "\ud83d\ude00",
        "\ud83d",
        "\ude00",
        "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
        "1\ufe0f\u20e3",
        "\u6a5f\u68b0\u5b66\u7fd2",
        "\u30b3\u30f3\u30d4\u30e5\u30fc\u30bf",
        "\ud55c\uad6d\uc5b4 \ub2e8\uc5b4",
        "\u0e20\u0e32\u0e29\u0e32\u0e44\u0e17\u0e22",
        "\u05e9\u05dc\u05d5\u05dd\"\u05d0 \u05d2'",
        "\u0627\u0644\u0639\u0631\u0628\u064a\u0629 \u0641\u064a",
        "\u0939\u093f\u0928\u094d\u0926\u0940 \u0939\u0948",
        "\u00a9",
        "\u2122",
        "\u0000",
        "\u00a0",
        "\u2028",
        "\u2019",
        "don\u2019t",
        "\u0130",
        "\uff21\uff22\uff23",
        "\ufb01n"
    };

    private static Map<String, Analyzer> analyzers() throws Exception {
        Map<String, Analyzer> analyzers = new TreeMap<>();
        for (String each : LANGUAGES.split("\\s+", -1)) {
            String name = each.substring(each.indexOf('.') + 1);
            Class<?> type = Class.forName("org.apache.lucene.analysis." + each + "Analyzer");
            analyzers.put(
                    name.toLowerCase(Locale.ROOT),
                    type.asSubclass(Analyzer.class).getConstructor().newInstance());
        }
        analyzers.put("standard", new StandardAnalyzer());
        analyzers.put("simple", new SimpleAnalyzer());
        analyzers.put("stop", new StopAnalyzer(EnglishAnalyzer.ENGLISH_STOP_WORDS_SET));
        analyzers.put("whitespace", new WhitespaceAnalyzer());
        analyzers.put("keyword", new KeywordAnalyzer());
        return analyzers;
    }

    public void testEveryAnalyzerGivesTheSameWithAndWithoutTheMemo() throws Exception {
        int quick = 0;
        for (Map.Entry<String, Analyzer> each : analyzers().entrySet()) {
            try (Analyzer analyzer = each.getValue()) {
                BowFactory bows = factory(analyzer, each.getKey());
                for (int i = 0; i < 60; i++) {
                    List<FieldText> doc = document(random(), i % 3 == 0);
                    check(each.getKey(), bows, doc);
                    check(each.getKey(), bows, doc);
                }
                quick += TokenByToken.longestToken(analyzer, "text") > 0 ? 1 : 0;
            }
        }
        assertThat("analyzers that need the memo", quick, greaterThan(30));
    }

    public void testWhatDependsOnNeighboursIsLeftToTheAnalyzer() throws Exception {
        assertThat(TokenByToken.longestToken(new EnglishAnalyzer(), "text"), equalTo(255));
        for (Analyzer other : List.of(
                new ShingleAnalyzerWrapper(new EnglishAnalyzer()),
                with(ShingleFilter::new),
                with(KeywordRepeatFilter::new),
                with(in -> new WordDelimiterGraphFilter(in, WordDelimiterGraphFilter.GENERATE_WORD_PARTS, null)),
                with(in -> new NGramTokenFilter(in, 2)),
                new WhitespaceAnalyzer(),
                withCharacters())) {
            assertThat(TokenByToken.longestToken(other, "text"), equalTo(0));
            BowFactory bows = factory(other, "other");
            for (int i = 0; i < 10; i++) {
                check("other", bows, document(random(), true));
            }
        }
    }

    public void testHostileTexts() throws Exception {
        try (Analyzer analyzer = new EnglishAnalyzer()) {
            BowFactory bows = factory(analyzer, "english");
            for (String text : List.of(
                    "a".repeat(1 << 20),
                    "a".repeat(1 << 15),
                    "a1".repeat(300) + " oil",
                    "x".repeat(255) + " " + "y".repeat(256) + " oil market",
                    "_".repeat(10_000),
                    "a.".repeat(5_000),
                    "crude oil ".repeat(6_000),
                    "crude oil ".repeat(20_000),
                    "particle <x@y> article <x@y> " + "M".repeat(41) + " article " + "M9".repeat(30),
                    "@".repeat(3000) + "://".repeat(1000),
                    "oil\u0000market oil\u001fmarket",
                    "\ud800".repeat(100),
                    "word ".repeat(599) + "other")) {
                check(
                        "english",
                        bows,
                        List.of(new FieldText(1, text), new FieldText(2, "crude oil"), new FieldText(1, "")));
            }
        }
    }

    /**
     * A long document is streamed: the tokens of a shorter one are held, which an assertion of the reader bounds. Half
     * of the characters of these are tokens, and the words and the languages of all values count.
     */
    public void testLongDocumentsGiveTheSame() throws Exception {
        int most = QuickReader.MOST_CHARACTERS;
        try (Analyzer analyzer = new EnglishAnalyzer()) {
            BowFactory bows = factory(analyzer, "english");
            for (String unit : List.of(
                    "a b c ",
                    "x1 ",
                    "crude oil, ",
                    "der \u00f6lpreis und ",
                    "a@b ",
                    "ox@",
                    "a@",
                    "a@oil@",
                    "qzx jkv \u6a5f ")) {
                for (int length : new int[] {most - 2, most - 1, most, most + 1, 4 * most}) {
                    String text = unit.repeat(length / unit.length() + 1).substring(0, length);
                    List<FieldText> one = List.of(new FieldText(2, text));
                    assertThat(QuickReader.isLong(one), equalTo(length >= most));
                    check("english", bows, one);
                }
            }
            List<FieldText> values = new ArrayList<>();
            String value = prose(random(), 300, PROSE.length, false);
            while (!QuickReader.isLong(values)) {
                check("english", bows, values.size() % 16 == 0 ? values : values.subList(0, values.size() % 16));
                values.add(new FieldText(1, value));
            }
            check("english", bows, values);
            check("english", bows, Collections.nCopies(most, new FieldText(1, "oil")));
            check("english", bows, Collections.nCopies(most / 4, new FieldText(1, "oil")));
            assertTrue(QuickReader.isLong(Collections.nCopies(most + 1, new FieldText(1, ""))));
        }
    }

    /** The language is guessed from the first 3,000 characters, and the last word of them may be cut. */
    public void testLanguageAtTheEndOfWhatTheGuesserReads() throws Exception {
        try (Analyzer analyzer = new StandardAnalyzer()) {
            BowFactory bows = factory(analyzer, "standard");
            for (int i = 2960; i < 3010; i++) {
                String filler = "xq ".repeat(i / 3) + "x".repeat(i % 3);
                check(
                        "standard",
                        bows,
                        List.of(new FieldText(1, filler + " und nicht werden wurde oil market die haus")));
                for (String cut : List.of("derart", "istanbul", "theatre")) { // begin with function words
                    check(
                            "standard",
                            bows,
                            List.of(new FieldText(
                                    1, "und ist " + filler + cut + " oil market katze der haus ist die")));
                }
                check("standard", bows, List.of(new FieldText(1, filler + "_und_nicht-für'der'über_das Haus die")));
            }
        }
    }

    public void testMoreTokensThanTheMemoHolds() throws Exception {
        try (Analyzer analyzer = new EnglishAnalyzer()) {
            BowFactory bows = factory(analyzer, "english");
            Random random = new Random(randomLong());
            List<List<FieldText>> documents = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                StringBuilder text = new StringBuilder();
                for (int w = 0; w < 300; w++) {
                    text.append(Long.toString(random.nextLong(1L << 40), 26 + random.nextInt(10)))
                            .append(' ');
                    text.append(PROSE[random.nextInt(PROSE.length)]).append(random.nextBoolean() ? " " : "\n");
                }
                documents.add(List.of(new FieldText(1, text.toString())));
            }
            for (int round = 0; round < 2; round++) {
                for (List<FieldText> document : documents) {
                    check("english", bows, document);
                }
            }
        }
    }

    public void testThreadsShareAMemo() throws Exception {
        try (Analyzer analyzer = new EnglishAnalyzer();
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            BowFactory bows = factory(analyzer, "english");
            long seed = randomLong();
            List<Future<Void>> all = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                Random random = new Random(seed + thread % 2);
                Callable<Void> work = () -> {
                    for (int i = 0; i < 400; i++) {
                        check("english", bows, document(random, i % 5 == 0));
                    }
                    return null;
                };
                all.add(threads.submit(work));
            }
            for (Future<Void> each : all) {
                each.get();
            }
        }
    }

    private void check(String analyzer, BowFactory bows, List<FieldText> doc) throws IOException {
        ReadDocument slow = bows.readAll(doc);
        ReadDocument quick = bows.read(doc);
        if (!quick.equals(slow)) {
            assertThat(analyzer + " " + doc, quick.bow(), equalTo(slow.bow()));
            assertThat(analyzer + " " + doc, quick, equalTo(slow));
        }
    }

    /** A factory for a vocabulary of half of the words. */
    private BowFactory factory(Analyzer analyzer, String name) throws IOException {
        TextOptions options = new TextOptions(name, 2000, 1, 1, true, List.of("mark.*", "[0-9]+x"));
        Path directory = createTempDir();
        Random random = new Random(7);
        try (CorpusBuilder builder = new CorpusBuilder(analyzer, options, directory)) {
            for (int i = 0; i < 60; i++) {
                builder.add(List.of(new FieldText(1, prose(random, 40, PROSE.length * 2 / 3, false))));
                builder.add(List.of(new FieldText(1, "oil"))); // the analyzer keyword makes one word of a text
                builder.add(List.of(new FieldText(1, "crude oil and new york the public key der ölpreis l'huile")));
            }
            try (Corpus corpus = builder.build()) {
                assertThat(corpus.vocabulary(), notNullValue());
                return new BowFactory(analyzer, corpus.vocabulary(), options);
            }
        }
    }

    private static List<FieldText> document(Random random, boolean hard) {
        List<FieldText> fields = new ArrayList<>();
        for (int i = random.nextInt(4); i >= 0; i--) {
            float weight = random.nextInt(3) + 0.5f;
            fields.add(new FieldText(
                    weight,
                    random.nextInt(4) == 0
                            ? characters(random)
                            : prose(random, random.nextInt(60), PROSE.length, hard && random.nextBoolean())));
        }
        return fields;
    }

    private static String prose(Random random, int words, int from, boolean hard) {
        StringBuilder text = new StringBuilder();
        int near = random.nextInt(from);
        for (int i = 0; i < words; i++) {
            // words that stand near each other are of one language
            int word = random.nextInt(3) == 0 ? random.nextInt(from) : (near + random.nextInt(20)) % from;
            text.append(PROSE[word]);
            text.append(
                    switch (random.nextInt(12)) {
                        case 0 -> ", ";
                        case 1 -> ". ";
                        case 2 -> "\n";
                        case 3 -> "\n\n";
                        case 4 -> random.nextInt(4) == 0 ? "" : "-";
                        case 5 -> hard ? HARD[random.nextInt(HARD.length)] : "\t";
                        default -> " ";
                    });
        }
        return text.toString();
    }

    private static String characters(Random random) {
        StringBuilder text = new StringBuilder();
        int limit = new int[] {128, 256, 0x530, 0x2100, 0x10000}[random.nextInt(5)];
        for (int i = random.nextInt(200); i >= 0; i--) {
            text.append(
                    switch (random.nextInt(6)) {
                        case 0 -> " ";
                        case 1 -> "ab1_.,:;'\"@/<>-\n".charAt(random.nextInt(16));
                        case 2 -> PROSE[random.nextInt(PROSE.length)];
                        default -> (char) random.nextInt(limit);
                    });
        }
        return text.toString();
    }

    private interface Filter {
        TokenStream of(TokenStream in);
    }

    private static Analyzer with(Filter filter) {
        return new Analyzer() {
            @Override
            protected TokenStreamComponents createComponents(String field) {
                Tokenizer tokenizer = new StandardTokenizer();
                return new TokenStreamComponents(tokenizer, filter.of(tokenizer));
            }
        };
    }

    private static Analyzer withCharacters() {
        return new Analyzer() {
            @Override
            protected TokenStreamComponents createComponents(String field) {
                return new TokenStreamComponents(new StandardTokenizer());
            }

            @Override
            protected Reader initReader(String field, Reader reader) {
                return new HTMLStripCharFilter(reader);
            }
        };
    }
}

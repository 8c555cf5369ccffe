/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.arrayWithSize;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.Assert.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.cjk.CJKAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.store.AlreadyClosedException;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class CorpusTests {
    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Analyzer analyzer = new EnglishAnalyzer();

    private static TextOptions options(int minDocFreq, double maxDocRatio, boolean phrases) {
        return new TextOptions("english", 1000, minDocFreq, maxDocRatio, phrases, List.of());
    }

    private static List<FieldText> doc(String... fields) {
        List<FieldText> doc = new ArrayList<>();
        for (String field : fields) {
            doc.add(new FieldText(doc.isEmpty() ? 1 : 2.5f, field));
        }
        return doc;
    }

    private Corpus corpus(Analyzer with, TextOptions options, List<List<FieldText>> docs) throws IOException {
        try (CorpusBuilder builder =
                new CorpusBuilder(with, options, folder.getRoot().toPath())) {
            for (List<FieldText> doc : docs) {
                builder.add(doc);
            }
            assertThat(builder.documents(), equalTo(docs.size()));
            return builder.build();
        }
    }

    /** Text from a small language with Zipf-like frequencies, a few fixed phrases, sentences and noise. */
    private static List<List<FieldText>> randomDocs(long seed, int count) {
        Random random = new Random(seed);
        List<List<FieldText>> docs = new ArrayList<>();
        for (int d = 0; d < count; d++) {
            List<FieldText> doc = new ArrayList<>();
            for (int f = random.nextInt(3); f >= 0; f--) {
                StringBuilder text = new StringBuilder();
                for (int w = random.nextInt(60); w > 0; w--) {
                    int word = (int) Math.pow(150, random.nextDouble()) - 1;
                    text.append("word").append((char) ('a' + word % 26)).append((char) ('a' + word / 26));
                    text.append(random.nextInt(4) == 0 ? "s" : "");
                    text.append(word % 17 == 16 ? " crude oil" : "");
                    text.append(List.of(" ", " ", " ", ", ", " the ", " 42 ", "-", " joe@example.com ")
                            .get(random.nextInt(8)));
                }
                doc.add(new FieldText(f + 0.5f, text.toString()));
            }
            docs.add(doc);
        }
        return docs;
    }

    @Test
    public void testKnownAnswers() throws IOException {
        List<List<FieldText>> docs = List.of(
                doc("Oil prices", "oil"), // oil 1 + 2.5, price 1
                doc("The price of gold; gold"),
                doc(),
                doc("gold oil would cost 10", ""),
                doc("silver"));
        try (Corpus corpus = corpus(analyzer, options(1, 1, false), docs)) {
            Vocabulary v = corpus.vocabulary();
            List<String> terms = new ArrayList<>();
            for (int i = 0; i < v.size(); i++) {
                terms.add(v.term(i) + ":" + v.docFreq(i));
                assertThat(v.id(v.term(i)), equalTo(i));
            }
            // by document frequency, ties in the order of the alphabet
            assertThat(terms, equalTo(List.of("gold:2", "oil:2", "price:2", "cost:1", "silver:1")));
            assertThat(v.id("copper"), equalTo(-1));
            assertThat(v.documents(), equalTo(5L));
            assertThat((double) v.idf(0), closeTo(Math.log(6.0 / 3) + 1, 1e-6));
            assertThat((double) v.inputWeights()[4], closeTo(Math.log(6.0 / 2) + 1, 1e-6));
            // weighted counts: gold 3, oil 4.5, price 2, cost 1, silver 1
            double total = 11.5;
            float[] logUnigram = v.logUnigram();
            double[] expected = {3 / total, 4.5 / total, 2 / total, 1 / total, 1 / total};
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) logUnigram[i], closeTo(Math.log(expected[i]), 1e-6));
            }
            assertThat(corpus.size(), equalTo(5));
            assertThat(corpus.get(0), equalTo(new Bow(new int[] {1, 2}, new float[] {3.5f, 1})));
            assertThat(corpus.get(1), equalTo(new Bow(new int[] {0, 2}, new float[] {2, 1})));
            assertThat(corpus.get(2).isEmpty(), equalTo(true));
            assertThat(corpus.get(3), equalTo(new Bow(new int[] {0, 1, 3}, new float[] {1, 1, 1})));
            assertThat(corpus.get(4), equalTo(new Bow(new int[] {4}, new float[] {1})));
            assertThat(corpus.bytesOnDisk(), equalTo(8L * 8));
        }
    }

    @Test
    public void testBoundsOnDocumentFrequencyAndSize() throws IOException {
        List<List<FieldText>> docs = new ArrayList<>();
        for (int d = 0; d < 400; d++) {
            StringBuilder text = new StringBuilder("everywhere1 ");
            for (int w = 1; w <= 200; w++) {
                if (d < w) {
                    text.append("word")
                            .append((char) ('a' + w / 26))
                            .append((char) ('a' + w % 26))
                            .append("q ");
                }
            }
            docs.add(doc(text.toString()));
        }
        try (Corpus corpus = corpus(analyzer, new TextOptions("english", 100, 3, 0.4, false, List.of()), docs)) {
            Vocabulary v = corpus.vocabulary();
            assertThat(v.size(), equalTo(100));
            assertThat(v.docFreq(0), equalTo(160)); // 0.4 × 400
            assertThat(v.docFreq(99), equalTo(61)); // the most frequent ones are kept
            assertThat(v.id("everywhere1"), equalTo(-1));
        }
        try (Corpus corpus = corpus(analyzer, options(150, 1, false), docs)) {
            // 400 documents are few for a bound of 150: it falls to 400 / 50.
            assertThat(corpus.vocabulary().docFreq(corpus.vocabulary().size() - 1), equalTo(8));
        }
        try (Corpus corpus = corpus(analyzer, options(3, 1, false), docs)) {
            assertThat(corpus.vocabulary().docFreq(corpus.vocabulary().size() - 1), equalTo(3));
        }
    }

    @Test
    public void testNothingToLearnSaysWhatToChange() {
        String none = assertThrows(
                        IllegalArgumentException.class,
                        () -> corpus(analyzer, options(5, 0.5, true), List.of(doc("1 2 3"), doc())))
                .getMessage();
        assertThat(none, containsString("none of [2] documents has a word"));
        List<List<FieldText>> distinct = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            distinct.add(doc("word" + (char) ('a' + i / 26) + (char) ('a' + i % 26) + "q"));
        }
        String rare = assertThrows(
                        IllegalArgumentException.class, () -> corpus(analyzer, options(5, 0.5, true), distinct))
                .getMessage();
        assertThat(rare, containsString("[200] distinct words in [200] documents"));
        assertThat(rare, containsString("lower [text.min_doc_freq]: 5"));
        String common = assertThrows(
                        IllegalArgumentException.class,
                        () -> corpus(analyzer, options(5, 0.5, true), Collections.nCopies(10, doc("oil"))))
                .getMessage();
        assertThat(common, containsString("raise [text.max_doc_ratio]: 0.5"));
        assertThat(folder.getRoot().list(), arrayWithSize(0));
    }

    @Test
    public void testSurfacesArePeoplesWords() throws IOException {
        List<List<FieldText>> docs = List.of(
                doc("Some barrels were found near NASA headquarters"),
                doc("Barrels and more barrels for nasa"),
                doc("a Barrel at NASA, NASA and NASA of the united states"),
                doc("SHOUTED HEADLINE NASAS"));
        try (Corpus corpus = corpus(analyzer, options(1, 1, false), docs)) {
            Vocabulary v = corpus.vocabulary();
            assertThat(v.surface(v.id("barrel")), equalTo("barrels"));
            assertThat(v.surface(v.id("nasa")), equalTo("NASA"));
            assertThat(v.surface(v.id("headlin")), equalTo("headline"));
        }
    }

    @Test
    public void testPhrases() throws IOException {
        List<List<FieldText>> docs = new ArrayList<>();
        Random random = new Random(3);
        for (int d = 0; d < 300; d++) {
            StringBuilder text = new StringBuilder();
            for (int w = 0; w < 30; w++) {
                text.append(' ')
                        .append("xyzuvw".charAt(random.nextInt(6)))
                        .append("abcdefgh".charAt(random.nextInt(8)))
                        .append("uk");
            }
            String known = d % 3 == 0
                    ? "Crude oil rose in the United States."
                    : d % 3 == 1 ? "a state, oil of crude quality. United teams" : "";
            docs.add(doc(known + text, "crude oil"));
        }
        try (Corpus corpus = corpus(analyzer, options(5, 1, true), docs)) {
            Vocabulary v = corpus.vocabulary();
            int phrase = v.id("crude oil");
            assertThat(v.isPhrase(phrase), equalTo(true));
            assertThat("phrases are for labels, the encoder does not see them", v.inputWeights()[phrase], equalTo(0f));
            assertThat(v.inputWeights()[v.id("crude")], equalTo(v.idf(v.id("crude"))));
            assertThat(v.docFreq(phrase), equalTo(300));
            assertThat(v.surface(v.id("unit state")), equalTo("united states"));
            assertThat(v.docFreq(v.id("unit state")), equalTo(100));
            assertThat(v.surface(v.id("state")), equalTo("state"));
            Bow first = corpus.get(0);
            int at = Arrays.binarySearch(first.ids(), phrase);
            assertThat(first.count(at), equalTo(3.5f));
            assertThat(first.count(Arrays.binarySearch(first.ids(), v.id("oil"))), equalTo(3.5f));
            int phrases = 0;
            for (int i = 0; i < v.size(); i++) {
                phrases += v.isPhrase(i) ? 1 : 0;
            }
            assertThat(phrases, lessThanOrEqualTo(v.size() / 5));
        }
        try (Corpus corpus = corpus(analyzer, options(5, 1, false), docs)) {
            assertThat(corpus.vocabulary().id("crude oil"), equalTo(-1));
        }
    }

    @Test
    public void testEncodingAgreesWithLearning() throws IOException {
        for (long seed = 0; seed < 5; seed++) {
            List<List<FieldText>> docs = randomDocs(seed, 300);
            TextOptions options = new TextOptions("english", 150, 2, 0.9, true, List.of("wordb.*"));
            try (Corpus corpus = corpus(analyzer, options, docs)) {
                assertThat(corpus.vocabulary().id("crude oil"), greaterThan(0));
                assertThat(corpus.vocabulary().size(), lessThanOrEqualTo(150));
                BowFactory factory = new BowFactory(analyzer, copy(corpus.vocabulary()), options);
                for (int d = 0; d < docs.size(); d++) {
                    assertThat(factory.bow(docs.get(d)), equalTo(corpus.get(d)));
                }
                Path dir = folder.newFolder().toPath();
                try (KnownWordsBuilder known = new KnownWordsBuilder(analyzer, corpus.vocabulary(), options, dir)) {
                    for (List<FieldText> doc : docs) {
                        known.add(doc);
                    }
                    try (Corpus again = known.build()) {
                        assertThat(again.size(), equalTo(docs.size()));
                        for (int d = 0; d < docs.size(); d++) {
                            assertThat(again.get(d), equalTo(corpus.get(d)));
                        }
                    }
                }
                try (KnownWordsBuilder abandoned = new KnownWordsBuilder(analyzer, corpus.vocabulary(), options, dir)) {
                    abandoned.add(docs.get(0));
                }
                assertThat(dir.toFile().list().length, equalTo(0));
            }
        }
    }

    @Test
    public void testOrderOfDocumentsDecidesNothingButTheOrderOfRows() throws IOException {
        List<List<FieldText>> docs = randomDocs(9, 400);
        List<List<FieldText>> shuffled = new ArrayList<>(docs);
        Collections.shuffle(shuffled, new Random(1));
        try (Corpus one = corpus(analyzer, options(3, 0.8, true), docs);
                Corpus two = corpus(analyzer, options(3, 0.8, true), shuffled)) {
            assertThat(bytes(one.vocabulary()), equalTo(bytes(two.vocabulary())));
            for (int d = 0; d < docs.size(); d++) {
                assertThat(two.get(d), equalTo(one.get(docs.indexOf(shuffled.get(d)))));
            }
        }
    }

    @Test
    public void testChinese() throws IOException {
        Analyzer cjk = new CJKAnalyzer();
        List<List<FieldText>> docs = List.of(doc("石油价格上涨"), doc("石油公司"), doc("公司 2024 价格"));
        TextOptions options = new TextOptions("cjk", 100, 1, 1, true, List.of());
        try (Corpus corpus = corpus(cjk, options, docs)) {
            Vocabulary v = corpus.vocabulary();
            assertThat(v.docFreq(v.id("石油")), equalTo(2));
            assertThat(v.surface(v.id("公司")), equalTo("公司"));
            assertThat(new BowFactory(cjk, v, options).bow(docs.get(2)).size(), equalTo(2));
        }
    }

    @Test
    public void testManyThreadsReadTheSame() throws Exception {
        List<List<FieldText>> docs = randomDocs(4, 200);
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Corpus corpus = corpus(analyzer, options(2, 0.9, true), docs)) {
            BowFactory factory = new BowFactory(analyzer, corpus.vocabulary(), options(2, 0.9, true));
            List<Future<Integer>> wrong = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                Random random = new Random(t);
                wrong.add(threads.submit(() -> {
                    int differing = 0;
                    for (int i = 0; i < 1000; i++) {
                        int d = random.nextInt(docs.size());
                        differing += factory.bow(docs.get(d)).equals(corpus.get(d)) ? 0 : 1;
                    }
                    return differing;
                }));
            }
            for (Future<Integer> w : wrong) {
                assertThat(w.get(), equalTo(0));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    public void testThreadsChangeNothing() throws Exception {
        Random random = new Random(5);
        List<List<FieldText>> docs = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            StringBuilder text = new StringBuilder(i % 7 == 0 ? "article <1@a.b> " : "");
            for (int w = random.nextInt(60); w > 0; w--) {
                text.append("the crude oil market of Word").append((int) Math.abs(20 * random.nextGaussian()));
                text.append(w % 5 == 0 ? ", 12 public keys " : " ");
            }
            docs.add(i % 50 == 0 ? List.of() : doc("Subject " + i % 9, text.toString()));
        }
        docs.add(300, doc("oil market ".repeat(40_000)));
        try (Corpus alone = corpus(analyzer, options(2, 0.9, true), docs)) {
            for (int threads : new int[] {1, 2, 4}) {
                try (CorpusBuilder builder = new CorpusBuilder(
                        analyzer, options(2, 0.9, true), folder.getRoot().toPath(), threads)) {
                    for (int i = 0; i < docs.size(); i++) {
                        builder.add(docs.get(i));
                        assertThat(builder.documents(), equalTo(i + 1));
                    }
                    try (Corpus corpus = builder.build()) {
                        for (int i = 0; i < docs.size(); i++) {
                            assertThat(corpus.get(i), equalTo(alone.get(i)));
                        }
                        assertThat(Arrays.equals(corpus.unseenShares(), alone.unseenShares()), equalTo(true));
                        assertThat(Arrays.equals(bytes(corpus.vocabulary()), bytes(alone.vocabulary())), equalTo(true));
                    }
                }
            }
        }
        assertThat(folder.getRoot().list(), arrayWithSize(0));
    }

    @Test
    public void testFilesGoWhateverHappens() throws IOException {
        CorpusBuilder abandoned = new CorpusBuilder(
                analyzer, options(1, 1, true), folder.getRoot().toPath());
        abandoned.add(doc("crude oil"));
        assertThat(folder.getRoot().list(), arrayWithSize(1));
        abandoned.close();
        abandoned.close();
        assertThat(folder.getRoot().list(), arrayWithSize(0));
        assertThrows(IllegalStateException.class, () -> abandoned.add(doc("oil")));

        Corpus corpus = corpus(analyzer, options(1, 1, true), List.of(doc("crude oil"), doc("oil")));
        assertThat(folder.getRoot().list(), arrayWithSize(1));
        corpus.close();
        corpus.close();
        assertThat(folder.getRoot().list(), arrayWithSize(0));
        assertThrows(AlreadyClosedException.class, () -> corpus.get(0));

        Analyzer broken = new Analyzer() {
            @Override
            protected TokenStreamComponents createComponents(String fieldName) {
                throw new IllegalStateException("broken");
            }
        };
        assertThrows(IllegalStateException.class, () -> corpus(broken, options(1, 1, true), List.of(doc("oil"))));
        assertThat(folder.getRoot().list(), arrayWithSize(0));
    }

    @Test
    public void testVocabularyThereAndBack() throws IOException {
        try (Corpus corpus = corpus(analyzer, options(2, 0.9, true), randomDocs(2, 100))) {
            Vocabulary v = corpus.vocabulary();
            byte[] bytes = bytes(v);
            assertThat(bytes(copy(v)), equalTo(bytes));
            assertThat(copy(v).inputWeights(), equalTo(v.inputWeights()));
            assertThat(v.ramBytes(), greaterThan(100L * v.size()));
            byte[] otherVersion = bytes.clone();
            otherVersion[3]++;
            assertThrows(IOException.class, () -> read(otherVersion));
            byte[] negativeSize = bytes.clone();
            negativeSize[12] = -1;
            assertThrows(IOException.class, () -> read(negativeSize));
            assertThrows(IOException.class, () -> read(Arrays.copyOf(bytes, bytes.length - 1)));
        }
    }

    @Test
    public void testVocabulariesOfEarlierVersionsAreRead() throws IOException {
        for (int version : new int[] {1, 2}) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(version);
            out.writeLong(9);
            out.writeInt(3);
            for (String term : List.of("crude", "oil", "crude oil")) {
                boolean phrase = term.contains(" ");
                out.writeUTF(term);
                out.writeUTF(term.toUpperCase(Locale.ROOT));
                out.writeInt(phrase ? 2 : 4);
                out.writeFloat(phrase ? -2 : -1);
                out.writeInt(phrase ? 0 : -1);
                out.writeInt(phrase ? 1 : -1);
                if (version == 2) {
                    out.writeUTF("english");
                    out.writeBoolean(phrase);
                }
            }
            Vocabulary v = read(bytes.toByteArray());
            assertThat(v.documents(), equalTo(9L));
            assertThat(v.size(), equalTo(3));
            assertThat(v.surface(v.id("oil")), equalTo("OIL"));
            assertThat(v.phrase(0, 1), equalTo(2));
            assertThat(v.words(1), equalTo(new int[] {1}));
            assertThat(v.words(2), equalTo(new int[] {0, 1}));
            assertThat(v.docFreq(2), equalTo(2));
            assertThat(v.logUnigram(), equalTo(new float[] {-1, -1, -2}));
            for (int id = 0; id < v.size(); id++) {
                assertThat(v.language(id), equalTo(version == 1 ? "" : "english"));
                assertThat(v.isBoilerplate(id), equalTo(version == 2 && id == 2));
                assertThat("labels show all words, as before", v.isNoun(id), equalTo(true));
            }
            assertThat(v.nounPhrases(), empty());
            assertThat(bytes(copy(v)), equalTo(bytes(v)));
        }
    }

    @Test
    public void testNounPhrasesAreKeptWithTheVocabulary() throws IOException {
        try (Corpus corpus = corpus(analyzer, options(3, 0.8, true), randomDocs(9, 400))) {
            Vocabulary v = corpus.vocabulary();
            List<Vocabulary.Entry> entries =
                    IntStream.range(0, v.size()).mapToObj(v::entry).toList();
            NounPhrase phrase = new NounPhrase(List.of(2, 0, 1), "public keys öl", 7, -.5f);
            Vocabulary with = new Vocabulary(v.documents(), entries, List.of(phrase));
            assertThat(copy(with).nounPhrases(), equalTo(List.of(phrase)));
            for (NounPhrase bad : List.of(
                    new NounPhrase(List.of(0), "one", 7, 0),
                    new NounPhrase(List.of(0, 1, 2, 3, 4), "five", 7, 0),
                    new NounPhrase(List.of(0, v.size()), "unknown", 7, 0),
                    new NounPhrase(List.of(0, -1), "unknown", 7, 0),
                    new NounPhrase(List.of(0, 1), "nowhere", 0, 0),
                    new NounPhrase(List.of(0, 1), "no share", 7, .1f),
                    new NounPhrase(List.of(0, 1), "no number", 7, Float.NaN))) {
                Vocabulary corrupt = new Vocabulary(v.documents(), entries, List.of(bad));
                assertThrows(bad.surface(), IOException.class, () -> copy(corrupt));
            }
        }
    }

    @Test
    public void testWordsBeyondTheLimitAreNotLearnedButKnownOnesCount() {
        Lexicon lexicon = new Lexicon(2);
        assertThat(lexicon.add("oil", "Oil", 0), equalTo(0));
        assertThat(lexicon.add("gold", "gold", 0), equalTo(1));
        assertThat(lexicon.add("silver", "silver", 0), equalTo(-1));
        assertThat(lexicon.add("oil", "oils", 1), equalTo(0)); // a new form of a known word
        assertThat(lexicon.add("gold", "gold", 1), equalTo(1));
        assertThat(lexicon.docFreq(0), equalTo(2));
        assertThat(lexicon.counts(), equalTo(new long[] {2, 2}));
        assertThat(lexicon.words(), equalTo(4L));
    }

    private static byte[] bytes(Vocabulary vocabulary) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        vocabulary.writeTo(new DataOutputStream(bytes));
        return bytes.toByteArray();
    }

    private static Vocabulary read(byte[] bytes) throws IOException {
        return Vocabulary.readFrom(new DataInputStream(new ByteArrayInputStream(bytes)));
    }

    private static Vocabulary copy(Vocabulary vocabulary) throws IOException {
        return read(bytes(vocabulary));
    }
}

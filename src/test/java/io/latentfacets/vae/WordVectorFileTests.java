/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertThrows;

import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Which files of word vectors can be read, and what the messages about the others say. */
public final class WordVectorFileTests {
    private static final int WIDTH = 4;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Vocabulary words;

    @Before
    public void buildVocabulary() throws IOException {
        words = vocabulary(false, "oil rig wheat", "oil corn wheat", "rig corn");
    }

    private Vocabulary vocabulary(boolean english, String... texts) throws IOException {
        TextOptions options = new TextOptions("any", 100, 1, 1, true, List.of());
        try (CorpusBuilder builder = new CorpusBuilder(
                english ? new EnglishAnalyzer() : new WhitespaceAnalyzer(),
                options,
                folder.newFolder().toPath())) {
            for (String text : texts) {
                builder.add(List.of(new FieldText(1, text)));
            }
            try (Corpus corpus = builder.build()) {
                return corpus.vocabulary();
            }
        }
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.getRoot().toPath().resolve(name), content, StandardCharsets.UTF_8);
    }

    private WordVectors read(String content) throws IOException {
        return read(file("words.vec", content));
    }

    private WordVectors read(Path file) throws IOException {
        return WordVectorFile.read(file, words, WIDTH, () -> {});
    }

    /** The vectors as this class makes them, in the order oil, rig, wheat, corn; null for none. */
    private WordVectors expected(float[]... vectors) {
        WordVectors.Builder builder = new WordVectors.Builder(words.size(), vectors[0].length, WIDTH, () -> {});
        List<String> terms = List.of("oil", "rig", "wheat", "corn");
        for (int i = 0; i < vectors.length; i++) {
            if (vectors[i] != null) {
                builder.set(words.id(terms.get(i)), vectors[i]);
            }
        }
        return builder.build();
    }

    private void assertSame(WordVectors expected, WordVectors found) {
        assertEquals(expected.known(), found.known());
        assertEquals(expected.digest(), found.digest());
        for (int entry = 0; entry < words.size(); entry++) {
            assertArrayEquals(words.term(entry), expected.row(entry), found.row(entry), 0);
        }
    }

    @Test
    public void plainFilesHeadersBlanksAndTabsGiveTheSame() throws IOException {
        WordVectors expected = expected(new float[] {1, -2.5f, 3e-1f}, new float[] {0, 1, 0}, new float[] {-1, 0, 2});
        for (String content : List.of(
                "oil 1 -2.5 0.3\nrig 0 1 0\nwheat -1 0 2\n",
                "oil 1 -2.5 0.3\nrig 0 1 0\nwheat -1 0 2",
                "3 3\noil 1 -2.5 .3\nrig 0 1 0\nwheat -1 0 2\n",
                "2000000 3 \noil 1 -2.5 3e-1 \nrig 0 1 0 \nwheat -1 0 2 \n",
                "oil\t1\t-2.5\t0.3\r\nrig\t0\t1\t0\r\n\r\nother 1 2 3\r\nwheat  -1  0  2\r\n",
                "oil 1 -2.5 0.3\n. . . 5 6 7\nrig 0 1 0\n 9 9 9\nwheat -1 0 2\nöl 1 2 3\n")) {
            assertSame(expected, read(content));
        }
    }

    @Test
    public void compressedFilesGiveTheSame() throws IOException {
        Path file = folder.getRoot().toPath().resolve("words.txt.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("1 2\noil 1 2\ncorn 2 1\n".getBytes(StandardCharsets.UTF_8));
        }
        assertSame(expected(new float[] {1, 2}, null, null, new float[] {2, 1}), read(file));
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 9));
        assertThrows(EOFException.class, () -> read(file));
        assertThrows(ZipException.class, () -> read(file("plain.gz", "oil 1 2\n")));
    }

    @Test
    public void theFirstOfEqualWordsCounts() throws IOException {
        assertSame(
                expected(new float[] {1, 2}, new float[] {3, -1}),
                read("oil 1 2\noil 7 7\nrig 3 -1\noil bad words\n".replace("bad words", "0 0")));
    }

    @Test
    public void theSurfaceIsLookedUpFirstThenItsLowerCaseThenTheTerm() throws IOException {
        words = vocabulary(true, "NASA refineries", "NASA refineries launch", "NASA launch");
        int nasa = words.id("nasa");
        int refinery = words.id("refineri");
        assertThat(words.surface(nasa), equalTo("NASA"));
        assertThat(words.surface(refinery), equalTo("refineries"));
        String others = "launch 1 1\n";
        WordVectors exact = read(others + "nasa 0 1\nNASA 1 0\nrefineri 0 1\nrefineries 1 0\n");
        WordVectors reverse = read(others + "NASA 1 0\nnasa 0 1\nrefineries 1 0\nrefineri 0 1\n");
        WordVectors lower = read(others + "nasa 1 0\nrefineri 1 0\n");
        assertSame(exact, reverse);
        assertSame(exact, lower);
        assertThat(exact.known(), equalTo(3));
    }

    @Test
    public void phrasesHaveNoVector() throws IOException {
        words = vocabulary(
                false, "crude oil falls", "crude oil rises", "crude oil rises", "crude oil stays", "crude oil stays");
        int phrase = words.id("crude oil");
        assertThat(words.isPhrase(phrase), equalTo(true));
        assertNull(read("crude 1 2\noil 3 1\ncrude_oil 1 1\n").row(phrase));
    }

    private String refused(String content) {
        return assertThrows(IllegalArgumentException.class, () -> read(content)).getMessage();
    }

    @Test
    public void messagesNameFileLineAndBound() {
        String at = "] of the file of word vectors [words.vec] ";
        assertThat(refused("oil 1 2\nrig 1\n"), equalTo("line [2" + at + "must have [2] numbers after its word: [1]"));
        assertThat(
                refused("1 2\noil 1 2\nother 1 2 3\n"),
                equalTo("line [3" + at + "must have [2] numbers after its word: [3]"));
        assertThat(refused("oil 1\n"), equalTo("line [1" + at + "must have vectors of [2] to [2048] numbers: [1]"));
        assertThat(
                refused("7 1\noil 1\n"), equalTo("line [1" + at + "must have vectors of [2] to [2048] numbers: [1]"));
        assertThat(refused("7 2049\n"), equalTo("line [1" + at + "must have vectors of [2] to [2048] numbers: [2049]"));
        assertThat(
                refused("oil" + " 1".repeat(2049) + "\n"),
                equalTo("line [1" + at + "must have vectors of [2] to [2048] numbers: [2049]"));
        assertThat(
                refused("\noil 1 secret\n"),
                equalTo("line [2" + at + "must have only numbers after its word, its number [2] is none"));
        for (String number : List.of("NaN", "Infinity", "-Infinity", "1e99")) {
            assertThat(
                    refused("oil " + number + " 1\n"),
                    equalTo("line [1" + at + "must have finite numbers, its number [1] is not"));
        }
        assertThat(
                refused("oil 1 2\n" + "x".repeat(WordVectorFile.MAX_LINE + 1)),
                equalTo("line [2" + at + "must have at most [131072] bytes"));
        assertThat(refused(""), equalTo("the file of word vectors [words.vec] has no vectors"));
        assertThat(refused("10 300\n"), equalTo("the file of word vectors [words.vec] has no vectors"));
        assertThat(refused("ananas 1 2\n"), containsString("has none of the [" + words.size() + "] words"));
        assertThat(refused("oil 0 0\n"), containsString("has none of the"));
        assertThat("its centre is itself", refused("oil 1 2\n"), containsString("or only one"));
        assertThat("the file is the operator's", refused("oil 1 secret\n"), not(containsString("secret")));
    }

    @Test
    public void aByteOrderMarkIsNoPartOfTheFirstLine() throws IOException {
        float[] plain = read("2 2\noil 1 2\nrig 2 1\n").row(words.id("oil"));
        assertArrayEquals(plain, read("\uFEFF2 2\noil 1 2\nrig 2 1\n").row(words.id("oil")), 0);
        assertArrayEquals(plain, read("\uFEFFoil 1 2\nrig 2 1\n").row(words.id("oil")), 0);
    }

    @Test
    public void aVectorOfZerosDoesNotHideThatOfAnotherForm() throws IOException {
        Vocabulary english = vocabulary(true, "prices rig", "prices rig");
        Path file = file("zeros.vec", "prices 0 0\nprice 3 1\nrig 2 1\n");
        assertThat(WordVectorFile.read(file, english, WIDTH, () -> {}).known(), equalTo(2));
    }

    @Test
    public void theLongestLineAndTheMostNumbersAreRead() throws IOException {
        String most = "oil" + " 0.5".repeat(WordVectorFile.MOST_DIMS) + "\nrig 1" + " 0".repeat(2047) + "\n";
        assertThat(read(most).known(), equalTo(2));
        String longest = " ".repeat(WordVectorFile.MAX_LINE - "oil 1 2".length());
        assertThat(read("oil 1" + longest + " 2\nrig 2 1\n").known(), equalTo(2));
    }

    @Test
    public void missingFilesAndCancellationEndTheReading() throws IOException {
        assertThrows(
                NoSuchFileException.class, () -> read(folder.getRoot().toPath().resolve("missing.vec")));
        Path file = file("long.vec", "other 1 2\n".repeat(5000));
        assertThrows(
                IllegalStateException.class,
                () -> WordVectorFile.read(file, words, WIDTH, () -> {
                    throw new IllegalStateException("cancelled");
                }));
    }
}

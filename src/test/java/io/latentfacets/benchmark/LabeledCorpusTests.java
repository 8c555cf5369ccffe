/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import io.latentfacets.text.SourceField;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class LabeledCorpusTests {
    private static final String[] LINES = {
        "{\"id\":\"n 1 a\",\"title\":\"Oil prices fall\",\"body\":\"Crude fell again.\",\"date\":\"2021-01-02\",\"label\":\"energy\",\"split\":\"train set\"}",
        "",
        "{\"id\":\"n 2 a\",\"title\":\"\",\"body\":\"A striker scored twice.\",\"date\":\"2021-01-03\",\"label\":[\"sport\"],\"split\":\"train set\"}",
        "{\"id\":\"n 3 a\",\"title\":\"Both of them\",\"date\":\"2021-01-04\",\"label\":[\"sport\",\"energy\"]}",
        "{\"id\":\"n 4 a\",\"title\":\"None of them\",\"body\":null,\"label\":[]}",
        "{\"id\":\"n 5 a\",\"title\":\"Third division\",\"body\":[\"One paragraph.\",\"And another one.\"],\"label\":3}",
        "{\"id\":\"n 6 a\",\"title\":17,\"label\":3.0,\"url\":\"https://example.org/a b\"}",
    };

    @Rule
    public final TemporaryFolder temp = new TemporaryFolder();

    @Test
    public void labelsAreStringsNumbersOrArraysOfOne() throws IOException {
        LabeledCorpus corpus = read();
        assertThat(corpus.labelField(), equalTo("label"));
        assertThat(corpus.labels(), equalTo(List.of("3", "energy", "sport")));
        assertThat(corpus.truth(), equalTo(new int[] {1, 2, 0, 0}));
        assertThat(corpus.left(), equalTo(2));
    }

    @Test
    public void fieldsWithProseAreFound() throws IOException {
        assertThat(read().fields(), equalTo(List.of(new SourceField("title", 1), new SourceField("body", 1))));
    }

    @Test
    public void textsAreWhatTheDocumentHas() throws IOException {
        LabeledCorpus corpus = read("--fields", "title^2,body");
        List<String> counts = corpus.documents().stream()
                .map(document -> document.texts(corpus.fields()).stream()
                        .map(text -> text.weight() + " " + text.text())
                        .toList()
                        .toString())
                .toList();
        assertThat(
                counts,
                equalTo(List.of(
                        "[2.0 Oil prices fall, 1.0 Crude fell again.]",
                        "[1.0 A striker scored twice.]",
                        "[2.0 Third division, 1.0 One paragraph., 1.0 And another one.]",
                        "[2.0 17]")));
    }

    @Test
    public void onlyTheMostFrequentClasses() throws IOException {
        LabeledCorpus corpus = read("--classes", "2");
        assertThat(corpus.labels(), equalTo(List.of("3", "energy")));
        assertThat(corpus.truth(), equalTo(new int[] {1, 0, 0}));
    }

    @Test
    public void documentsWithoutOneLabelMayStay() throws IOException {
        assertThat(read("--keep-unlabeled").truth(), equalTo(new int[] {1, 2, -1, -1, 0, 0}));
    }

    @Test
    public void aSampleHasTheSizeAskedFor() throws IOException {
        LabeledCorpus corpus = read("--keep-unlabeled", "--limit", "5");
        assertThat(corpus.size(), equalTo(5));
        assertThat(corpus.left(), equalTo(1));
    }

    @Test
    public void packedFilesAndByteOrderMarks() throws IOException {
        Path file = temp.newFile("My Corpus.v2.jsonl.gz").toPath();
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("\uFEFF{\"topics\":[\"a\"],\"text\":\"x y\"}\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(JsonLines.read(file), equalTo(List.of(Map.of("topics", List.of("a"), "text", "x y"))));
        assertThat(JsonLines.name(file), equalTo("my-corpus-v2"));
    }

    @Test
    public void whatCannotBeMeasuredIsNamed() throws IOException {
        Path broken = temp.newFile("broken.jsonl").toPath();
        Files.writeString(broken, "{\"label\":\"a\"}\n[1]\n");
        assertThat(
                assertThrows(IllegalArgumentException.class, () -> JsonLines.read(broken))
                        .getMessage(),
                containsString("line 2 is no JSON object: [1]"));
        assertThat(failure("{\"text\":\"x y\"}"), containsString("no field for the label among [text]"));
        assertThat(
                failure("{\"text\":\"x y\",\"label\":\"a\"}"),
                containsString("[label] must give at least 2 different labels: [a]"));
        assertThat(
                failure("{\"n\":1,\"label\":\"a\"}", "{\"n\":2,\"label\":\"b\"}"),
                containsString("no field with prose among [n, label]"));
        assertThat(
                failure("{\"text\":\" \",\"title\":\"x y\",\"label\":\"a\"}", "{\"label\":\"b\"}", "--fields=text"),
                containsString("no document has text in [text]"));
        assertThat(failure(), containsString("no documents"));
    }

    /** The message of the exception for these lines (which start with a brace) and options. */
    private String failure(String... given) throws IOException {
        Path file = temp.newFile().toPath();
        Files.write(file, Arrays.stream(given).filter(g -> g.startsWith("{")).toList());
        List<Map<String, Object>> lines = JsonLines.read(file);
        String[] args = Stream.concat(Arrays.stream(given).filter(g -> !g.startsWith("{")), Stream.of("f"))
                .toArray(String[]::new);
        return assertThrows(
                        IllegalArgumentException.class, () -> LabeledCorpus.of("f", lines, QualityOptions.parse(args)))
                .getMessage();
    }

    private LabeledCorpus read(String... options) throws IOException {
        Path file = temp.newFile().toPath();
        Files.write(file, List.of(LINES));
        String[] args = Arrays.copyOf(options, options.length + 1);
        args[options.length] = file.toString();
        return LabeledCorpus.of("corpus", JsonLines.read(file), QualityOptions.parse(args));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The parts of the demo that need no server. */
public final class DemoTests {
    private static final String SOURCE = """
            /**
             * Licensed to somebody.
             */
            package org.example.shop;

            /* not documentation */
            // nor this: /** no */
            /**
             * A <b>basket</b> of {@code Item}s &amp; more, see {@link org.example.Till#pay(int, String) the till} and
             * {@linkplain org.example.Coin}.
             * <pre>{@code
             *   new Basket("*" + "/");
             * }</pre>
             * <p>Thread-safe.
             *
             * @author Somebody
             * @since 1.0
             */
            public class Basket {
                String trap = "/** no */" + '"' + "\\"/** no */";

                /**
                 * Adds an item.
                 *
                 * @param item what to add
                 * @return how many there are
                 * @throws IllegalStateException if the basket is full
                 */
                int add(Item item) { return 0; }

                /** @see Object#toString */
                String name() { return \"""
                    /** no */ \\\""" /** no */
                    \"""; }

                /***/
                /** WITHOUT WARRANTIES OF ANY KIND */
            }
            """;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    @Test
    public void testCommentsBecomeProse() {
        JavaSource source = JavaSource.read(SOURCE);
        assertThat(source.packageName(), equalTo("org.example.shop"));
        assertThat(
                source.comments(),
                contains(
                        "A basket of Items & more, see the till and Coin. Thread-safe.",
                        "Adds an item. what to add how many there are if the basket is full"));
        assertThat(source.text(20), equalTo("A basket of Items &"));
    }

    @Test
    public void testOneDocumentPerDocumentedClass() throws IOException {
        Path jar = folder.newFolder("shop").toPath().resolve("shop-sources.jar");
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            for (String name : List.of(
                    "org/example/shop/Basket.java", "org/example/package-info.java", "META-INF/versions/21/X.java")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(SOURCE.replace("Adds an item", "Adds an item ".repeat(20))
                        .getBytes(StandardCharsets.UTF_8));
            }
            zip.putNextEntry(new ZipEntry("org/example/shop/Short.java"));
            zip.write("package org.example.shop; /** Short. */ class Short {}".getBytes(StandardCharsets.UTF_8));
        }
        Map<String, Map<String, Object>> documents = new LinkedHashMap<>();
        Corpus corpus = new JavadocCorpus(folder.getRoot().toPath());
        assertThat(corpus.read(documents::put), equalTo("1 documented classes of 1 Java libraries"));
        assertThat(documents.keySet(), contains("org.example.shop.Basket"));
        Map<String, Object> basket = documents.get("org.example.shop.Basket");
        assertThat(basket.get("title"), equalTo("Basket"));
        assertThat(basket.get("package"), equalTo("org.example.shop"));
        assertThat(basket.get("library"), equalTo("shop"));
    }

    @Test
    public void testFilesOfTheUser() throws IOException {
        String lines = "{\"id\":\"a\",\"title\":\"Öl\",\"n\":{\"body\":\"x\"}}\n\n{\"title\":\"gold\"}\n";
        Path plain = folder.getRoot().toPath().resolve("My Docs.jsonl");
        Files.writeString(plain, lines);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(lines.getBytes(StandardCharsets.UTF_8));
        }
        Path gz = folder.getRoot().toPath().resolve("docs.jsonl.gz");
        Files.write(gz, packed.toByteArray());
        for (Path file : List.of(plain, gz)) {
            Corpus corpus = new JsonlCorpus(file, List.of("title^2", "n.body"), null, List.of());
            List<String> read = new ArrayList<>();
            corpus.read((id, document) -> read.add(id + "=" + document.get("title")));
            assertThat(read, contains("a=Öl", "3=gold"));
        }
        assertThat(new JsonlCorpus(plain, List.of("title"), null, List.of()).name(), equalTo("my-docs"));
        assertThat(new JsonlCorpus(gz, List.of("title"), null, List.of()).name(), equalTo("docs"));
        DemoException wrong =
                assertThrows(DemoException.class, () -> new JsonlCorpus(plain, List.of("text"), null, List.of())
                        .read((id, d) -> {}));
        assertThat(wrong.getMessage(), containsString("what they have: id, n, title"));
        Files.writeString(plain, "{\"title\":\"x\"}\nnot json\n");
        DemoException broken =
                assertThrows(DemoException.class, () -> new JsonlCorpus(plain, List.of("title"), null, List.of())
                        .read((id, d) -> {}));
        assertThat(broken.getMessage(), containsString("line 2 of"));
    }

    @Test
    public void testAgreementKnownAnswers() {
        Agreement same = new Agreement();
        same.add("c1", "a", 10);
        same.add("c2", "b", 30);
        assertThat(same.nmi(), closeTo(1, 1e-12));
        Agreement independent = new Agreement();
        for (String cluster : List.of("c1", "c2")) {
            independent.add(cluster, "a", 5);
            independent.add(cluster, "b", 15);
        }
        assertThat(independent.nmi(), closeTo(0, 1e-12));
        // sklearn.metrics.normalized_mutual_info_score([0,0,0,1,1,1], [0,0,1,1,2,2]) = 0.5158037429793889
        Agreement some = new Agreement();
        some.add("0", "0", 2);
        some.add("0", "1", 1);
        some.add("1", "1", 1);
        some.add("1", "2", 2);
        assertThat(some.nmi(), closeTo(0.5158037429793889, 1e-12));
    }

    @Test
    public void testBars() {
        assertThat(Screen.bar(0.5, 4), equalTo("██  "));
        assertThat(Screen.bar(1, 4), equalTo("████"));
        assertThat(Screen.bar(0, 4), equalTo("    "));
        assertThat(Screen.bar(0.0001, 4), equalTo("▏   "));
        assertThat(Screen.bar(7, 2), equalTo("██"));
        assertThat(Screen.cut("abcdef", 4), equalTo("abc…"));
        assertThat(Screen.visible("\033[1mbold\033[0m"), equalTo(4));
    }
}

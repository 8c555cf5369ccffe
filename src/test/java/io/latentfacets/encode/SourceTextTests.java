/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.latentfacets.text.FieldText;
import io.latentfacets.text.SourceField;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.Test;

public class SourceTextTests {

    private static List<FieldText> read(Map<String, Object> source, String... fields) {
        return SourceText.of(
                source, Arrays.stream(fields).map(SourceField::parse).toList());
    }

    @Test
    public void readsPathsArraysAndScalarsInTheOrderOfTheFields() {
        Map<String, Object> source = new HashMap<>();
        source.put("title", "One");
        source.put("tags", Arrays.asList("red", null, " ", List.of("blue")));
        source.put(
                "doc", Map.of("body", "text", "parts", List.of(Map.of("t", "a"), Map.of("t", "b"), Map.of("u", "c"))));
        source.put("a.b", "dotted");
        source.put("year", 1984);
        source.put("none", null);
        assertThat(
                read(source, "doc.parts.t", "title^2", "tags", "doc.body", "a.b", "year", "none", "missing", "doc.no"),
                equalTo(List.of(
                        new FieldText(1, "a"),
                        new FieldText(1, "b"),
                        new FieldText(2, "One"),
                        new FieldText(1, "red"),
                        new FieldText(1, "blue"),
                        new FieldText(1, "text"),
                        new FieldText(1, "dotted"),
                        new FieldText(1, "1984"))));
    }

    @Test
    public void objectsHaveNoTextOfTheirOwn() {
        Map<String, Object> source = Map.of("doc", Map.of("body", "text"), "list", List.of(Map.of("t", "a"), "b"));
        assertThat(read(source, "doc", "list"), equalTo(List.of(new FieldText(1, "b"))));
    }

    @Test
    public void multiFieldReadsTheTextItIsMadeOf() {
        assertThat(read(Map.of("title", "One"), "title.english"), equalTo(List.of(new FieldText(1, "One"))));
    }

    @Test
    public void hashChangesWithTextWeightAndOrder() {
        Set<String> hashes = new HashSet<>();
        List<List<FieldText>> different = List.of(
                List.of(),
                List.of(new FieldText(1, "a")),
                List.of(new FieldText(2, "a")),
                List.of(new FieldText(1, "a"), new FieldText(1, "b")),
                List.of(new FieldText(1, "b"), new FieldText(1, "a")),
                List.of(new FieldText(1, "ab")),
                List.of(new FieldText(1, "a"), new FieldText(1, "b"), new FieldText(1, "c")));
        different.forEach(texts -> hashes.add(hash(texts, null, 1)));
        assertThat(hashes.size(), equalTo(different.size()));
        assertThat(hash(different.get(3), null, 1), equalTo(hash(List.copyOf(different.get(3)), null, 1)));
        assertThat(hash(different.get(3), null, 1).length(), equalTo(16));
    }

    @Test
    public void hashChangesWithTheVector() {
        List<FieldText> text = List.of(new FieldText(1, "oil"));
        Set<String> hashes = new HashSet<>();
        hashes.add(hash(text, null, 1));
        hashes.add(hash(text, new float[] {1, 2}, 1));
        hashes.add(hash(text, new float[] {2, 1}, 1));
        hashes.add(hash(text, new float[] {1, 2, 0}, 1));
        hashes.add(hash(List.of(), new float[] {1, 2}, 1));
        hashes.add(hash(List.of(), null, 1));
        assertThat(hashes.size(), equalTo(6));
    }

    /** Whoever reads a hash would else try all first names until one gives it. */
    @Test
    public void hashOfAGuessedTextNeedsTheKey() {
        List<FieldText> text = List.of(new FieldText(1, "Anna"));
        assertThat(hash(text, null, 1), not(equalTo(hash(text, null, 2))));
    }

    private static String hash(List<FieldText> texts, float[] vector, int key) {
        return SourceText.hash(texts, vector, new byte[] {(byte) key});
    }
}

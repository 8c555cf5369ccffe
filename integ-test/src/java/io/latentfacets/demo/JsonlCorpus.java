/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.zip.GZIPInputStream;

/** A user's own file: one JSON object per line, plain or compressed with gzip. */
final class JsonlCorpus implements Corpus {
    private static final int PROBE = 200;

    private final Path file;
    private final List<String> fields;
    private final String label;
    private final List<String> queries;

    JsonlCorpus(Path file, List<String> fields, String label, List<String> queries) {
        this.file = file;
        this.fields = fields;
        this.label = label;
        this.queries = queries;
    }

    @Override
    public String name() {
        String base = file.getFileName()
                .toString()
                .toLowerCase(Locale.ROOT)
                .replaceFirst("(\\.jsonl?|\\.ndjson)?(\\.gz)?$", "");
        String name = base.replaceAll("[^a-z0-9_-]+", "-").replaceFirst("^[-_]+", "");
        return name.isEmpty() ? "corpus" : name;
    }

    @Override
    public String signature() throws IOException {
        return file.getFileName() + " " + Files.size(file) + " " + Files.getLastModifiedTime(file) + " " + fields + " "
                + label;
    }

    @Override
    public String things() {
        return "documents";
    }

    @Override
    public List<String> fields() {
        return fields;
    }

    @Override
    public String label() {
        return label;
    }

    @Override
    public List<String> queries() {
        return queries;
    }

    @Override
    public String read(BiConsumer<String, Map<String, Object>> documents) throws IOException {
        TreeSet<String> seen = new TreeSet<>();
        boolean known = false;
        int count = 0;
        int number = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(open(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                Map<String, Object> document = parse(line, number);
                known |= fields.stream().anyMatch(f -> has(document, f));
                if (!known) {
                    seen.addAll(document.keySet());
                    if (number >= PROBE) {
                        break;
                    }
                }
                Object id = document.get("id");
                documents.accept(
                        id instanceof String || id instanceof Number ? id.toString() : String.valueOf(number),
                        document);
                count++;
            }
        }
        if (!known) {
            throw new DemoException("no document of " + file + " has a field of --fields " + String.join(",", fields)
                    + (seen.isEmpty() ? "; the file is empty" : "; what they have: " + String.join(", ", seen)));
        }
        return String.format(Locale.ROOT, "%,d documents of %s", count, file.getFileName());
    }

    private InputStream open() throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        in.mark(2);
        boolean packed = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return packed ? new GZIPInputStream(in, 1 << 16) : in;
    }

    private Map<String, Object> parse(String line, int number) {
        try {
            return Json.read(line);
        } catch (IOException | RuntimeException e) {
            throw new DemoException(
                    "line " + number + " of " + file + " is no JSON object: " + Screen.cut(line, 80), e);
        }
    }

    private static boolean has(Map<String, Object> document, String field) {
        String name = field.replaceFirst("\\^[0-9.]+$", "");
        return document.containsKey(name) || Json.at(document, (Object[]) name.split("\\.", -1)) != null;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;

/** Reads a file of JSON objects, one per line, plain or compressed with gzip. */
public final class JsonLines {
    private JsonLines() {}

    /**
     * Reads all objects of the file and skips blank lines.
     *
     * @throws IllegalArgumentException naming the first line that is not a JSON object
     */
    public static List<Map<String, Object>> read(Path file) throws IOException {
        List<Map<String, Object>> objects = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(open(file), StandardCharsets.UTF_8))) {
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                number++;
                // some editors write a byte order mark
                String text = number == 1 && line.startsWith("\uFEFF") ? line.substring(1) : line;
                if (!text.isBlank()) {
                    objects.add(parse(text, number));
                }
            }
        }
        return objects;
    }

    /** The file's name without its extensions, as a valid name for indices and models. */
    static String name(Path file) {
        String base = file.getFileName()
                .toString()
                .toLowerCase(Locale.ROOT)
                .replaceFirst("(\\.jsonl?|\\.ndjson)?(\\.gz)?$", "");
        String name = base.replaceAll("[^a-z0-9_-]+", "-").replaceFirst("^[-_]+", "");
        return name.isEmpty() ? "corpus" : name.substring(0, Math.min(60, name.length()));
    }

    private static InputStream open(Path file) throws IOException {
        InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        try {
            in.mark(2);
            boolean packed = in.read() == 0x1f && in.read() == 0x8b;
            in.reset();
            return packed ? new GZIPInputStream(in, 1 << 16) : in;
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    private static Map<String, Object> parse(String line, int number) {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.IGNORE_DEPRECATIONS, line)) {
            if (parser.nextToken() == XContentParser.Token.START_OBJECT) {
                return parser.mapOrdered();
            }
            throw new IOException("it begins with " + parser.currentToken());
        } catch (IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "line " + number + " is no JSON object: " + line.substring(0, Math.min(80, line.length())), e);
        }
    }
}

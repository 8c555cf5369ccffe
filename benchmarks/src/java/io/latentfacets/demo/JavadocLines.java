/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/** Writes the documents of the demo to a file of JSON lines, for the benchmarks. */
public final class JavadocLines {
    private JavadocLines() {}

    /** Arguments: the directory of the source jars, which {@code ./demo} fills; the file to write, compressed. */
    public static void main(String[] args) throws IOException {
        Gson gson = new GsonBuilder().disableHtmlEscaping().create();
        JavadocCorpus corpus = new JavadocCorpus(Path.of(args[0]));
        try (Writer out = new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(Path.of(args[1]))), StandardCharsets.UTF_8)) {
            System.out.println(corpus.read((id, document) -> {
                Map<String, Object> line = new LinkedHashMap<>();
                line.put("title", document.get("title"));
                line.put("body", document.get("body"));
                line.put("label", document.get(corpus.label()));
                try {
                    out.write(gson.toJson(line));
                    out.write('\n');
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
        }
    }
}

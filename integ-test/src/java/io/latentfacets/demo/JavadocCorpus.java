/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The built-in corpus: what well-known Java libraries say about their classes. It has one document per documented class
 * of the source jars, which the build fetches from Maven Central into {@code <dir>/<library>/}.
 */
final class JavadocCorpus implements Corpus {
    /** The fewest words of a document. Classes with less documentation have no subject. */
    private static final int MIN_WORDS = 25;

    private static final int MAX_LENGTH = 4000;

    /**
     * The most classes of a library. Larger libraries are sampled, always the same way, so that none dominates the
     * corpus.
     */
    private static final int MAX_CLASSES = 600;

    private final Path dir;

    JavadocCorpus(Path dir) {
        this.dir = dir;
    }

    @Override
    public String name() {
        return "javadoc";
    }

    @Override
    public String things() {
        return "classes";
    }

    @Override
    public List<String> fields() {
        return List.of("title^2", "body");
    }

    @Override
    public String label() {
        return "library";
    }

    @Override
    public List<String> queries() {
        return List.of("key", "connection", "precision");
    }

    @Override
    public String signature() throws IOException {
        List<String> parts = new ArrayList<>();
        for (Path jar : jars()) {
            parts.add(jar.getFileName() + ":" + Files.size(jar));
        }
        return MIN_WORDS + "/" + MAX_LENGTH + "/" + MAX_CLASSES + " " + checksum(String.join(",", parts));
    }

    @Override
    public String read(BiConsumer<String, Map<String, Object>> documents) throws IOException {
        Map<String, List<Map<String, Object>>> byLibrary = new TreeMap<>();
        for (Path jar : jars()) {
            String library = jar.getParent().getFileName().toString();
            read(jar, library, byLibrary.computeIfAbsent(library, l -> new ArrayList<>()));
        }
        int count = 0;
        for (List<Map<String, Object>> classes : byLibrary.values()) {
            classes.sort(Comparator.comparingLong((Map<String, Object> d) -> checksum(id(d)))
                    .thenComparing(JavadocCorpus::id));
            for (Map<String, Object> document : classes.subList(0, Math.min(MAX_CLASSES, classes.size()))) {
                documents.accept(id(document), document);
                count++;
            }
        }
        return String.format(Locale.ROOT, "%,d documented classes of %d Java libraries", count, byLibrary.size());
    }

    private static String id(Map<String, Object> document) {
        return document.get("package") + "." + document.get("title");
    }

    private List<Path> jars() throws IOException {
        try (Stream<Path> files = Files.walk(dir, 2)) {
            List<Path> jars =
                    files.filter(f -> f.toString().endsWith(".jar")).sorted().toList();
            if (jars.isEmpty()) {
                throw new DemoException("no source jars in " + dir + "; delete target/demo and start again");
            }
            return jars;
        }
    }

    private static void read(Path jar, String library, List<Map<String, Object>> documents) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                String name = entry.getName();
                String file = name.substring(name.lastIndexOf('/') + 1);
                // Only package-info and module-info have hyphens; META-INF holds variants of classes for other Java
                // versions.
                if (!file.endsWith(".java") || file.contains("-") || name.startsWith("META-INF")) {
                    continue;
                }
                JavaSource source;
                try (InputStream in = zip.getInputStream(entry)) {
                    source = JavaSource.read(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                }
                String text = source.text(MAX_LENGTH);
                if (text.split(" ", MIN_WORDS + 1).length > MIN_WORDS) {
                    Map<String, Object> document = new LinkedHashMap<>();
                    document.put("title", file.substring(0, file.length() - ".java".length()));
                    document.put("package", source.packageName());
                    document.put("library", library);
                    document.put("body", text);
                    documents.add(document);
                }
            }
        }
    }

    private static long checksum(String text) {
        CRC32 crc = new CRC32();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return crc.getValue();
    }
}

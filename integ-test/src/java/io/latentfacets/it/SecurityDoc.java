/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What {@code docs/security.md} says: the roles to copy, and the table of who may what. */
final class SecurityDoc {
    private static final Path PROJECT = Path.of(System.getProperty("latent.project.dir", "."));
    private static final Path FILE = PROJECT.resolve("docs/security.md");
    private static final Path SPECIFICATIONS = PROJECT.resolve("integ-test/src/resources/rest-api-spec/api");
    private static final String ROLES = "<!-- roles -->\n```yaml\n";
    private static final String TABLE = "<!-- who may what -->\n";
    private static final String END = "<!-- end -->\n";

    private SecurityDoc() {}

    /** The roles, in the format of roles.yml. */
    static String roles() throws IOException {
        return part(ROLES, "```\n");
    }

    static String table() throws IOException {
        return part(TABLE, END);
    }

    /** Replaces the table in the document. */
    static void write(String table) throws IOException {
        String text = Files.readString(FILE);
        String old = table();
        int from = text.indexOf(TABLE) + TABLE.length();
        Files.writeString(FILE, text.substring(0, from) + table + text.substring(from + old.length()));
    }

    /** The names of all endpoints of the API that have a specification. */
    static List<String> specifications() throws IOException {
        try (Stream<Path> files = Files.list(SPECIFICATIONS)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.contains("latent"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .toList();
        }
    }

    private static String part(String begin, String end) throws IOException {
        String text = Files.readString(FILE);
        int from = text.indexOf(begin);
        int to = text.indexOf(end, from + begin.length());
        if (from < 0 || to < 0) {
            throw new IOException(FILE + " has nothing between " + begin + end);
        }
        return text.substring(from + begin.length(), to);
    }
}

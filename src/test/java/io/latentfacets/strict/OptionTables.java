/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opensearch.common.SuppressForbidden;

/**
 * Compares the tables in {@code docs/api.md} with the options themselves. {@code mvn test -Dlatent.options.write=true
 * -Dtest='*#testOptionsAreDocumented'} writes the tables.
 */
public final class OptionTables {

    private static final String END = "<!-- end -->\n";

    private OptionTables() {}

    /** @param name the name of the table, as in its first line in the document */
    @SuppressForbidden(reason = "the documentation lies outside the tests' directories")
    public static void check(String name, OptionGroup<?> options) {
        Path file = Path.of(System.getProperty("latent.project.dir", "."), "docs", "api.md");
        String begin = "<!-- options: " + name + " -->\n";
        try {
            String text = Files.readString(file);
            int from = text.indexOf(begin);
            int to = text.indexOf(END, from);
            assertTrue(file + " has no table between " + begin + END, from >= 0 && to > from);
            from += begin.length();
            if (Boolean.getBoolean("latent.options.write")) {
                Files.writeString(file, text.substring(0, from) + options.table() + text.substring(to));
            } else {
                assertEquals(
                        file + " is not what the code says, see OptionTables",
                        options.table(),
                        text.substring(from, to));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.strict;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.opensearch.common.SuppressForbidden;

/**
 * Compares the tables in {@code docs/options} with the options themselves. {@code mvn test -Dlatent.options.write=true
 * -Dtest='*#testOptionsAreDocumented'} writes the tables.
 */
public final class OptionTables {

    private OptionTables() {}

    /** @param name of the file, without its ending */
    @SuppressForbidden(reason = "the documentation lies outside the tests' directories")
    public static void check(String name, OptionGroup<?> options) {
        Path file = Path.of(System.getProperty("latent.project.dir", "."), "docs", "options", name + ".md");
        String table = "<!-- options: " + name + " -->\n" + options.table() + "<!-- end -->\n";
        try {
            if (Boolean.getBoolean("latent.options.write")) {
                Files.createDirectories(file.getParent());
                Files.writeString(file, table);
            }
            assertEquals(file + " is not what the code says, see OptionTables", table, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

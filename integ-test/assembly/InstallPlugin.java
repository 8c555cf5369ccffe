/* SPDX-License-Identifier: Apache-2.0 */
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The last step of the assembly: installs the plugin zip into the assembled server with OpenSearch's own plugin CLI.
 *
 * <p>A stand-alone program, run as {@code java InstallPlugin.java HOME ZIP} on the JDK that the build selected.
 * Whatever it does not have to do again it leaves alone: the installed zip's content is remembered in
 * {@code plugin.installed}. It also writes down the JDK in {@code jdk.home}, from where {@code bin/opensearch} takes
 * it.
 */
public final class InstallPlugin {
    private static final String PLUGIN = "latent-facets";

    private final Path home;
    private final Path zip;

    private InstallPlugin(Path home, Path zip) {
        this.home = home;
        this.zip = zip;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length != 2) {
            throw new IllegalArgumentException("usage: InstallPlugin OPENSEARCH_HOME PLUGIN_ZIP");
        }
        new InstallPlugin(Path.of(args[0]).toAbsolutePath(), Path.of(args[1]).toAbsolutePath()).run();
    }

    private void run() throws IOException, InterruptedException {
        Files.writeString(home.resolve("jdk.home"), System.getProperty("java.home") + "\n");
        for (String script : List.of("opensearch", "opensearch-plugin")) {
            if (!home.resolve("bin").resolve(script).toFile().setExecutable(true, false)) {
                throw new IOException("cannot make bin/" + script + " executable");
            }
        }
        Path plugins = Files.createDirectories(home.resolve("plugins"));
        Path stamp = home.resolve("plugin.installed");
        String wanted = fingerprint();
        if (Files.exists(stamp) && Files.readString(stamp).equals(wanted)) {
            System.out.println(PLUGIN + " is installed and unchanged");
            return;
        }
        Files.deleteIfExists(stamp);
        if (Files.isDirectory(plugins.resolve(PLUGIN))) {
            pluginCli("remove", PLUGIN);
        }
        pluginCli("install", "--batch", zip.toUri().toString());
        Files.writeString(stamp, wanted);
    }

    /** Names, sizes and checksums of the zip's entries: changes exactly when the content does. */
    private String fingerprint() throws IOException {
        StringBuilder lines = new StringBuilder();
        try (ZipFile file = new ZipFile(zip.toFile())) {
            for (ZipEntry entry : file.stream().toList()) {
                lines.append(
                        String.format(Locale.ROOT, "%s %d %08x%n", entry.getName(), entry.getSize(), entry.getCrc()));
            }
        }
        return lines.toString();
    }

    private void pluginCli(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(home.resolve("bin").resolve("opensearch-plugin").toString());
        command.addAll(List.of(arguments));
        int status = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException(String.join(" ", command) + " ended with status " + status);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * The next build of the plugin, as far as nodes can tell: the same plugin with the next wire format, which appends a
 * value to every message, and writes it where this build's reader does not expect it. It compiles the sources of
 * package {@code wire} with three lines changed, so it follows their changes.
 */
final class NextBuild {
    private static final Path WIRE = Path.of("src/main/java/io/latentfacets/wire");
    private static final String APPENDED = "\"of the next build\"";

    private NextBuild() {}

    /**
     * Assembles a server with that plugin.
     *
     * @param server the server with this build's plugin; its files are shared, not changed
     * @param dir the directory for the new server; its former content is deleted
     */
    static Path assemble(Path server, Path dir) {
        try {
            Path home = dir.resolve("opensearch");
            ServerNode.delete(dir);
            link(server, home);
            Path jar = jar(home);
            Path classes = compile(server, jar, dir);
            // this build's server shares the jar: replace it, never write to it
            Path copy = dir.resolve("next.jar");
            Files.copy(jar, copy);
            try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + copy.toUri()), Map.of());
                    Stream<Path> changed = Files.walk(classes)) {
                for (Path file : changed.filter(Files::isRegularFile).toList()) {
                    Path inside = zip.getPath(classes.relativize(file).toString());
                    Files.copy(file, inside, StandardCopyOption.REPLACE_EXISTING);
                }
            }
            Files.move(copy, jar, StandardCopyOption.REPLACE_EXISTING);
            return home;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path jar(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("plugins/latent-facets"))) {
            return files.filter(file -> file.getFileName().toString().matches("latent-facets-.*\\.jar"))
                    .collect(Collectors.reducing((a, b) -> {
                        throw new IllegalStateException("two plugin jars: " + a + ", " + b);
                    }))
                    .orElseThrow(() -> new IllegalStateException("no plugin jar in " + home));
        }
    }

    private static Path compile(Path server, Path jar, Path dir) throws IOException {
        Path sources = Files.createDirectories(dir.resolve("sources"));
        Path classes = Files.createDirectories(dir.resolve("classes"));
        List<String> options = new ArrayList<>(List.of(
                "--release",
                "21",
                "-proc:none",
                "-nowarn",
                "-d",
                classes.toString(),
                "-cp",
                classPath(jar, server.resolve("lib"))));
        options.add(changed(sources, "WireFormat.java", "CURRENT = 1;", "CURRENT = 2;"));
        options.add(changed(
                sources,
                "FrameOutput.java",
                "below.writeVInt(WireFormat.current());",
                "writeString(" + APPENDED + "); below.writeVInt(WireFormat.current());"));
        options.add(changed(
                sources,
                "FrameInput.java",
                "int left = available();",
                "if (format >= 2 && !readString().equals(" + APPENDED + ")) { throw new IllegalStateException(); }"
                        + " int left = available();"));
        int status = ToolProvider.getSystemJavaCompiler().run(null, null, null, options.toArray(String[]::new));
        if (status != 0) {
            throw new IllegalStateException("the next build does not compile");
        }
        return classes;
    }

    /** The class path, jar by jar: the in-process compiler expands no wildcard. */
    private static String classPath(Path plugin, Path lib) throws IOException {
        try (Stream<Path> jars = Files.list(lib)) {
            return Stream.concat(
                            Stream.of(plugin), jars.filter(jar -> jar.toString().endsWith(".jar")))
                    .map(jar -> jar.toAbsolutePath().toString())
                    .collect(Collectors.joining(":"));
        }
    }

    private static String changed(Path sources, String name, String line, String with) throws IOException {
        String source = Files.readString(WIRE.resolve(name));
        if (source.indexOf(line) < 0 || source.indexOf(line) != source.lastIndexOf(line)) {
            throw new IllegalStateException(name + " must have once: " + line);
        }
        return Files.writeString(sources.resolve(name), source.replace(line, with))
                .toString();
    }

    private static void link(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path));
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.createLink(target, path);
                }
            }
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A second assembled server, {@code target/opensearch-peers}: the first one, and beside our plugin k-NN, neural-search,
 * ml-commons and what these need (job-scheduler, and the module transport-grpc, which k-NN and neural-search extend).
 * The zips are the public ones, fetched by Maven and installed by OpenSearch's own plugin CLI.
 *
 * <p>Made when first asked for, and again when the first server has changed. Files are linked, not copied.
 */
final class PeersHome {
    private static final Path SERVER = Path.of(System.getProperty("latent.opensearch.home", "target/opensearch"))
            .toAbsolutePath();
    private static final Path HOME = SERVER.resolveSibling("opensearch-peers");
    private static final Path FETCHED = SERVER.resolveSibling("peers");
    /** In order: the plugin CLI wants what a plugin extends to be there before it. */
    private static final List<String> ZIPS =
            List.of("opensearch-job-scheduler", "opensearch-knn", "opensearch-ml-plugin", "neural-search");

    private PeersHome() {}

    /** @return the server's directory, or nothing where the plugins cannot be had from Maven's repositories */
    static Optional<Path> assemble() throws IOException, InterruptedException {
        Path stamp = HOME.resolve("peers.installed");
        String wanted = Files.readString(SERVER.resolve("plugin.installed"));
        if (Files.exists(stamp) && Files.readString(stamp).equals(wanted)) {
            return Optional.of(HOME);
        }
        if (!fetch()) {
            return Optional.empty();
        }
        delete(HOME);
        for (String part : List.of("agent", "bin", "config", "lib", "modules", "plugins", "jdk.home")) {
            link(SERVER.resolve(part), HOME.resolve(part));
        }
        addGrpcModule();
        for (String zip : ZIPS) {
            install(zip);
        }
        Files.writeString(stamp, wanted);
        return Optional.of(HOME);
    }

    /** Into {@link #FETCHED}; see the execution of that name in pom.xml. */
    private static boolean fetch() throws IOException, InterruptedException {
        String maven = System.getProperty("latent.maven.home");
        List<String> command = new ArrayList<>();
        command.add(maven == null ? "mvn" : Path.of(maven, "bin", "mvn").toString());
        command.addAll(List.of("-B", "-q", "dependency:copy@peers"));
        if ("offline true".equals(System.getProperty("latent.maven.offline"))) {
            command.add("-o");
        }
        String repository = System.getProperty("latent.maven.repository");
        if (repository != null) {
            command.add("-Dmaven.repo.local=" + repository);
        }
        return run(command, SERVER.getParent().getParent()) == 0;
    }

    private static void addGrpcModule() throws IOException {
        Path module = HOME.resolve("modules/transport-grpc");
        link(FETCHED.resolve("transport-grpc"), module);
        // as any module's, under its own name
        Properties descriptor = new Properties();
        try (Reader in = Files.newBufferedReader(HOME.resolve("modules/reindex/plugin-descriptor.properties"))) {
            descriptor.load(in);
        }
        descriptor.setProperty("name", "transport-grpc");
        descriptor.setProperty("description", "OpenSearch module transport-grpc");
        descriptor.setProperty("classname", "org.opensearch.transport.grpc.GrpcPlugin");
        try (Writer out = Files.newBufferedWriter(module.resolve("plugin-descriptor.properties"))) {
            descriptor.store(out, null);
        }
    }

    private static void install(String name) throws IOException, InterruptedException {
        Path zip;
        try (Stream<Path> files = Files.list(FETCHED)) {
            zip = files.filter(file -> file.getFileName().toString().matches(name + "-[0-9.]+\\.zip"))
                    .max(Comparator.naturalOrder())
                    .orElseThrow(() -> new IOException("no zip of " + name + " in " + FETCHED));
        }
        int status = run(
                List.of(
                        HOME.resolve("bin/opensearch-plugin").toString(),
                        "install",
                        "--batch",
                        zip.toUri().toString()),
                HOME);
        if (status != 0) {
            throw new IOException("the plugin CLI does not install " + zip);
        }
    }

    private static int run(List<String> command, Path directory) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            System.out.println(String.join(" ", command) + " ended with status " + status + ":\n" + output);
        }
        return status;
    }

    private static void link(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(target.getParent());
                    Files.createLink(target, path);
                }
            }
        }
    }

    private static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}

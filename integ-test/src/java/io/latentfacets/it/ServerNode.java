/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * One node: its directory (conf, data, logs, console.log, pid) and, while it runs, its process. The assembly's own
 * {@code bin/opensearch} starts it. That process becomes the server's, so process ids and signals are the server's too.
 */
final class ServerNode {
    private static final int STOP_SECONDS = 60;
    private static final String JVM_CRASH = "A fatal error has been detected by the Java Runtime Environment";

    private Path home;
    private final Path dir;
    private final Path data;
    private final Map<String, String> settings;
    private final Path configuration;
    private final URI uri;
    private final Access access;
    private final String javaOptions;
    private final List<String> launcher;
    private Process process;

    /**
     * A node that does not run yet.
     *
     * @param data the directory for {@code path.data}
     * @param configuration a directory whose files come into the node's configuration; null for none
     * @param launcher the words before the command that starts the node; its process must become the node's
     */
    ServerNode(
            Path home,
            Path dir,
            Path data,
            Map<String, String> settings,
            Path configuration,
            int httpPort,
            Access access,
            String javaOptions,
            List<String> launcher) {
        this.home = home.toAbsolutePath();
        this.dir = dir;
        this.data = data;
        this.settings = settings;
        this.configuration = configuration;
        this.uri = URI.create(access.scheme() + "://127.0.0.1:" + httpPort);
        this.access = access;
        this.javaOptions = javaOptions;
        this.launcher = launcher;
    }

    /** Makes a clean directory with the configuration in it, and kills a process that an aborted run left there. */
    void reset() {
        try {
            killLeftover();
            delete(dir);
            Path conf = Files.createDirectories(dir.resolve("conf"));
            StringBuilder yaml = new StringBuilder();
            settings.forEach(
                    (key, value) -> yaml.append(key).append(": ").append(value).append('\n'));
            Files.writeString(conf.resolve("opensearch.yml"), yaml);
            if (configuration != null) {
                copy(configuration, conf);
            }
            for (String file : List.of("jvm.options", "log4j2.properties")) {
                Files.copy(home.resolve("config").resolve(file), conf.resolve(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void start() {
        if (isAlive()) {
            throw new IllegalStateException(this + " runs already");
        }
        List<String> command = new ArrayList<>(launcher);
        command.addAll(List.of(
                home.resolve("bin/opensearch").toString(),
                "-p",
                dir.resolve("pid").toString()));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("OPENSEARCH_PATH_CONF", dir.resolve("conf").toString());
        builder.environment().put("OPENSEARCH_PATH_DATA", data().toString());
        builder.environment().put("OPENSEARCH_PATH_LOGS", dir.resolve("logs").toString());
        builder.environment().put("OPENSEARCH_JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("OPENSEARCH_JAVA_OPTS", javaOptions);
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(console().toFile()));
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + this, e);
        }
    }

    /** Makes the next start run another assembled server on the same data. */
    void moveTo(Path server) {
        if (isAlive()) {
            throw new IllegalStateException(this + " runs");
        }
        home = server.toAbsolutePath();
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    boolean answers() {
        return new Rest(() -> uri, access).answers();
    }

    long pid() {
        if (!isAlive()) {
            throw new IllegalStateException(this + " does not run");
        }
        return process.pid();
    }

    void kill() {
        if (process != null) {
            process.destroyForcibly();
            awaitEnd(process, "SIGKILL");
        }
    }

    void stop() {
        if (isAlive()) {
            process.destroy();
            awaitEnd(process, "SIGTERM");
            requireNoCrash();
        }
    }

    /** A JVM that ends while a thread computes gradients crashes in libtorch, whose static objects are gone by then. */
    private void requireNoCrash() {
        String end = tail(200);
        if (end.contains(JVM_CRASH)) {
            throw new AssertionError(this + " was to stop in order, but its JVM crashed:\n" + end);
        }
    }

    private void awaitEnd(Process ending, String signal) {
        try {
            if (!ending.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                ending.destroyForcibly();
                throw new AssertionError(this + " outlived " + signal + " by " + STOP_SECONDS + " s:\n" + tail(40));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + this + " ends", e);
        }
    }

    URI uri() {
        return uri;
    }

    Path data() {
        return data;
    }

    Path log() {
        return dir.resolve("logs").resolve(settings.get("cluster.name") + ".log");
    }

    List<String> logLines() {
        return lines(log());
    }

    String tail(int count) {
        List<String> lines = lines(console());
        return "--- " + this + ", end of " + console() + "\n"
                + String.join("\n", lines.subList(Math.max(0, lines.size() - count), lines.size()));
    }

    void deleteData() {
        try {
            delete(data());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return settings.get("cluster.name") + "/" + settings.get("node.name");
    }

    private Path console() {
        return dir.resolve("console.log");
    }

    /** Ends the process in the pid file if it is still a node with this directory. */
    private void killLeftover() throws IOException {
        Path file = dir.resolve("pid");
        if (!Files.exists(file)) {
            return;
        }
        String pid = Files.readString(file).strip();
        Path commandLine = Path.of("/proc", pid, "cmdline");
        if (Files.exists(commandLine) && Files.readString(commandLine).contains(data().toString())) {
            ProcessHandle.of(Long.parseLong(pid)).ifPresent(handle -> {
                handle.destroyForcibly();
                handle.onExit().orTimeout(STOP_SECONDS, TimeUnit.SECONDS).join();
            });
        }
    }

    private static List<String> lines(Path file) {
        try {
            // Lenient decoding: a killed process can leave half a character.
            return Files.exists(file)
                    ? new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                            .lines()
                            .toList()
                    : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> paths = Files.walk(from)) {
            for (Path path : paths.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(path, target);
                }
            }
        }
    }

    /** Deletes a directory with its contents, if it exists. */
    static void delete(Path root) throws IOException {
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

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The node that the demo starts: the assembled server, with directories of its own under {@code target/demo/node}. */
final class Node {
    private static final int STOP_SECONDS = 30;
    private static final int LOG_LINES = 25;

    private final Path home;
    private final Path dir;
    private final int port;
    private Process process;
    private volatile boolean stopping;

    Node(Path home, Path dir, int port) {
        this.home = home.toAbsolutePath();
        this.dir = dir.toAbsolutePath();
        this.port = port;
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    /**
     * Starts the process. The process ends when this one ends, except after a kill -9.
     *
     * @param atEnd called when this process ends, before it stops the node
     */
    void start(Runnable atEnd) throws IOException {
        Path conf = Files.createDirectories(dir.resolve("conf"));
        Files.writeString(
                conf.resolve("opensearch.yml"),
                String.join(
                        "\n",
                        "cluster.name: latent-facets-demo",
                        "node.name: demo",
                        "network.host: 127.0.0.1",
                        "http.port: " + port,
                        "discovery.type: single-node",
                        "cluster.routing.allocation.disk.threshold_enabled: false",
                        ""));
        for (String file : List.of("jvm.options", "log4j2.properties")) {
            Files.write(
                    conf.resolve(file),
                    Files.readAllBytes(home.resolve("config").resolve(file)));
        }
        Files.deleteIfExists(console());
        ProcessBuilder builder = new ProcessBuilder(
                home.resolve("bin/opensearch").toString(),
                "-p",
                dir.resolve("pid").toString());
        builder.environment().put("OPENSEARCH_PATH_CONF", conf.toString());
        builder.environment().put("OPENSEARCH_PATH_DATA", dir.resolve("data").toString());
        builder.environment().put("OPENSEARCH_PATH_LOGS", dir.resolve("logs").toString());
        builder.environment().put("OPENSEARCH_JAVA_HOME", System.getProperty("java.home"));
        builder.redirectErrorStream(true).redirectOutput(console().toFile());
        process = builder.start();
        Thread stop = new Thread(
                () -> {
                    atEnd.run();
                    stop();
                },
                "stop-node");
        Runtime.getRuntime().addShutdownHook(stop);
    }

    /** Waits until the node answers. */
    void awaitUp(Http http, Screen screen) throws InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            requireAlive();
            try {
                Http.Response health = http.send("GET", "/_cluster/health?wait_for_status=yellow&timeout=1s", null);
                if (health.status() == 200) {
                    return;
                }
            } catch (Http.Unreachable notYet) {
                screen.update("starting, " + (System.nanoTime() - begun) / 1_000_000_000L + " s");
            }
            Thread.sleep(250);
        }
    }

    /**
     * Checks that the node is alive.
     *
     * @throws DemoException with the end of the node's log, if the node has died
     */
    void requireAlive() {
        if (process != null && !process.isAlive() && !stopping) {
            throw new DemoException("the node ended with status " + process.exitValue() + ". The last it said:\n\n"
                    + tail() + "\n\nAll of it: " + console());
        }
    }

    /** Waits for the node to end by itself. */
    void join() throws InterruptedException {
        process.waitFor();
        requireAlive();
    }

    void stop() {
        stopping = true;
        if (process == null || !process.isAlive()) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Path console() {
        return dir.resolve("console.log");
    }

    private String tail() {
        try {
            List<String> lines = new String(Files.readAllBytes(console()), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()));
        } catch (IOException e) {
            return "(nothing: " + e + ")";
        }
    }
}

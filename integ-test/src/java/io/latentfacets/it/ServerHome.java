/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Assembled servers in addition to the build's, in {@code target/opensearch-<version>}: other versions of OpenSearch,
 * with the same zip installed. {@code integ-test/assembly/AssembleServer.java} makes them from Maven's repositories at
 * the first request, and again when their inputs have changed.
 */
final class ServerHome {
    private static final Path PROJECT = Path.of(System.getProperty("latent.project.dir", "."));
    private static final Path ZIP = Path.of(System.getProperty("latent.plugin.zip", "target/latent-facets-0.1.0.zip"));

    private ServerHome() {}

    /**
     * A server with only our plugin.
     *
     * @throws IOException if the assembly fails, with the output of the failed step
     */
    static Path of(String version) throws IOException, InterruptedException {
        return assemble(PROJECT.resolve("target/opensearch-" + version), version, List.of());
    }

    /**
     * A server with our plugin, k-NN, neural-search, ml-commons and the plugins that these need.
     *
     * @throws IOException if the assembly fails, with the output of the failed step
     */
    static Path withPeers(String version) throws IOException, InterruptedException {
        return assemble(PROJECT.resolve("target/opensearch-" + version + "-peers"), version, List.of("peers"));
    }

    /**
     * A server with our plugin and the security plugin, which is not configured yet: see {@link Security}.
     *
     * @throws IOException if the assembly fails, with the output of the failed step
     */
    static Path withSecurity(String version) throws IOException, InterruptedException {
        return assemble(PROJECT.resolve("target/opensearch-" + version + "-security"), version, List.of("security"));
    }

    private static Path assemble(Path home, String version, List<String> profile)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        passOn(command, "latent.maven.home", "maven.home");
        passOn(command, "latent.maven.repository", "maven.repository");
        command.add("-Dmaven.offline=" + "offline true".equals(System.getProperty("latent.maven.offline")));
        command.addAll(List.of(
                "integ-test/assembly/AssembleServer.java",
                home.toAbsolutePath().toString(),
                version,
                ZIP.toAbsolutePath().toString()));
        command.addAll(profile);
        Process process = new ProcessBuilder(command)
                .directory(PROJECT.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException("no OpenSearch " + version + " " + profile + " could be assembled:\n" + output);
        }
        return home;
    }

    private static void passOn(List<String> command, String from, String to) {
        String value = System.getProperty(from);
        if (value != null) {
            command.add("-D" + to + "=" + value);
        }
    }
}

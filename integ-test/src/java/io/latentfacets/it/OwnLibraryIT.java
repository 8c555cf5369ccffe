/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * A node with the operator's own libtorch, under the names that PyTorch gives its files, and a wish for a GPU that this
 * machine need not have. The library is the one for the CPU that the plugin's build changes for the zip.
 */
public final class OwnLibraryIT {
    private static final Path DIRECTORY = Path.of(System.getProperty("latent.integ.dir", "target/integ"))
            .toAbsolutePath()
            .resolve("own-libtorch");

    private static final int DOCUMENTS = 120;

    private static TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void start() throws IOException {
        Path jar = jar();
        assumeTrue("the build's PyTorch is in the local Maven repository", jar != null);
        unpack(jar);
        cluster = TestCluster.builder("own-library")
                .nodes(1)
                .setting("plugins.latent.engine.library_path", DIRECTORY.toString())
                .setting("plugins.latent.engine.device", "gpu:0")
                .start();
    }

    @AfterClass
    public static void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
        if (Files.exists(DIRECTORY)) {
            try (Stream<Path> files = Files.walk(DIRECTORY)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    /** The jar with PyTorch for the CPU as its makers publish it; null if it is not there. */
    private static Path jar() throws IOException {
        Path artifact =
                Path.of(System.getProperty("latent.maven.repository", "."), "ai/djl/pytorch/pytorch-native-cpu");
        if (!Files.isDirectory(artifact)) {
            return null;
        }
        try (Stream<Path> files = Files.walk(artifact)) {
            return files.filter(file -> file.toString().endsWith("linux-x86_64.jar"))
                    .max(Comparator.naturalOrder())
                    .orElse(null);
        }
    }

    private static void unpack(Path jar) throws IOException {
        Files.createDirectories(DIRECTORY);
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            zip.stream().filter(entry -> entry.getName().contains(".so")).forEach(entry -> copy(zip, entry));
        }
    }

    private static void copy(ZipFile zip, ZipEntry entry) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        try (InputStream in = zip.getInputStream(entry)) {
            Files.copy(in, DIRECTORY.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    public void itComputesOnTheCpuAndSaysWhy() {
        Rest rest = cluster.rest();
        Map<?, ?> nodes = (Map<?, ?>) rest.get("/_plugins/_latent/stats").ok().at("nodes");
        Map<?, ?> node = (Map<?, ?>) nodes.values().iterator().next();
        assertThat(node.get("engine_available"), equalTo(true));
        assertThat(node.get("engine_device"), equalTo("cpu"));
        assertThat(
                node.get("engine_notice").toString(),
                containsString("[plugins.latent.engine.device] is [gpu:0], but PyTorch here knows only the CPU"));
        List<String> lines = cluster.logLines(0).stream()
                .filter(line -> line.contains("[plugins.latent.engine.device] is [gpu:0]"))
                .toList();
        assertThat("one line says so", lines.size(), equalTo(1));

        Latent.createIndex(cluster, "own-docs", TopicCorpus.documents(0, DOCUMENTS), 1, 0);
        Latent.createModel(rest, "own-model", Latent.definition("own-docs", 3, 4));
        assertThat(Latent.train(rest, "own-model").intAt("generation"), equalTo(1));
        Latent.attach(rest, "own-model", "own-docs");
        List<?> buckets = (List<?>) Latent.facetsAndFilters(rest, "own-docs", List.of("c1"), "clusters")
                .at("aggregations.topics.buckets");
        long counted = buckets.stream()
                .mapToLong(bucket -> ((Number) ((Map<?, ?>) bucket).get("doc_count")).longValue())
                .sum();
        assertThat(counted, equalTo((long) DOCUMENTS));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * A disk without room while a training reads and while it learns. The node's data lies on a small file system of its
 * own, which the test fills; so the writes of the plugin and of core really fail. Needs the right to mount one; skipped
 * without it. {@link FaultsIT} has the disk that OpenSearch sees coming.
 */
public final class FullDiskIT {
    private static final Path MOUNT = Path.of(System.getProperty("latent.integ.dir", "target/integ"))
            .resolve("full-disk-data")
            .toAbsolutePath();
    private static final String INDEX = "disk-docs";
    private static final String MODEL = "disk-model";
    private static final String MODELS = Latent.BASE + "/models/" + MODEL;
    private static final int DOCUMENTS = 8_000;
    /** Less than the words of the documents take, in kB. */
    private static final int LEFT_FOR_READING = 64;

    private static final Duration LIMIT = Duration.ofMinutes(5);

    private static boolean mounted;
    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void start() throws Exception {
        Files.createDirectories(MOUNT);
        // the libraries of PyTorch, which the node unpacks into its data, take 432 MB of it
        mounted = command("mount", "-t", "tmpfs", "-o", "size=600m,mode=0777", "tmpfs", MOUNT.toString());
        assumeTrue("no right to mount a file system", mounted);
        cluster = TestCluster.builder("full-disk")
                .data(MOUNT)
                .setting("plugins.latent.training.checkpoint_interval", "1s")
                .start();
        rest = cluster.rest();
    }

    @AfterClass
    public static void stop() throws Exception {
        if (cluster != null) {
            cluster.close();
        }
        if (mounted) {
            assertThat("unmounted", command("umount", MOUNT.toString()), equalTo(true));
        }
    }

    @Before
    public void createModel() {
        Latent.createIndex(cluster, INDEX, DOCUMENTS, 1, 0);
        rest.post("/" + INDEX + "/_forcemerge?max_num_segments=1&flush=true").ok();
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, 6, 2));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
    }

    @After
    public void cleanUp() throws IOException {
        Files.deleteIfExists(filler());
        recover();
        Latent.cleanUp(rest, MODEL, INDEX);
    }

    /** Only the files of trainings lie on a full disk here: core gives up the store's shard if that cannot write. */
    @Test
    public void theDiskIsFullWhileATrainingReads() throws Exception {
        int active = active();
        String facets = facets();
        Path files = files();
        String size = "size=" + LEFT_FOR_READING + "k,mode=0777";
        assertThat("mounted", command("mount", "-t", "tmpfs", "-o", size, "tmpfs", files.toString()), equalTo(true));
        try {
            rest.post(MODELS + "/_train", Map.of("force", true)).ok();
            Rest.Response failed = Latent.awaitSettled(rest, MODEL);
            assertThat(failed.text(), failed.text(), containsString("cannot keep the words of the documents in ["));
            assertThat(failed.text(), failed.text(), containsString("No space left on device"));
            assertThat(failed.text(), failed.intAt("active_generation"), equalTo(active));
            assertThat("facets go on", facets(), equalTo(facets));
            assertThat("what it had written is gone", left(), equalTo(List.of()));
        } finally {
            assertThat("unmounted", command("umount", files.toString()), equalTo(true));
        }
        trainsAgain();
    }

    @Test
    public void theDiskIsFullWhileATrainingLearns() throws IOException {
        String facets = facets();
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, 6, 60));
        rest.post(MODELS + "/_train", Map.of("force", true)).ok();
        Await.until(
                LIMIT,
                "an epoch",
                () -> rest.get(MODELS + "/_training").ok().at("epoch") instanceof Number epoch && epoch.intValue() > 1);
        fill();
        String failed = "of model [" + MODEL + "], its training goes on";
        Await.until(LIMIT, failed, () -> cluster.logLines(0).stream().anyMatch(line -> line.contains(failed)));
        assertThat("facets go on", facets(), equalTo(facets));
        Files.delete(filler());
        recover();

        Rest.Response settled = Latent.awaitSettled(rest, MODEL);
        assertThat(settled.text(), settled.stringAt("state"), equalTo("ready"));
        System.out.println("after the disk was full: " + settled.text());
        assertThat("what it had written is gone", left(), equalTo(List.of()));
        trainsAgain();
    }

    private static void trainsAgain() {
        int before = active();
        rest.post(MODELS + "/_train?wait_for_completion=true", Map.of("force", true))
                .ok();
        assertThat(active(), greaterThan(before));
        assertThat(facets(), containsString("count"));
    }

    private static int active() {
        return Latent.model(rest, MODEL).intAt("active_generation");
    }

    /** Core gives a shard up whose log cannot be written, and assigns it again when it is told to. */
    private static void recover() {
        // a cluster manager that cannot write its state steps back, and is elected again
        Await.until(
                LIMIT,
                "a cluster manager",
                () -> rest.post("/_cluster/reroute?retry_failed=true").status() == 200);
        cluster.awaitGreen();
    }

    private static String facets() {
        return rest.post("/" + INDEX + "/_latent/facets", "{\"facets\":{\"size\":100}}")
                .ok()
                .listAt("facets.clusters")
                .toString();
    }

    /** Where trainings keep files. */
    private static Path files() throws IOException {
        try (Stream<Path> directories = Files.walk(cluster.data(0))) {
            return directories
                    .filter(path -> path.endsWith(Path.of("latent-facets", "tmp")) && Files.isDirectory(path))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** The files that trainings have left. */
    private static List<Path> left() throws IOException {
        Path nodes = cluster.data(0);
        try (Stream<Path> files = Files.walk(nodes)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> nodes.relativize(file).toString().contains("latent-facets/tmp"))
                    .toList();
        }
    }

    private static Path filler() {
        return MOUNT.resolve("filler");
    }

    /** Leaves nothing of the file system. */
    private static void fill() {
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (Files.getFileStore(MOUNT).getUsableSpace() > 0) {
                out.write(page);
            }
        } catch (IOException e) {
            // that is what was asked for
        }
    }

    private static boolean command(String... words) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        }
    }
}

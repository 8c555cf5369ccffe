/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.model.ArchiveParts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/** A node with a heap of 1 GB is asked for more than it has. It says so, and goes on. */
public final class SmallNodeIT {
    private static final String INDEX = "small-docs";
    private static final String MODEL = "small-model";
    private static final String WIDE = "small-wide";
    private static final String FORGED = "small-forged";

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void start() {
        cluster = TestCluster.builder("small").optimizing().heap("1g").start();
        rest = cluster.rest();
        Latent.createIndex(cluster, INDEX, 300, 1, 0);
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 2));
        Latent.train(rest, MODEL);
    }

    @AfterClass
    public static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** Three layers of 8192 × 8192 weights: 805 MB on the heap and 3.2 GB in the engine. */
    @Test
    public void aTrainingThatDoesNotFitIsRefusedWithTheFigure() {
        long pid = cluster.pid(0);
        Map<String, Object> definition = Latent.definition(INDEX, 2, 2);
        Map<String, Object> text = new HashMap<>();
        ((Map<?, ?>) definition.get("text")).forEach((key, value) -> text.put((String) key, value));
        text.put("vocabulary_size", 100);
        definition.put("text", text);
        definition.put("vae", Map.of("hidden_dims", List.of(8192, 8192, 8192, 8192)));
        Latent.createModel(rest, WIDE, definition);
        Rest.Response refused = rest.post(Latent.BASE + "/models/" + WIDE + "/_train?wait_for_completion=true", null);
        assertThat(refused.text(), refused.status(), equalTo(400));
        assertThat(
                refused.text(),
                allOf(
                        containsString("[vae.hidden_dims] [8192, 8192, 8192, 8192]"),
                        containsString("[409.5mb] of heap for all models and trainings together")));
        System.out.println("small node: " + refused.text());
        rest.delete(Latent.BASE + "/models/" + WIDE).ok();
        isAsBefore(pid);
    }

    /** The length of the network's header, at its place, is 2 GB; every checksum and hash fits. */
    @Test
    public void anArchiveThatClaimsToBeHugeIsRefused() throws IOException {
        long pid = cluster.pid(0);
        Map<String, Object> export = new HashMap<>();
        Object whole =
                rest.get(Latent.BASE + "/models/" + MODEL + "/_export").ok().at("");
        ((Map<?, ?>) whole).forEach((key, value) -> export.put((String) key, value));
        ArchiveParts parts = ArchiveParts.of(Base64.getDecoder().decode((String) export.get("archive")));
        byte[] weights = parts.sections().get(1);
        // the content begins with the length of its header
        ByteBuffer.wrap(weights).putInt(ArchiveParts.WEIGHTS, Integer.MAX_VALUE);
        ArchiveParts.checksummed(weights);
        export.put("archive", Base64.getEncoder().encodeToString(parts.archive(parts.header())));
        Rest.Response refused = rest.put(Latent.BASE + "/models/" + FORGED + "/_import", export);
        assertThat(refused.text(), refused.status(), equalTo(400));
        assertThat("the checksum fits", refused.text(), containsString("a header of 2147483647 bytes"));
        System.out.println("small node: " + refused.text());
        isAsBefore(pid);
    }

    private static void isAsBefore(long pid) {
        assertThat(cluster.pid(0), equalTo(pid));
        assertThat(
                "the process runs",
                ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false));
        Latent.train(rest, MODEL);
        System.out.println("small node: " + NodeVitals.of(cluster, 0));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.AfterClass;
import org.junit.Before;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Kills a node with {@code kill -9} at the worst moments: during training, during a bulk, during publication. After a
 * restart nothing is stuck, no acknowledged document is lost, and the model is the complete old generation or the
 * complete new one.
 */
public final class CrashIT {
    private static final String INDEX = "crash-docs";
    private static final String MODEL = "crash-model";
    private static final int DOCUMENTS = 1000;

    private static TestCluster cluster;
    private static Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void start() {
        cluster = TestCluster.builder("crash").nodes(1).start();
        rest = cluster.rest();
    }

    @AfterClass
    public static void stop() {
        cluster.close();
    }

    @Before
    public void createIndex() {
        Latent.createIndex(cluster, INDEX, DOCUMENTS, 1, 0);
    }

    @After
    public void cleanUp() {
        if (!cluster.isAlive(0)) {
            cluster.restart(0);
        }
        Latent.cleanUp(rest, MODEL, INDEX);
    }

    @Test
    public void killedDuringTheFirstTraining() {
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, 4, 1000));
        rest.post(Latent.BASE + "/models/" + MODEL + "/_train").ok();
        awaitPhase("training");

        crash();

        // the training goes on by itself
        Rest.Response model = Latent.awaitSettled(rest, MODEL);
        assertThat(model.text(), model.stringAt("state"), equalTo("ready"));
        assertThat(model.intAt("active_generation"), equalTo(1));
        assertThat(count(), equalTo(DOCUMENTS));
        Latent.train(rest, MODEL);
        wholeGeneration();
    }

    @Test
    public void killedDuringABulk() throws Exception {
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, 4, 2));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicInteger batches = new AtomicInteger();
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            Future<?> writing = writer.submit(() -> {
                for (int from = DOCUMENTS; from < 200_000; from += 200) {
                    Map<String, Object> documents = TopicCorpus.documents(from, from + 200);
                    try {
                        rest.bulk("/" + INDEX + "/_bulk", documents);
                    } catch (UncheckedIOException | IllegalStateException e) {
                        return; // the node is gone
                    }
                    acknowledged.addAll(documents.keySet());
                    batches.incrementAndGet();
                }
            });
            Await.until(Duration.ofMinutes(1), "some bulks", () -> batches.get() >= 10);
            crash();
            writing.get(1, TimeUnit.MINUTES);
        } finally {
            writer.shutdownNow();
        }

        rest.post("/" + INDEX + "/_refresh").ok();
        assertThat(acknowledged.size(), greaterThan(1000));
        assertThat(count(), greaterThanOrEqualTo(DOCUMENTS + acknowledged.size()));
        wholeGeneration();
        // each surviving document with words has its vector
        int wordless = count("{\"bool\":{\"must_not\":[{\"exists\":{\"field\":\"body\"}}]}}");
        int without = count("{\"bool\":{\"must_not\":[{\"exists\":{\"field\":\"latent\"}}]}}");
        assertThat(without, equalTo(wordless));
    }

    @Test
    public void killedDuringPublication() {
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, 4, 2));
        Latent.train(rest, MODEL);
        // kill several times, at moments spread over the end of the training: one complete generation is always active
        int generation = 1;
        for (int delay : new int[] {0, 40, 120, 300}) {
            rest.post(Latent.BASE + "/models/" + MODEL + "/_train", "{\"force\":true}")
                    .ok();
            awaitPhase("publishing");
            pause(delay);
            crash();
            Rest.Response model = Latent.awaitSettled(rest, MODEL);
            assertThat(model.text(), model.stringAt("state"), equalTo("ready"));
            assertThat(model.intAt("active_generation"), greaterThanOrEqualTo(generation));
            generation = model.intAt("active_generation");
            wholeGeneration();
        }
        Rest.Response trained = rest.post(
                        Latent.BASE + "/models/" + MODEL + "/_train?wait_for_completion=true", "{\"force\":true}")
                .ok();
        assertThat(trained.intAt("generation"), greaterThan(generation));
        assertThat(Latent.model(rest, MODEL).intAt("active_generation"), equalTo(trained.intAt("generation")));
    }

    private static void crash() {
        cluster.kill(0);
        cluster.restart(0);
        cluster.awaitGreen();
    }

    /** Asserts that the active generation can be read back in full and encodes. */
    private static void wholeGeneration() {
        assertThat(Centroids.of(rest, MODEL).keys().size(), greaterThan(1));
        Rest.Response encoded = rest.post(
                        Latent.BASE + "/models/" + MODEL + "/_encode",
                        "{\"docs\":[{\"title\":\"comet\",\"body\":\"telescope galaxy orbit planet\"}]}")
                .ok();
        assertThat(
                ((Map<?, ?>) ((List<?>) encoded.json()).get(0)).get("generation"),
                equalTo(Latent.model(rest, MODEL).at("active_generation")));
    }

    /** Waits until the training has reached {@code phase} or has passed it. */
    private static void awaitPhase(String phase) {
        Await.until(Duration.ofMinutes(2), "phase " + phase, () -> {
            Rest.Response progress = rest.get(Latent.BASE + "/models/" + MODEL + "/_training");
            Object at = progress.at("phase");
            return progress.status() == 200
                    && (phase.equals(at) || ("publishing".equals(phase) && !"training".equals(progress.at("state"))));
        });
    }

    private static void pause(int millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int count() {
        return count("{\"match_all\":{}}");
    }

    private static int count(String query) {
        return rest.post("/" + INDEX + "/_count", "{\"query\":" + query + "}")
                .ok()
                .intAt("count");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Kills nodes of three with {@code kill -9} while a model trains: the node that trains, at random moments; the cluster
 * manager; all at once; and the node that encodes the documents anew. Each time the training goes on by itself and ends
 * with the encoder of a training that nobody disturbed. Trainings are paused while a killed node starts, so that each
 * moment comes.
 *
 * <p>{@code latent.lost.kills} is the number of times that the training node is killed, 2 if not set.
 */
public final class LostTrainingIT {
    private static final String INDEX = "lost-docs";
    private static final String MODEL = "lost-model";
    private static final String MODELS = Latent.BASE + "/models/" + MODEL;
    private static final int DOCUMENTS = 1000;
    private static final int EPOCHS = 600;
    /** Documents are encoded in pages of a thousand, one a second. */
    private static final int ENCODED = 6_000;

    private static final int ENCODED_PER_SECOND = 1_000;
    private static final int NODES = 3;
    private static final int KILLS = Integer.getInteger("latent.lost.kills", 2);
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private static TestCluster cluster;
    private static String undisturbed;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    private final long seed = Long.getLong("latent.lost.seed", System.nanoTime());
    private final Random random = new Random(seed);

    @BeforeClass
    public static void start() {
        cluster = TestCluster.builder("lost-training")
                .nodes(NODES)
                .setting("plugins.latent.training.checkpoint_interval", "1s")
                .start();
        Latent.createIndex(cluster, INDEX, DOCUMENTS, 2, 2);
        Latent.createModel(cluster.rest(), MODEL, Latent.definition(INDEX, 4, EPOCHS));
        undisturbed = Latent.train(cluster.rest(), MODEL).stringAt("encoder");
    }

    @AfterClass
    public static void stop() {
        cluster.close();
    }

    @Test
    public void theTrainingNodeIsKilledAgainAndAgain() {
        int generation = begin();
        int epoch = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            int node = trainerAfter(epoch + 1 + random.nextInt(EPOCHS / (2 * KILLS)));
            epoch = progress().intAt("epoch");
            System.out.printf("kill %d at epoch %d, seed %d%n", kill + 1, epoch, seed);
            restarted(node);
        }
        assertEnds(generation);
        assertThat("it went on from its checkpoints", resumed(), greaterThanOrEqualTo(1L));
    }

    @Test
    public void theClusterManagerIsKilled() {
        int generation = begin();
        trainerAfter(1 + random.nextInt(EPOCHS / 2));
        restarted(cluster.clusterManager());
        assertEnds(generation);
    }

    @Test
    public void allNodesAreKilledAtOnce() {
        int generation = begin();
        trainerAfter(1 + random.nextInt(EPOCHS / 2));
        int[] all = IntStream.range(0, NODES).toArray();
        for (int node : all) {
            cluster.kill(node);
        }
        cluster.restart(all);
        cluster.awaitGreen();
        assertEnds(generation);
    }

    /** The generation is active by then; the next node encodes the documents that are left. */
    @Test
    public void theNodeIsKilledWhileItEncodesTheDocuments() {
        String index = "lost-encoding-docs";
        String model = "lost-encoding-model";
        Map<String, Object> definition = Latent.definition(index, 4, 2);
        definition.put("refresh", Map.of("requests_per_second", ENCODED_PER_SECOND));
        Latent.createIndex(cluster, index, ENCODED, 2, 1);
        Latent.createModel(alive(), model, definition);
        Latent.train(alive(), model);
        Latent.attach(alive(), model, index);
        String models = Latent.BASE + "/models/" + model;
        Object first = encoder(alive().get(models).ok(), 1);
        int all = encodedWith(index, first); // but for a few that have no text
        assertThat(all, greaterThan(ENCODED * 9 / 10));

        definition.put(
                "vae", Map.of("latent_dims", 16, "hidden_dims", List.of(32), "epochs", 2, "seed", 8, "neighbors", 0));
        Latent.createModel(alive(), model, definition);
        int generation = alive().post(models + "/_train", Map.of("mode", "full", "force", true))
                .ok()
                .intAt("generation");
        Await.until(
                LIMIT,
                "the encoding",
                () -> "reencoding".equals(alive().get(models + "/_training").at("phase"))
                        && encodedWith(index, first) < all);
        int node = nodeOf(alive().get(models + "/_training"));
        int left = encodedWith(index, first);
        System.out.printf("killed with %d of %d documents left%n", left, all);
        assertThat(left, greaterThan(0));
        restarted(node);

        Rest rest = alive();
        Await.until(LIMIT, "the end of the encoding", () -> "done"
                .equals(rest.get(models + "/_training").at("phase")));
        Rest.Response settled = Latent.awaitSettled(rest, model);
        assertThat(settled.text(), settled.intAt("active_generation"), equalTo(generation));
        assertThat(settled.text(), settled.at("error"), nullValue());
        assertThat(rest.get(models + "/_training").ok().at("left"), nullValue());
        Object second = encoder(settled, generation);
        assertThat(second, not(equalTo(first)));
        assertThat(encodedWith(index, second), equalTo(all));
        assertThat(encodedWith(index, first), equalTo(0));
        assertThat(rest.get("/" + index + "/_count").ok().intAt("count"), equalTo(ENCODED));
        Latent.cleanUp(rest, model, index);
    }

    /** The number of documents with a latent of an encoder. */
    private static int encodedWith(String index, Object encoder) {
        alive().post("/" + index + "/_refresh");
        return alive().post("/" + index + "/_count", Map.of("query", Map.of("term", Map.of("latent.encoder", encoder))))
                .ok()
                .intAt("count");
    }

    private static int begin() {
        // a warm start would make another encoder than the undisturbed training
        return alive().post(MODELS + "/_train", Map.of("mode", "full")).ok().intAt("generation");
    }

    /** Kills a node and starts it again, while trainings pause. */
    private static void restarted(int node) {
        cluster.kill(node);
        pause("true");
        cluster.restart(node);
        cluster.awaitNodes(NODES);
        cluster.awaitGreen();
        pause(null);
    }

    private static void pause(String paused) {
        Await.until(
                LIMIT,
                "a cluster manager",
                () -> alive().put(
                                        "/_cluster/settings",
                                        Collections.singletonMap(
                                                "persistent",
                                                Collections.singletonMap("plugins.latent.training.paused", paused)))
                                .status()
                        == 200);
    }

    /** Waits until the training has ended that many epochs, and returns the number of the node that trains. */
    private static int trainerAfter(int epochs) {
        Await.until(LIMIT, epochs + " epochs", () -> {
            Rest.Response progress = progress();
            return "training".equals(progress.at("phase")) && progress.intAt("epoch") >= epochs;
        });
        return nodeOf(progress());
    }

    private static int nodeOf(Rest.Response progress) {
        String id = progress.stringAt("node");
        String name = alive().get("/_nodes/" + id + "/settings?filter_path=nodes.*.name")
                .ok()
                .at("nodes." + id + ".name")
                .toString();
        return Integer.parseInt(name.substring(name.lastIndexOf('-') + 1));
    }

    private static Rest.Response progress() {
        return alive().get(MODELS + "/_training");
    }

    private static Rest alive() {
        return cluster.rest(
                IntStream.range(0, NODES).filter(cluster::isAlive).findFirst().orElseThrow());
    }

    /** Asserts that the training ends as if nothing had happened, and that nothing is lost or left. */
    private static void assertEnds(int generation) {
        Rest rest = alive();
        Await.until(
                LIMIT, "the end of the training", () -> "done".equals(progress().at("phase")));
        Rest.Response model = Latent.awaitSettled(rest, MODEL);
        assertThat(model.text(), model.intAt("active_generation"), equalTo(generation));
        assertThat(model.text(), model.at("error"), nullValue());
        assertThat(encoder(model, generation), equalTo(undisturbed));
        assertThat(rest.get("/" + INDEX + "/_count").ok().intAt("count"), equalTo(DOCUMENTS));
        // the task ends after the end of the training is recorded
        Await.until(LIMIT, "the end of the persistent task", () -> {
            Map<?, ?> tasks = (Map<?, ?>) rest.get("/_cluster/state/metadata?filter_path=metadata.persistent_tasks")
                    .ok()
                    .at("metadata.persistent_tasks");
            return tasks == null || ((List<?>) tasks.get("tasks")).isEmpty();
        });
    }

    private static Object encoder(Rest.Response model, int generation) {
        return model.listAt("generations").stream()
                .map(each -> (Map<?, ?>) each)
                .filter(each -> each.get("generation").equals(generation))
                .findFirst()
                .orElseThrow()
                .get("encoder");
    }

    /** How often a training went on from a checkpoint, by the nodes' logs. */
    private static long resumed() {
        return IntStream.range(0, NODES)
                .mapToObj(cluster::logLines)
                .flatMap(List::stream)
                .filter(line -> line.contains("goes on from its checkpoint"))
                .count();
    }
}

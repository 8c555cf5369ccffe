/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.Assume.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * The clients that users have, on more documents than fit into a hundred pages: create, train and wait, attach and
 * wait, facets, neighbours, delete. The headers of an answer to a waiting call must not grow with the number of
 * documents: Python's {@code http.client} rejects an answer with more than 100 headers, Node.js one with more than 16
 * kB of headers.
 *
 * <p>Each client has its own copy of the index. The test skips a client whose interpreter this machine lacks.
 */
public final class ClientsIT {
    /** The largest allowed number of header lines in an answer. */
    static final int MOST_HEADERS = 20;

    private static final int DOCUMENTS = 19_000;
    private static final int BULK = 5_000;
    private static final String CORPUS = "clients-corpus";
    private static final Path SCRIPTS =
            Path.of(System.getProperty("latent.project.dir", ".")).resolve("integ-test/clients");

    private static TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    /**
     * Loads the corpus into two shards on two nodes, so that headers also come from a node that the client did not
     * call.
     */
    @BeforeClass
    public static void loadOnce() {
        cluster = TestCluster.shared(2);
        Latent.createIndex(cluster, CORPUS, BULK, 2, 0);
        for (int from = BULK; from < DOCUMENTS; from += BULK) {
            cluster.rest().bulk("/" + CORPUS + "/_bulk", TopicCorpus.documents(from, Math.min(from + BULK, DOCUMENTS)));
        }
        cluster.rest()
                .put("/" + CORPUS + "/_settings", Map.of("index.blocks.write", true))
                .ok();
    }

    @AfterClass
    public static void cleanUp() {
        for (String each : List.of("headers", "java", "node", "python")) {
            Latent.cleanUp(cluster.rest(), index(each) + "-topics", index(each));
        }
        cluster.rest().delete("/" + CORPUS);
    }

    @Test
    public void answersOfCallsThatWaitHaveAHandfulOfHeaders() {
        String index = copy("headers");
        String model = index + "-topics";
        String path = Latent.BASE + "/models/" + model;
        Map<String, Object> definition = Latent.definition(index, TopicCorpus.subjects(), 2);
        definition.put(
                "source", Map.of("index", List.of(index), "fields", List.of("title^2", "body"), "max_documents", 2000));
        Latent.createModel(cluster.rest(), model, definition);

        // there is no encoder yet, so the training encodes all documents before it answers
        fewHeaders(path + "/_attach?wait_for_completion=true", Map.of("index", index));
        fewHeaders(path + "/_train?wait_for_completion=true", "{}");
        assertThat(encodedBy(index, 1), greaterThan(15_000));
        // this training does not re-encode, so the call below has to
        definition.put("refresh", Map.of("reencode", false));
        // another seed is another encoder; equal weights would be the same one, whose latents stay
        definition.put(
                "vae", Map.of("latent_dims", 16, "hidden_dims", List.of(32), "epochs", 2, "seed", 8, "neighbors", 0));
        Latent.createModel(cluster.rest(), model, definition);
        Latent.train(cluster.rest(), model);
        Rest.Response reencoded = fewHeaders(path + "/_reencode?wait_for_completion=true", null);
        assertThat(reencoded.intAt("updated"), greaterThan(15_000));
        fewHeaders(path + "/_evaluate", Map.of("label_field", "subject"));
        fewHeaders(
                "/" + index + "/_latent/facets",
                Map.of(
                        "search", Map.of("query", Map.of("match", Map.of("body", "market"))),
                        "facets", Map.of("scope", "results", "clusters", 5, "examples", 3, "summary", true)));
    }

    @Test
    public void javaClient() throws IOException, URISyntaxException {
        try (JavaClient client = new JavaClient(address(), copy("java"))) {
            client.run();
        }
    }

    @Test
    public void nodeClient() throws IOException, InterruptedException {
        requireCommand("node");
        requireCommand("npm");
        Path installed = install();
        succeeds(installed, "node", List.of("node", "latent-facets.mjs", address(), copy("node")));
    }

    @Test
    public void pythonClient() throws IOException, InterruptedException {
        requireCommand("python3");
        Path scripts = SCRIPTS.resolve("python").toAbsolutePath();
        succeeds(scripts, "python", List.of("python3", "latent_facets.py", address(), copy("python")));
    }

    private static int encodedBy(String index, int generation) {
        return cluster.rest()
                .get("/" + index + "/_count", Map.of("query", Map.of("term", Map.of("latent.generation", generation))))
                .ok()
                .intAt("count");
    }

    private static Rest.Response fewHeaders(String path, Object body) {
        Rest.Response response = cluster.rest().post(path, body).ok();
        System.out.printf("%3d headers  POST %s%n", response.headerLines(), path);
        assertThat(path, response.headerLines(), lessThanOrEqualTo(MOST_HEADERS));
        return response;
    }

    private static String address() {
        return "http://" + cluster.address(0);
    }

    private static String index(String client) {
        return "clients-" + client;
    }

    /** A writable copy of the corpus, made of links to the same files. */
    private static String copy(String client) {
        String index = index(client);
        cluster.rest()
                .put(
                        "/" + CORPUS + "/_clone/" + index,
                        "{\"settings\":{\"index.blocks.write\":null,\"index.number_of_replicas\":0}}")
                .ok();
        cluster.awaitGreen(index);
        assertThat(cluster.rest().get("/" + index + "/_count").ok().intAt("count"), equalTo(DOCUMENTS));
        return index;
    }

    private static void requireCommand(String command) throws InterruptedException {
        boolean works;
        try {
            works = new ProcessBuilder(command, "--version")
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            works = false;
        }
        assumeTrue("this machine has no [" + command + "], so its client was not tried", works);
    }

    /**
     * Copies the script and installs the client beside it, in exactly the versions of the lock file. If these cannot be
     * fetched, the test skips the client, except in continuous integration.
     */
    private static Path install() throws IOException, InterruptedException {
        Path target = Path.of(System.getProperty("latent.integ.dir", "target/integ"), "node-client")
                .toAbsolutePath();
        Files.createDirectories(target);
        for (String file : List.of("package.json", "package-lock.json", ".npmrc", "latent-facets.mjs")) {
            Files.copy(
                    SCRIPTS.resolve("node").resolve(file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
        Ended npm = run(target, "npm", List.of("npm", "ci", "--ignore-scripts"));
        boolean required = "true".equals(System.getenv("CI"));
        assumeTrue("npm cannot get the client for Node.js:\n" + npm.output(), npm.status() == 0 || required);
        assertThat(npm.output(), npm.status(), equalTo(0));
        return target;
    }

    private record Ended(int status, String output) {}

    /** Runs a command and prints its output, each line prefixed with the name. */
    private static Ended run(Path directory, String name, List<String> command)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        StringBuilder output = new StringBuilder();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                System.out.println(name + ": " + line);
                output.append(line).append('\n');
            }
        }
        return new Ended(process.waitFor(), output.toString());
    }

    private static void succeeds(Path directory, String name, List<String> command)
            throws IOException, InterruptedException {
        Ended ended = run(directory, name, command);
        assertThat(command + "\n" + ended.output(), ended.status(), equalTo(0));
    }
}

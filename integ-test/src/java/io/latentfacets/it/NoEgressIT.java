/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/**
 * A node that trains, encodes, searches and restarts calls nobody outside its machine: neither the plugin nor the
 * engine that it brings along looks for updates, data or cloud services. {@code strace} records each system call that
 * names an address, also the calls that the network or the Java agent would have stopped later.
 */
public final class NoEgressIT {
    private static final String INDEX = "egress-docs";
    private static final String MODEL = "egress-model";

    /**
     * The address in a recorded call: {@code sin_addr=inet_addr("127.0.0.1")}, {@code inet_pton(AF_INET6, "::1", …)}.
     */
    private static final Pattern ADDRESS =
            Pattern.compile("inet_addr\\(\"([^\"]+)\"\\)|inet_pton\\(AF_INET6, \"([^\"]+)\"");

    private static final Path CALLS = Path.of(System.getProperty("latent.integ.dir", "target/integ"), "egress-calls");

    private TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @Before
    public void straceWorks() throws Exception {
        ServerNode.delete(CALLS);
        Files.createDirectories(CALLS);
        assumeTrue("strace must be installed and allowed to trace", traced("self", "true") == 0);
    }

    @After
    public void stop() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    public void aCallToTheOutsideWouldBeSeen() throws Exception {
        // connecting a socket for datagrams sends nothing
        traced("outside", "bash", "-c", "exec 3<>/dev/udp/192.0.2.1/9");
        traced("inside", "bash", "-c", "exec 3<>/dev/udp/127.0.0.1/9");

        assertThat(outside("outside"), contains(containsString("192.0.2.1")));
        assertThat(outside("inside"), empty());
        assertThat(addresses("inside").toString(), addresses("inside").size(), greaterThan(0));
    }

    @Test
    public void trainingIngestSearchAndRestartStayOnTheMachine() throws Exception {
        cluster = TestCluster.builder("egress").launcher(tracer("node")).start();
        Rest rest = cluster.rest();
        Latent.createIndex(cluster, INDEX, 200, 1, 0);
        Latent.createModel(rest, MODEL, Latent.definition(INDEX, TopicCorpus.subjects(), 2));
        Latent.train(rest, MODEL);
        Latent.attach(rest, MODEL, INDEX);
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", TopicCorpus.documents(200, 250));
        int encoded = searches(rest);

        cluster.stop(0);
        cluster.restart(0);
        cluster.awaitGreen();

        assertThat(searches(rest), equalTo(encoded));
        cluster.stop(0);
        awaitEnd("node", 2);
        assertThat(outside("node"), empty());
        // both runs of the node have bound a port for HTTP and one for the other nodes, so the record is whole
        assertThat(addresses("node").toString(), addresses("node").size(), greaterThanOrEqualTo(4));
    }

    /** Asks in each way that needs the engine; returns the number of documents with a latent. */
    private static int searches(Rest rest) {
        Rest.Response facets = rest.post("/" + INDEX + "/_latent/facets", "{\"facets\":{\"summary\":true}}")
                .ok();
        assertThat(facets.listAt("facets.clusters").size(), greaterThan(1));
        rest.post(
                        "/" + INDEX + "/_search",
                        "{\"query\":{\"latent_neighbors\":{\"field\":\"latent\",\"text\":\"galaxy telescope orbit\"}}}")
                .ok();
        return rest.post("/" + INDEX + "/_count", "{\"query\":{\"exists\":{\"field\":\"latent\"}}}")
                .ok()
                .intAt("count");
    }

    /**
     * The words that start a command under strace. It stops the command at the recorded system calls only, and the
     * command stays the direct child ({@code -D}).
     */
    private static List<String> tracer(String name) {
        return List.of(
                "strace",
                "-D",
                "-f",
                "--seccomp-bpf",
                "-A",
                "-s",
                "64",
                "-e",
                "trace=bind,connect,sendto,sendmsg,sendmmsg",
                "-e",
                "signal=none",
                "-o",
                CALLS.resolve(name).toAbsolutePath().toString());
    }

    private static int traced(String name, String... command) throws Exception {
        List<String> words = new ArrayList<>(tracer(name));
        words.addAll(List.of(command));
        try {
            Process process = new ProcessBuilder(words)
                    .redirectErrorStream(true)
                    .redirectOutput(CALLS.resolve(name + ".out").toFile())
                    .start();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return -1;
            }
            if (process.exitValue() == 0) {
                awaitEnd(name, 1);
            }
            return process.exitValue();
        } catch (IOException e) {
            return -1; // there is no strace
        }
    }

    /** Waits until strace, which outlives the traced command, has written down how that ended. */
    private static void awaitEnd(String name, int times) {
        Await.until(Duration.ofSeconds(20), "the end of the record of " + name, () -> {
            try (Stream<String> lines = Files.lines(CALLS.resolve(name), StandardCharsets.UTF_8)) {
                return lines.filter(line -> line.contains("+++ exited with") || line.contains("+++ killed by"))
                                .count()
                        >= times;
            }
        });
    }

    /** The recorded calls to addresses of other machines. */
    private static List<String> outside(String name) throws IOException {
        List<String> calls = new ArrayList<>();
        for (String call : addresses(name)) {
            if (call.contains(" bind(")) {
                continue; // a node's own port
            }
            Matcher address = ADDRESS.matcher(call);
            while (address.find()) {
                String text = address.group(1) == null ? address.group(2) : address.group(1);
                if (!InetAddress.getByName(text).isLoopbackAddress()) {
                    calls.add(call);
                }
            }
        }
        return calls;
    }

    /** The recorded calls with an address of the internet protocol. */
    private static List<String> addresses(String name) throws IOException {
        try (Stream<String> lines = Files.lines(CALLS.resolve(name), StandardCharsets.UTF_8)) {
            return lines.filter(line -> ADDRESS.matcher(line).find()).toList();
        }
    }
}

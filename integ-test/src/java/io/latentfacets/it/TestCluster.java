/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Real OpenSearch processes of the assembled server with the plugin installed. Each node is a process with its own
 * configuration, data and log directories under {@code target/integ/<name>/node-<i>}, on free loopback ports, with the
 * Java agent and without root's rights.
 *
 * <p>Nodes are numbered from 0; node 0 founds the cluster. With two nodes only node 0 votes, so node 1 can be lost at
 * any time and node 0 cannot. With three nodes any one can be lost. Not thread-safe. Closing stops every node and
 * deletes the data; the logs stay.
 */
public final class TestCluster implements AutoCloseable {
    private static final Duration START = Duration.ofMinutes(8);
    private static final Path ROOT = Path.of(System.getProperty("latent.integ.dir", "target/integ"));
    private static final Path HOME = Path.of(System.getProperty("latent.opensearch.home", "target/opensearch"));
    private static final ConcurrentMap<Integer, Shared> SHARED = new ConcurrentHashMap<>();

    private final String name;
    private final Access access;
    private final List<ServerNode> nodes;

    private TestCluster(Builder builder) {
        this.name = builder.name;
        this.access = builder.access;
        Path dir = ROOT.resolve(name).toAbsolutePath();
        List<Integer> ports = freePorts(2 * builder.nodes);
        String seeds = IntStream.range(0, builder.nodes)
                .mapToObj(i -> "127.0.0.1:" + ports.get(2 * i + 1))
                .collect(Collectors.joining(","));
        List<ServerNode> list = new ArrayList<>();
        for (int i = 0; i < builder.nodes; i++) {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put("cluster.name", name);
            settings.put("node.name", "node-" + i);
            settings.put("network.host", "127.0.0.1");
            settings.put("http.port", String.valueOf(ports.get(2 * i)));
            settings.put("transport.port", String.valueOf(ports.get(2 * i + 1)));
            settings.put("discovery.seed_hosts", seeds);
            settings.put("cluster.initial_cluster_manager_nodes", "node-0");
            settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
            settings.putAll(builder.settings);
            list.add(new ServerNode(
                    builder.home,
                    dir.resolve("node-" + i),
                    (builder.data == null ? dir : builder.data)
                            .resolve("node-" + i)
                            .resolve("data"),
                    settings,
                    builder.configuration,
                    ports.get(2 * i),
                    access,
                    builder.javaOptions(),
                    builder.launcher));
        }
        this.nodes = List.copyOf(list);
    }

    /**
     * A builder for a cluster.
     *
     * @param name the name of the cluster and of its directory, unique among the tests
     */
    public static Builder builder(String name) {
        return new Builder(name);
    }

    /**
     * The cluster that test classes share to save start-up time. It starts at first use and stops when the JVM ends.
     * Use your own index and model names, delete them afterwards, and never kill its nodes.
     *
     * @param nodes the number of nodes
     */
    public static TestCluster shared(int nodes) {
        return SHARED.computeIfAbsent(nodes, Shared::start).get();
    }

    /**
     * Makes an empty directory for snapshots, to which the nodes of all clusters can write.
     *
     * @param name the directory's name, unique among the tests
     */
    static Path emptyRepository(String name) {
        Path repository = ROOT.resolve("snapshots").resolve(name).toAbsolutePath();
        try {
            ServerNode.delete(repository);
            Files.createDirectories(repository);
            Files.setPosixFilePermissions(repository, PosixFilePermissions.fromString("rwxrwxrwx"));
            return repository;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The assembled server with the plugin installed. */
    static Path home() {
        return HOME;
    }

    /** The number of nodes, dead ones included. */
    public int size() {
        return nodes.size();
    }

    /** A client that sends each request to the first node that is alive. */
    public Rest rest() {
        return new Rest(
                () -> nodes.stream()
                        .filter(ServerNode::isAlive)
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("no node of " + name + " is alive"))
                        .uri(),
                access);
    }

    /** A client that sends each request to node {@code node}. */
    public Rest rest(int node) {
        return new Rest(nodes.get(node)::uri, access);
    }

    /** The address of node {@code node}, as {@code host:port}. */
    public String address(int node) {
        return nodes.get(node).uri().getAuthority();
    }

    /** Kills a node with {@code kill -9} and waits until the process is gone. */
    public void kill(int node) {
        nodes.get(node).kill();
    }

    /** Stops a node in order (SIGTERM) and waits until the process is gone. */
    public void stop(int node) {
        nodes.get(node).stop();
    }

    /** Restarts killed or stopped nodes with their data and ports, and waits until they answer and have joined. */
    public void restart(int... numbers) {
        for (int node : numbers) {
            nodes.get(node).start();
        }
        awaitUp();
    }

    /** Stops one node in order and restarts it on another assembled server, with its data and ports. */
    public void upgrade(int node, Path server) {
        stop(node);
        nodes.get(node).moveTo(server);
        restart(node);
    }

    /** The number of the elected cluster manager's node. */
    public int clusterManager() {
        String elected = rest().get("/_cat/cluster_manager?h=node").ok().text().strip();
        return Integer.parseInt(elected.substring("node-".length()));
    }

    /** Waits until the cluster has exactly {@code count} nodes. */
    public void awaitNodes(int count) {
        Await.until(START, "cluster " + name + " of " + count + " nodes", () -> {
            Rest.Response health = rest().get("/_cluster/health?timeout=5s");
            return health.status() == 200 && health.intAt("number_of_nodes") == count;
        });
    }

    /** Waits until all shards of the indices (all indices if none is given) are assigned, and no shard is moving. */
    public void awaitGreen(String... indices) {
        String path = "/_cluster/health/" + String.join(",", indices)
                + "?wait_for_status=green&wait_for_no_relocating_shards=true&timeout=10s";
        Await.until(START, "green " + List.of(indices), () -> rest().get(path).status() == 200);
    }

    /** The process id of a running node. */
    public long pid(int node) {
        return nodes.get(node).pid();
    }

    public boolean isAlive(int node) {
        return nodes.get(node).isAlive();
    }

    /** The node's {@code path.data}. */
    public Path data(int node) {
        return nodes.get(node).data();
    }

    /** The node's own log file, over all its restarts. */
    public Path log(int node) {
        return nodes.get(node).log();
    }

    /** All lines of the node's log so far. */
    public List<String> logLines(int node) {
        return nodes.get(node).logLines();
    }

    /**
     * The lines that no log may contain, from all nodes: lines at level ERROR or FATAL, and stack frames of our own
     * code. Each line begins with the node's name. (The server itself logs a few harmless traces while nodes find each
     * other.)
     */
    public List<String> alarmingLines() {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < size(); i++) {
            for (String line : logLines(i)) {
                if (line.contains("][ERROR]")
                        || line.contains("][FATAL]")
                        || line.startsWith("\tat io.latentfacets.")) {
                    lines.add("node-" + i + ": " + line);
                }
            }
        }
        return lines;
    }

    /**
     * The lines of all stack traces in the node's log, whatever code they are of. Compare their number before and
     * after.
     */
    public List<String> stackTraceLines(int node) {
        return logLines(node).stream().filter(line -> line.startsWith("\tat ")).toList();
    }

    /** The last {@code lines} console lines of every node, for the message of a failed test. */
    public String tail(int lines) {
        return nodes.stream().map(node -> node.tail(lines)).collect(Collectors.joining("\n"));
    }

    /** Stops all nodes in order and deletes their data. */
    @Override
    public void close() {
        nodes.forEach(ServerNode::stop);
        discard();
    }

    private void discard() {
        nodes.forEach(ServerNode::kill);
        nodes.forEach(ServerNode::deleteData);
    }

    private TestCluster startAll() {
        boolean up = false;
        try {
            nodes.forEach(ServerNode::reset);
            nodes.forEach(ServerNode::start);
            awaitUp();
            up = true;
            return this;
        } finally {
            if (!up) {
                discard();
            }
        }
    }

    private void awaitUp() {
        List<ServerNode> alive = nodes.stream().filter(ServerNode::isAlive).toList();
        for (ServerNode node : alive) {
            Await.until(START, node + " answers", () -> {
                if (!node.isAlive()) {
                    throw new AssertionError(node + " ended during start-up:\n" + node.tail(80));
                }
                return node.answers();
            });
        }
        awaitNodes(alive.size());
    }

    /**
     * Free ports below the range from which the kernel takes ports for clients. So a dead node's port is still free at
     * its restart.
     */
    private static List<Integer> freePorts(int count) {
        Set<Integer> ports = new LinkedHashSet<>();
        for (int attempt = 0; ports.size() < count && attempt < 1000; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(20_000, 32_000);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                ports.add(socket.getLocalPort());
            } catch (IOException e) {
                // the port is taken: try another
            }
        }
        if (ports.size() < count) {
            throw new IllegalStateException("no " + count + " free loopback ports");
        }
        return List.copyOf(ports);
    }

    /** A shared cluster, or the failure of its start; no later test tries to start it again. */
    private record Shared(TestCluster cluster, AssertionError failure) {
        static Shared start(int nodes) {
            try {
                TestCluster cluster =
                        builder("shared-" + nodes).nodes(nodes).optimizing().start();
                Runtime.getRuntime().addShutdownHook(new Thread(cluster::discard, "stop-" + cluster.name));
                return new Shared(cluster, null);
            } catch (AssertionError e) {
                return new Shared(null, e);
            }
        }

        TestCluster get() {
            if (failure != null) {
                throw new AssertionError("the shared cluster did not start", failure);
            }
            return cluster;
        }
    }

    /** The configuration of a cluster. */
    public static final class Builder {
        private final String name;
        private final Map<String, String> settings = new LinkedHashMap<>();
        private int nodes = 1;
        private String heap = "512m";
        private Path home = HOME;
        private Path configuration;
        private Path data;
        private Access access = Access.OPEN;
        private List<String> launcher = List.of();
        private String moreOptions = "";
        private String compiler = " -XX:TieredStopAtLevel=1";

        private Builder(String name) {
            this.name = name;
        }

        public Builder nodes(int count) {
            this.nodes = count;
            return this;
        }

        /** Sets the heap of each node, in the JVM's notation; the default is 512m. */
        public Builder heap(String size) {
            this.heap = size;
            return this;
        }

        /** Sets another assembled server than the one with only our plugin. */
        public Builder home(Path server) {
            this.home = server;
            return this;
        }

        /** Adds the files of a directory to every node's configuration. */
        Builder configuration(Path directory) {
            this.configuration = directory;
            return this;
        }

        /** Sets the directory for the data of all nodes, empty at the start; the default is beside their logs. */
        Builder data(Path directory) {
            this.data = directory.toAbsolutePath();
            return this;
        }

        /** Sets how the cluster's clients reach the nodes; the default is HTTP without credentials. */
        Builder access(Access secured) {
            this.access = secured;
            return this;
        }

        /**
         * Sets the words before the command that starts a node, such as a tracer's. The process that they start must
         * become the node's.
         */
        Builder launcher(List<String> words) {
            this.launcher = List.copyOf(words);
            return this;
        }

        /**
         * Makes each node touch its whole heap at the start. Then its resident memory changes with its native memory
         * only.
         */
        Builder heapTouched() {
            moreOptions += " -XX:+AlwaysPreTouch";
            return this;
        }

        /**
         * Lets each node optimize its code as a user's node does. Nodes that live for a minute and run little for long
         * otherwise spend most of their time on it, so without this they compile with the quick compiler only. For
         * classes that train on real corpora, search for long, or measure.
         */
        public Builder optimizing() {
            compiler = "";
            return this;
        }

        /** Adds a line to every node's opensearch.yml; the value is YAML. */
        public Builder setting(String key, String value) {
            settings.put(key, value);
            return this;
        }

        /**
         * Starts all nodes and waits until they have formed the cluster.
         *
         * @throws AssertionError with the ends of the logs if they have not
         */
        public TestCluster start() {
            if (!Files.isDirectory(home.resolve("lib"))) {
                throw new IllegalStateException(
                        "no assembled server in " + home + ": run mvn pre-integration-test first");
            }
            return new TestCluster(this).startAll();
        }

        /** With the plugin's assertions, which also find work on threads that must not wait. */
        private String javaOptions() {
            return "-Xms" + heap + " -Xmx" + heap + " -ea:io.latentfacets..." + compiler + moreOptions;
        }
    }
}

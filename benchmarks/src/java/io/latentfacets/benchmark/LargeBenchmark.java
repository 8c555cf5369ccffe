/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.it.Rest;
import io.latentfacets.it.TestCluster;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures what grows with the number of documents: an index of three shards on two nodes that grows from size to size,
 * with facets, filters, clusters of results, the map, neighbours and the endpoint at each of them beside core's
 * {@code terms} and {@code term}; its bytes, columns and heap; columns that are cold; an update of one document in a
 * hundred; and trainings on a sample of it ({@link LargeTraining}). Prints tables.
 *
 * <p>Arguments: a file of JSON lines (or .gz), its text fields separated by commas, the sizes in ascending order
 * separated by commas, and optionally the number of documents of a second index, with graphs ({@link LargeNeighbors}).
 * Properties {@code latent.opensearch.home} and {@code latent.integ.dir} as for the integration tests;
 * {@code benchmark.heap} is the heap of each node, 2g unless given; {@code benchmark.most} the documents of one more
 * training, such as 1000000.
 */
public final class LargeBenchmark {
    static final String MODEL = "large";
    static final String SOURCE = "large-source";
    static final String INDEX = "large-copies";
    private static final String GRAPH = "large-graph";
    private static final int CLUSTERS = 20;
    private static final int SHARDS = 3;
    private static final int SEARCHED = 100;
    private static final int SENT = 5;

    private static final String CORPUS = "{\"latent_clusters\":{\"field\":\"latent\",\"size\":20}}";
    private static final String TERMS = "{\"terms\":{\"field\":\"topic\",\"size\":20}}";
    private static final String BELOW = ",\"aggs\":{\"parts\":{\"terms\":{\"field\":\"part\"}}}}";
    private static final String MAP = "{\"latent_map\":{\"field\":\"latent\",\"grid\":64}}";

    private static final String EVERYTHING = "{\"match_all\":{}}";
    private static final String FLAGGED = "{\"term\":{\"flag\":\"in\"}}";
    private static final String PART = "{\"term\":{\"part\":\"p3\"}}";
    private static final String FEW = "{\"term\":{\"few\":\"f3\"}}";

    private final Rest rest;
    private final ServerTimes times;
    private final LargeState state;
    private final PrintStream out;
    private int divisions;

    /** @param servers the processes of all nodes */
    LargeBenchmark(Rest rest, List<ProcessHandle> servers, PrintStream out) {
        this.rest = rest;
        this.times = new ServerTimes(servers);
        this.state = new LargeState(rest, servers, INDEX);
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        QualityOptions options = QualityOptions.parse(new String[] {args[0], "--fields", args[1]});
        LabeledCorpus corpus = LabeledCorpus.of("large", JsonLines.read(Path.of(args[0])), options);
        List<Integer> sizes = new ArrayList<>();
        for (String size : args[2].split(",", -1)) {
            sizes.add(Integer.valueOf(size));
        }
        int graph = args.length > 3 ? Integer.parseInt(args[3]) : 0;
        try (TestCluster cluster = TestCluster.builder("large")
                .optimizing()
                .nodes(2)
                .heap(System.getProperty("benchmark.heap", "2g"))
                .start()) {
            List<ProcessHandle> servers = new ArrayList<>();
            for (int node = 0; node < cluster.size(); node++) {
                servers.add(ProcessHandle.of(cluster.pid(node)).orElseThrow());
            }
            Rest rest = cluster.rest().timeout(Duration.ofMinutes(30));
            LargeBenchmark benchmark = new LargeBenchmark(rest, servers, System.out);
            List<LargeIndex.Origin> origins = benchmark.learn(corpus);
            LargeIndex index = new LargeIndex(rest, INDEX, origins);
            index.create(SHARDS, MODEL, false);
            int before = 0;
            for (int size : sizes) {
                benchmark.grow(index, before, size);
                benchmark.measure(size);
                before = size;
            }
            benchmark.cold();
            benchmark.train(sizes, Integer.getInteger("benchmark.most", 0));
            benchmark.change(index, before);
            if (graph > 0) {
                benchmark.neighbors(new LargeIndex(rest, GRAPH, origins), graph);
            }
        }
    }

    /** Trains a model on the texts, and returns the documents of which the large index has copies. */
    List<LargeIndex.Origin> learn(LabeledCorpus corpus) {
        LargeIndex.learn(rest, corpus, SOURCE, MODEL, CLUSTERS);
        return LargeIndex.origins(rest, SOURCE, CLUSTERS);
    }

    /** Adds documents and waits until core has merged what it merges by itself. */
    void grow(LargeIndex index, int from, int to) {
        long cpu = times.cpuNanos();
        double seconds = index.grow(from, to);
        out.printf(
                "%n%,d documents more: %.0f s, %,.0f documents a second, %.0f CPU s of the servers; merges after it %.0f"
                        + " s; load %.1f%n",
                to - from,
                seconds,
                (to - from) / seconds,
                (times.cpuNanos() - cpu) / 1e9,
                state.awaitMerges(),
                LargeState.load());
    }

    /** Prints the tables of one size. */
    void measure(int size) {
        out.printf("%n%,d documents, %s, load %.1f%n", size, state.segments(), LargeState.load());
        double[] first = state.firstSearches(body(EVERYTHING, CORPUS));
        out.printf("first search %.0f ms, then %.0f ms; columns complete after %.1f s%n", first[0], first[1], first[2]);
        head();
        for (String query : List.of(EVERYTHING, FLAGGED, PART, FEW)) {
            row("`latent_clusters`, " + count(query), body(query, CORPUS), body(query, TERMS));
        }
        for (String query : List.of(EVERYTHING, FLAGGED, PART)) {
            row(
                    "… with `terms` below, " + count(query),
                    body(query, CORPUS.substring(0, CORPUS.length() - 1) + BELOW),
                    body(query, TERMS.substring(0, TERMS.length() - 1) + BELOW));
        }
        String key = rest.post("/" + INDEX + "/_search", body(EVERYTHING, TERMS))
                .ok()
                .stringAt("aggregations.t.buckets.0.key");
        String cluster = "{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + key + "\"]}}";
        row(
                "`latent_cluster` as filter, " + count(cluster),
                filter(cluster),
                filter("{\"term\":{\"topic\":\"" + key + "\"}}"));
        String fifty = number(Math.min(1, 50_000.0 / size));
        for (String clusters : List.of("10", "\"auto\"")) {
            for (String query : size > 50_000 ? List.of(fifty, EVERYTHING) : List.of(EVERYTHING)) {
                String name = "results scope, " + clusters.replace("\"", "") + ", " + count(query);
                row(name, times.of(() -> search(body(query, results(clusters)))), null);
            }
        }
        row("`latent_map`, " + count(EVERYTHING), times.of(() -> search(body(EVERYTHING, MAP))), null);
        row("`latent_map`, " + count(FLAGGED), times.of(() -> search(body(FLAGGED, MAP))), null);
        row("facets endpoint, 10 hits, 2 examples each, " + count(PART), times.of(this::facets), null);
        out.println();
        sent(fifty, EVERYTHING);
        out.println(state.bytes());
    }

    /** Prints what the nodes send each other for a request; they have three shards, of which one or two are remote. */
    private void sent(String fifty, String all) {
        Map<String, String> bodies = new LinkedHashMap<>();
        bodies.put("`terms`", body(all, TERMS));
        bodies.put("`latent_clusters`", body(all, CORPUS));
        bodies.put("`latent_map`", body(all, MAP));
        bodies.put("results scope, 50,000", body(fifty, results("10")));
        bodies.forEach((name, body) -> {
            search(body);
            long before = state.sent();
            for (int i = 0; i < SENT; i++) {
                search(body);
            }
            out.printf("bytes between the nodes, %s: %,d%n", name, (state.sent() - before) / SENT);
        });
    }

    /** Prints how long searches take after the index was closed and opened, and so has no columns. */
    void cold() {
        rest.post("/" + INDEX + "/_flush").ok();
        for (String query : List.of(FEW, EVERYTHING)) {
            rest.post("/" + INDEX + "/_close").ok();
            rest.post("/" + INDEX + "/_open").ok();
            rest.get("/_cluster/health/" + INDEX + "?wait_for_status=green&timeout=120s")
                    .ok();
            search(body(query, TERMS));
            double[] first = state.firstSearches(body(query, CORPUS));
            out.printf(
                    "without columns, %s matches: first search %.0f ms, then %.0f ms; columns complete after %.1f s%n",
                    count(query), first[0], first[1], first[2]);
        }
    }

    /** Trains on 20,000 of the documents of each size, and on more of all, in one epoch, if asked to. */
    void train(List<Integer> sizes, int most) {
        LargeTraining training = new LargeTraining(rest, times, INDEX);
        for (int size : sizes) {
            training.train(size, 20_000, Map.of("epochs", 2), out);
        }
        if (most > 0) {
            training.train(sizes.get(sizes.size() - 1), most, Map.of("epochs", 1, "neighbors", 0), out);
        }
    }

    /** Writes one document in a hundred again, and prints what that does to the next searches. */
    void change(LargeIndex index, int size) {
        ServerTimes.Took before = times.of(() -> search(body(EVERYTHING, CORPUS)));
        ServerTimes.Took terms = times.of(() -> search(body(EVERYTHING, TERMS)));
        long start = System.nanoTime();
        index.write(0, size, 100, 1);
        double written = (System.nanoTime() - start) / 1e9;
        double refresh =
                ServerTimes.millis(() -> rest.post("/" + INDEX + "/_refresh").ok());
        double[] first = state.firstSearches(body(EVERYTHING, CORPUS));
        List<ServerTimes.Took> after = times.alternating(
                List.of(() -> search(body(EVERYTHING, CORPUS)), () -> search(body(EVERYTHING, TERMS))));
        out.printf(
                "1 %% written again in %.1f s, refresh %.0f ms, first search %.0f ms, then %.0f ms, columns complete after"
                        + " %.1f s; everything before %s (`terms` %s), after %s (`terms` %s) ms, p95, CPU ms; %s%n",
                written,
                refresh,
                first[0],
                first[1],
                first[2],
                before,
                terms,
                after.get(0),
                after.get(1),
                state.segments());
    }

    /** Indexes the first documents into an index with graphs, and compares its neighbours with all documents'. */
    void neighbors(LargeIndex graph, int size) {
        graph.create(SHARDS, MODEL, true);
        long cpu = times.cpuNanos();
        double seconds = graph.grow(0, size);
        LargeState graphs = state.of(GRAPH);
        double merges = graphs.awaitMerges();
        out.printf(
                "%n%,d documents with graphs: %.0f s and %.0f s of merges after it, %.0f CPU s; %s%n%s%n",
                size, seconds, merges, (times.cpuNanos() - cpu) / 1e9, graphs.segments(), graphs.bytes());
        new LargeNeighbors(rest, times, INDEX, GRAPH).compare(graph, size, SEARCHED, out);
    }

    private void head() {
        out.printf("%n| request, matches | ms | p95 | CPU | of core, ms | p95 | CPU | ratio | CPU | rounds |%n");
        out.println("|---|---|---|---|---|---|---|---|---|---|");
    }

    private void row(String name, String ours, String theirs) {
        List<ServerTimes.Took> took = times.alternating(List.of(() -> search(ours), () -> search(theirs)));
        row(name, took.get(0), took.get(1));
    }

    private void row(String name, ServerTimes.Took ours, ServerTimes.Took theirs) {
        out.printf(
                "| %s | %s | %s | %d |%n",
                name,
                ours,
                theirs == null
                        ? "– | – | – | – | –"
                        : "%s | %.2f | %.2f"
                                .formatted(theirs, ours.median() / theirs.median(), ours.cpu() / theirs.cpu()),
                ours.rounds());
    }

    private void search(String body) {
        rest.post("/" + INDEX + "/_search?request_cache=false", body).ok();
    }

    private void facets() {
        String body = "{\"search\":{\"query\":" + PART + ",\"size\":10},\"facets\":{\"size\":10,\"examples\":2}}";
        rest.post("/" + INDEX + "/_latent/facets", body).ok();
    }

    private static String body(String query, String aggregation) {
        return "{\"size\":0,\"query\":" + query + ",\"aggs\":{\"t\":" + aggregation + "}}";
    }

    private static String filter(String query) {
        return "{\"size\":0,\"track_total_hits\":true,\"query\":{\"bool\":{\"filter\":[" + FLAGGED + "," + query
                + "]}}}";
    }

    /** A query of a share of all documents. */
    private static String number(double share) {
        return "{\"range\":{\"number\":{\"lt\":" + (long) (LargeIndex.NUMBERS * share) + "}}}";
    }

    /** A pattern that fits no word makes each division another one, so that none is kept. */
    private String results(String clusters) {
        return "{\"latent_clusters\":{\"field\":\"latent\",\"scope\":\"results\",\"clusters\":" + clusters
                + ",\"exclude_terms\":[\"x" + ++divisions + "\"]}}";
    }

    private String count(String query) {
        return "%,d"
                .formatted(rest.post("/" + INDEX + "/_count", "{\"query\":" + query + "}")
                        .ok()
                        .longAt("count"));
    }
}

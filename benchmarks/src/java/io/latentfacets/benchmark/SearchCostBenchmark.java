/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.field.column.ColumnFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.search.LatentNodeTestCase;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.runner.JUnitCore;
import org.junit.runner.Result;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.builder.SearchSourceBuilder;

/**
 * Measures what a search costs in this process, without HTTP: clusters of many results, and small responses beside
 * core's {@code terms}. A node of the unit tests holds one shard of one segment with random, different latents around
 * {@value #GROUPS} directions. A request begins as JSON and ends as JSON. CPU time is that of the process, so nothing
 * else may run in it. Compare two builds by two runs, one after the other.
 *
 * <p>Properties: {@code latent.cost.documents}, {@code latent.cost.small}, the documents of the index for small
 * responses, {@code latent.cost.slices}, how many threads may share a segment, {@code latent.cost.rows},
 * {@code results}, {@code small} or both, and {@code latent.cost.share}, the only percentage of matches: 95, 30 or 5.
 * Run it with {@code -Dtests.asserts=false} and no assertions, as servers run.
 */
public class SearchCostBenchmark extends LatentNodeTestCase {
    private static final int DIMS = 64;
    private static final int GROUPS = 200;
    private static final int CLUSTERS = 20;
    private static final int BATCH = 5000;
    private static final int WARM = 15;
    private static final int ROUNDS = 31;
    private static final int SMALL_WARM = 3000;
    private static final int SMALL_ROUNDS = 2001;

    private static final OperatingSystemMXBean PROCESS =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private static final int SLICES = Integer.getInteger("latent.cost.slices", 1);

    private int divisions;

    public static void main(String[] args) {
        Result result = JUnitCore.runClasses(SearchCostBenchmark.class);
        result.getFailures().forEach(System.err::println);
        System.exit(result.wasSuccessful() ? 0 : 1);
    }

    @Override
    protected Settings nodeSettings() {
        return Settings.builder()
                .put("search.concurrent_segment_search.mode", SLICES > 1 ? "all" : "none")
                .put("search.concurrent.max_slice_count", SLICES)
                .build();
    }

    @Override
    public void setUp() throws Exception {
        LatentSearchTestPlugin.how = ColumnFixtures.Columns.BUILT_BY_SEARCHES;
        super.setUp();
    }

    /** The one run: a test, because the unit tests' node needs one. */
    public void testCost() throws Exception {
        Generation generation = LatentFixtures.generation("news", 1, DIMS, CLUSTERS, new Random(1));
        generations().put(generation).activate("news", 1);
        String rows = System.getProperty("latent.cost.rows", "results,small");
        if (rows.contains("results")) {
            results(generation, Integer.getInteger("latent.cost.documents", 1_000_000));
        }
        if (rows.contains("small")) {
            small(generation, Integer.getInteger("latent.cost.small", 120_000));
        }
    }

    private void results(Generation generation, int documents) throws IOException {
        index("many", generation, documents);
        System.out.printf("%,d documents, slices %d%n%n", documents, SLICES);
        System.out.println("| clusters of results | matches | ms | CPU, ms | the same sample again, ms | CPU, ms |");
        System.out.println("|---|---|---|---|---|---|");
        for (int percent : Integer.getInteger("latent.cost.share") == null
                ? new int[] {95, 30, 5}
                : new int[] {Integer.getInteger("latent.cost.share")}) {
            String query = "{\"term\":{\"part\":\"p" + percent + "\"}}";
            for (String count : List.of("10", "\"auto\"")) {
                double[] made = timed(WARM, ROUNDS, () -> search("many", query, results(count, "x" + ++divisions)));
                double[] kept = timed(WARM, ROUNDS, () -> search("many", query, results(count, "x")));
                System.out.printf(
                        "| %s | %,d | %.1f | %.1f | %.1f | %.1f |%n",
                        count.replace("\"", ""), documents / 100 * percent, made[0], made[1], kept[0], kept[1]);
            }
        }
    }

    private void small(Generation generation, int documents) throws IOException {
        index("few", generation, documents);
        System.out.printf("%n%,d documents, slices %d%n%n", documents, SLICES);
        System.out.println("| matches | `latent_clusters`, ms | `terms`, ms | ratio | CPU | CPU | ratio |");
        System.out.println("|---|---|---|---|---|---|---|");
        String ours = "{\"latent_clusters\":{\"field\":\"latent\",\"size\":" + CLUSTERS + "}}";
        String theirs = "{\"terms\":{\"field\":\"topic\",\"size\":" + CLUSTERS + "}}";
        for (int part : new int[] {30, 2}) {
            String query = "{\"term\":{\"part\":\"s" + part + "\"}}";
            double[][] costs = inTurn(() -> search("few", query, ours), () -> search("few", query, theirs));
            System.out.printf(
                    "| %,d | %.3f | %.3f | %.2f | %.3f | %.3f | %.2f |%n",
                    documents / part,
                    costs[0][0],
                    costs[1][0],
                    costs[0][0] / costs[1][0],
                    costs[0][1],
                    costs[1][1],
                    costs[0][1] / costs[1][1]);
        }
    }

    private void index(String name, Generation generation, int documents) {
        client().admin()
                .indices()
                .prepareCreate(name)
                .setSettings(Settings.builder()
                        .put("number_of_shards", 1)
                        .put("number_of_replicas", 0)
                        .put("refresh_interval", "-1")
                        .put("index.requests.cache.enable", false)
                        .put("index.translog.durability", "async"))
                .setMapping("{\"_source\":{\"enabled\":false},\"properties\":{\"latent\":{\"type\":\"latent_vector\","
                        + "\"model\":\"news\"},\"part\":{\"type\":\"keyword\"},\"topic\":{\"type\":\"keyword\"}}}")
                .get();
        Random random = new Random(42);
        float[][] groups = new float[GROUPS][];
        for (int g = 0; g < GROUPS; g++) {
            groups[g] = Latents.dequantize(LatentFixtures.latent(DIMS, random));
        }
        BulkRequest bulk = new BulkRequest();
        for (int i = 0; i < documents; i++) {
            float[] mu = groups[random.nextInt(GROUPS)].clone();
            for (int j = 0; j < DIMS; j++) {
                mu[j] += (float) (.9 * random.nextGaussian() / Math.sqrt(DIMS));
            }
            byte[] latent = Latents.quantize(mu);
            List<String> parts = new ArrayList<>();
            for (int percent : new int[] {95, 30, 5}) {
                if (i % 100 < percent) {
                    parts.add("\"p" + percent + "\"");
                }
            }
            for (int part : new int[] {30, 2}) {
                if (i % part == 1) {
                    parts.add("\"s" + part + "\"");
                }
            }
            bulk.add(new IndexRequest(name)
                    .source(
                            "{\"latent\":" + LatentFixtures.source(generation, latent) + ",\"part\":" + parts
                                    + ",\"topic\":\"" + LatentFixtures.clusterOf(generation, latent) + "\"}",
                            XContentType.JSON));
            if (bulk.numberOfActions() == BATCH || i == documents - 1) {
                assertFalse(client().bulk(bulk).actionGet().hasFailures());
                bulk = new BulkRequest();
            }
        }
        client().admin()
                .indices()
                .prepareForceMerge(name)
                .setMaxNumSegments(1)
                .setFlush(true)
                .get();
        client().admin().indices().prepareRefresh(name).get();
    }

    private static String results(String count, String excluded) {
        return "{\"latent_clusters\":{\"field\":\"latent\",\"scope\":\"results\",\"clusters\":" + count
                + ",\"exclude_terms\":[\"" + excluded + "\"]}}";
    }

    /** From JSON to JSON; returns the length of the response. */
    private int search(String index, String query, String aggregation) throws IOException {
        String body =
                "{\"size\":0,\"track_total_hits\":false,\"query\":" + query + ",\"aggs\":{\"t\":" + aggregation + "}}";
        SearchSourceBuilder source;
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                body)) {
            source = SearchSourceBuilder.fromXContent(parser);
        }
        SearchRequest request = new SearchRequest(index).source(source);
        SearchResponse response = client().search(request).actionGet();
        if (response.getFailedShards() > 0 || response.isTimedOut()) {
            throw new IllegalStateException(response.toString());
        }
        try (XContentBuilder builder = JsonXContent.contentBuilder()) {
            response.toXContent(builder, ToXContent.EMPTY_PARAMS);
            return BytesReference.bytes(builder).length();
        }
    }

    @FunctionalInterface
    private interface Request {
        int send() throws IOException;
    }

    /** As {@link #timed}, for requests that take turns, so that what else the machine does hurts all of them. */
    private static double[][] inTurn(Request... requests) throws IOException {
        double[][] times = new double[requests.length][SMALL_ROUNDS];
        double[] cpu = new double[requests.length];
        for (int round = -SMALL_WARM; round < SMALL_ROUNDS; round++) {
            for (int i = 0; i < requests.length; i++) {
                long before = PROCESS.getProcessCpuTime();
                long start = System.nanoTime();
                requests[i].send();
                if (round >= 0) {
                    times[i][round] = (System.nanoTime() - start) / 1e6;
                    // the clock may go in steps of 10 ms, so only the mean says something
                    cpu[i] += (PROCESS.getProcessCpuTime() - before) / 1e6 / SMALL_ROUNDS;
                }
            }
        }
        double[][] costs = new double[requests.length][];
        for (int i = 0; i < requests.length; i++) {
            costs[i] = new double[] {FacetSpeedBenchmark.median(times[i]), cpu[i]};
        }
        return costs;
    }

    /** The median of the milliseconds of a request, and the mean of the CPU milliseconds. */
    private static double[] timed(int warm, int rounds, Request request) throws IOException {
        for (int i = 0; i < warm; i++) {
            request.send();
        }
        double[] times = new double[rounds];
        long before = PROCESS.getProcessCpuTime();
        for (int i = 0; i < rounds; i++) {
            long start = System.nanoTime();
            request.send();
            times[i] = (System.nanoTime() - start) / 1e6;
        }
        double cpu = (PROCESS.getProcessCpuTime() - before) / 1e6 / rounds;
        return new double[] {FacetSpeedBenchmark.median(times), cpu};
    }
}

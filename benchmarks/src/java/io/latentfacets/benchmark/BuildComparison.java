/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.it.TestCluster;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;

/**
 * Runs the build under test and an earlier one side by side and sends each request to both in turn. It compares the
 * medians of the milliseconds, and the CPU seconds that the two servers spent on all the requests: other work on the
 * machine blurs these less.
 */
final class BuildComparison {

    private static final int SEARCHES = 101;
    private static final int BULKS = 30;
    private static final int BULK = 1000;

    private static final String SUBS = "{\"latent_clusters\":{\"field\":\"latent\",\"size\":20},"
            + "\"aggs\":{\"parts\":{\"terms\":{\"field\":\"part\"}}}}";

    /** One of the two servers. Counts the CPU time that its process spends on requests. */
    private static final class Side {
        private final FacetSpeedBenchmark benchmark;
        private final ProcessHandle process;
        private Duration cpu = Duration.ZERO;
        private int sent;

        private Side(TestCluster cluster, LabeledCorpus corpus, int wanted) {
            this.benchmark = FacetSpeedBenchmark.prepare(cluster, corpus, wanted);
            this.process = ProcessHandle.of(cluster.pid(0)).orElseThrow();
        }

        private Duration used() {
            return process.info().totalCpuDuration().orElse(Duration.ZERO);
        }

        private double counted(ToDoubleFunction<Side> request) {
            Duration before = used();
            double millis = request.applyAsDouble(this);
            cpu = cpu.plus(used().minus(before));
            sent++;
            return millis;
        }

        private double search(String body) {
            long start = System.nanoTime();
            benchmark
                    .rest
                    .post("/" + FacetSpeedBenchmark.INDEX + "/_search?request_cache=false", body)
                    .ok();
            return (System.nanoTime() - start) / 1e6;
        }

        private double bulk(String path, Map<String, Object> documents) {
            long start = System.nanoTime();
            benchmark.rest.bulk(path, documents);
            return (System.nanoTime() - start) / 1e6;
        }

        private String segments() {
            return benchmark
                    .rest
                    .get("/" + FacetSpeedBenchmark.INDEX + "/_stats/segments")
                    .ok()
                    .at("_all.primaries.segments.count")
                    .toString();
        }
    }

    private final Side now;
    private final Side before;

    private BuildComparison(Side now, Side before) {
        this.now = now;
        this.before = before;
    }

    static void run(LabeledCorpus corpus, int wanted, Path earlier) {
        try (TestCluster now =
                        TestCluster.builder("speed").optimizing().heap("2g").start();
                TestCluster then = TestCluster.builder("speed-before")
                        .optimizing()
                        .heap("2g")
                        .home(earlier)
                        .start()) {
            BuildComparison comparison =
                    new BuildComparison(new Side(now, corpus, wanted), new Side(then, corpus, wanted));
            System.out.printf("%,d documents%n", wanted);
            comparison.bulks(corpus);
            comparison.searches("many");
            for (int segments : new int[] {5, 1}) {
                comparison.now.benchmark.merge(segments);
                comparison.before.benchmark.merge(segments);
                comparison.searches(Integer.toString(segments));
            }
        }
    }

    private void searches(String segments) {
        head("%s segments (%s and %s)".formatted(segments, now.segments(), before.segments()));
        for (Map.Entry<String, String> query : Map.of(
                        "all", FacetSpeedBenchmark.EVERYTHING,
                        "20 of 21", FacetSpeedBenchmark.FLAGGED,
                        "1 of 10", FacetSpeedBenchmark.PART)
                .entrySet()) {
            search("`latent_clusters`, " + query.getKey(), query.getValue(), FacetSpeedBenchmark.CORPUS, SEARCHES);
            search("with `terms` below, " + query.getKey(), query.getValue(), SUBS, SEARCHES);
            search("`terms` alone, " + query.getKey(), query.getValue(), FacetSpeedBenchmark.TERMS, SEARCHES);
        }
        search("results scope, 1 of 10", FacetSpeedBenchmark.PART, FacetSpeedBenchmark.results("10"), SEARCHES / 3);
        row(
                "`latent_neighbors` of a text, all compared",
                SEARCHES / 3,
                side -> side.search("{\"size\":10,\"query\":{\"latent_neighbors\":{\"field\":\"latent\","
                        + "\"text\":\"windows server driver card\"}}}"));
    }

    private void search(String name, String query, String aggregation, int rounds) {
        String body = "{\"size\":0,\"query\":" + query + ",\"aggs\":{\"t\":" + aggregation + "}}";
        row(name, rounds, side -> side.search(body));
    }

    /** Texts through the pipeline; the same texts without it, as a control; and latents as they are. */
    private void bulks(LabeledCorpus corpus) {
        head("bulk requests of %,d documents".formatted(BULK));
        String source = "/" + FacetSpeedBenchmark.SOURCE;
        for (Side side : List.of(now, before)) {
            side.benchmark
                    .rest
                    .put(source + "/_settings", Map.of("index", Map.of("refresh_interval", "-1")))
                    .ok();
        }
        row("texts, encoded", BULKS, side -> side.bulk(source + "/_bulk", texts(corpus, side.sent)));
        row("texts alone", BULKS, side -> side.bulk(source + "/_bulk?pipeline=_none", texts(corpus, side.sent)));
        Map<Side, Map<String, Object>> latents = Map.of(now, latents(now), before, latents(before));
        row("latents alone", BULKS, side -> side.bulk(source + "/_bulk?pipeline=_none", latents.get(side)));
    }

    private static Map<String, Object> texts(LabeledCorpus corpus, int batch) {
        Map<String, Object> documents = new LinkedHashMap<>();
        for (int i = 0; i < BULK; i++) {
            documents.put(
                    "b" + batch + "-" + i,
                    FacetSpeedBenchmark.text(
                            corpus, (batch * BULK + i) % corpus.documents().size()));
        }
        return documents;
    }

    private static Map<String, Object> latents(Side side) {
        Map<String, Object> documents = new LinkedHashMap<>();
        for (Object hit : side.benchmark
                .rest
                .post("/" + FacetSpeedBenchmark.INDEX + "/_search", Map.of("size", BULK))
                .ok()
                .listAt("hits.hits")) {
            Map<?, ?> source = (Map<?, ?>) ((Map<?, ?>) hit).get("_source");
            documents.put("l" + documents.size(), Map.of("latent", source.get("latent")));
        }
        return documents;
    }

    private static void head(String what) {
        System.out.printf(
                "%n| %s | now, ms | before, ms | ratio | CPU now, ms | CPU before, ms | ratio |%n"
                        + "|---|---|---|---|---|---|---|%n",
                what);
    }

    private void row(String name, int rounds, ToDoubleFunction<Side> request) {
        List<DoubleSupplier> turns = new ArrayList<>();
        for (Side side : List.of(now, before)) {
            turns.add(() -> side.counted(request));
        }
        FacetSpeedBenchmark.times(rounds / 2, 0, turns);
        now.cpu = Duration.ZERO;
        before.cpu = Duration.ZERO;
        List<double[]> times = FacetSpeedBenchmark.times(0, rounds, turns);
        double own = FacetSpeedBenchmark.median(times.get(0));
        double other = FacetSpeedBenchmark.median(times.get(1));
        double ownCpu = now.cpu.toNanos() / 1e6 / rounds;
        double otherCpu = before.cpu.toNanos() / 1e6 / rounds;
        System.out.printf(
                "| %s | %.2f | %.2f | %.2f | %.1f | %.1f | %.2f |%n",
                name, own, other, own / other, ownCpu, otherCpu, ownCpu / otherCpu);
    }
}

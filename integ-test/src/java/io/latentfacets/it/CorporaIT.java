/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;
import static org.junit.Assume.assumeTrue;

import io.latentfacets.cluster.Measures;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Rule;
import org.junit.Test;

/**
 * Trains on real corpora in full, with the default settings. Needs {@code ../shared/data}, which the project does not
 * contain; skipped without it. The other classes test what every machine can check.
 */
public final class CorporaIT {
    private static final Path DATA = Path.of(System.getProperty("latent.shared.dir", "../shared"), "data");
    private static final int BULK = 1000;

    private static TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @BeforeClass
    public static void start() {
        assumeTrue("no corpora in " + DATA, Files.isDirectory(DATA));
        cluster = TestCluster.builder("corpora").optimizing().heap("1g").start();
    }

    @AfterClass
    public static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    /** TF-IDF and k-means give about 0.49 here, LSA and k-means 0.55. */
    @Test
    public void twentyNewsgroupsAreFoundAgain() throws IOException {
        index("newsgroups", "20newsgroups.jsonl.gz", "{\"label\":{\"type\":\"keyword\"}}");
        Latent.createModel(
                cluster.rest(),
                "newsgroups",
                "{\"source\":{\"index\":[\"newsgroups\"],\"fields\":[\"subject\",\"body\"]},\"clusters\":{\"count\":20}}");
        Rest.Response trained = Latent.train(cluster.rest(), "newsgroups");
        Latent.attach(cluster.rest(), "newsgroups", "newsgroups");

        List<Integer> clusters = new ArrayList<>();
        List<Integer> groups = new ArrayList<>();
        Map<String, Integer> numbers = new HashMap<>();
        Rest.Response response = facets("newsgroups", "{\"groups\":{\"terms\":{\"field\":\"label\",\"size\":100}}}");
        for (Object each : response.listAt("aggregations.topics.buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            System.out.println(bucket.get("key") + " " + bucket.get("doc_count") + " " + bucket.get("label"));
            int cluster = numbers.computeIfAbsent((String) bucket.get("key"), key -> numbers.size());
            Map<?, ?> labels = (Map<?, ?>) bucket.get("groups");
            for (Object group : (List<?>) labels.get("buckets")) {
                Map<?, ?> count = (Map<?, ?>) group;
                int number = numbers.computeIfAbsent((String) count.get("key"), key -> numbers.size());
                for (int i = 0; i < ((Number) count.get("doc_count")).intValue(); i++) {
                    clusters.add(cluster);
                    groups.add(number);
                }
            }
        }
        double nmi = Measures.nmi(ints(groups), ints(clusters));
        System.out.printf("20 newsgroups, 20 clusters: NMI %.3f, %s s%n", nmi, trained.at("seconds"));
        assertThat(groups.size(), greaterThan(18_800));
        assertThat(nmi, greaterThanOrEqualTo(0.55));
    }

    @Test
    public void reutersDecidesItsNumberOfClustersItself() throws IOException {
        index("reuters", "reuters21578.jsonl.gz", "{\"topics\":{\"type\":\"keyword\"}}");
        Latent.createModel(
                cluster.rest(),
                "reuters",
                "{\"source\":{\"index\":[\"reuters\"],\"fields\":[\"title^2\",\"body\"]},\"clusters\":{\"count\":\"auto\"}}");
        Rest.Response trained = Latent.train(cluster.rest(), "reuters");
        Latent.attach(cluster.rest(), "reuters", "reuters");

        Rest.Response response = facets("reuters", "{}");
        List<Object> buckets = response.listAt("aggregations.topics.buckets");
        for (Object each : buckets) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            System.out.println(bucket.get("key") + " " + bucket.get("doc_count") + " " + bucket.get("label"));
            assertThat((List<?>) bucket.get("terms"), not(empty()));
        }
        System.out.printf("Reuters, auto: %d clusters, %s s%n", buckets.size(), trained.at("seconds"));
        assertThat(buckets.size(), allOf(greaterThanOrEqualTo(6), lessThanOrEqualTo(100)));
    }

    private static Rest.Response facets(String index, String aggregations) {
        return cluster.rest()
                .post(
                        "/" + index + "/_search",
                        "{\"size\":0,\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000},\"aggs\":"
                                + aggregations + "}}}")
                .ok();
    }

    private static void index(String index, String file, String properties) throws IOException {
        cluster.rest()
                .put(
                        "/" + index,
                        "{\"settings\":{\"number_of_replicas\":0},\"mappings\":{\"properties\":" + properties + "}}")
                .ok();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(DATA.resolve(file))), StandardCharsets.UTF_8))) {
            Map<String, String> batch = new HashMap<>();
            int number = 0;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                batch.put(Integer.toString(number++), line);
                if (batch.size() == BULK) {
                    cluster.rest().bulk("/" + index + "/_bulk", batch);
                    batch.clear();
                }
            }
            cluster.rest().bulk("/" + index + "/_bulk?refresh=true", batch);
        }
    }

    private static int[] ints(List<Integer> numbers) {
        return numbers.stream().mapToInt(Integer::intValue).toArray();
    }
}

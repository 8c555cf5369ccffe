/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.Codebook;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.search.LatentNodeTestCase;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.search.aggregation.LatentClustersAggregationBuilder;
import io.latentfacets.stats.StatName;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.util.VectorUtil;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.bulk.BulkRequestBuilder;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.search.CreatePitAction;
import org.opensearch.action.search.CreatePitRequest;
import org.opensearch.action.search.DeletePitAction;
import org.opensearch.action.search.DeletePitRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.SearchHit;
import org.opensearch.search.aggregations.bucket.nested.InternalNested;
import org.opensearch.search.aggregations.bucket.terms.Terms;
import org.opensearch.search.aggregations.metrics.Sum;
import org.opensearch.search.builder.PointInTimeBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;

/**
 * Whole searches with {@code scope: results}. Clusters are as good as k-means over all documents on one node, do not
 * depend on how documents are spread, and lose no document. A filter for a bucket matches exactly the documents it
 * counts.
 */
public class ResultScopeTests extends LatentNodeTestCase {
    private static final int DIMS = 8;

    private record Doc(String id, byte[] latent, String tag, int number) {}

    private record Query(String name, String json, Predicate<Doc> matches) {}

    private static final List<Query> QUERIES = List.of(
            new Query("everything", "{\"match_all\":{}}", doc -> true),
            new Query("a tag", "{\"term\":{\"tag\":\"red\"}}", doc -> doc.tag.equals("red")),
            new Query(
                    "a range",
                    "{\"range\":{\"number\":{\"gte\":20,\"lt\":150}}}",
                    doc -> doc.number >= 20 && doc.number < 150),
            new Query(
                    "a bool",
                    "{\"bool\":{\"should\":[{\"term\":{\"tag\":\"blue\"}},{\"range\":{\"number\":{\"lt\":30}}}],"
                            + "\"must_not\":[{\"term\":{\"number\":7}}]}}",
                    doc -> (doc.tag.equals("blue") || doc.number < 30) && doc.number != 7),
            new Query("next to nothing", "{\"range\":{\"number\":{\"lt\":3}}}", doc -> doc.number < 3));

    private Generation generation;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        generation = LatentFixtures.generation("news", 1, DIMS, between(2, 30), random());
        generations().put(generation).activate("news", 1);
    }

    private void createIndex(String name, int shards, String model) {
        client().admin()
                .indices()
                .prepareCreate(name)
                .setSettings(Settings.builder().put("number_of_shards", shards).put("number_of_replicas", 0))
                .setMapping("{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"" + model + "\"},"
                        + "\"parts\":{\"type\":\"nested\",\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\""
                        + model + "\"}}},\"tag\":{\"type\":\"keyword\"},\"number\":{\"type\":\"integer\"}}}")
                .get();
    }

    /** Documents with latents around a few random directions, some without a latent. */
    private static List<Doc> documents(int count) {
        int groups = between(1, 8);
        List<byte[]> centers = new ArrayList<>();
        for (int g = 0; g < groups; g++) {
            centers.add(LatentFixtures.latent(DIMS, random()));
        }
        double spread = randomDoubleBetween(.05, .8, true);
        List<Doc> docs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] mu = Latents.dequantize(randomFrom(centers));
            for (int j = 0; j < DIMS; j++) {
                mu[j] += (float) (spread * random().nextGaussian() / Math.sqrt(DIMS));
            }
            docs.add(new Doc("d" + i, rarely() ? null : Latents.quantize(mu), randomFrom("red", "green", "blue"), i));
        }
        return docs;
    }

    private static String source(Doc doc, int generation) {
        String vector = doc.latent == null
                ? ""
                : "\"latent\":"
                        + LatentFixtures.source(
                                generation, LatentSearchTestPlugin.generations.encoder("news", generation), doc.latent)
                        + ",";
        return "{" + vector + "\"tag\":\"" + doc.tag + "\",\"number\":" + doc.number + "}";
    }

    private void fill(String index, List<Doc> docs, int generationOfLatents) {
        List<Doc> left = new ArrayList<>(docs);
        Collections.shuffle(left, random());
        while (!left.isEmpty()) {
            List<Doc> some = left.subList(0, Math.min(left.size(), between(1, 200)));
            BulkRequestBuilder bulk = client().prepareBulk();
            some.forEach(doc -> bulk.add(
                    new IndexRequest(index).id(doc.id).source(source(doc, generationOfLatents), XContentType.JSON)));
            assertFalse(bulk.get().hasFailures());
            some.clear();
            client().admin().indices().prepareRefresh(index).get();
        }
        // deleted documents do not count
        client().prepareIndex(index)
                .setId("gone")
                .setSource(source(docs.get(0), generationOfLatents), XContentType.JSON)
                .get();
        client().admin().indices().prepareRefresh(index).get();
        client().prepareDelete(index, "gone").get();
        client().admin().indices().prepareRefresh(index).get();
    }

    private SearchResponse search(String json, String... indices) {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                json)) {
            SearchSourceBuilder source =
                    SearchSourceBuilder.fromXContent(parser).trackTotalHits(true);
            return client().search(new SearchRequest(indices).source(source.size() < 0 ? source.size(0) : source))
                    .actionGet();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String aggs(String options, String below) {
        return "\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\"" + options + "}" + below + "}}";
    }

    private static String results(int clusters) {
        return ",\"scope\":\"results\",\"clusters\":" + clusters;
    }

    private static final String SUM = ",\"aggs\":{\"sum\":{\"sum\":{\"field\":\"number\"}}}";

    private static InternalLatentClusters topics(SearchResponse response) {
        return response.getAggregations().get("topics");
    }

    private static String filter(String query, String partition, String key) {
        return "{\"bool\":{\"must\":[" + query
                + "],\"filter\":[{\"latent_cluster\":{\"field\":\"latent\",\"partition\":\"" + partition
                + "\",\"clusters\":[\"" + key + "\"]}}]}}";
    }

    /** The sums of squares of all comparisons: those of the plugin, and those of k-means over all documents. */
    private double ours;

    private double reference;

    public void testDistributedEqualsLocal() {
        int reached = 0;
        for (int round = 0; round < 30; round++) {
            List<Doc> docs = documents(between(5, 300));
            String one = "one-" + round;
            String many = "many-" + round;
            createIndex(one, 1, "news");
            createIndex(many, between(2, 5), "news");
            fill(one, docs, 1);
            fill(many, docs, 1);
            for (Query query : QUERIES) {
                reached += compare(round, docs, query, one, many);
            }
            client().admin().indices().prepareDelete(one, many).get();
        }
        assertTrue("most have something to divide: " + reached, reached > 60);
        assertThat("as tight as k-means over all documents on one node", ours / reference, lessThanOrEqualTo(1.01));
    }

    private int compare(int round, List<Doc> docs, Query query, String one, String many) {
        String what = "round " + round + ", " + query.name;
        List<Doc> matching = docs.stream().filter(query.matches).toList();
        List<Doc> dividable =
                matching.stream().filter(doc -> doc.latent != null).toList();
        int count = between(2, 8);
        String body = "{\"query\":" + query.json + "," + aggs(results(count), SUM) + "}";
        InternalLatentClusters found = topics(search(body, many));
        assertEquals(what, found.partition(), topics(search(body, one)).partition());
        assertEquals(what, matching.size() - dividable.size(), found.unassigned());
        assertEquals(what, 0, found.other());
        if (dividable.isEmpty()) {
            assertNull(what, found.partition());
            assertTrue(what, found.getBuckets().isEmpty());
            return 0;
        }
        // every bucket by brute force
        Codebook codebook = ResultPartitionToken.decode(found.partition()).codebook();
        Map<String, Long> counts = new TreeMap<>();
        Map<String, Double> sums = new TreeMap<>();
        for (Doc doc : dividable) {
            String key = ResultPartitionToken.key(codebook.assign(doc.latent));
            counts.merge(key, 1L, Long::sum);
            sums.merge(key, (double) doc.number, Double::sum);
        }
        Map<String, Long> got = new TreeMap<>();
        double total = 0;
        for (ClusterBucket bucket : found.getBuckets()) {
            got.put(bucket.getKey(), bucket.getDocCount());
            Sum sum = bucket.getAggregations().get("sum");
            assertEquals(what, sums.get(bucket.getKey()), sum.getValue(), 0);
            total += sum.getValue();
            SearchResponse filtered = search(
                    "{\"query\":" + filter(query.json, found.partition(), bucket.getKey()) + "," + aggs("", "") + "}",
                    randomBoolean() ? many : one);
            assertEquals(
                    what,
                    bucket.getDocCount(),
                    filtered.getHits().getTotalHits().value());
        }
        assertEquals(what, counts, got);
        // without aggregations below, documents are counted in blocks
        Map<String, Long> inBlocks = new TreeMap<>();
        topics(search("{\"query\":" + query.json + "," + aggs(results(count), "") + "}", many))
                .getBuckets()
                .forEach(bucket -> inBlocks.put(bucket.getKey(), bucket.getDocCount()));
        assertEquals(what, counts, inBlocks);
        assertEquals(what, dividable.stream().mapToInt(Doc::number).sum(), total, 0);
        // a single division of few random points may miss the best of twenty by some percent; all together may not
        List<float[]> points =
                dividable.stream().map(doc -> Latents.dequantize(doc.latent)).toList();
        int[] labels =
                dividable.stream().mapToInt(doc -> codebook.assign(doc.latent)).toArray();
        double local = ReferenceKMeans.best(points, count, new Random(round), 20);
        double distributed = ReferenceKMeans.sumOfSquares(points, labels);
        assertThat(
                what + ": " + count + " clusters of " + points.size() + ", got " + codebook.count(),
                distributed,
                lessThanOrEqualTo(local * 1.1 + 1e-3));
        ours += distributed;
        reference += local;
        // the same documents by the model's own clusters
        Map<String, Long> expected = new TreeMap<>();
        dividable.forEach(doc -> expected.merge(LatentFixtures.clusterOf(generation, doc.latent), 1L, Long::sum));
        Map<String, Long> corpus = new TreeMap<>();
        topics(search("{\"query\":" + query.json + "," + aggs(",\"size\":1000", "") + "}", many))
                .getBuckets()
                .forEach(bucket -> corpus.put(bucket.getKey(), bucket.getDocCount()));
        assertEquals(what, expected, corpus);
        return 1;
    }

    public void testCountsAreExactThoughClustersAreFoundOnASample() {
        List<Doc> docs = documents(900);
        createIndex("news", between(1, 3), "news");
        fill("news", docs, 1);
        SearchResponse response =
                search("{" + aggs(results(5) + ",\"sample_per_shard\":100", randomFrom(SUM, "")) + "}", "news");
        InternalLatentClusters found = topics(response);
        Codebook codebook = ResultPartitionToken.decode(found.partition()).codebook();
        Map<String, Long> counts = new TreeMap<>();
        docs.stream()
                .filter(doc -> doc.latent != null)
                .forEach(doc -> counts.merge(ResultPartitionToken.key(codebook.assign(doc.latent)), 1L, Long::sum));
        Map<String, Long> got = new TreeMap<>();
        found.getBuckets().forEach(bucket -> got.put(bucket.getKey(), bucket.getDocCount()));
        assertEquals(counts, got);
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        assertThat(
                response.toString(),
                containsString("\"sample\":{\"documents\":100,\"of\":" + all + "},\"doc_count_error_upper_bound\":0"));
    }

    /** Facets and filters in turn, in both scopes, until one document remains. */
    public void testDrillDownMixesScopes() {
        createIndex("news", between(1, 3), "news");
        fill("news", documents(400), 1);
        String query = "{\"match_all\":{}}";
        long count = 400;
        for (int depth = 0; depth < 6 && count > 1; depth++) {
            boolean corpus = depth % 2 == 1;
            InternalLatentClusters found = topics(search(
                    "{\"query\":" + query + "," + aggs(corpus ? ",\"size\":1000" : results(3), "") + "}", "news"));
            long sum = found.unassigned();
            for (ClusterBucket bucket : found.getBuckets()) {
                sum += bucket.getDocCount();
            }
            assertEquals("depth " + depth, count, sum);
            ClusterBucket into = randomFrom(found.getBuckets());
            query = corpus
                    ? "{\"bool\":{\"must\":[" + query
                            + "],\"filter\":[{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + into.getKey()
                            + "\"]}}]}}"
                    : filter(query, found.partition(), into.getKey());
            count = into.getDocCount();
            assertEquals(
                    "depth " + depth,
                    count,
                    search("{\"query\":" + query + "}", "news")
                            .getHits()
                            .getTotalHits()
                            .value());
        }
    }

    /** Below other aggregations the clusters are those of the whole result, so keys mean the same in every bucket. */
    public void testBelowOtherAggregations() {
        List<Doc> docs = documents(200);
        createIndex("news", between(1, 3), "news");
        fill("news", docs, 1);
        SearchResponse response =
                search("{\"aggs\":{\"tags\":{\"terms\":{\"field\":\"tag\"}," + aggs(results(4), "") + "}}}", "news");
        Terms tags = response.getAggregations().get("tags");
        InternalLatentClusters whole = topics(search("{" + aggs(results(4), "") + "}", "news"));
        Map<String, Long> sums = new TreeMap<>();
        for (Terms.Bucket tag : tags.getBuckets()) {
            InternalLatentClusters below = tag.getAggregations().get("topics");
            assertEquals(whole.partition(), below.partition());
            below.getBuckets().forEach(bucket -> sums.merge(bucket.getKey(), bucket.getDocCount(), Long::sum));
        }
        Map<String, Long> expected = new TreeMap<>();
        whole.getBuckets().forEach(bucket -> expected.put(bucket.getKey(), bucket.getDocCount()));
        assertEquals(expected, sums);
    }

    public void testNestedField() {
        createIndex("news", between(1, 3), "news");
        int parts = 0;
        for (int i = 0; i < 40; i++) {
            List<String> nested = new ArrayList<>();
            for (int p = 0; p < i % 4; p++) {
                nested.add("{\"latent\":"
                        + LatentFixtures.source(
                                1,
                                LatentSearchTestPlugin.generations.encoder("news", 1),
                                LatentFixtures.latent(DIMS, random()))
                        + "}");
            }
            parts += nested.size();
            client().prepareIndex("news")
                    .setSource("{\"number\":" + i + ",\"parts\":" + nested + "}", XContentType.JSON)
                    .get();
        }
        client().admin().indices().prepareRefresh("news").get();
        SearchResponse response = search(
                "{\"aggs\":{\"parts\":{\"nested\":{\"path\":\"parts\"},\"aggs\":{\"topics\":{\"latent_clusters\":"
                        + "{\"field\":\"parts.latent\",\"scope\":\"results\",\"clusters\":3}}}}}}",
                "news");
        InternalNested nested = response.getAggregations().get("parts");
        InternalLatentClusters found = nested.getAggregations().get("topics");
        assertEquals(3, found.getBuckets().size());
        assertEquals(
                parts,
                found.getBuckets().stream()
                        .mapToLong(ClusterBucket::getDocCount)
                        .sum());
        assertEquals(0, found.unassigned());
    }

    public void testLiftIsOverTheWholeIndex() {
        List<Doc> docs = documents(300);
        createIndex("news", between(1, 3), "news");
        fill("news", docs, 1);
        for (String options : List.of("", results(4), ",\"min_similarity\":0.3")) {
            InternalLatentClusters red = topics(search(
                    "{\"query\":{\"term\":{\"tag\":\"red\"}}," + aggs(options + ",\"size\":100", "") + "}", "news"));
            // counts of the same buckets over all documents
            Map<String, Long> usual = new TreeMap<>();
            for (Doc doc : docs) {
                String key = doc.latent == null ? null : key(red, doc.latent, options);
                if (key != null) {
                    usual.merge(key, 1L, Long::sum);
                }
            }
            double all = usual.values().stream().mapToLong(Long::longValue).sum();
            double assigned = red.getBuckets().stream()
                    .mapToLong(ClusterBucket::getDocCount)
                    .sum();
            for (ClusterBucket bucket : red.getBuckets()) {
                double expected = bucket.getDocCount() / assigned / (usual.get(bucket.getKey()) / all);
                assertEquals(options, expected, bucket.lift(), 1e-9);
            }
        }
        for (ClusterBucket bucket :
                topics(search("{" + aggs("", "") + "}", "news")).getBuckets()) {
            assertEquals(1, bucket.lift(), 1e-9);
        }
    }

    private String key(InternalLatentClusters found, byte[] latent, String options) {
        if (found.partition() != null) {
            return ResultPartitionToken.key(
                    ResultPartitionToken.decode(found.partition()).codebook().assign(latent));
        }
        int own = generation.clusters().partition().assign(Latents.dequantize(latent));
        float cosine = generation.clusters().partition().similarity(Latents.dequantize(latent), own);
        boolean near = !options.contains("min_similarity") || Math.round(Math.max(0, cosine) * 255f) >= 77;
        return near ? generation.clusters().infos().get(own).key() : null;
    }

    public void testMinSimilarityInBucketAndFilter() {
        createIndex("news", between(1, 3), "news");
        fill("news", documents(300), 1);
        InternalLatentClusters found =
                topics(search("{" + aggs(results(3) + ",\"min_similarity\":0.9", "") + "}", "news"));
        for (ClusterBucket bucket : found.getBuckets()) {
            SearchResponse filtered = search(
                    "{\"query\":{\"latent_cluster\":{\"field\":\"latent\",\"min_similarity\":0.9,\"partition\":\""
                            + found.partition() + "\",\"clusters\":[\"" + bucket.getKey() + "\"]}}}",
                    "news");
            assertEquals(bucket.getDocCount(), filtered.getHits().getTotalHits().value());
        }
    }

    /** Latents of different encoders cannot be compared, so a latent of another encoder is in no cluster. */
    public void testOtherGenerations() {
        List<Doc> docs = documents(60);
        createIndex("news", between(1, 3), "news");
        fill("news", docs, 1);
        long with = docs.stream().filter(doc -> doc.latent != null).count();
        String token = topics(search("{" + aggs(results(3), "") + "}", "news")).partition();
        Generation next = LatentFixtures.generation("news", 2, DIMS, 5, random());
        generations().put(next).activate("news", 2);
        InternalLatentClusters found = topics(search("{" + aggs(results(3), "") + "}", "news"));
        assertEquals(docs.size(), found.unassigned());
        assertNull(found.partition());
        // documents that are not encoded anew stay in their cluster of the old partition
        String drill = "{\"query\":{\"latent_cluster\":{\"field\":\"latent\",\"partition\":\"" + token
                + "\",\"clusters\":[\"r0\",\"r1\",\"r2\"]}}}";
        assertEquals(with, search(drill, "news").getHits().getTotalHits().value());
        fill("news", docs, 2);
        client().admin()
                .indices()
                .prepareForceMerge("news")
                .setMaxNumSegments(1)
                .get();
        client().admin().indices().prepareRefresh("news").get();
        Exception e = expectThrows(Exception.class, () -> search(drill, "news"));
        assertEquals(RestStatus.CONFLICT, ExceptionsHelper.status(e));
        assertThat(
                ExceptionsHelper.stackTrace(e),
                containsString("[partition] of [latent_cluster] divides latents of encoder ["));
        assertEquals(
                with,
                topics(search("{" + aggs(results(3), "") + "}", "news")).getBuckets().stream()
                        .mapToLong(ClusterBucket::getDocCount)
                        .sum());
    }

    /** An index whose documents are not encoded anew has no match for the new partition; the search does not fail. */
    public void testNewPartitionOverDocumentsOfBefore() {
        createIndex("old", 1, "news");
        createIndex("new", 1, "news");
        List<Doc> docs = documents(50);
        fill("old", docs, 1);
        LatentSearchTestPlugin.generations
                .put(LatentFixtures.generation("news", 2, DIMS, 5, random()))
                .activate("news", 2);
        fill("new", docs, 2);
        InternalLatentClusters found = topics(search("{" + aggs(results(3), "") + "}", "old", "new"));
        for (ClusterBucket bucket : found.getBuckets()) {
            SearchResponse filtered = search(
                    "{\"query\":" + filter("{\"match_all\":{}}", found.partition(), bucket.getKey()) + "}",
                    "old",
                    "new");
            assertEquals(0, filtered.getFailedShards());
            assertEquals(bucket.getDocCount(), filtered.getHits().getTotalHits().value());
        }
    }

    public void testResultsAreNotDividedWithoutEnd() {
        createIndex("news", 1, "news");
        fill("news", documents(20), 1);
        String one = "{\"latent_clusters\":{\"field\":\"latent\",\"scope\":\"results\",\"clusters\":2}}";
        List<String> five = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            five.add("\"t" + i + "\":" + one);
        }
        assertEquals(
                5,
                search("{\"aggs\":{" + String.join(",", five) + "}}", "news")
                        .getAggregations()
                        .asList()
                        .size());
        String below = "\"tags\":{\"terms\":{\"field\":\"tag\"},\"aggs\":{\"t\":" + one + "}}";
        Exception e = expectThrows(
                Exception.class, () -> search("{\"aggs\":{" + String.join(",", five) + "," + below + "}}", "news"));
        assertEquals(RestStatus.BAD_REQUEST, ExceptionsHelper.status(e));
        assertThat(ExceptionsHelper.stackTrace(e), containsString("can stand in a request at most [5] times: [6]"));
    }

    /** The breaker counts a division that is kept. So do the statistics, or nobody could say what the bytes are of. */
    public void testAKeptDivisionIsCounted() {
        createIndex("news", 1, "news");
        fill("news", documents(20), 1);
        ResultPartitioner partitioner = LatentSearchTestPlugin.PARTITIONER.get();
        long divisions = LatentSearchTestPlugin.STATS.get(StatName.KEPT_DIVISIONS);
        long bytes = LatentSearchTestPlugin.STATS.get(StatName.KEPT_DIVISIONS_BYTES);
        long charged = LatentSearchTestPlugin.breaker.used();
        String request = "{" + aggs(results(3), "") + "}";
        search(request, "news");
        search(request, "news");
        assertEquals(divisions + 1, LatentSearchTestPlugin.STATS.get(StatName.KEPT_DIVISIONS));
        long more = LatentSearchTestPlugin.STATS.get(StatName.KEPT_DIVISIONS_BYTES) - bytes;
        assertTrue(more + " bytes", more > 0);
        long used = LatentSearchTestPlugin.breaker.used();
        assertTrue(used - charged + " of " + more, used - charged >= more);
        partitioner.evict("news", generation.number());
        assertEquals(used - more, LatentSearchTestPlugin.breaker.used());
        assertEquals(divisions, LatentSearchTestPlugin.STATS.get(StatName.KEPT_DIVISIONS));
        assertEquals(bytes, LatentSearchTestPlugin.STATS.get(StatName.KEPT_DIVISIONS_BYTES));
    }

    /**
     * A single document does not differ from the result, which is that document. Its terms compare it with the whole
     * corpus.
     */
    public void testASingleDocumentHasAName() {
        createIndex("news", 1, "news");
        List<Doc> docs = documents(30);
        fill("news", docs, 1);
        Doc one = docs.stream().filter(doc -> doc.latent != null).findFirst().orElseThrow();
        InternalLatentClusters found = topics(
                search("{\"query\":{\"term\":{\"number\":" + one.number + "}}," + aggs(results(3), "") + "}", "news"));
        assertEquals(1, found.getBuckets().size());
        float[] centroid =
                ResultPartitionToken.decode(found.partition()).codebook().centroid(0);
        // the token rounds the centroid twice, so it is near the document but not equal
        assertEquals(1, VectorUtil.cosine(centroid, Latents.dequantize(one.latent)), .001);
        float[] words = new Decoder(generation.weights()).logProbabilities(centroid);
        float[] usual = generation.vocabulary().logUnigram();
        List<String> likelier = new ArrayList<>();
        for (int w = 0; w < words.length; w++) {
            if (words[w] > usual[w]) {
                likelier.add(generation.vocabulary().surface(w));
            }
        }
        List<String> terms = found.getBuckets().get(0).terms().stream()
                .map(ClusterTerm::term)
                .toList();
        assertFalse("of " + likelier, terms.isEmpty());
        assertTrue(terms + " of " + likelier, likelier.containsAll(terms));
    }

    /** The bound on excluded terms applies to the model and to the request separately, not to their sum. */
    public void testManyExcludedTerms() {
        createIndex("news", 1, "news");
        fill("news", documents(30), 1);
        List<String> patterns = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            patterns.add("\"never" + i + "\"");
        }
        InternalLatentClusters all = topics(search("{" + aggs(results(2), "") + "}", "news"));
        InternalLatentClusters less =
                topics(search("{" + aggs(results(2) + ",\"exclude_terms\":" + patterns, "") + "}", "news"));
        assertEquals(all.getBuckets(), less.getBuckets());
        InternalLatentClusters none =
                topics(search("{" + aggs(results(2) + ",\"exclude_terms\":[\".*\"]", "") + "}", "news"));
        for (ClusterBucket bucket : none.getBuckets()) {
            assertEquals(List.of(), bucket.terms());
            assertEquals(bucket.getKey(), bucket.label());
        }
    }

    public void testPartitionOfAnotherModel() {
        createIndex("mail", 1, "mail");
        String token =
                ResultPartitionTokenTests.random("news", 1, 3, DIMS, random()).encode();
        Exception e = expectThrows(
                Exception.class,
                () -> search(
                        "{\"query\":{\"latent_cluster\":{\"field\":\"latent\",\"partition\":\"" + token
                                + "\",\"clusters\":[\"r0\"]}}}",
                        "mail"));
        assertEquals(RestStatus.BAD_REQUEST, ExceptionsHelper.status(e));
        assertThat(
                ExceptionsHelper.stackTrace(e),
                containsString("divides results of model [news], the field [latent] belongs to model [mail]"));
    }

    /** A point in time names its indices, so other indices of the cluster do not matter. */
    public void testPointInTimeBesideAnotherModel() throws Exception {
        LatentSearchTestPlugin.generations
                .put(LatentFixtures.generation("mail", 1, DIMS, 3, random()))
                .activate("mail", 1);
        createIndex("news", between(1, 3), "news");
        createIndex("mail", 1, "mail");
        List<Doc> docs = documents(80);
        fill("news", docs, 1);
        CreatePitRequest create = new CreatePitRequest(TimeValue.timeValueMinutes(1), true, "news");
        String id = client().execute(CreatePitAction.INSTANCE, create).get().getId();
        try {
            client().prepareIndex("news")
                    .setSource(source(docs.get(0), 1), XContentType.JSON)
                    .get();
            client().admin().indices().prepareRefresh("news").get();
            for (String options : List.of(",\"size\":100", results(3))) {
                SearchSourceBuilder source = new SearchSourceBuilder()
                        .size(0)
                        .pointInTimeBuilder(new PointInTimeBuilder(id))
                        .aggregation(aggregation(options));
                InternalLatentClusters found = topics(
                        client().search(new SearchRequest().source(source)).actionGet());
                long sum = found.unassigned();
                for (ClusterBucket bucket : found.getBuckets()) {
                    sum += bucket.getDocCount();
                }
                assertEquals(docs.size(), sum);
            }
        } finally {
            client().execute(DeletePitAction.INSTANCE, new DeletePitRequest(id)).get();
        }
    }

    private LatentClustersAggregationBuilder aggregation(String options) throws IOException {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                "{\"field\":\"latent\"" + options + "}")) {
            parser.nextToken();
            return LatentClustersAggregationBuilder.parse(parser, "topics", LatentSearchTestPlugin.PARTITIONER::get);
        }
    }

    public void testExplain() {
        List<Doc> docs = documents(60);
        createIndex("news", 1, "news");
        fill("news", docs, 1);
        InternalLatentClusters found = topics(search("{" + aggs(results(3), "") + "}", "news"));
        Codebook codebook = ResultPartitionToken.decode(found.partition()).codebook();
        String key = found.getBuckets().get(0).getKey();
        SearchResponse response = search(
                "{\"size\":100,\"explain\":true,\"query\":{\"latent_cluster\":{\"field\":\"latent\",\"partition\":\""
                        + found.partition() + "\",\"clusters\":[\"" + key + "\"]}}}",
                "news");
        assertEquals(found.getBuckets().get(0).getDocCount(), response.getHits().getHits().length);
        for (SearchHit hit : response.getHits()) {
            Doc doc = docs.stream()
                    .filter(d -> d.id.equals(hit.getId()))
                    .findFirst()
                    .orElseThrow();
            // core adds a filter if the index has nested documents
            Explanation explanation = hit.getExplanation().getDetails()[0];
            assertEquals("in cluster [" + key + "] of the partition", explanation.getDescription());
            assertEquals(
                    codebook.similarity(doc.latent, codebook.assign(doc.latent)),
                    explanation.getDetails()[0].getValue().doubleValue(),
                    1e-6);
            int second = explanation.getDetails().length - 2;
            if (codebook.count() > 1) {
                assertThat(
                        explanation.getDetails()[second].getDescription(),
                        containsString("similarity to the nearest other centroid, of cluster [r"));
            }
            // these documents have no text at all
            assertThat(
                    explanation.getDetails()[second + 1].getDescription(),
                    containsString("words that bring it there are not known: its [_source] has none of the fields"));
        }
    }

    public void testNobodyCanAskForTheSample() {
        createIndex("news", 1, "news");
        Exception e = expectThrows(
                Exception.class, () -> search("{\"aggs\":{\"a\":{\"latent_sample\":{\"field\":\"latent\"}}}}", "news"));
        assertThat(ExceptionsHelper.stackTrace(e), containsString("cannot be asked for"));
    }

    /** Plain Lloyd iterations, an independent implementation to compare with. */
    private static final class ReferenceKMeans {
        static double best(List<float[]> points, int count, Random random, int starts) {
            double best = Double.POSITIVE_INFINITY;
            for (int start = 0; start < starts; start++) {
                best = Math.min(best, run(points, Math.min(count, points.size()), random));
            }
            return best;
        }

        private static double run(List<float[]> points, int count, Random random) {
            double[][] centers = new double[count][];
            for (int c = 0; c < count; c++) {
                centers[c] = doubles(points.get(random.nextInt(points.size())));
            }
            int[] labels = new int[points.size()];
            for (int pass = 0; pass < 50; pass++) {
                for (int i = 0; i < labels.length; i++) {
                    labels[i] = nearest(points.get(i), centers);
                }
                for (int c = 0; c < count; c++) {
                    double[] mean = mean(points, labels, c);
                    centers[c] = mean == null ? centers[c] : mean;
                }
            }
            return sumOfSquares(points, labels);
        }

        static double sumOfSquares(List<float[]> points, int[] labels) {
            double sum = 0;
            int count = Arrays.stream(labels).max().orElse(0) + 1;
            double[][] means = new double[count][];
            for (int c = 0; c < count; c++) {
                means[c] = mean(points, labels, c);
            }
            for (int i = 0; i < labels.length; i++) {
                sum += distance(points.get(i), means[labels[i]]);
            }
            return sum;
        }

        private static int nearest(float[] point, double[][] centers) {
            int best = 0;
            for (int c = 1; c < centers.length; c++) {
                best = distance(point, centers[c]) < distance(point, centers[best]) ? c : best;
            }
            return best;
        }

        private static double[] mean(List<float[]> points, int[] labels, int cluster) {
            double[] mean = new double[points.get(0).length];
            int members = 0;
            for (int i = 0; i < labels.length; i++) {
                if (labels[i] == cluster) {
                    members++;
                    for (int j = 0; j < mean.length; j++) {
                        mean[j] += points.get(i)[j];
                    }
                }
            }
            for (int j = 0; j < mean.length && members > 0; j++) {
                mean[j] /= members;
            }
            return members == 0 ? null : mean;
        }

        private static double distance(float[] point, double[] center) {
            double sum = 0;
            for (int j = 0; j < center.length; j++) {
                sum += (point[j] - center[j]) * (point[j] - center[j]);
            }
            return sum;
        }

        private static double[] doubles(float[] point) {
            double[] doubles = new double[point.length];
            for (int j = 0; j < doubles.length; j++) {
                doubles[j] = point[j];
            }
            return doubles;
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import static org.hamcrest.Matchers.containsString;

import io.latentfacets.cluster.Partition;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.field.column.ColumnFixtures;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.opensearch.OpenSearchException;
import org.opensearch.action.admin.indices.alias.IndicesAliasesRequest;
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
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.aggregations.bucket.SingleBucketAggregation;
import org.opensearch.search.aggregations.bucket.filter.InternalFilter;
import org.opensearch.search.aggregations.bucket.nested.InternalNested;
import org.opensearch.search.aggregations.bucket.terms.Terms;
import org.opensearch.search.aggregations.metrics.Sum;
import org.opensearch.search.builder.PointInTimeBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;

/**
 * Whole searches on a node: rewrite, shards, slices, reduce. Each test compares with a count over the documents' own
 * vectors.
 */
public class LatentSearchNodeTests extends LatentNodeTestCase {
    private static final int DIMS = 8;

    private Generation generation;
    private final List<Doc> docs = new ArrayList<>();

    private record Doc(String id, byte[] latent, String cluster, String tag, int number) {}

    @Override
    public void setUp() throws Exception {
        LatentSearchTestPlugin.how = randomFrom(ColumnFixtures.Columns.values());
        super.setUp();
        generation = LatentFixtures.generation("news", 1, DIMS, between(2, 30), random());
        LatentSearchTestPlugin.generations.put(generation).activate("news", 1);
    }

    private static String mapping(String model) {
        return "{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"" + model + "\"},"
                + "\"also\":{\"type\":\"alias\",\"path\":\"latent\"},"
                + "\"tag\":{\"type\":\"keyword\"},\"number\":{\"type\":\"integer\"},\"date\":{\"type\":\"date\"},"
                + "\"body\":{\"type\":\"text\"}}}";
    }

    private void createIndex(String name, int shards, String mapping) {
        client().admin()
                .indices()
                .prepareCreate(name)
                .setSettings(Settings.builder().put("number_of_shards", shards).put("number_of_replicas", 0))
                .setMapping(mapping)
                .get();
    }

    private void fill(String index, int count) {
        for (int i = 0; i < count; i++) {
            String tag = randomFrom("red", "green", "blue");
            byte[] latent = rarely() ? null : LatentFixtures.latent(DIMS, random());
            String id = index + "-" + i;
            String vector = latent == null ? "" : "\"latent\":" + LatentFixtures.source(generation, latent) + ",";
            client().prepareIndex(index)
                    .setId(id)
                    .setSource(
                            "{" + vector + "\"tag\":\"" + tag + "\",\"number\":" + i + ",\"date\":" + (i * 3_600_000L)
                                    + ",\"body\":\"text of " + id + "\"}",
                            XContentType.JSON)
                    .get();
            docs.add(new Doc(id, latent, latent == null ? null : LatentFixtures.clusterOf(generation, latent), tag, i));
            if (between(0, 40) == 0) {
                client().admin().indices().prepareRefresh(index).get();
            }
        }
        for (Doc doc : List.copyOf(docs)) {
            if (doc.id.startsWith(index) && between(0, 30) == 0) {
                client().prepareDelete(index, doc.id).get();
                docs.remove(doc);
            }
        }
        client().admin().indices().prepareRefresh(index).get();
    }

    private Map<String, Long> expected(String tag) {
        Map<String, Long> counts = new TreeMap<>();
        for (Doc doc : docs) {
            if (tag == null || doc.tag.equals(tag)) {
                counts.merge(doc.cluster == null ? "" : doc.cluster, 1L, Long::sum);
            }
        }
        return counts;
    }

    private static Map<String, Long> counts(InternalLatentClusters clusters) {
        Map<String, Long> counts = new TreeMap<>();
        clusters.getBuckets().forEach(bucket -> counts.put(bucket.getKey(), bucket.getDocCount()));
        if (clusters.unassigned() > 0) {
            counts.put("", clusters.unassigned());
        }
        return counts;
    }

    private SearchSourceBuilder source(String json) {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                json)) {
            return SearchSourceBuilder.fromXContent(parser);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SearchResponse search(String json, String... indices) {
        SearchSourceBuilder source = source(json);
        return client().search(new SearchRequest(indices).source(source.size() < 0 ? source.size(0) : source))
                .actionGet();
    }

    private InternalLatentClusters clusters(SearchResponse response) {
        return response.getAggregations().get("topics");
    }

    private static String aggs(String body) {
        return "\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\"" + body + "}}}";
    }

    public void testCountsAreExactOverShardsSlicesAndDeletes() {
        createIndex("news", between(1, 4), mapping("news"));
        fill("news", 300);
        InternalLatentClusters all = clusters(search("{" + aggs(",\"size\":1000") + "}", "news"));
        assertEquals(expected(null), counts(all));
        assertEquals("news", all.model());
        assertEquals(1, all.generation());
        assertEquals(0, all.other());
        for (String tag : List.of("red", "green", "blue")) {
            String query = "{\"query\":{\"term\":{\"tag\":\"" + tag + "\"}}," + aggs(",\"size\":1000") + "}";
            assertEquals(expected(tag), counts(clusters(search(query, "news"))));
        }
        double shares =
                all.getBuckets().stream().mapToDouble(ClusterBucket::share).sum();
        assertEquals(1.0, shares + (double) all.unassigned() / docs.size(), 1e-9);
        client().admin()
                .indices()
                .prepareForceMerge("news")
                .setMaxNumSegments(1)
                .get();
        client().admin().indices().prepareRefresh("news").get();
        assertEquals(expected(null), counts(clusters(search("{" + aggs(",\"size\":1000") + "}", "news"))));
    }

    public void testBucketsAndFilterAgree() {
        createIndex("news", between(1, 3), mapping("news"));
        fill("news", 200);
        InternalLatentClusters all = clusters(search("{" + aggs(",\"size\":1000") + "}", "news"));
        for (ClusterBucket bucket : all.getBuckets()) {
            String filter =
                    "{\"track_total_hits\":true,\"query\":{\"bool\":{\"filter\":{\"latent_cluster\":{\"field\":\""
                            + randomFrom("latent", "also") + "\",\"clusters\":[\"" + bucket.getKey() + "\"]}}}},"
                            + aggs("") + "}";
            SearchResponse response = search(filter, "news");
            assertEquals(bucket.getDocCount(), response.getHits().getTotalHits().value());
            assertEquals(Map.of(bucket.getKey(), bucket.getDocCount()), counts(clusters(response)));
        }
        SearchResponse gone =
                search("{\"query\":{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"c999\"]}}}", "news");
        assertEquals(0, gone.getHits().getTotalHits().value());
    }

    public void testSubAggregationsAndParents() {
        createIndex("news", between(1, 3), mapping("news"));
        fill("news", 200);
        SearchResponse below = search(
                "{\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000},\"aggs\":{"
                        + "\"tags\":{\"terms\":{\"field\":\"tag\"}},\"top\":{\"top_hits\":{\"size\":1}},"
                        + "\"sum\":{\"sum\":{\"field\":\"number\"}}}}}}",
                "news");
        for (ClusterBucket bucket : clusters(below).getBuckets()) {
            Terms tags = bucket.getAggregations().get("tags");
            for (Terms.Bucket tag : tags.getBuckets()) {
                assertEquals((long) expected(tag.getKeyAsString()).get(bucket.getKey()), tag.getDocCount());
            }
            double sum = docs.stream()
                    .filter(doc -> bucket.getKey().equals(doc.cluster))
                    .mapToInt(Doc::number)
                    .sum();
            Sum got = bucket.getAggregations().get("sum");
            assertEquals(sum, got.getValue(), 0);
        }
        SearchResponse above =
                search("{\"aggs\":{\"tags\":{\"terms\":{\"field\":\"tag\"}," + aggs(",\"size\":1000") + "}}}", "news");
        Terms tags = above.getAggregations().get("tags");
        for (Terms.Bucket tag : tags.getBuckets()) {
            assertEquals(
                    expected(tag.getKeyAsString()), counts(tag.getAggregations().get("topics")));
        }
    }

    /** Documents are counted in blocks there, also where core collects them a second time. */
    public void testBelowASingleBucket() {
        createIndex("news", between(1, 3), mapping("news"));
        fill("news", between(1, 600));
        for (String scope : List.of("", ",\"scope\":\"results\",\"clusters\":3")) {
            String own = aggs(",\"size\":1000" + scope);
            Map<String, Long> direct = counts(clusters(search("{" + own + "}", "news")));
            for (String single :
                    List.of("\"filter\":{\"match_all\":{}}", "\"sampler\":{\"shard_size\":10000}", "\"global\":{}")) {
                SearchResponse response = search("{\"aggs\":{\"one\":{" + single + "," + own + "}}}", "news");
                SingleBucketAggregation one = response.getAggregations().get("one");
                assertEquals(
                        single + scope, direct, counts(one.getAggregations().get("topics")));
            }
            // a cut that a block must not go beyond
            SearchResponse cut = search("{\"aggs\":{\"one\":{\"sampler\":{\"shard_size\":7}," + own + "}}}", "news");
            SingleBucketAggregation one = cut.getAggregations().get("one");
            assertEquals(
                    one.getDocCount(),
                    counts(one.getAggregations().get("topics")).values().stream()
                            .mapToLong(Long::longValue)
                            .sum());
        }
    }

    public void testOrderAndCut() {
        createIndex("news", between(1, 3), mapping("news"));
        fill("news", 200);
        InternalLatentClusters all = clusters(search("{" + aggs(",\"size\":1000") + "}", "news"));
        InternalLatentClusters two = clusters(search("{" + aggs(",\"size\":2") + "}", "news"));
        assertEquals(
                all.getBuckets().subList(0, Math.min(2, all.getBuckets().size())).stream()
                        .map(ClusterBucket::getKey)
                        .toList(),
                two.getBuckets().stream().map(ClusterBucket::getKey).toList());
        long total =
                two.getBuckets().stream().mapToLong(ClusterBucket::getDocCount).sum();
        assertEquals(docs.size(), total + two.other() + two.unassigned());
        InternalLatentClusters byKey =
                clusters(search("{" + aggs(",\"size\":1000,\"order\":{\"_key\":\"asc\"}") + "}", "news"));
        int last = 0;
        for (ClusterBucket bucket : byKey.getBuckets()) {
            int number = Integer.parseInt(bucket.getKey().substring(1));
            assertTrue(number > last);
            last = number;
        }
        InternalLatentClusters bySum = clusters(search(
                "{\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000,"
                        + "\"order\":[{\"sum\":\"desc\"},{\"_key\":\"desc\"}]},"
                        + "\"aggs\":{\"sum\":{\"sum\":{\"field\":\"number\"}}}}}}",
                "news"));
        double before = Double.MAX_VALUE;
        for (ClusterBucket bucket : bySum.getBuckets()) {
            Sum sum = bucket.getAggregations().get("sum");
            assertTrue(sum.getValue() <= before);
            before = sum.getValue();
        }
    }

    public void testFieldsThatAreNotThere() {
        createIndex("news", 2, mapping("news"));
        createIndex("plain", 1, "{\"properties\":{\"tag\":{\"type\":\"keyword\"}}}");
        createIndex("text", 1, "{\"properties\":{\"latent\":{\"type\":\"text\"}}}");
        fill("news", 50);
        client().index(new IndexRequest("plain").source("tag", "red")).actionGet();
        client().admin().indices().prepareRefresh("plain").get();
        // the document of the other index counts as one without a cluster
        Map<String, Long> withAnother = new HashMap<>(expected(null));
        withAnother.merge("", 1L, Long::sum);
        assertEquals(withAnother, counts(clusters(search("{" + aggs(",\"size\":1000") + "}", "news", "plain"))));
        InternalLatentClusters none = clusters(search("{" + aggs("") + "}", "plain"));
        assertEquals(Map.of("", 1L), counts(none));
        assertEquals("", none.model());
        assertEquals(0, none.generation());
        fails(400, "must be of type [latent_vector], [latent] is of type [text]", "{" + aggs("") + "}", "text");
    }

    public void testNoActiveGeneration() {
        generations().activate("news", 0);
        createIndex("news", 2, mapping("news"));
        fill("news", 50);
        InternalLatentClusters none = clusters(search("{" + aggs("") + "}", "news"));
        assertEquals(Map.of("", (long) docs.size()), counts(none));
        assertEquals("news", none.model());
        assertEquals(0, none.generation());
        SearchResponse filtered =
                search("{\"query\":{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"c1\"]}}}", "news");
        assertEquals(0, filtered.getHits().getTotalHits().value());
    }

    public void testModelsAreNotMixed() {
        createIndex("news", 1, mapping("news"));
        createIndex("mail", 1, mapping("mail"));
        fails(400, "belongs to different models [mail, news]", "{" + aggs("") + "}", "news", "mail");
        fails(
                400,
                "belongs to different models [mail, news]",
                "{\"query\":{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"c1\"]}}}",
                "*");
    }

    public void testGenerationIsLoadedOnDemand() {
        Generation second = LatentFixtures.generation("news", 2, DIMS, 5, random());
        createIndex("news", 2, mapping("news"));
        fill("news", 60);
        generations().store(second).activate("news", 2);
        assertNull(generations().loaded("news", 2));
        InternalLatentClusters clusters = clusters(search("{" + aggs(",\"size\":1000") + "}", "news"));
        assertEquals(2, clusters.generation());
        assertNotNull(generations().loaded("news", 2));
        Map<String, Long> mapped = new TreeMap<>();
        for (Doc doc : docs) {
            boolean lives = doc.cluster != null && second.clusters().ordinal(doc.cluster) >= 0;
            mapped.merge(lives ? doc.cluster : "", 1L, Long::sum);
        }
        assertEquals(mapped, counts(clusters));
        generations().activate("news", 7);
        fails(404, "no generation [7] of model [news]", "{" + aggs("") + "}", "news");
    }

    public void testNewClustersOfTheSameEncoderCountEveryDocument() {
        Generation second = LatentFixtures.recluster(generation, 2, List.of("c1", "c90", "c91"), random());
        createIndex("news", 2, mapping("news"));
        fill("news", 120);
        InMemoryGenerations only = generations().unload("news", 1).put(second).activate("news", 2);
        Map<String, Long> expected = new TreeMap<>();
        for (Doc doc : docs) {
            expected.merge(doc.latent == null ? "" : LatentFixtures.clusterOf(second, doc.latent), 1L, Long::sum);
        }
        String request = "{" + aggs(",\"size\":1000") + "}";
        for (int i = 0; i < 2; i++) {
            SearchResponse cached = client().search(new SearchRequest("news")
                            .source(source(request).size(0))
                            .requestCache(true))
                    .actionGet();
            assertEquals(2, clusters(cached).generation());
            assertEquals(expected, counts(clusters(cached)));
        }
        for (String key : second.clusters().keys()) {
            SearchResponse filtered = search(
                    "{\"query\":{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + key + "\"]}}}", "news");
            assertEquals(
                    (long) expected.getOrDefault(key, 0L),
                    filtered.getHits().getTotalHits().value());
        }
        // the search does not need generation 1, whose number the documents carry, so its result can be cached
        assertNull(only.loaded("news", 1));
        long hits = client().admin()
                .indices()
                .prepareStats("news")
                .setRequestCache(true)
                .get()
                .getTotal()
                .getRequestCache()
                .getHitCount();
        assertEquals(2, hits);
    }

    public void testRequestCacheKnowsTheGeneration() {
        createIndex("news", 1, mapping("news"));
        fill("news", 60);
        String request = "{" + aggs(",\"size\":1000") + "}";
        for (int i = 0; i < 3; i++) {
            SearchResponse cached = client().search(new SearchRequest("news")
                            .source(source(request).size(0))
                            .requestCache(true))
                    .actionGet();
            assertEquals(expected(null), counts(clusters(cached)));
        }
        long hits = client().admin()
                .indices()
                .prepareStats("news")
                .setRequestCache(true)
                .get()
                .getTotal()
                .getRequestCache()
                .getHitCount();
        assertEquals(2, hits);
        generations()
                .put(LatentFixtures.generation("news", 2, DIMS, 3, random()))
                .activate("news", 2);
        SearchResponse next = client().search(new SearchRequest("news")
                        .source(source(request).size(0))
                        .requestCache(true))
                .actionGet();
        assertEquals(2, clusters(next).generation());
    }

    public void testAliasFilterScrollAndPointInTime() {
        createIndex("news", 2, mapping("news"));
        fill("news", 120);
        String key =
                docs.stream().filter(doc -> doc.cluster != null).findFirst().orElseThrow().cluster;
        long count = expected(null).get(key);
        client().admin()
                .indices()
                .aliases(new IndicesAliasesRequest()
                        .addAliasAction(IndicesAliasesRequest.AliasActions.add()
                                .index("news")
                                .alias("topic")
                                .filter("{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + key + "\"]}}")))
                .actionGet();
        assertEquals(Map.of(key, count), counts(clusters(search("{" + aggs("") + "}", "topic"))));
        assertEquals(count, search("{}", "topic").getHits().getTotalHits().value());
        generations().put(generation);
        String pit = client().execute(
                        CreatePitAction.INSTANCE, new CreatePitRequest(TimeValue.timeValueMinutes(1), true, "news"))
                .actionGet()
                .getId();
        SearchResponse atPoint = client().search(new SearchRequest(new String[] {"news"})
                        .source(source("{" + aggs(",\"size\":1000") + "}")
                                .size(0)
                                .pointInTimeBuilder(new PointInTimeBuilder(pit))))
                .actionGet();
        assertEquals(expected(null), counts(clusters(atPoint)));
        client().execute(DeletePitAction.INSTANCE, new DeletePitRequest(pit)).actionGet();
        SearchResponse scroll = client().search(new SearchRequest("news")
                        .source(source("{" + aggs(",\"size\":1000") + "}").size(5))
                        .scroll(TimeValue.timeValueMinutes(1)))
                .actionGet();
        assertEquals(expected(null), counts(clusters(scroll)));
        client().prepareClearScroll().addScrollId(scroll.getScrollId()).get();
    }

    public void testTerminateAfterCountsOnlyWhatWasCollected() {
        createIndex("news", 1, mapping("news"));
        fill("news", 100);
        client().admin()
                .indices()
                .prepareForceMerge("news")
                .setMaxNumSegments(1)
                .get();
        client().admin().indices().prepareRefresh("news").get();
        InternalLatentClusters some =
                clusters(search("{\"terminate_after\":7," + aggs(",\"size\":1000") + "}", "news"));
        assertEquals(
                7, counts(some).values().stream().mapToLong(Long::longValue).sum());
    }

    public void testExplainAndPostFilter() {
        createIndex("news", 1, mapping("news"));
        fill("news", 30);
        Doc doc = docs.stream().filter(each -> each.cluster != null).findFirst().orElseThrow();
        assertTrue(client().prepareExplain("news", doc.id)
                .setQuery(QueryBuilders.wrapperQuery(
                        "{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + doc.cluster + "\"]}}"))
                .get()
                .isMatch());
        SearchResponse response = search(
                "{\"post_filter\":{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + doc.cluster + "\"]}},"
                        + aggs(",\"size\":1000") + "}",
                "news");
        assertEquals(expected(null), counts(clusters(response)));
        assertEquals(
                (long) expected(null).get(doc.cluster),
                response.getHits().getTotalHits().value());
    }

    public void testMinSimilarity() {
        createIndex("news", between(1, 3), mapping("news"));
        fill("news", 100);
        Partition partition = generation.clusters().partition();
        double min = randomIntBetween(1, 99) / 100.0;
        Map<String, Long> near = new TreeMap<>();
        for (Doc doc : docs) {
            String key = doc.cluster;
            if (key != null) {
                float[] unit = Latents.dequantize(doc.latent);
                float cosine = Math.max(0, partition.similarity(unit, partition.assign(unit)));
                key = Math.round(cosine * 255) >= Math.ceil(min * 255) ? key : null;
            }
            near.merge(key == null ? "" : key, 1L, Long::sum);
        }
        InternalLatentClusters got =
                clusters(search("{" + aggs(",\"size\":1000,\"min_similarity\":" + min) + "}", "news"));
        assertEquals(near, counts(got));
    }

    public void testHiddenAndRenamedClusters() {
        createIndex("news", 2, mapping("news"));
        fill("news", 100);
        Map<String, Long> all = expected(null);
        List<String> keys = all.keySet().stream().filter(key -> !key.isEmpty()).toList();
        String hidden = keys.get(0);
        String renamed = keys.get(keys.size() - 1);
        generations()
                .edit(
                        "news",
                        new ClusterEdits(Map.of(
                                hidden, new ClusterEdits.Edit(null, true),
                                renamed, new ClusterEdits.Edit("Oil & energy", hidden.equals(renamed)))));
        InternalLatentClusters got = clusters(
                search("{" + aggs(",\"size\":1000,\"terms\":2,\"exclude_terms\":[\"c[0-9]+-0\"]") + "}", "news"));
        assertEquals((long) all.get(hidden), got.other());
        all.remove(hidden);
        assertEquals(all, counts(got));
        for (ClusterBucket bucket : got.getBuckets()) {
            String key = bucket.getKey();
            assertEquals(
                    key.equals(renamed) ? "Oil & energy" : key + "-1, " + key + "-2, " + key + "-3", bucket.label());
            assertEquals(2, bucket.terms().size());
        }
        SearchResponse filtered = search(
                "{\"query\":{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + hidden + "\"]}}}", "news");
        assertEquals(
                (long) expected(null).get(hidden),
                filtered.getHits().getTotalHits().value());
    }

    public void testNestedField() {
        createIndex(
                "books",
                1,
                "{\"properties\":{\"parts\":{\"type\":\"nested\",\"properties\":{"
                        + "\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"}}}}}");
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < 20; i++) {
            StringBuilder parts = new StringBuilder();
            for (int p = between(0, 3); p > 0; p--) {
                byte[] latent = LatentFixtures.latent(DIMS, random());
                counts.merge(LatentFixtures.clusterOf(generation, latent), 1L, Long::sum);
                parts.append(parts.isEmpty() ? "" : ",")
                        .append("{\"latent\":" + LatentFixtures.source(generation, latent) + "}");
            }
            client().prepareIndex("books")
                    .setSource("{\"parts\":[" + parts + "]}", XContentType.JSON)
                    .get();
        }
        client().admin().indices().prepareRefresh("books").get();
        SearchResponse response = search(
                "{\"aggs\":{\"parts\":{\"nested\":{\"path\":\"parts\"},\"aggs\":{\"topics\":{\"latent_clusters\":{"
                        + "\"field\":\"parts.latent\",\"size\":1000}}}}}}",
                "books");
        InternalNested nested = response.getAggregations().get("parts");
        assertEquals(
                counts, counts((InternalLatentClusters) nested.getAggregations().get("topics")));
        InternalFilter filter = search(
                        "{\"aggs\":{\"some\":{\"filter\":{\"nested\":{\"path\":\"parts\",\"query\":{"
                                + "\"latent_cluster\":{"
                                + "\"field\":\"parts.latent\",\"clusters\":[\"c1\"]}}}}}}}",
                        "books")
                .getAggregations()
                .get("some");
        assertTrue(filter.getDocCount() <= counts.getOrDefault("c1", 0L));
    }

    public void testNeighborsOfSeveralGenerationsMerge() {
        createIndex(
                "news",
                1,
                "{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\",\"neighbors\":true}}}");
        Generation wider = LatentFixtures.generation("news", 2, 2 * DIMS, 5, random());
        generations().put(wider);
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < 60; i++) {
            boolean old = random().nextBoolean();
            byte[] latent = LatentFixtures.latent(old ? DIMS : 2 * DIMS, random());
            String source = "{\"latent\":" + LatentFixtures.source(old ? generation : wider, latent) + "}";
            client().prepareIndex("news").setSource(source, XContentType.JSON).get();
            String key = LatentFixtures.clusterOf(old ? generation : wider, latent);
            counts.merge(wider.clusters().ordinal(key) < 0 ? "" : key, 1L, Long::sum);
            if (rarely()) {
                client().admin().indices().prepareRefresh("news").get();
            }
        }
        generations().activate("news", 2);
        client().admin()
                .indices()
                .prepareForceMerge("news")
                .setMaxNumSegments(1)
                .setFlush(true)
                .get();
        client().admin().indices().prepareRefresh("news").get();
        assertEquals(counts, counts(clusters(search("{" + aggs(",\"size\":1000") + "}", "news"))));
        SearchResponse stale = search("{\"query\":{\"range\":{\"latent.generation\":{\"lt\":2}}}}", "news");
        SearchResponse fresh = search("{\"query\":{\"term\":{\"latent.generation\":2}}}", "news");
        assertEquals(
                60,
                stale.getHits().getTotalHits().value()
                        + fresh.getHits().getTotalHits().value());
    }

    public void testSourceIsUntouchedAndMissingLatentsAreFound() {
        createIndex("news", 1, mapping("news"));
        String source = "{\"latent\":{\"hash\":\"h\",\"vector\":\"AQIDBAUGBwg=\",\"generation\":1}}";
        client().prepareIndex("news")
                .setId("1")
                .setSource(source, XContentType.JSON)
                .get();
        client().prepareIndex("news")
                .setId("2")
                .setSource("{\"latent\":null}", XContentType.JSON)
                .get();
        client().prepareIndex("news")
                .setId("3")
                .setSource("{}", XContentType.JSON)
                .get();
        client().admin().indices().prepareRefresh("news").get();
        assertEquals(source, client().prepareGet("news", "1").get().getSourceAsString());
        for (String field : List.of("latent", "latent.generation", "also")) {
            SearchResponse missing =
                    search("{\"query\":{\"bool\":{\"must_not\":{\"exists\":{\"field\":\"" + field + "\"}}}}}", "news");
            assertEquals(2, missing.getHits().getTotalHits().value());
        }
        SearchResponse fetched = client().search(new SearchRequest("news")
                        .source(source("{\"query\":{\"ids\":{\"values\":[\"1\"]}},\"fields\":[\"latent\"],"
                                + "\"docvalue_fields\":[\"latent.generation\"],"
                                + "\"sort\":[{\"latent.generation\":\"asc\"}]}")))
                .actionGet();
        assertEquals(
                Map.of("hash", "h", "vector", "AQIDBAUGBwg=", "generation", 1),
                fetched.getHits().getAt(0).field("latent").getValue());
        assertEquals(
                1L, (long) fetched.getHits().getAt(0).field("latent.generation").getValue());
        fails(400, "[latent]", "{\"aggs\":{\"t\":{\"terms\":{\"field\":\"latent\"}}}}", "news");
        fails(400, "[latent]", "{\"sort\":[\"latent\"]}", "news");
        fails(400, "[latent]", "{\"query\":{\"term\":{\"latent\":\"x\"}}}", "news");
        fails(400, "[latent]", "{\"size\":1,\"docvalue_fields\":[\"latent\"]}", "news");
    }

    /**
     * A model switches between two generations while many clients search. Every response is complete and uses only one
     * of them.
     */
    public void testGenerationSwitchUnderLoad() throws Exception {
        createIndex("news", 3, mapping("news"));
        fill("news", 200);
        Generation second = LatentFixtures.generation("news", 2, DIMS, 7, random());
        generations().put(second);
        Map<String, Long> first = expected(null);
        Map<String, Long> other = new TreeMap<>();
        for (Doc doc : docs) {
            boolean lives = doc.cluster != null && second.clusters().ordinal(doc.cluster) >= 0;
            other.merge(lives ? doc.cluster : "", 1L, Long::sum);
        }
        List<Thread> threads = new ArrayList<>();
        Queue<String> failures = new ConcurrentLinkedQueue<>();
        SearchSourceBuilder request = source("{" + aggs(",\"size\":1000") + "}").size(0);
        for (int t = 0; t < 4; t++) {
            Thread thread = new Thread(() -> {
                try {
                    for (int i = 0; i < 50; i++) {
                        InternalLatentClusters got = clusters(client().search(new SearchRequest("news")
                                        .source(request)
                                        .requestCache(i % 2 == 0))
                                .actionGet());
                        Map<String, Long> wanted = got.generation() == 1 ? first : other;
                        if (!counts(got).equals(wanted)) {
                            failures.add(got.generation() + ": " + counts(got) + " but not " + wanted);
                        }
                    }
                } catch (RuntimeException e) {
                    failures.add(e.toString());
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (int i = 0; i < 200; i++) {
            generations().activate("news", 1 + i % 2);
            Thread.sleep(1);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertEquals(failures.toString(), 0, failures.size());
    }

    private void fails(int status, String message, String json, String... indices) {
        OpenSearchException e = expectThrows(OpenSearchException.class, () -> {
            try {
                search(json, indices);
            } catch (IllegalArgumentException bad) {
                throw new org.opensearch.OpenSearchStatusException(
                        bad.getMessage(), org.opensearch.core.rest.RestStatus.BAD_REQUEST);
            }
        });
        assertEquals(e.getDetailedMessage(), status, e.status().getStatus());
        assertThat(e.getDetailedMessage(), containsString(message));
    }
}

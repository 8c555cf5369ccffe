/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.ClusterTree;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Curation;
import io.latentfacets.cluster.Partition;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.field.column.ColumnFixtures;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.search.LatentNodeTestCase;
import io.latentfacets.search.LatentSearchTestPlugin;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.aggregations.bucket.terms.Terms;
import org.opensearch.search.aggregations.metrics.Sum;
import org.opensearch.search.builder.SearchSourceBuilder;

/**
 * Whole searches by parents of clusters and by the clusters' floors. Each test compares with a count over the
 * documents' own vectors.
 */
public class ClusterTreeSearchTests extends LatentNodeTestCase {
    private static final int DIMS = 8;
    private static final String NO_KEY = "";

    Generation generation;
    private Curation curation;
    private final List<Doc> docs = new ArrayList<>();

    private record Doc(byte[] latent, String tag, int number) {}

    @Override
    public void setUp() throws Exception {
        LatentSearchTestPlugin.how = randomFrom(ColumnFixtures.Columns.values());
        super.setUp();
        int clusters = between(6, 20);
        generation = LatentFixtures.withTreeAndFloors(
                LatentFixtures.generation("news", 1, DIMS, clusters, random()), between(2, clusters / 2), random());
        LatentSearchTestPlugin.generations.put(generation).activate("news", 1);
        curation = curation(generation);
        LatentSearchTestPlugin.generations.edit("news", ClusterEdits.NONE.with(curation));
        generation = generation.curated(curation);
        client().admin()
                .indices()
                .prepareCreate("news")
                .setSettings(Settings.builder()
                        .put("number_of_shards", between(1, 4))
                        .put("number_of_replicas", 0))
                .setMapping("{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"},"
                        + "\"tag\":{\"type\":\"keyword\"},\"number\":{\"type\":\"integer\"}}}")
                .get();
        for (int i = 0; i < 250; i++) {
            byte[] latent = rarely() ? null : LatentFixtures.latent(DIMS, random());
            String tag = randomFrom("red", "green", "blue");
            String vector = latent == null ? "" : "\"latent\":" + LatentFixtures.source(generation, latent) + ",";
            client().prepareIndex("news")
                    .setId(Integer.toString(i))
                    .setSource("{" + vector + "\"tag\":\"" + tag + "\",\"number\":" + i + "}", XContentType.JSON)
                    .get();
            docs.add(new Doc(latent, tag, i));
            if (between(0, 40) == 0) {
                client().admin().indices().prepareRefresh("news").get();
            }
        }
        for (int i = docs.size() - 1; i >= 0; i--) {
            if (between(0, 30) == 0) {
                client().prepareDelete("news", Integer.toString(i)).get();
                docs.remove(i);
            }
        }
        client().admin().indices().prepareRefresh("news").get();
    }

    /** What people have merged and split. */
    Curation curation(Generation learned) {
        return Curation.NONE;
    }

    /**
     * The bucket key of a document, by the definition.
     *
     * @param similarity the least cosine, as the column stores it; NaN for the clusters' floors
     */
    private String bucket(Doc doc, boolean parents, double similarity) {
        if (doc.latent == null) {
            return NO_KEY;
        }
        Clusters clusters = generation.clusters();
        Partition partition = clusters.partition();
        float[] unit = Latents.dequantize(doc.latent);
        int cluster = partition.assign(unit);
        double least = Double.isNaN(similarity) ? clusters.floors().of(cluster) : similarity;
        float cosine = Math.max(0, partition.similarity(unit, cluster));
        if (Math.round(cosine * 255) < Math.ceil((float) least * 255f)) {
            return NO_KEY;
        }
        int top = clusters.tree().topOf(cluster);
        return parents && top >= 0
                ? clusters.tree().keys().get(top)
                : clusters.keys().get(cluster);
    }

    Map<String, Long> expected(String tag, boolean parents, double similarity) {
        Map<String, Long> counts = new TreeMap<>();
        for (Doc doc : docs) {
            if (tag == null || doc.tag.equals(tag)) {
                counts.merge(bucket(doc, parents, similarity), 1L, Long::sum);
            }
        }
        return counts;
    }

    static Map<String, Long> counts(InternalLatentClusters clusters) {
        Map<String, Long> counts = new TreeMap<>();
        clusters.getBuckets().forEach(bucket -> counts.put(bucket.getKey(), bucket.getDocCount()));
        if (clusters.unassigned() > 0) {
            counts.put(NO_KEY, clusters.unassigned());
        }
        return counts;
    }

    private SearchResponse search(String json) {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                json)) {
            return client().search(new SearchRequest("news")
                            .source(SearchSourceBuilder.fromXContent(parser).size(0)))
                    .actionGet();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    InternalLatentClusters topics(String query, String options) {
        return search("{\"query\":" + query + ",\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\","
                        + "\"size\":1000" + options + "}}}}")
                .getAggregations()
                .get("topics");
    }

    long hits(String key, String minSimilarity) {
        return search("{\"track_total_hits\":true,\"query\":{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\""
                        + key + "\"]" + minSimilarity + "}}}")
                .getHits()
                .getTotalHits()
                .value();
    }

    static final String ALL = "{\"match_all\":{}}";
    private static final String PARENTS = ",\"level\":\"parents\"";
    private static final String AUTO = ",\"min_similarity\":\"auto\"";

    public void testParentsCountWhatTheirClustersCount() {
        assertEquals(expected(null, true, 0), counts(topics(ALL, PARENTS)));
        for (String tag : List.of("red", "green", "blue")) {
            assertEquals(expected(tag, true, 0), counts(topics("{\"term\":{\"tag\":\"" + tag + "\"}}", PARENTS)));
        }
        client().admin()
                .indices()
                .prepareForceMerge("news")
                .setMaxNumSegments(1)
                .get();
        client().admin().indices().prepareRefresh("news").get();
        assertEquals(expected(null, true, 0), counts(topics(ALL, PARENTS)));
        assertEquals(expected(null, true, Double.NaN), counts(topics(ALL, PARENTS + AUTO)));
    }

    public void testClustersNameTheirParent() {
        ClusterTree tree = generation.clusters().tree();
        for (ClusterBucket bucket : topics(ALL, "").getBuckets()) {
            assertEquals(tree.parentKey(generation.clusters().ordinal(bucket.getKey())), bucket.parent());
        }
        for (ClusterBucket bucket : topics(ALL, PARENTS + ",\"terms\":2").getBuckets()) {
            assertNull(bucket.parent());
            assertEquals(2, bucket.terms().size());
            int parent = tree.ordinal(bucket.getKey());
            if (parent >= 0) {
                assertEquals(tree.parents().get(parent).label(), bucket.label());
                // over all documents each bucket has its background share
                assertEquals(1, bucket.lift(), 1e-9);
            }
        }
    }

    public void testFiltersFindWhatBucketsCount() {
        for (String similarity : List.of("", AUTO, ",\"min_similarity\":0." + between(1, 9))) {
            for (String level : List.of("", PARENTS)) {
                for (ClusterBucket bucket : topics(ALL, level + similarity).getBuckets()) {
                    assertEquals(bucket.getDocCount(), hits(bucket.getKey(), similarity));
                    String filter = "{\"bool\":{\"filter\":{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\""
                            + bucket.getKey() + "\"]" + similarity + "}}}}";
                    InternalLatentClusters within = topics(filter, similarity);
                    assertEquals(0, within.unassigned());
                    assertEquals(
                            bucket.getDocCount(),
                            within.getBuckets().stream()
                                    .mapToLong(ClusterBucket::getDocCount)
                                    .sum());
                }
            }
        }
        assertEquals(0, hits("p999", AUTO));
    }

    public void testFloors() {
        assertEquals(expected(null, false, Double.NaN), counts(topics(ALL, AUTO)));
        double least = randomIntBetween(1, 99) / 100.0;
        assertEquals(expected(null, true, least), counts(topics(ALL, PARENTS + ",\"min_similarity\":" + least)));
        assertNotEquals(expected(null, false, 0), expected(null, false, Double.NaN));
    }

    public void testWithoutFloorsEveryDocumentIsSimilarEnough() {
        generation = LatentFixtures.generation("news", 2, DIMS, 7, random());
        Generation same =
                LatentFixtures.recluster(generation, 2, generation.clusters().keys(), random());
        LatentSearchTestPlugin.generations.put(same).activate("news", 2);
        assertEquals(counts(topics(ALL, "")), counts(topics(ALL, AUTO)));
        // without parents each cluster is a bucket
        assertEquals(counts(topics(ALL, "")), counts(topics(ALL, PARENTS)));
        for (ClusterBucket bucket : topics(ALL, AUTO).getBuckets()) {
            assertEquals(bucket.getDocCount(), hits(bucket.getKey(), AUTO));
            assertNull(bucket.parent());
        }
    }

    public void testSubAggregationsAndParentAggregations() {
        InternalLatentClusters below = search(
                        "{\"aggs\":{\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000" + PARENTS
                                + ",\"order\":[{\"sum\":\"desc\"}]},\"aggs\":{\"tags\":{\"terms\":{\"field\":\"tag\"}},"
                                + "\"sum\":{\"sum\":{\"field\":\"number\"}}}}}}")
                .getAggregations()
                .get("topics");
        double before = Double.MAX_VALUE;
        for (ClusterBucket bucket : below.getBuckets()) {
            Terms tags = bucket.getAggregations().get("tags");
            for (Terms.Bucket tag : tags.getBuckets()) {
                assertEquals((long) expected(tag.getKeyAsString(), true, 0).get(bucket.getKey()), tag.getDocCount());
            }
            double sum = docs.stream()
                    .filter(doc -> bucket(doc, true, 0).equals(bucket.getKey()))
                    .mapToInt(Doc::number)
                    .sum();
            Sum got = bucket.getAggregations().get("sum");
            assertEquals(sum, got.getValue(), 0);
            assertTrue(sum <= before);
            before = sum;
        }
        Terms tags = search(
                        "{\"aggs\":{\"tags\":{\"terms\":{\"field\":\"tag\"},\"aggs\":{\"topics\":{\"latent_clusters\":{"
                                + "\"field\":\"latent\",\"size\":1000" + PARENTS + AUTO + "}}}}}}")
                .getAggregations()
                .get("tags");
        for (Terms.Bucket tag : tags.getBuckets()) {
            assertEquals(
                    expected(tag.getKeyAsString(), true, Double.NaN),
                    counts(tag.getAggregations().get("topics")));
        }
    }

    public void testCutAndLeastCountByParents() {
        Map<String, Long> all = expected(null, true, 0);
        InternalLatentClusters two = topics(ALL, PARENTS + ",\"min_doc_count\":20");
        all.forEach((key, count) -> {
            boolean shown =
                    two.getBuckets().stream().anyMatch(bucket -> bucket.getKey().equals(key));
            assertEquals(!key.equals(NO_KEY) && count >= 20, shown);
        });
        long shown =
                two.getBuckets().stream().mapToLong(ClusterBucket::getDocCount).sum();
        assertEquals(docs.size(), shown + two.other() + two.unassigned());
    }

    public void testHiddenAndRenamed() {
        Clusters clusters = generation.clusters();
        String child = clusters.keys().get(clusters.tree().children(0).get(0));
        LatentSearchTestPlugin.generations.edit(
                "news",
                new ClusterEdits(
                        Map.of(
                                child,
                                new ClusterEdits.Edit(null, true),
                                "p0",
                                new ClusterEdits.Edit("Energy", false),
                                "p1",
                                new ClusterEdits.Edit(null, true)),
                        curation));
        Map<String, Long> all = expected(null, true, 0);
        InternalLatentClusters parents = topics(ALL, PARENTS + ",\"exclude_terms\":[\"p[0-9]+-0\"]");
        // documents of a hidden cluster still belong to its parent: a query for the parent finds them
        Map<String, Long> shown = new TreeMap<>(all);
        long hidden = shown.getOrDefault("p1", 0L);
        shown.remove("p1");
        assertEquals(shown, counts(parents));
        assertEquals(hidden, parents.other());
        for (ClusterBucket bucket : parents.getBuckets()) {
            String key = bucket.getKey();
            if (key.equals("p0")) {
                assertEquals("Energy", bucket.label());
            } else if (key.startsWith("p")) {
                assertEquals(key + "-1, " + key + "-2, " + key + "-3", bucket.label());
            }
        }
        assertEquals((long) all.getOrDefault("p0", 0L), hits("p0", ""));
        InternalLatentClusters leaves = topics(ALL, "");
        assertEquals((long) expected(null, false, 0).getOrDefault(child, 0L), leaves.other());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Curation;
import io.latentfacets.cluster.CurationFixtures;
import io.latentfacets.field.LatentFixtures;
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

/** Counts of overlapping clusters, and filters by membership, against a count over the documents' own vectors. */
public class MembershipSearchTests extends LatentNodeTestCase {
    private static final int DIMS = 8;

    private Generation generation;
    private final List<Doc> docs = new ArrayList<>();

    private record Doc(Generation of, byte[] latent, String tag, int number) {}

    @Override
    public void setUp() throws Exception {
        super.setUp();
        int clusters = between(6, 12);
        Generation learned = LatentFixtures.withTreeAndFloors(
                LatentFixtures.generation("news", 1, DIMS, clusters, random()), between(2, clusters / 2), random());
        Curation curation = randomBoolean()
                ? Curation.NONE
                : CurationFixtures.random(learned.clusters(), learned.encoder().toString(), random());
        Generation older = LatentFixtures.generation("news", 2, DIMS, clusters, random());
        LatentSearchTestPlugin.generations.put(older).put(learned).activate("news", 1);
        LatentSearchTestPlugin.generations.edit("news", ClusterEdits.NONE.with(curation));
        generation = learned.curated(curation);
        older = older.curated(curation);
        client().admin()
                .indices()
                .prepareCreate("news")
                .setSettings(Settings.builder()
                        .put("number_of_shards", between(1, 3))
                        .put("number_of_replicas", 0))
                .setMapping("{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"news\"},"
                        + "\"tag\":{\"type\":\"keyword\"},\"number\":{\"type\":\"integer\"}}}")
                .get();
        for (int i = 0; i < 200; i++) {
            Generation of = rarely() ? older : generation;
            byte[] latent = rarely() ? null : LatentFixtures.latent(DIMS, random());
            String tag = randomFrom("red", "green");
            String vector = latent == null ? "" : "\"latent\":" + LatentFixtures.source(of, latent) + ",";
            client().prepareIndex("news")
                    .setId(Integer.toString(i))
                    .setSource("{" + vector + "\"tag\":\"" + tag + "\",\"number\":" + i + "}", XContentType.JSON)
                    .get();
            docs.add(new Doc(of, latent, tag, i));
            if (between(0, 40) == 0) {
                client().admin().indices().prepareRefresh("news").get();
            }
        }
        client().admin().indices().prepareRefresh("news").get();
    }

    /** The membership of a document in what a key names, by the definition. */
    private double membership(Doc doc, String key) {
        double sum = 0;
        double[] own = doc.of.clusters().partition().memberships(Latents.dequantize(doc.latent));
        double[] memberships = own;
        if (doc.of != generation) {
            memberships = new double[generation.clusters().infos().size()];
            for (int c = 0; c < own.length; c++) {
                int pinned =
                        generation.clusters().ordinal(doc.of.clusters().keys().get(c));
                if (pinned >= 0) {
                    memberships[pinned] += own[c];
                }
            }
        }
        for (int ordinal : generation.clusters().ordinals(key).stream().sorted().toList()) {
            sum += memberships[ordinal];
        }
        return sum;
    }

    private List<String> keys(boolean parents) {
        Clusters clusters = generation.clusters();
        List<String> keys = new ArrayList<>();
        for (int c = 0; c < clusters.infos().size(); c++) {
            int top = parents ? clusters.tree().topOf(c) : -1;
            String key =
                    top < 0 ? clusters.keys().get(c) : clusters.tree().keys().get(top);
            if (!keys.contains(key)) {
                keys.add(key);
            }
        }
        return keys;
    }

    private Map<String, Long> expected(String tag, boolean parents, double least) {
        Map<String, Long> counts = new TreeMap<>();
        for (Doc doc : docs) {
            if (tag == null || doc.tag.equals(tag)) {
                boolean any = false;
                for (String key : doc.latent == null ? List.<String>of() : keys(parents)) {
                    if (membership(doc, key) >= least) {
                        counts.merge(key, 1L, Long::sum);
                        any = true;
                    }
                }
                if (!any) {
                    counts.merge("", 1L, Long::sum);
                }
            }
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

    private static String topics(String options) {
        return "\"topics\":{\"latent_clusters\":{\"field\":\"latent\",\"size\":1000" + options
                + "},\"aggs\":{\"sum\":{\"sum\":{\"field\":\"number\"}}}}";
    }

    private InternalLatentClusters count(String query, String options) {
        return search("{\"query\":" + query + ",\"aggs\":{" + topics(options) + "}}")
                .getAggregations()
                .get("topics");
    }

    private static String filter(String key, double least) {
        return "{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + key + "\"],\"min_membership\":" + least
                + "}}";
    }

    public void testCountsAreThoseOfTheDefinitionAndOfFilters() {
        for (double least : new double[] {.01, .2, randomIntBetween(1, 100) / 100.0, 1}) {
            for (boolean parents : new boolean[] {false, true}) {
                String options = ",\"min_membership\":" + least + (parents ? ",\"level\":\"parents\"" : "");
                for (String tag : new String[] {null, "red"}) {
                    String query = tag == null ? "{\"match_all\":{}}" : "{\"term\":{\"tag\":\"red\"}}";
                    InternalLatentClusters found = count(query, options);
                    assertEquals(expected(tag, parents, least), ClusterTreeSearchTests.counts(found));
                    long matched = docs.stream()
                            .filter(doc -> tag == null || doc.tag.equals(tag))
                            .count();
                    for (ClusterBucket bucket : found.getBuckets()) {
                        assertEquals((double) bucket.getDocCount() / matched, bucket.share(), 1e-9);
                        assertEquals("nobody knows what is usual", 0, bucket.lift(), 0);
                        InternalLatentClusters within = count(
                                "{\"bool\":{\"must\":" + query + ",\"filter\":" + filter(bucket.getKey(), least) + "}}",
                                options);
                        assertEquals(0, within.unassigned());
                        assertEquals(bucket.getDocCount(), (long)
                                ClusterTreeSearchTests.counts(within).get(bucket.getKey()));
                        SearchResponse hits = search("{\"track_total_hits\":true,\"query\":"
                                + "{\"bool\":{\"must\":" + query + ",\"filter\":" + filter(bucket.getKey(), least)
                                + "}}}");
                        assertEquals(
                                bucket.getDocCount(),
                                hits.getHits().getTotalHits().value());
                    }
                }
            }
        }
        assertEquals(
                0,
                search("{\"track_total_hits\":true,\"query\":" + filter("c999", .01) + "}")
                        .getHits()
                        .getTotalHits()
                        .value());
    }

    public void testAboveAHalfNoTwoClustersShareADocument() {
        InternalLatentClusters found = count("{\"match_all\":{}}", ",\"min_membership\":0.51");
        long counted = found.getBuckets().stream()
                .mapToLong(ClusterBucket::getDocCount)
                .sum();
        assertEquals(docs.size(), counted + found.unassigned());
        InternalLatentClusters more = count("{\"match_all\":{}}", ",\"min_membership\":0.01");
        assertTrue(
                "documents count several times",
                more.getBuckets().stream().mapToLong(ClusterBucket::getDocCount).sum() > docs.size());
    }

    public void testSubAggregationsAndParentAggregations() {
        double least = .1;
        for (ClusterBucket bucket :
                count("{\"match_all\":{}}", ",\"min_membership\":" + least).getBuckets()) {
            double sum = docs.stream()
                    .filter(doc -> doc.latent != null && membership(doc, bucket.getKey()) >= least)
                    .mapToInt(Doc::number)
                    .sum();
            Sum got = bucket.getAggregations().get("sum");
            assertEquals(sum, got.getValue(), 0);
        }
        Terms tags = search("{\"aggs\":{\"tags\":{\"terms\":{\"field\":\"tag\"},\"aggs\":{"
                        + topics(",\"min_membership\":" + least) + "}}}}")
                .getAggregations()
                .get("tags");
        for (Terms.Bucket tag : tags.getBuckets()) {
            InternalLatentClusters below = tag.getAggregations().get("topics");
            assertEquals(expected(tag.getKeyAsString(), false, least), ClusterTreeSearchTests.counts(below));
            for (ClusterBucket bucket : below.getBuckets()) {
                assertEquals((double) bucket.getDocCount() / tag.getDocCount(), bucket.share(), 1e-9);
            }
        }
    }

    public void testExplanationsShowMemberships() {
        String key = generation.clusters().keys().get(0);
        for (Doc doc : docs.subList(0, 20)) {
            var explained = client().prepareExplain("news", Integer.toString(doc.number))
                    .setQuery(new org.opensearch.index.query.WrapperQueryBuilder(filter(key, .2)))
                    .get();
            boolean matches = doc.latent != null && membership(doc, key) >= .2;
            assertEquals(matches, explained.isMatch());
            String said = explained.getExplanation().toString();
            if (doc.latent == null) {
                assertTrue(said, said.contains("it has no latent in [latent]"));
            } else {
                assertTrue(said, said.contains("membership in cluster [" + key + "]"));
                assertEquals(
                        membership(doc, key),
                        explained.getExplanation().getDetails()[0].getValue().doubleValue(),
                        1e-6);
            }
        }
    }
}

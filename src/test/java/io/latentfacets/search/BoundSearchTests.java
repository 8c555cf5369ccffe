/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.opensearch.ExceptionsHelper;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.builder.SearchSourceBuilder;

/**
 * Whoever may create an index can give it a field of any model. Searches of indices to which nobody has bound the model
 * get keys and counts, and none of its words.
 */
public class BoundSearchTests extends LatentNodeTestCase {

    private static final int DIMS = 8;

    private Generation generation;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        generation = LatentFixtures.generation("hr", 1, DIMS, 5, random());
        LatentSearchTestPlugin.generations.put(generation).activate("hr", 1).bind("hr-*");
        for (String index : new String[] {"hr-1", "alice"}) {
            client().admin()
                    .indices()
                    .prepareCreate(index)
                    .setSettings(Settings.builder().put("number_of_shards", 1).put("number_of_replicas", 0))
                    .setMapping("{\"properties\":{\"latent\":{\"type\":\"latent_vector\",\"model\":\"hr\"}}}")
                    .get();
            for (int i = 0; i < 50; i++) {
                client().prepareIndex(index)
                        .setId(index + i)
                        .setSource(
                                "{\"latent\":"
                                        + LatentFixtures.source(
                                                1, generation.encoder(), LatentFixtures.latent(DIMS, random()))
                                        + "}",
                                XContentType.JSON)
                        .get();
            }
            client().admin().indices().prepareRefresh(index).get();
        }
    }

    private SearchResponse search(String json, String... indices) {
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                getInstanceFromNode(NamedXContentRegistry.class),
                DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                json)) {
            return client().search(new SearchRequest(indices).source(SearchSourceBuilder.fromXContent(parser)))
                    .actionGet();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private InternalLatentClusters clusters(String options, String... indices) {
        SearchResponse response = search(
                "{\"size\":0,\"aggs\":{\"t\":{\"latent_clusters\":{\"field\":\"latent\",\"terms\":5" + options + "}}}}",
                indices);
        return response.getAggregations().get("t");
    }

    private static void requireNoWords(InternalLatentClusters clusters) {
        assertFalse(clusters.bound());
        assertFalse(clusters.getBuckets().isEmpty());
        for (ClusterBucket bucket : clusters.getBuckets()) {
            assertThat(bucket.label(), equalTo(bucket.getKey()));
            assertTrue(bucket.terms().isEmpty());
        }
        assertThat(clusters.toString(), containsString("\"bound\":false"));
    }

    private void requireWords(InternalLatentClusters clusters) {
        assertTrue(clusters.bound());
        assertThat(clusters.toString(), not(containsString("\"bound\"")));
        for (ClusterBucket bucket : clusters.getBuckets()) {
            ClusterInfo info = generation.clusters().infos().stream()
                    .filter(each -> each.key().equals(bucket.getKey()))
                    .findFirst()
                    .orElseThrow();
            assertThat(bucket.label(), equalTo(info.label()));
            assertThat(bucket.terms(), equalTo(info.terms().subList(0, 5)));
        }
    }

    public void testOnlyBoundIndicesGetLabelsAndTerms() {
        requireWords(clusters("", "hr-1"));
        requireNoWords(clusters("", "alice"));
        // whoever searches both may read hr-1, and so the words
        requireWords(clusters("", "hr-1", "alice"));
        LatentSearchTestPlugin.generations.bind();
        requireNoWords(clusters("", "hr-1", "alice"));
    }

    public void testCustomLabelsAreWordsToo() {
        String key = clusters("", "alice").getBuckets().get(0).getKey();
        LatentSearchTestPlugin.generations.edit(
                "hr", ClusterEdits.NONE.with(key, new ClusterEdits.Edit("Dismissals", false)));
        requireNoWords(clusters("", "alice"));
        assertThat(clusters("", "hr-1").toString(), containsString("Dismissals"));
    }

    public void testCountsAreTheSameWithAndWithoutWords() {
        InternalLatentClusters without = clusters("", "alice");
        LatentSearchTestPlugin.generations.bind("*");
        InternalLatentClusters with = clusters("", "alice");
        assertThat(with.getBuckets().size(), equalTo(without.getBuckets().size()));
        for (int b = 0; b < with.getBuckets().size(); b++) {
            assertThat(
                    with.getBuckets().get(b).getKey(),
                    equalTo(without.getBuckets().get(b).getKey()));
            assertThat(
                    with.getBuckets().get(b).getDocCount(),
                    equalTo(without.getBuckets().get(b).getDocCount()));
        }
    }

    public void testNothingIsDecodedFromDocumentsOfOtherIndices() {
        String results = ",\"scope\":\"results\",\"clusters\":3";
        assertTrue(clusters(results, "hr-1").getBuckets().stream()
                .anyMatch(bucket -> !bucket.terms().isEmpty()));
        requireNoWords(clusters(results, "alice"));
        requireNoWords(clusters(results, "hr-1", "alice"));
    }

    public void testTermsCannotBeExcludedWhereNoneAreShown() {
        for (String scope : new String[] {"corpus", "results"}) {
            Exception e = expectThrows(
                    Exception.class,
                    () -> clusters(",\"scope\":\"" + scope + "\",\"exclude_terms\":[\"[^a].*\"]", "alice"));
            Throwable cause = ExceptionsHelper.unwrapCause(e);
            assertThat(ExceptionsHelper.status(cause).getStatus(), equalTo(400));
            assertThat(
                    cause.getMessage(),
                    containsString("[exclude_terms] must not be given here: [[^a].*]; the response shows no terms,"
                            + " because model [hr] is bound to none of the indices searched"));
        }
        requireTermsExcluded();
    }

    private void requireTermsExcluded() {
        assertTrue(clusters(",\"exclude_terms\":[\".*\"]", "hr-1").getBuckets().stream()
                .allMatch(bucket -> bucket.terms().isEmpty()));
    }

    public void testExplanationsShowNoWords() {
        String key = clusters("", "alice").getBuckets().get(0).getKey();
        String query = "{\"latent_cluster\":{\"field\":\"latent\",\"clusters\":[\"" + key + "\"]}}";
        String label = generation
                .clusters()
                .infos()
                .get(generation.clusters().ordinal(key))
                .label();
        String all = search("{\"explain\":true,\"size\":50,\"query\":" + query + "}", "alice")
                .toString();
        assertThat(all, containsString("in cluster [" + key + "]"));
        assertThat(all, containsString("not bound to model [hr]"));
        assertThat(all, not(containsString("(" + label + ")")));
        // _explain is not pinned: the shard decides for its own index
        String one = client().prepareExplain("alice", "alice0")
                .setQuery(QueryBuilders.wrapperQuery(query))
                .get()
                .getExplanation()
                .toString();
        assertThat(one, not(containsString("(" + label + ")")));
        String bound = search("{\"explain\":true,\"size\":50,\"query\":" + query + "}", "hr-1", "alice")
                .toString();
        assertThat(bound, containsString("(" + label + ")"));
    }
}

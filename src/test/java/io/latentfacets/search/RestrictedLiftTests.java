/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import static org.hamcrest.Matchers.closeTo;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.FacetOptions;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.search.aggregation.LatentClustersAggregationBuilder;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.TermQuery;
import org.opensearch.index.query.QueryBuilders;

/** {@code lift} tells nothing of documents that a search may not see. */
public class RestrictedLiftTests extends LatentNodeTestCase {

    private Generation generation;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        LatentSearchTestPlugin.visible = null;
        generation = LatentFixtures.generation("news", 1, 8, 4, random());
        generations().put(generation).activate("news", 1);
        indexNews(1, 200, 100, 8);
    }

    @Override
    public void tearDown() throws Exception {
        LatentSearchTestPlugin.visible = null;
        super.tearDown();
    }

    private InternalLatentClusters clusters(String index, boolean red) {
        return client().prepareSearch(index)
                .setSize(0)
                .setQuery(red ? QueryBuilders.termQuery("tag", "red") : null)
                .addAggregation(new LatentClustersAggregationBuilder(
                        "topics", "latent", FacetOptions.DEFAULTS, LatentSearchTestPlugin.PARTITIONER::get))
                .get()
                .getAggregations()
                .get("topics");
    }

    /** @param usual the cluster's share that lift must compare with; null for the share in training */
    private void requireLift(InternalLatentClusters found, InternalLatentClusters usual) {
        long all = total(found);
        assertTrue(all > 0);
        for (ClusterBucket bucket : found.getBuckets()) {
            double share = usual == null
                    ? generation
                            .clusters()
                            .infos()
                            .get(generation.clusters().ordinal(bucket.getKey()))
                            .share()
                    : count(usual, bucket.getKey()) / (double) total(usual);
            assertThat(bucket.getKey(), bucket.lift(), closeTo(bucket.getDocCount() / (double) all / share, 1e-9));
        }
    }

    private static long total(InternalLatentClusters clusters) {
        return clusters.getBuckets().stream()
                .mapToLong(ClusterBucket::getDocCount)
                .sum();
    }

    private static long count(InternalLatentClusters clusters, String key) {
        return clusters.getBuckets().stream()
                .filter(bucket -> bucket.getKey().equals(key))
                .mapToLong(ClusterBucket::getDocCount)
                .sum();
    }

    public void testWhoSeesAllComparesWithAll() {
        requireLift(clusters("news", true), clusters("news", false));
        requireLift(clusters("news", false), clusters("news", false));
    }

    public void testAFilterAroundTheQueryHidesTheOtherDocuments() {
        LatentSearchTestPlugin.visible = new TermQuery(new Term("tag", "red"));
        requireLift(clusters("news", false), null);
        requireLift(clusters("news", true), null);
    }

    public void testAFilteredAliasHidesTheOtherDocuments() {
        client().admin()
                .indices()
                .prepareAliases()
                .addAlias("news", "reds", QueryBuilders.termQuery("tag", "red"))
                .get();
        requireLift(clusters("reds", false), null);
    }
}

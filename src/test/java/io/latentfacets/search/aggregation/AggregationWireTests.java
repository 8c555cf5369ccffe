/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.aggregation;

import io.latentfacets.model.ClusterEdits;
import io.latentfacets.search.Coverage;
import io.latentfacets.search.MinSimilarity;
import io.latentfacets.search.Pin;
import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.search.aggregations.BucketOrder;
import org.opensearch.test.OpenSearchTestCase;

public class AggregationWireTests extends OpenSearchTestCase {

    private static final FacetOptions OPTIONS = new FacetOptions(
            Scope.CORPUS,
            7,
            3,
            2,
            MinSimilarity.of(.25),
            List.of("reuter"),
            BucketOrder.key(true),
            Level.PARENTS,
            5,
            1000,
            .25);

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "aggregation.LatentClustersAggregationBuilder",
                new LatentClustersAggregationBuilder("topics", "latent", OPTIONS, () -> null),
                in -> new LatentClustersAggregationBuilder(in, () -> null),
                writableRegistry());
        PinnedFormat.check(
                "aggregation.InternalLatentClusters",
                InternalLatentClusters.ofShard(
                        "topics",
                        InternalLatentClusters.Asked.of(new Pin("news", 4, Coverage.ALL, ClusterEdits.NONE), OPTIONS),
                        List.of(),
                        new InternalLatentClusters.Uncounted(3, 2, 9, Map.of("c1", 1.5)),
                        null,
                        Map.of()),
                InternalLatentClusters::new,
                writableRegistry());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.search.PinnedField;
import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.test.OpenSearchTestCase;

public class MapWireTests extends OpenSearchTestCase {
    private static final Bounds BOUNDS = new Bounds(new Span(-.5, .5), new Span(0, 1));

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "map.LatentMapAggregationBuilder",
                new LatentMapAggregationBuilder("map", "latent", new MapOptions(64, .25, BOUNDS, 7), () -> null),
                in -> new LatentMapAggregationBuilder(in, () -> null),
                writableRegistry());
        MapWindow window = MapWindow.of(BOUNDS, 4, 0);
        MapCell cell =
                new MapCell(window, 5, 3, ClusterTally.of(Map.of("c1", 2L, "c2", 1L)), InternalAggregations.EMPTY);
        PinnedFormat.check(
                "map.InternalLatentMap",
                new InternalLatentMap(
                        "map",
                        new InternalLatentMap.Of("news", 4, window, 7),
                        List.of(cell),
                        new InternalLatentMap.Uncounted(3, 2, 1),
                        Map.of()),
                InternalLatentMap::new,
                writableRegistry());
        for (boolean polygon : new boolean[] {false, true}) {
            Region region = polygon ? Region.polygon(new double[] {0, 0, 0, 1, 1, 1}) : Region.rectangle(BOUNDS);
            PinnedFormat.check(
                    "map.LatentRegionQueryBuilder" + (polygon ? ".polygon" : ""),
                    new LatentRegionQueryBuilder(new PinnedField("latent"), region, () -> null),
                    in -> new LatentRegionQueryBuilder(in, () -> null),
                    writableRegistry());
        }
    }
}

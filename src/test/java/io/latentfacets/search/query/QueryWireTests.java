/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.query;

import io.latentfacets.search.MinSimilarity;
import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.List;
import org.opensearch.test.OpenSearchTestCase;

public class QueryWireTests extends OpenSearchTestCase {

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "query.LatentClusterQueryBuilder",
                new LatentClusterQueryBuilder("latent", List.of("c2", "p1"), MinSimilarity.AUTO, () -> null),
                in -> new LatentClusterQueryBuilder(in, () -> null),
                writableRegistry());
        PinnedFormat.check(
                "query.LatentClusterQueryBuilder.membership",
                new LatentClusterQueryBuilder("latent", List.of("c2", "p1"), () -> null).withMembership(.25),
                in -> new LatentClusterQueryBuilder(in, () -> null),
                writableRegistry());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import org.opensearch.test.OpenSearchTestCase;

public class NeighborsWireTests extends OpenSearchTestCase {

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "neighbors.LatentNeighborsQueryBuilder",
                new LatentNeighborsQueryBuilder(
                        "latent", 10, NeighborTarget.Latent.of(new byte[] {1, -127, 3}), null, () -> null),
                in -> new LatentNeighborsQueryBuilder(in, () -> null),
                writableRegistry());
    }
}

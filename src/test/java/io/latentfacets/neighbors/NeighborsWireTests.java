/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.List;
import org.opensearch.test.OpenSearchTestCase;

public class NeighborsWireTests extends OpenSearchTestCase {

    public void testPinned() throws IOException {
        check("neighbors.LatentNeighborsQueryBuilder", NeighborTarget.Latent.of(new byte[] {1, -127, 3}));
    }

    public void testPinnedExamples() throws IOException {
        check(
                "neighbors.LatentNeighborsQueryBuilder.examples",
                new Examples(
                        List.of(
                                new Examples.Example(new NeighborTarget.Text("oil"), 2),
                                new Examples.Example(new NeighborTarget.Like("news", "1", null), 1)),
                        List.of(new Examples.Example(NeighborTarget.Latent.of(new byte[] {5, 6, 7}), 1))));
    }

    public void testPinnedWithoutDocuments() throws IOException {
        check(
                "neighbors.LatentNeighborsQueryBuilder.combined",
                new NeighborTarget.Latent(
                        new byte[] {1, -127, 3},
                        List.of(
                                new NeighborTarget.DocumentId("news", "1"),
                                new NeighborTarget.DocumentId("news", "2"))));
    }

    private void check(String name, NeighborTarget target) throws IOException {
        PinnedFormat.check(
                name,
                new LatentNeighborsQueryBuilder("latent", 10, target, null, () -> null),
                in -> new LatentNeighborsQueryBuilder(in, () -> null),
                writableRegistry());
    }
}

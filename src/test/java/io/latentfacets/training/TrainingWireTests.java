/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.Definer;
import io.latentfacets.model.LeftDocuments;
import io.latentfacets.training.progress.TrainingStatus;
import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.test.OpenSearchTestCase;

public class TrainingWireTests extends OpenSearchTestCase {

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "training.TrainingStatus",
                new TrainingStatus(
                        "news",
                        3,
                        "training",
                        "training",
                        1200,
                        4,
                        20,
                        Map.of("total", 2.5),
                        41.5,
                        9000,
                        -1,
                        "node",
                        "cpu",
                        null,
                        "a free node",
                        List.of(new LeftDocuments("archive", 7, "read-only")),
                        List.of(Map.of("epoch", 1))),
                TrainingStatus::read,
                writableRegistry());
        PinnedFormat.check(
                "training.TrainingParams",
                new TrainingParams(
                        "news",
                        3,
                        TrainMode.CLUSTERS,
                        true,
                        "drift",
                        new Beginning(
                                TrainStart.WARM,
                                2,
                                "asked for",
                                new Beginning.Continuity(true, List.of(List.of("4", "12")))),
                        new Definer("ann", List.of("trainer", "reader"))),
                TrainingParams::read,
                writableRegistry());
    }

    /** What a schedule knows of the documents comes to the node that trains. */
    public void testARequestKeepsWhatDriftHasFound() throws IOException {
        TrainRequest request = new TrainRequest("news")
                .mode(TrainMode.FULL)
                .start(TrainStart.COLD)
                .continuing(List.of(List.of("4", "12"), List.of("7")))
                .why("refresh: drift");
        TrainRequest read = copyWriteable(request, writableRegistry(), TrainRequest::new);
        assertEquals(new Beginning.Continuity(true, List.of(List.of("4", "12"), List.of("7"))), read.continuity());
        assertEquals(TrainStart.COLD, read.start());
        assertEquals("refresh: drift", read.why());
    }
}

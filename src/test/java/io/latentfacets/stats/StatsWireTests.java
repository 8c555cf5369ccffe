/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.stats;

import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.EnumSet;
import org.opensearch.test.OpenSearchTestCase;

public class StatsWireTests extends OpenSearchTestCase {

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "stats.NodeRequest",
                new TransportLatentStatsAction.NodeRequest(EnumSet.of(StatName.STATUS, StatName.ENGINE_ERROR)),
                TransportLatentStatsAction.NodeRequest::new,
                writableRegistry());
    }

    /**
     * Pins the numbers of all statistics: a node of another build would take a changed number for another statistic.
     */
    public void testNumbersOfStatistics() throws IOException {
        PinnedFormat.check(
                "stats.all",
                new TransportLatentStatsAction.NodeRequest(EnumSet.allOf(StatName.class)),
                TransportLatentStatsAction.NodeRequest::new,
                writableRegistry());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** The plugin does not stop a node from rejoining, nor a cluster from working without one. */
public final class LostNodeIT {
    private static final int DOCUMENTS = 200;

    private TestCluster cluster;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @Before
    public void start() {
        cluster = TestCluster.builder("lost-node").nodes(2).start();
    }

    @After
    public void stop() {
        cluster.close();
    }

    @Test
    public void documentsSurviveKilledNodes() {
        Map<String, Object> documents = new LinkedHashMap<>();
        for (int i = 0; i < DOCUMENTS; i++) {
            documents.put(Integer.toString(i), Map.of("number", i));
        }
        cluster.rest()
                .put("/kept", Map.of("settings", Map.of("number_of_shards", 3, "number_of_replicas", 1)))
                .ok();
        cluster.awaitGreen("kept");
        cluster.rest().bulk("/kept/_bulk?refresh=true", documents);

        cluster.kill(1);
        cluster.awaitNodes(1);
        assertThat(count(), equalTo(DOCUMENTS));

        cluster.restart(1);
        cluster.awaitGreen("kept");
        assertThat(count(), equalTo(DOCUMENTS));

        // kill the whole cluster at once, so that no node can save anything
        cluster.kill(0);
        cluster.kill(1);
        cluster.restart(0, 1);
        cluster.awaitGreen("kept");
        assertThat(count(), equalTo(DOCUMENTS));
        assertThat(cluster.clusterManager(), equalTo(0));
        assertThat(cluster.alarmingLines(), empty());
    }

    private int count() {
        return cluster.rest().get("/kept/_count").ok().intAt("count");
    }
}

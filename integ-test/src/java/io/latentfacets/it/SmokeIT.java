/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** The installed zip starts on a real two-node cluster, in the environment in which users run it. */
public final class SmokeIT {
    private TestCluster cluster;
    private Rest rest;

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @Before
    public void connect() {
        cluster = TestCluster.shared(2);
        rest = cluster.rest();
    }

    @Test
    public void bothNodesListThePlugin() {
        List<String> plugins = rest.get("/_cat/plugins?h=name,component&s=name")
                .ok()
                .text()
                .lines()
                .map(line -> line.strip().replaceAll(" +", " "))
                .toList();
        assertThat(plugins, contains("node-0 latent-facets", "node-1 latent-facets"));
    }

    @Test
    public void theLogsAreQuiet() {
        assertThat(cluster.alarmingLines(), empty());
    }

    @Test
    public void theAgentIsOnAndRootIsNot() throws IOException {
        for (int node = 0; node < cluster.size(); node++) {
            // start-up passes the policy to the agent, and fails if there is no agent
            assertThat(cluster.logLines(node), hasItem(containsString("-javaagent:agent/opensearch-agent.jar")));
            Path process = Path.of("/proc", Long.toString(cluster.pid(node)), "status");
            List<String> status = Files.readAllLines(process);
            assertThat(status, not(hasItem(startsWith("Uid:\t0\t"))));
            assertThat(status, hasItem(startsWith("Uid:\t")));
        }
    }

    @Test
    public void documentsGoInAndComeBackWithTheirReplicas() {
        rest.put("/smoke", Map.of("settings", Map.of("number_of_shards", 3, "number_of_replicas", 1)))
                .ok();
        try {
            cluster.awaitGreen("smoke");
            rest.bulk("/smoke/_bulk?refresh=true", Map.of("1", "{\"title\":\"one\"}", "2", Map.of("title", "two")));
            Rest.Response found = cluster.rest(1)
                    .post("/smoke/_search", "{\"query\":{\"match\":{\"title\":\"two\"}}}")
                    .ok();
            assertThat(found.intAt("hits.total.value"), equalTo(1));
            assertThat(found.stringAt("hits.hits.0._source.title"), equalTo("two"));
            rest.get("/nothing/_search").expect(404);
        } finally {
            rest.delete("/smoke").ok();
        }
    }
}

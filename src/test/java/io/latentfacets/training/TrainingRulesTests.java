/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.Version;
import org.opensearch.cluster.node.DiscoveryNode;
import org.opensearch.cluster.node.DiscoveryNodeRole;
import org.opensearch.cluster.node.DiscoveryNodes;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.test.OpenSearchTestCase;

/** The choice of the node that trains, the quality gate, and the removal of left-over files. */
@LuceneTestCase.SuppressFileSystems("ExtrasFS") // the test would count its extra files as files left behind
public class TrainingRulesTests extends OpenSearchTestCase {

    private static DiscoveryNode node(String id, String... roles) {
        Set<DiscoveryNodeRole> all = new TreeSet<>();
        for (String role : roles) {
            all.add(DiscoveryNode.getRoleFromRoleName(role));
        }
        return new DiscoveryNode(id, id, buildNewFakeTransportAddress(), Map.of(), all, Version.CURRENT);
    }

    private static String chosen(String local, Set<String> lost, DiscoveryNode... nodes) {
        DiscoveryNodes.Builder builder = DiscoveryNodes.builder().localNodeId(local);
        for (DiscoveryNode node : nodes) {
            builder.add(node);
        }
        return TrainingNodes.choose(builder.build(), lost).getId();
    }

    public void testDataNodesTrainThisOneFirst() {
        DiscoveryNode a = node("a", "data");
        DiscoveryNode b = node("b", "data", "cluster_manager");
        DiscoveryNode c = node("c", "cluster_manager");
        assertThat(chosen("b", Set.of(), a, b, c), equalTo("b"));
        assertThat(chosen("b", Set.of("b"), a, b, c), equalTo("a"));
        assertThat(chosen("c", Set.of(), a, b, c), equalTo("a"));
        OpenSearchStatusException none =
                expectThrows(OpenSearchStatusException.class, () -> chosen("c", Set.of("a", "b"), a, b, c));
        assertThat(none.status(), equalTo(RestStatus.SERVICE_UNAVAILABLE));
    }

    public void testNodesForMachineLearningComeFirst() {
        DiscoveryNode data = node("data", "data");
        DiscoveryNode ml = node("ml1", "ml");
        assertThat(chosen("data", Set.of(), data, ml), equalTo("ml1"));
    }

    public void testWorseGenerationIsRefusedAndSaysByHowMuch() {
        QualityGate.requireNoWorse("m", 2, Map.of(QualityGate.SILHOUETTE, 0.1));
        QualityGate.requireNoWorse("m", 2, Map.of(QualityGate.SILHOUETTE, 0.31, QualityGate.PREVIOUS_SILHOUETTE, 0.4));
        QualityGate.requireNoWorse("m", 2, Map.of(QualityGate.SILHOUETTE, 0.06, QualityGate.PREVIOUS_SILHOUETTE, 0.1));
        OpenSearchStatusException worse = expectThrows(
                OpenSearchStatusException.class,
                () -> QualityGate.requireNoWorse(
                        "m", 2, Map.of(QualityGate.SILHOUETTE, 0.29, QualityGate.PREVIOUS_SILHOUETTE, 0.4)));
        assertThat(worse.status(), equalTo(RestStatus.CONFLICT));
        assertThat(worse.getMessage(), containsString("[0.290]"));
        assertThat(worse.getMessage(), containsString("[0.400]"));
        assertThat(worse.getMessage(), containsString("[0.300]"));
        assertThat(worse.getMessage(), containsString("force"));
    }

    public void testWhatIsWrongWithAnArchiveIsSaid() {
        IOException damage = new IOException("chunk [c] is damaged");
        UncheckedIOException e = expectThrows(
                UncheckedIOException.class, () -> TrainingWorker.await(listener -> listener.onFailure(damage)));
        assertThat(e.getMessage(), equalTo("chunk [c] is damaged"));
        assertThat(e.getCause(), equalTo(damage));
    }

    public void testSpaceIsSweptWhenANodeStarts() throws Exception {
        Path data = createTempDir();
        TrainingSpace crashed = new TrainingSpace(data);
        Path left = crashed.create();
        Files.writeString(left.resolve("rows.bin"), "rows");
        assertNotEquals(left, crashed.create());
        new TrainingSpace(data).sweep();
        try (var files = Files.walk(data)) {
            assertThat(files.filter(Files::isRegularFile).toList(), hasSize(0));
        }
        assertFalse(Files.exists(left));
        Path next = crashed.create();
        crashed.remove(next);
        assertFalse(Files.exists(next));
        crashed.remove(next);
    }
}

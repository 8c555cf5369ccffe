/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.latentfacets.model.Decision;
import io.latentfacets.model.Decision.Verdict;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.opensearch.common.settings.Setting;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.env.NodeEnvironment;
import org.opensearch.env.TestEnvironment;
import org.opensearch.test.OpenSearchTestCase;

/** The body of a request, the quality gate, and the removal of left-over files. */
@LuceneTestCase.SuppressFileSystems("ExtrasFS") // the test would count its extra files as files left behind
public class TrainingRulesTests extends OpenSearchTestCase {

    public void testWorseGenerationIsRefusedAndSaysByHowMuch() {
        assertThat(verdict(1, QualityGate.SILHOUETTE, 0.31, 0.4), equalTo(Verdict.ACCEPTED));
        assertThat(verdict(1, QualityGate.SILHOUETTE, 0.06, 0.1), equalTo(Verdict.ACCEPTED));
        assertThat(verdict(0, QualityGate.SILHOUETTE, 0.01, 0.4), equalTo(Verdict.FIRST));
        Map<String, Double> worse = metrics(QualityGate.SILHOUETTE, 0.29, 0.4);
        Decision rejected = QualityGate.decide("m", 2, TrainMode.FULL, "drift", 1, 1, false, worse);
        assertThat(rejected.verdict(), equalTo(Verdict.REJECTED));
        assertThat(rejected.mode(), equalTo("full"));
        assertThat(rejected.why(), equalTo("drift"));
        assertThat(rejected.comparedWith(), equalTo(1));
        assertThat(
                rejected.reason(),
                equalTo("generation [2] of model [m] is not activated: its [silhouette] is [0.290], that of the active"
                        + " generation on the same documents [0.400], the least allowed [0.300]; it is kept,"
                        + " [_activate] makes it active, and a training with [\"force\": true] does not ask"));
        Decision forced = QualityGate.decide("m", 2, TrainMode.FULL, "drift", 1, 1, true, worse);
        assertThat(forced.verdict(), equalTo(Verdict.FORCED));
        assertThat(forced.reason(), containsString("[0.290]"));
    }

    public void testEveryMeasureHasItsTolerance() {
        Object[][] bounds = {
            {QualityGate.COHERENCE, 0.1, 0.2, 0.09},
            {QualityGate.DIVERSITY, 0.65, 0.9, 0.64},
            {QualityGate.UNASSIGNED, 0.06, 0.01, 0.07},
            {QualityGate.PERPLEXITY, 1250.0, 1000.0, 1251.0},
        };
        for (Object[] each : bounds) {
            String metric = (String) each[0];
            double before = (Double) each[2];
            assertThat(metric, verdict(1, metric, (Double) each[1], before), equalTo(Verdict.ACCEPTED));
            assertThat(metric, verdict(1, metric, (Double) each[3], before), equalTo(Verdict.REJECTED));
        }
        assertThat("it is no measure of quality", verdict(1, QualityGate.KEPT_SHARE, 0, 1), equalTo(Verdict.ACCEPTED));
    }

    /** More clusters have fewer common words each, so words are compared at about the same number only. */
    public void testWordsOfManyMoreClustersAreNotCompared() {
        Map<String, Double> less = metrics(QualityGate.COHERENCE, 0.05, 0.3);
        assertThat(
                QualityGate.decide("m", 2, TrainMode.FULL, "drift", 1, 2, false, less)
                        .verdict(),
                equalTo(Verdict.REJECTED));
        assertThat(
                QualityGate.decide("m", 2, TrainMode.FULL, "drift", 1, 2.1, false, less)
                        .verdict(),
                equalTo(Verdict.ACCEPTED));
        Map<String, Double> worse = metrics(QualityGate.SILHOUETTE, 0.1, 0.3);
        assertThat(
                QualityGate.decide("m", 2, TrainMode.FULL, "drift", 1, 9, false, worse)
                        .verdict(),
                equalTo(Verdict.REJECTED));
    }

    private static Verdict verdict(int comparedWith, String metric, double now, double before) {
        return QualityGate.decide("m", 2, TrainMode.FULL, "drift", comparedWith, 1, false, metrics(metric, now, before))
                .verdict();
    }

    private static Map<String, Double> metrics(String metric, double now, double before) {
        return Map.of(metric, now, "previous_" + metric, before);
    }

    public void testWhatIsWrongWithAnArchiveIsSaid() {
        IOException damage = new IOException("chunk [c] is damaged");
        UncheckedIOException e = expectThrows(
                UncheckedIOException.class, () -> TrainingWorker.await(listener -> listener.onFailure(damage)));
        assertThat(e.getMessage(), equalTo("chunk [c] is damaged"));
        assertThat(e.getCause(), equalTo(damage));
    }

    /** Nodes may share {@code path.data}. Each has a directory of its own there, and sweeps no other. */
    public void testNodesThatShareAPathSweepTheirOwnSpace() throws Exception {
        Settings shared = Settings.builder()
                .put(Environment.PATH_HOME_SETTING.getKey(), createTempDir())
                .put(Environment.PATH_DATA_SETTING.getKey(), createTempDir())
                .put(NodeEnvironment.MAX_LOCAL_STORAGE_NODES_SETTING.getKey(), 2)
                .build();
        try (NodeEnvironment one = new NodeEnvironment(shared, TestEnvironment.newEnvironment(shared));
                NodeEnvironment two = new NodeEnvironment(shared, TestEnvironment.newEnvironment(shared))) {
            Path rows = new TrainingSpace(one.nodeDataPaths()[0]).create().resolve("rows.bin");
            Files.writeString(rows, "rows");
            new TrainingSpace(two.nodeDataPaths()[0]).sweep();
            assertTrue("the training on the other node goes on", Files.exists(rows));
            new TrainingSpace(one.nodeDataPaths()[0]).sweep();
            assertFalse(Files.exists(rows));
        }
        assertSettingDeprecationsAndWarnings(new Setting<?>[] {NodeEnvironment.MAX_LOCAL_STORAGE_NODES_SETTING});
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

    public void testBodyIsStrict() throws IOException {
        TrainRequest request = new TrainRequest("news");
        request.parse(new StrictMap(Map.of("mode", "full", "force", true), ""));
        assertThat(request.mode(), equalTo(TrainMode.FULL));
        assertTrue(request.force());
        refused("[mode] must be one of [full, clusters, auto]: \"half\"", Map.of("mode", "half"));
        refused("[force] must be true or false: \"true\"", Map.of("force", "true"));
        refused("unknown key [modes] with value 1, must be one of [force, mode, start]", Map.of("modes", 1));
    }

    private static void refused(String message, Map<String, Object> body) {
        IllegalArgumentException e = expectThrows(
                IllegalArgumentException.class, () -> new TrainRequest("news").parse(new StrictMap(body, "")));
        assertThat(e.getMessage(), equalTo(message));
    }
}

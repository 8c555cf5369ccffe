/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.lucene.tests.util.LuceneTestCase;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.test.OpenSearchTestCase;

/** The body of a request, the quality gate, and the removal of left-over files. */
@LuceneTestCase.SuppressFileSystems("ExtrasFS") // the test would count its extra files as files left behind
public class TrainingRulesTests extends OpenSearchTestCase {

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

    public void testBodyIsStrict() throws IOException {
        TrainRequest request = new TrainRequest("news");
        request.parse(new StrictMap(Map.of("mode", "full", "force", true), ""));
        assertThat(request.mode(), equalTo(TrainMode.FULL));
        assertTrue(request.force());
        refused("[mode] must be one of [full, clusters, auto]: \"half\"", Map.of("mode", "half"));
        refused("[force] must be true or false: \"true\"", Map.of("force", "true"));
        refused("unknown key [modes] with value 1, must be one of [force, mode]", Map.of("modes", 1));
    }

    private static void refused(String message, Map<String, Object> body) {
        IllegalArgumentException e = expectThrows(
                IllegalArgumentException.class, () -> new TrainRequest("news").parse(new StrictMap(body, "")));
        assertThat(e.getMessage(), equalTo(message));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import static org.hamcrest.Matchers.equalTo;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.test.OpenSearchTestCase;

/** Records over the wire and through the index's documents. */
public class WireTests extends OpenSearchTestCase {

    private static final GenerationInfo INFO =
            new GenerationInfo("m", 4, 2, 1_700_000_000_000L, 77, 1.25, "gpu:0", Map.of("nmi", .5, "ari", -.25));
    private static final TrainingOwner OWNER = new TrainingOwner("node", "life", 17, 1000);

    private static List<TrainingRecord> trainings() {
        TrainingRecord running = TrainingRecord.begin(OWNER, 4);
        List<Map<String, Object>> history = List.of(Map.of("epoch", 1, "loss", 2.5), Map.of("epoch", 2, "loss", 2.25));
        return List.of(
                running,
                running.end(TrainingOutcome.SUCCESS, 2000, history),
                running.end(TrainingOutcome.failed("no disk"), 3000, List.of()),
                running.end(TrainingOutcome.cancelled("by user"), 3000, history));
    }

    public void testStoredModel() throws IOException {
        for (TrainingRecord training : trainings()) {
            StoredModel model = new StoredModel(
                    ModelFixtures.definition("m"),
                    ModelState.FAILED,
                    randomBoolean() ? null : "broken",
                    randomIntBetween(0, 9),
                    9,
                    List.of(new GenerationSummary(INFO, 100, 7, 12345)),
                    randomBoolean() ? null : training);
            assertThat(copyWriteable(model, writableRegistry(), StoredModel::new), equalTo(model));
            assertThat(model.activeEncoder(), equalTo(model.active() == 4 ? 2 : model.active()));
        }
    }

    public void testPointerRequests() throws IOException {
        for (UpdatePointerAction.Request request : List.of(
                UpdatePointerAction.Request.activate("m", 3, 4),
                UpdatePointerAction.Request.activate("m", UpdatePointerAction.Request.ANY, 4),
                UpdatePointerAction.Request.editCluster("m", "c1", new ClusterEdits.Edit("x", true)),
                UpdatePointerAction.Request.remove("m"))) {
            UpdatePointerAction.Request copy =
                    copyWriteable(request, writableRegistry(), UpdatePointerAction.Request::new);
            assertThat(copy.change, equalTo(request.change));
            assertThat(copy.model, equalTo(request.model));
            assertThat(copy.expected, equalTo(request.expected));
            assertThat(copy.generation, equalTo(request.generation));
            assertThat(copy.clusterKey, equalTo(request.clusterKey));
            assertThat(copy.label, equalTo(request.label));
            assertThat(copy.hidden, equalTo(request.hidden));
        }
    }

    public void testModelDocument() throws IOException {
        for (TrainingRecord training : trainings()) {
            ModelDocument document = new ModelDocument("m", ModelFixtures.definition("m"), 4, 2, training);
            assertThat(ModelDocument.read(source(document.toSource())), equalTo(document));
            ModelDocument deleted = ModelDocument.read(source(document.deleted().toSource()));
            assertNull(deleted.definition());
            assertThat(deleted.lastGeneration(), equalTo(4));
            assertThat(deleted.firstGeneration(), equalTo(5));
        }
    }

    public void testGenerationDocument() throws IOException {
        GenerationDocument document = new GenerationDocument(
                new GenerationSummary(INFO, 100, 7, 12345),
                999,
                List.of(new GenerationDocument.Chunk(10, "ab"), new GenerationDocument.Chunk(5, "cd")));
        assertThat(GenerationDocument.read(source(document.toSource())), equalTo(document));
        Map<String, Object> older = source(document.toSource());
        assertThat(ModelDocument.map(older.get("summary")).remove("encoder_generation"), equalTo(2));
        assertThat(GenerationDocument.read(older).summary().info().encoderGeneration(), equalTo(4));
    }

    private static Map<String, Object> source(org.opensearch.core.xcontent.XContentBuilder builder) {
        return org.opensearch.common.xcontent.XContentHelper.convertToMap(
                        org.opensearch.core.common.bytes.BytesReference.bytes(builder),
                        true,
                        org.opensearch.core.xcontent.MediaTypeRegistry.JSON)
                .v2();
    }
}

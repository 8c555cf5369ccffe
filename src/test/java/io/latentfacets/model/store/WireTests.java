/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.Lineage;
import io.latentfacets.model.Bound;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Decision;
import io.latentfacets.model.Definer;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.LeftDocuments;
import io.latentfacets.model.ModelFixtures;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.Provenance;
import io.latentfacets.model.SeedSupport;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.TrainingClaim;
import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.TrainingRecord;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.PinnedFormat;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.test.OpenSearchTestCase;

/** Records survive the transport streams and the documents of the index. */
public class WireTests extends OpenSearchTestCase {

    private static final CountCurve CURVE = new CountCurve(
            List.of(
                    new CountCurve.Point(4, .25),
                    new CountCurve.Point(8, .5),
                    new CountCurve.Point(9, .125),
                    new CountCurve.Point(10, .375),
                    new CountCurve.Point(12, .0625)),
            8);
    private static final EncoderId ENCODER = EncoderId.parse("9f3c0a11d2e4b5c6");
    private static final GenerationInfo INFO =
            new GenerationInfo("m", 4, 2, 1_700_000_000_000L, 77, 1.25, "gpu:0", Map.of("nmi", .5, "ari", -.25));
    private static final Decision DECISION = new Decision(
                    "full", "drift", 3, Decision.Verdict.REJECTED, "its [silhouette] is [0.1]")
            .startedBy(new Decision.Start(true, 2, "warm from generation 3"))
            .guidedBy(List.of(
                    new SeedSupport("Energy", "c2", 31, List.of("opec"), null),
                    new SeedSupport("Cricket", null, 1, List.of("wicket"), "[1] documents show it")));
    private static final Provenance PROVENANCE = new Provenance(
            DECISION,
            List.of(
                    new Lineage.Transition("c7", List.of("c7"), Lineage.Event.KEPT, 0.75),
                    new Lineage.Transition("c3", List.of(), Lineage.Event.ENDED, 0.25)),
            "{\"source\":{\"index\":[\"news\"]}}");
    private static final LeftDocuments LEFT = new LeftDocuments("archive", 7, "read-only");
    private static final LeftDocuments UNCOUNTED = new LeftDocuments("secret", LeftDocuments.UNKNOWN, "forbidden");
    private static final TrainingOwner OWNER = new TrainingOwner("node", "life", 17, 1000);

    private static List<TrainingRecord> trainings() {
        TrainingRecord running = TrainingRecord.begin(OWNER, 4);
        List<Map<String, Object>> history = List.of(Map.of("epoch", 1, "loss", 2.5), Map.of("epoch", 2, "loss", 2.25));
        return List.of(
                running,
                running.end(TrainingOutcome.SUCCESS, 2000, history),
                running.end(TrainingOutcome.success(List.of(LEFT, UNCOUNTED)), 2000, history),
                running.end(TrainingOutcome.failed("no disk"), 3000, List.of()),
                running.end(TrainingOutcome.notActivated("worse"), 3000, history),
                running.end(TrainingOutcome.cancelled("by user"), 3000, history),
                running.with(new TrainingClaim(12, 2, "a1")),
                running.with(new TrainingClaim(13, 1, ""))
                        .end(TrainingOutcome.failed("bad text", 400), 3000, List.of()));
    }

    public void testPinned() throws IOException {
        PinnedFormat.check(
                "model.UpdatePointerAction.Request",
                UpdatePointerAction.Request.editCluster("news", 0, "c7", new ClusterEdits.Edit("Energy", true)),
                UpdatePointerAction.Request::new,
                writableRegistry());
        PinnedFormat.check(
                "model.TaskAliveAction.Request",
                new TaskAliveAction.Request("node", 17),
                TaskAliveAction.Request::new,
                writableRegistry());
        PinnedFormat.check(
                "model.TaskAliveAction.Response",
                new TaskAliveAction.Response(true),
                TaskAliveAction.Response::new,
                writableRegistry());
        PinnedFormat.check(
                "model.StoredModel",
                new StoredModel(
                        ModelFixtures.definition("m"),
                        ModelState.FAILED,
                        "broken",
                        3,
                        9,
                        List.of(new GenerationSummary(INFO, ENCODER, 100, 7, 12345, CURVE, DECISION)),
                        trainings().get(3),
                        new Bound(List.of("news-*")),
                        null),
                StoredModel::new,
                writableRegistry());
    }

    public void testStoredModel() throws IOException {
        for (TrainingRecord training : trainings()) {
            StoredModel model = new StoredModel(
                    ModelFixtures.definition("m"),
                    ModelState.FAILED,
                    randomBoolean() ? null : "broken",
                    randomIntBetween(0, 9),
                    9,
                    List.of(new GenerationSummary(INFO, ENCODER, 100, 7, 12345, CURVE, DECISION)),
                    randomBoolean() ? null : training,
                    randomBoolean() ? Bound.NONE : new Bound(List.of("news-*", "-news-old")),
                    null);
            assertThat(copyWriteable(model, writableRegistry(), StoredModel::new), equalTo(model));
            assertThat(model.activeEncoder(), equalTo(model.active() == 4 ? ENCODER : EncoderId.NONE));
        }
    }

    public void testPointerRequests() throws IOException {
        for (UpdatePointerAction.Request request : List.of(
                UpdatePointerAction.Request.activate("m", 3, 4, "4:9f3c0a11d2e4b5c6:17"),
                UpdatePointerAction.Request.activate("m", UpdatePointerAction.Request.ANY, 4, ""),
                UpdatePointerAction.Request.editCluster("m", 3, "c1", new ClusterEdits.Edit("x", true)),
                UpdatePointerAction.Request.bind("m", 3, new Bound(List.of("a")), new Bound(List.of("a", "b-*"))),
                UpdatePointerAction.Request.remove("m", 3))) {
            UpdatePointerAction.Request copy =
                    copyWriteable(request, writableRegistry(), UpdatePointerAction.Request::new);
            assertThat(copy.change, equalTo(request.change));
            assertThat(copy.model, equalTo(request.model));
            assertThat(copy.expected, equalTo(request.expected));
            assertThat(copy.generation, equalTo(request.generation));
            assertThat(copy.encoders, equalTo(request.encoders));
            assertThat(copy.clusterKey, equalTo(request.clusterKey));
            assertThat(copy.edit, equalTo(request.edit));
            assertThat(copy.expectedBound, equalTo(request.expectedBound));
            assertThat(copy.bound, equalTo(request.bound));
        }
    }

    public void testModelDocument() throws IOException {
        for (TrainingRecord training : trainings()) {
            ModelDocument document = new ModelDocument(
                    "m",
                    ModelFixtures.definition("m"),
                    4,
                    2,
                    randomBoolean() ? NumberRanges.NONE : NumberRanges.NONE.with(3),
                    training,
                    randomBoolean() ? null : new Definer("ann", List.of("news_reader", "latent")));
            assertThat(ModelDocument.read(source(document.toSource())), equalTo(document));
            ModelDocument deleted = ModelDocument.read(source(document.deleted().toSource()));
            assertNull(deleted.definition());
            assertThat(deleted.lastGeneration(), equalTo(4));
            assertThat(deleted.firstGeneration(), equalTo(5));
            assertThat(deleted.gone(), equalTo(NumberRanges.NONE));
        }
    }

    public void testGenerationDocument() throws IOException {
        GenerationDocument document = new GenerationDocument(
                new GenerationSummary(INFO, ENCODER, 100, 7, 12345, CURVE, DECISION),
                PROVENANCE,
                999,
                "first-try",
                List.of(new GenerationDocument.Chunk(10, "ab"), new GenerationDocument.Chunk(5, "cd")));
        assertThat(GenerationDocument.read(source(document.toSource())), equalTo(document));
        Map<String, Object> older = source(document.toSource());
        assertNotNull(older.remove("provenance"));
        assertThat(StrictMap.object(older.get("summary")).remove("encoder_generation"), equalTo(2));
        assertThat(StrictMap.object(older.get("summary")).remove("encoder"), equalTo(ENCODER.toString()));
        StrictMap.object(older.get("summary")).remove("cluster_curve");
        StrictMap.object(older.get("summary")).remove("clusters_chosen");
        GenerationSummary read = GenerationDocument.read(older).summary();
        assertThat(read.info().encoderGeneration(), equalTo(4));
        assertThat(read.encoder(), equalTo(EncoderId.NONE));
        assertThat(read.curve(), equalTo(CountCurve.NONE));
        assertNull(read.decision());
        assertThat(GenerationDocument.read(older).provenance(), equalTo(Provenance.UNKNOWN));
        assertThat(document.chunkIds(), equalTo(List.of("chunk_m_4_first-try_0", "chunk_m_4_first-try_1")));
        assertNotNull(StrictMap.object(older.get("archive")).remove("attempt"));
        assertThat(GenerationDocument.read(older).chunkIds(), equalTo(List.of("chunk_m_4_0", "chunk_m_4_1")));
    }

    public void testCurveIsShownWhereThereIsOne() {
        Map<String, Object> shown = source(new GenerationSummary(INFO, ENCODER, 100, 8, 12345, CURVE, DECISION));
        assertThat(
                shown.get("cluster_curve"),
                equalTo(List.of(
                        Map.of("clusters", 4, "score", 0.25),
                        Map.of("clusters", 8, "score", 0.5),
                        Map.of("clusters", 9, "score", 0.125),
                        Map.of("clusters", 10, "score", 0.375),
                        Map.of("clusters", 12, "score", 0.0625))));
        assertThat(shown.get("cluster_choice"), equalTo(Map.of("clusters", 8, "runners_up", List.of(10, 4, 9))));
        Map<String, Object> given = source(new GenerationSummary(INFO, ENCODER, 100, 8, 12345));
        assertFalse(given.containsKey("cluster_curve"));
        assertFalse(given.containsKey("cluster_choice"));
    }

    private static Map<String, Object> source(GenerationSummary summary) {
        try (XContentBuilder builder = XContentFactory.jsonBuilder()) {
            return source(summary.toXContent(builder, ToXContent.EMPTY_PARAMS));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, Object> source(org.opensearch.core.xcontent.XContentBuilder builder) {
        return org.opensearch.common.xcontent.XContentHelper.convertToMap(
                        org.opensearch.core.common.bytes.BytesReference.bytes(builder),
                        true,
                        org.opensearch.core.xcontent.MediaTypeRegistry.JSON)
                .v2();
    }
}

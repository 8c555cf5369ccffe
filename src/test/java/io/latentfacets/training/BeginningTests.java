/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import io.latentfacets.model.Bound;
import io.latentfacets.model.Decision;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.ModelFixtures;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.strict.StrictMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.test.OpenSearchTestCase;

/** Which trainings start warm, and what a request may say about it. */
public class BeginningTests extends OpenSearchTestCase {

    private static GenerationSummary summary(int number, int inARow, int comparedWith, Decision.Verdict verdict) {
        Decision.Start start = new Decision.Start(inARow > 0, inARow, "because");
        Decision decision = new Decision("full", "test", comparedWith, verdict, null).startedBy(start);
        GenerationInfo info = new GenerationInfo("m", number, number, 1, 100, 1, "cpu", Map.of());
        return new GenerationSummary(
                info, EncoderId.NONE, 100, 7, 12345, io.latentfacets.cluster.CountCurve.NONE, decision);
    }

    private static StoredModel model(int active, GenerationSummary... generations) {
        return new StoredModel(
                ModelFixtures.definition("m"),
                ModelState.READY,
                null,
                active,
                99,
                List.of(generations),
                null,
                Bound.NONE,
                null);
    }

    private static Beginning choose(TrainStart asked, StoredModel stored) {
        return Beginning.choose(TrainMode.FULL, asked, stored);
    }

    public void testWarmFromTheActiveGeneration() {
        StoredModel model = model(
                2,
                summary(1, 0, 0, Decision.Verdict.FIRST),
                summary(2, 1, 1, Decision.Verdict.ACCEPTED),
                summary(3, 0, 2, Decision.Verdict.REJECTED),
                summary(4, 1, 1, Decision.Verdict.REJECTED));
        assertEquals(2, choose(TrainStart.AUTO, model).from());
        assertEquals(2, choose(TrainStart.WARM, model).from());
        assertEquals(0, choose(TrainStart.COLD, model).from());
        assertEquals(
                0, Beginning.choose(TrainMode.CLUSTERS, TrainStart.AUTO, model).from());
    }

    public void testTheFirstIsCold() {
        assertEquals(
                new Beginning(TrainStart.AUTO, 0, "the model has no active generation"),
                choose(TrainStart.AUTO, model(0)));
        Exception e = expectThrows(IllegalArgumentException.class, () -> choose(TrainStart.WARM, model(0)));
        assertEquals(
                "[start] [warm] is not possible: model [m] has no active generation; must be [auto] or [cold] here",
                e.getMessage());
    }

    public void testAfterManyWarmStartsOneIsCold() {
        int most = Beginning.MOST_IN_A_ROW;
        StoredModel last = model(8, summary(8, most - 1, 7, Decision.Verdict.ACCEPTED));
        assertEquals(8, choose(TrainStart.AUTO, last).from());
        StoredModel many = model(8, summary(8, most, 7, Decision.Verdict.ACCEPTED));
        assertEquals(0, choose(TrainStart.AUTO, many).from());
        assertEquals(
                "the last 10 full trainings in a row, up to the active one, started warm",
                choose(TrainStart.AUTO, many).why());
        assertEquals("who asks for it gets it", 8, choose(TrainStart.WARM, many).from());
    }

    public void testAfterAWarmStartThatWasWorseOneIsCold() {
        StoredModel model =
                model(2, summary(2, 0, 1, Decision.Verdict.ACCEPTED), summary(3, 1, 2, Decision.Verdict.REJECTED));
        assertEquals(
                "generation 3 started warm and was worse than the active one",
                choose(TrainStart.AUTO, model).why());
        assertEquals(0, choose(TrainStart.AUTO, model).from());
    }

    private static TrainRequest parsed(Map<String, Object> body) {
        TrainRequest request = new TrainRequest("m");
        request.parse(new StrictMap(new HashMap<>(body), ""));
        return request;
    }

    public void testRequests() {
        assertEquals(
                "by hand: everything anew", TrainStart.COLD, parsed(Map.of()).start());
        assertEquals(TrainStart.COLD, parsed(Map.of("mode", "auto")).start());
        assertEquals(TrainStart.COLD, parsed(Map.of("mode", "full")).start());
        assertEquals(TrainStart.AUTO, parsed(Map.of("start", "auto")).start());
        assertEquals(
                TrainStart.WARM, parsed(Map.of("mode", "full", "start", "warm")).start());
        assertEquals(TrainStart.COLD, parsed(Map.of("start", "cold")).start());
        Exception e = expectThrows(IllegalArgumentException.class, () -> parsed(Map.of("start", "hot")));
        assertEquals("[start] must be one of [auto, warm, cold]: \"hot\"", e.getMessage());
        Exception none =
                expectThrows(IllegalArgumentException.class, () -> parsed(Map.of("mode", "clusters", "start", "warm")));
        assertEquals(
                "[start] [warm] is for trainings of an encoder and [mode] [clusters] trains none; must be absent",
                none.getMessage());
    }

    public void testOtherDefinitions() {
        Generation from = ModelFixtures.generation("m", 3, createTempDir(), 4000);
        int hidden = from.weights().layers().get(0).out();
        assertNull(Origin.difference(from, definition(Map.of(), hidden, "vae", 2), 0));
        assertEquals(
                "generation 3 was trained with [text.analyzer] [english], not [german]",
                Origin.difference(from, definition(Map.of("analyzer", "german"), hidden, "vae", 2), 0));
        assertEquals(
                "the definition has [text.word_vectors], from which only cold trainings start",
                Origin.difference(from, definition(Map.of("word_vectors", "glove.txt"), hidden, "vae", 2), 0));
        assertEquals(
                "generation 3 was trained with [vae.latent_dims] [2], not [4]",
                Origin.difference(from, definition(Map.of(), hidden, "vae", 4), 0));
        assertEquals(
                "generation 3 was trained with [vae.hidden_dims] [" + hidden + "], not [" + (hidden + 1) + "]",
                Origin.difference(from, definition(Map.of(), hidden + 1, "vae", 2), 0));
        assertEquals(
                "generation 3 was trained with [vae.objective] [vae], not [mixture]",
                Origin.difference(from, definition(Map.of(), hidden, "mixture", 2), 0));
        assertEquals(
                "generation 3 was trained with another [source.vector_field] or with vectors of another length",
                Origin.difference(from, definition(Map.of(), hidden, "vae", 2), 5));
    }

    private static ModelDefinition definition(Map<String, Object> text, int hidden, String objective, int dims) {
        return ModelDefinition.fromMap(
                "m",
                Map.of(
                        "source",
                        Map.of("index", "news", "fields", List.of("title^2", "body")),
                        "text",
                        text,
                        "vae",
                        Map.of("hidden_dims", List.of(hidden), "objective", objective, "latent_dims", dims)));
    }
}

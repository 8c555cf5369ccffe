/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.TrainingOutcome;
import io.latentfacets.model.TrainingOwner;
import io.latentfacets.model.TrainingRecord;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The document {@code model_{name}} of the system index. A deleted model leaves one without definition, so that a model
 * of the same name goes on counting: generation numbers are never used twice, and what an index or a node's cache still
 * holds of the old one cannot be taken for the new one's.
 *
 * @param definition null: deleted
 * @param lastGeneration highest number ever set aside
 * @param firstGeneration no committed generation is below this number
 * @param training the latest training, or null
 */
public record ModelDocument(
        String name, ModelDefinition definition, int lastGeneration, int firstGeneration, TrainingRecord training) {

    static final String TYPE = "model";

    static String id(String model) {
        return "model_" + model;
    }

    /** Null if the document is missing or says that the model was deleted. */
    static ModelDocument live(SystemIndex.Doc doc) {
        ModelDocument document = doc.exists() ? read(doc.source()) : null;
        return document == null || document.definition == null ? null : document;
    }

    static ModelDocument read(Map<String, Object> source) {
        String name = (String) source.get("model");
        Map<String, Object> definition = StrictMap.object(source.get("definition"));
        return new ModelDocument(
                name,
                definition == null ? null : ModelDefinition.fromMap(name, definition),
                ((Number) source.get("last_generation")).intValue(),
                ((Number) source.get("first_generation")).intValue(),
                training(StrictMap.object(source.get("training"))));
    }

    ModelDocument withDefinition(ModelDefinition changed) {
        return new ModelDocument(name, changed, lastGeneration, firstGeneration, training);
    }

    ModelDocument withTraining(TrainingRecord changed) {
        return new ModelDocument(
                name, definition, Math.max(lastGeneration, changed.generation()), firstGeneration, changed);
    }

    ModelDocument deleted() {
        return new ModelDocument(name, null, lastGeneration, lastGeneration + 1, null);
    }

    XContentBuilder toSource() throws IOException {
        XContentBuilder json = XContentFactory.jsonBuilder();
        json.startObject()
                .field("type", definition == null ? "deleted" : TYPE)
                .field("model", name)
                .field("last_generation", lastGeneration)
                .field("first_generation", firstGeneration);
        if (definition != null) {
            json.field("definition");
            definition.toXContent(json, ToXContent.EMPTY_PARAMS);
        }
        if (training != null) {
            TrainingOwner owner = training.owner();
            json.startObject("training")
                    .field("node", owner.nodeId())
                    .field("ephemeral_id", owner.ephemeralId())
                    .field("task", owner.taskId())
                    .field("started", owner.startedMillis())
                    .field("generation", training.generation())
                    .field("ended", training.endedMillis());
            if (training.outcome() != null) {
                json.field("outcome", training.outcome().status().key());
                json.field("error", training.outcome().error());
            }
            json.field("history", training.history()).endObject();
        }
        return json.endObject();
    }

    private static TrainingRecord training(Map<String, Object> source) {
        if (source == null) {
            return null;
        }
        TrainingOwner owner = new TrainingOwner(
                (String) source.get("node"),
                (String) source.get("ephemeral_id"),
                ((Number) source.get("task")).longValue(),
                ((Number) source.get("started")).longValue());
        String outcome = (String) source.get("outcome");
        List<Map<String, Object>> history = new ArrayList<>();
        ((List<?>) source.get("history")).forEach(epoch -> history.add(StrictMap.object(epoch)));
        return new TrainingRecord(
                owner,
                ((Number) source.get("generation")).intValue(),
                outcome == null
                        ? null
                        : new TrainingOutcome(TrainingOutcome.Status.valueOf(outcome.toUpperCase(Locale.ROOT)), (String)
                                source.get("error")),
                ((Number) source.get("ended")).longValue(),
                history);
    }
}

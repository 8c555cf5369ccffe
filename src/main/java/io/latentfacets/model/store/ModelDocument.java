/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.Definer;
import io.latentfacets.model.LeftDocuments;
import io.latentfacets.model.TrainingClaim;
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
 * The document {@code model_{name}} of the system index. Immutable. A deleted model leaves a document without a
 * definition, so that a new model of the same name continues the count. Because generation numbers are never reused,
 * nobody can mistake latents or cached data of the old model for those of the new one.
 *
 * @param name the name of the model
 * @param definition the definition; null after deletion
 * @param lastGeneration the highest generation number ever reserved, 0 for none
 * @param firstGeneration the lowest number that a committed generation can have
 * @param gone numbers from there on of generations that have been deleted; nobody commits them again
 * @param training the latest training; null for none
 * @param definer who gave the definition; null if unknown, as without the security plugin
 */
public record ModelDocument(
        String name,
        ModelDefinition definition,
        int lastGeneration,
        int firstGeneration,
        NumberRanges gone,
        TrainingRecord training,
        Definer definer) {

    static final String TYPE = "model";
    static final String DELETED = "deleted";

    static String id(String model) {
        return "model_" + model;
    }

    /** Reads the document of a model; null if it is missing or marks a deleted model. */
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
                NumberRanges.read(source.get("gone")),
                training(StrictMap.object(source.get("training"))),
                definer(StrictMap.object(source.get("definer"))));
    }

    ModelDocument withDefinition(ModelDefinition changed, Definer by) {
        return new ModelDocument(name, changed, lastGeneration, firstGeneration, gone, training, by);
    }

    ModelDocument withTraining(TrainingRecord changed) {
        return new ModelDocument(
                name,
                definition,
                Math.max(lastGeneration, changed.generation()),
                firstGeneration,
                gone,
                changed,
                definer);
    }

    /** A copy in which a number is taken by a generation that no training makes. */
    ModelDocument withLastGeneration(int reserved) {
        return new ModelDocument(name, definition, reserved, firstGeneration, gone, training, definer);
    }

    /** A copy without a generation that has been deleted. */
    ModelDocument withoutGeneration(int deleted) {
        return new ModelDocument(
                name, definition, lastGeneration, firstGeneration, gone.with(deleted), training, definer);
    }

    /** The numbers that committed generations can have, ascending. */
    int[] numbers() {
        return gone.others(firstGeneration, lastGeneration).toArray();
    }

    /**
     * The mark of a deleted model. A later model of the name always has a higher first generation, by which requests
     * for this one are told from requests for that one.
     */
    ModelDocument deleted() {
        int last = Math.max(lastGeneration, firstGeneration);
        return new ModelDocument(name, null, last, last + 1, NumberRanges.NONE, null, null);
    }

    XContentBuilder toSource() throws IOException {
        XContentBuilder json = XContentFactory.jsonBuilder();
        json.startObject()
                .field("type", definition == null ? DELETED : TYPE)
                .field("model", name)
                .field("last_generation", lastGeneration)
                .field("first_generation", firstGeneration);
        if (!gone.ranges().isEmpty()) {
            json.field("gone", gone.toSource());
        }
        if (definition != null) {
            json.field("definition");
            definition.toXContent(json, ToXContent.EMPTY_PARAMS);
        }
        if (definer != null) {
            json.startObject("definer")
                    .field("name", definer.name())
                    .field("roles", definer.roles())
                    .endObject();
        }
        if (training != null) {
            TrainingOwner owner = training.owner();
            json.startObject("training")
                    .field("node", owner.nodeId())
                    .field("ephemeral_id", owner.ephemeralId())
                    .field("task", owner.taskId())
                    .field("started", owner.startedMillis())
                    .field("generation", training.generation())
                    .field("allocation", training.claim().allocation())
                    .field("attempts", training.claim().attempts())
                    .field("checkpoint", training.claim().checkpoint())
                    .field("ended", training.endedMillis());
            if (training.outcome() != null) {
                json.field("outcome", training.outcome().status().key());
                json.field("error", training.outcome().error());
                json.field("code", training.outcome().code());
                json.field("left", training.outcome().left());
            }
            json.field("history", training.history()).endObject();
        }
        return json.endObject();
    }

    private static List<LeftDocuments> left(Map<String, Object> training) {
        return ((List<?>) training.getOrDefault("left", List.of()))
                .stream()
                        .map(entry -> LeftDocuments.fromMap(StrictMap.object(entry)))
                        .toList();
    }

    private static Definer definer(Map<String, Object> source) {
        return source == null
                ? null
                : new Definer(
                        (String) source.get("name"),
                        ((List<?>) source.get("roles"))
                                .stream().map(String::valueOf).toList());
    }

    /** A record of before has no claim. */
    private static TrainingClaim claim(Map<String, Object> training) {
        return new TrainingClaim(
                number(training, "allocation").longValue(),
                number(training, "attempts").intValue(),
                (String) training.getOrDefault("checkpoint", ""));
    }

    private static Number number(Map<String, Object> source, String key) {
        return (Number) source.getOrDefault(key, 0);
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
                claim(source),
                outcome == null
                        ? null
                        : new TrainingOutcome(
                                TrainingOutcome.Status.valueOf(outcome.toUpperCase(Locale.ROOT)),
                                (String) source.get("error"),
                                number(source, "code").intValue(),
                                left(source)),
                ((Number) source.get("ended")).longValue(),
                history);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import io.latentfacets.model.definition.ClassifierDefinition;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * A trained classifier without its weights. Immutable.
 *
 * @param model the name of the model
 * @param name the name of the classifier
 * @param definition what it was asked to learn
 * @param definer who asked; null if unknown, as without the security plugin
 * @param trained how and on what it was trained
 * @param labels its labels, in the order of its classes
 * @param confusions the most frequent errors, most frequent first; empty with several labels a document
 * @param error why it could not be trained again after its model had changed; null if it could
 */
public record StoredClassifier(
        String model,
        String name,
        ClassifierDefinition definition,
        Definer definer,
        Trained trained,
        List<Label> labels,
        List<Confusion> confusions,
        String error)
        implements Writeable {

    /** The largest number of stored kinds of errors. */
    public static final int MAX_CONFUSIONS = 50;

    /** The largest number of weights of a classifier; 4 bytes each. */
    public static final int MAX_WEIGHTS = 10_000_000;

    /**
     * A training and its result on documents that it left out.
     *
     * @param generation the active generation at that time
     * @param encoder the encoder whose latents the classifier reads
     * @param createdMillis the time of the end, epoch millis
     * @param documents the number of documents learned from
     * @param several the number of documents left out because they have several labels
     * @param measured the number of documents that the measures are of
     * @param folds the number of folds that were left out
     * @param strength the chosen strength, C
     * @param accuracy the share of right documents
     * @param macroF1 the mean F1 of the labels
     * @param calibrationError the expected calibration error
     */
    public record Trained(
            int generation,
            EncoderId encoder,
            long createdMillis,
            int documents,
            int several,
            int measured,
            int folds,
            double strength,
            double accuracy,
            double macroF1,
            double calibrationError) {

        private static Trained fromMap(StrictMap map) {
            return new Trained(
                    map.integer("generation", 0, Integer.MAX_VALUE, 0),
                    EncoderId.parse(map.string("encoder")),
                    map.integer("created", 0, Long.MAX_VALUE, 0),
                    map.integer("documents", 0, Integer.MAX_VALUE, 0),
                    map.integer("several_labels", 0, Integer.MAX_VALUE, 0),
                    map.integer("measured", 0, Integer.MAX_VALUE, 0),
                    map.integer("folds", 0, Integer.MAX_VALUE, 0),
                    map.number("strength", 0),
                    map.number("accuracy", 0),
                    map.number("macro_f1", 0),
                    map.number("calibration_error", 0));
        }

        /** The properties as the API shows them. */
        public Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("generation", generation);
            map.put("encoder", encoder.toString());
            map.put("created", createdMillis);
            map.put("documents", documents);
            map.put("several_labels", several);
            map.put("measured", measured);
            map.put("folds", folds);
            map.put("strength", strength);
            map.put("accuracy", accuracy);
            map.put("macro_f1", macroF1);
            map.put("calibration_error", calibrationError);
            return map;
        }
    }

    /**
     * A label and how well it was found among the measured documents.
     *
     * @param documents the number of documents with it that the classifier learned from
     * @param right the number of documents with the label that got it
     * @param wrong the number of documents without the label that got it
     * @param missed the number of documents with the label that did not get it
     */
    public record Label(String label, int documents, int right, int wrong, int missed) {
        private static Label fromMap(StrictMap map) {
            return new Label(
                    map.string("label"),
                    map.integer("documents", 0, Integer.MAX_VALUE, 0),
                    map.integer("right", 0, Integer.MAX_VALUE, 0),
                    map.integer("wrong", 0, Integer.MAX_VALUE, 0),
                    map.integer("missed", 0, Integer.MAX_VALUE, 0));
        }

        private Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("label", label);
            map.put("documents", documents);
            map.put("right", right);
            map.put("wrong", wrong);
            map.put("missed", missed);
            return map;
        }
    }

    /** Documents with one label that got another. */
    public record Confusion(String label, String predicted, int documents) {
        private static Confusion fromMap(StrictMap map) {
            return new Confusion(
                    map.string("label"), map.string("predicted"), map.integer("documents", 0, Integer.MAX_VALUE, 0));
        }

        private Map<String, Object> toMap() {
            Map<String, Object> map = new LinkedHashMap<>();
            map.put("label", label);
            map.put("predicted", predicted);
            map.put("documents", documents);
            return map;
        }
    }

    public StoredClassifier {
        labels = List.copyOf(labels);
        confusions = List.copyOf(confusions);
    }

    public StoredClassifier(StreamInput in) throws IOException {
        this(fromMap(in.readMap()));
    }

    private StoredClassifier(StoredClassifier other) {
        this(
                other.model,
                other.name,
                other.definition,
                other.definer,
                other.trained,
                other.labels,
                other.confusions,
                other.error);
    }

    /** A copy with a failure. */
    public StoredClassifier failed(String why) {
        return new StoredClassifier(model, name, definition, definer, trained, labels, confusions, why);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeMap(toMap());
    }

    /** Reads what {@link #toMap} gave. */
    public static StoredClassifier fromMap(Map<String, Object> map) {
        StrictMap all = new StrictMap(map, "");
        List<Label> labels = new ArrayList<>();
        all.objects("labels").forEach(each -> labels.add(Label.fromMap(new StrictMap(each, "labels"))));
        List<Confusion> confusions = new ArrayList<>();
        all.objects("confusions").forEach(each -> confusions.add(Confusion.fromMap(new StrictMap(each, "confusions"))));
        Map<String, Object> definer = all.object("definer");
        return new StoredClassifier(
                all.string("model"),
                all.string("classifier"),
                ClassifierDefinition.parse(new StrictMap(all.object("definition"), "definition"), null),
                definer == null ? null : definer(new StrictMap(definer, "definer")),
                Trained.fromMap(new StrictMap(all.object("trained"), "trained")),
                labels,
                confusions,
                all.string("error", null));
    }

    private static Definer definer(StrictMap map) {
        return new Definer(map.string("name"), map.strings("roles", 0, Integer.MAX_VALUE, List.of()));
    }

    /** All properties, for the store and the wire. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("model", model);
        map.put("classifier", name);
        map.put("definition", definition.toMap());
        if (definer != null) {
            // the same order in every message
            Map<String, Object> who = new LinkedHashMap<>();
            who.put("name", definer.name());
            who.put("roles", definer.roles());
            map.put("definer", who);
        }
        map.put("trained", trained.toMap());
        map.put("labels", labels.stream().map(Label::toMap).toList());
        map.put("confusions", confusions.stream().map(Confusion::toMap).toList());
        if (error != null) {
            map.put("error", error);
        }
        return map;
    }
}

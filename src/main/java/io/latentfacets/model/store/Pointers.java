/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.cluster.Curation;
import io.latentfacets.model.Bound;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.model.CurationJson;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.Generations;
import io.latentfacets.model.MajorGeneration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;

/**
 * The part of all models that every node knows from the cluster state: the active generation, the edits of clusters,
 * the encoders, and the indices to which it is bound. It is custom metadata of the system index, a plain map of
 * strings. So a cluster from which the plugin was removed still reads its state, and deleting the index deletes the
 * pointers too. Keys: {@code news} → {@code 2}, {@code news/clusters}, {@code news/curation}, {@code news/suggestions}
 * and {@code news/bound} → JSON, {@code news/encoders} → the {@link Generations.Known generations}, as
 * {@code 1:9f3c0a11d2e4b5c6:1700000000000,2:…}, a minor one followed by its major one's number and time,
 * {@code news/first} → the model's first generation, if there was a model of that name before, and
 * {@code news/classifiers} → the {@link ClassifierPointer classifiers} (a model's name has no slash).
 */
final class Pointers {

    static final String CUSTOM = "latent_facets";

    private static final String EDITS = "/clusters";
    private static final String CURATION = "/curation";
    private static final String SUGGESTIONS = "/suggestions";
    private static final String ENCODERS = "/encoders";
    private static final String BOUND = "/bound";
    private static final String FIRST = "/first";
    private static final String CLASSIFIERS = "/classifiers";

    private Pointers() {}

    /** The map in the cluster state; empty if there is none. Unmodifiable. */
    static Map<String, String> read(ClusterState state) {
        IndexMetadata index = state.metadata().index(SystemIndex.NAME);
        Map<String, String> custom = index == null ? null : index.getCustomData(CUSTOM);
        return custom == null ? Map.of() : custom;
    }

    /** The active generation of a model, 0 for none. */
    static int active(Map<String, String> pointers, String model) {
        String value = pointers.get(model);
        return value == null ? 0 : Integer.parseInt(value);
    }

    /** The active generation of every model that has one. */
    static Map<String, Integer> active(Map<String, String> pointers) {
        Map<String, Integer> active = new HashMap<>();
        pointers.forEach((key, value) -> {
            if (key.indexOf('/') < 0) {
                active.put(key, Integer.valueOf(value));
            }
        });
        return active;
    }

    /** The names of all models of which there is anything. */
    static Set<String> models(Map<String, String> pointers) {
        Set<String> models = new TreeSet<>();
        for (String key : pointers.keySet()) {
            int slash = key.indexOf('/');
            models.add(slash < 0 ? key : key.substring(0, slash));
        }
        return models;
    }

    /** The first generation of a model. It is 1 for a model that a former build bound, which wrote none. */
    static int first(Map<String, String> pointers, String model) {
        String value = pointers.get(model + FIRST);
        return value == null ? 1 : Integer.parseInt(value);
    }

    static ClusterEdits edits(Map<String, String> pointers, String model) {
        String json = pointers.get(model + EDITS);
        ClusterEdits edits = json == null ? ClusterEdits.NONE : ClusterEdits.fromJson(json);
        return edits.with(curation(pointers, model));
    }

    /** What people have merged and split. */
    static Curation curation(Map<String, String> pointers, String model) {
        String json = pointers.get(model + CURATION);
        return json == null ? Curation.NONE : CurationJson.read(json);
    }

    /**
     * The text of what people have merged and split; "" for nothing. A change of it compares it with what it expects.
     */
    static String curationText(Map<String, String> pointers, String model) {
        return pointers.getOrDefault(model + CURATION, "");
    }

    /** The text of a curation, "" for nothing. */
    static String text(Curation curation) {
        return curation.equals(Curation.NONE) ? "" : CurationJson.write(curation);
    }

    /** A copy in which a model has another curation. */
    static Map<String, String> withCuration(Map<String, String> pointers, String model, String text) {
        Map<String, String> changed = new TreeMap<>(pointers);
        if (text.isEmpty()) {
            changed.remove(model + CURATION);
        } else {
            changed.put(model + CURATION, text);
        }
        return changed;
    }

    /** The labels that wait for somebody to accept them, as {@link ClusterSuggestions#toText}; "" for none. */
    static String suggestionText(Map<String, String> pointers, String model) {
        return pointers.getOrDefault(model + SUGGESTIONS, "");
    }

    /** A copy in which other labels wait. */
    static Map<String, String> withSuggestions(Map<String, String> pointers, String model, String text) {
        Map<String, String> changed = new TreeMap<>(pointers);
        if (text.isEmpty()) {
            changed.remove(model + SUGGESTIONS);
        } else {
            changed.put(model + SUGGESTIONS, text);
        }
        return changed;
    }

    static Bound bound(Map<String, String> pointers, String model) {
        String json = pointers.get(model + BOUND);
        return json == null ? Bound.NONE : Bound.fromJson(json);
    }

    /** The indices of every model that is bound to some. */
    static Map<String, Bound> bound(Map<String, String> pointers) {
        Map<String, Bound> bound = new HashMap<>();
        pointers.forEach((key, value) -> {
            if (key.endsWith(BOUND)) {
                bound.put(key.substring(0, key.length() - BOUND.length()), Bound.fromJson(value));
            }
        });
        return bound;
    }

    /**
     * A copy in which a model is bound.
     *
     * @param first the model's first generation; what is left of a former model of the name is not in the copy
     */
    static Map<String, String> withBound(Map<String, String> pointers, String model, int first, Bound bound) {
        boolean former = first(pointers, model) < first && active(pointers, model) < first;
        Map<String, String> changed = former ? without(pointers, model) : new TreeMap<>(pointers);
        changed.put(model + BOUND, bound.toJson());
        if (first > 1) {
            changed.put(model + FIRST, Integer.toString(first));
        }
        return changed;
    }

    /** The generations of a model that the state describes, ascending; empty in a state of before. */
    static List<Generations.Known> known(Map<String, String> pointers, String model) {
        String text = pointers.get(model + ENCODERS);
        return text == null ? List.of() : parse(text);
    }

    /**
     * The text that describes generations: the active one and the newest others. It leaves out those whose records do
     * not name the encoder.
     */
    static String describe(List<GenerationSummary> generations, int active) {
        List<GenerationSummary> named =
                generations.stream().filter(each -> !each.encoder().isNone()).toList();
        int newest = named.size() - Generations.MAX_KNOWN;
        return IntStream.range(0, named.size())
                .filter(i -> i >= newest || named.get(i).number() == active)
                .mapToObj(named::get)
                .map(Pointers::describe)
                .collect(Collectors.joining(","));
    }

    private static String describe(GenerationSummary generation) {
        String text = generation.number() + ":" + generation.encoder() + ":"
                + generation.info().createdMillis();
        MajorGeneration major = generation.info().minorOf();
        return major == null ? text : text + ":" + major.number() + ":" + major.createdMillis();
    }

    private static List<Generations.Known> parse(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        return Arrays.stream(text.split(","))
                .map(entry -> entry.split(":"))
                .map(Pointers::known)
                .toList();
    }

    private static Generations.Known known(String[] entry) {
        int number = Integer.parseInt(entry[0]);
        EncoderId encoder = EncoderId.parse(entry[1]);
        long created = Long.parseLong(entry[2]);
        return entry.length == 3
                ? new Generations.Known(number, encoder, created)
                : new Generations.Known(
                        number,
                        encoder,
                        created,
                        new MajorGeneration(Integer.parseInt(entry[3]), Long.parseLong(entry[4])));
    }

    /**
     * A copy with another active generation of the model.
     *
     * @param encoders what {@link #describe} gave
     */
    static Map<String, String> withActive(Map<String, String> pointers, String model, int generation, String encoders) {
        Map<String, String> changed = new TreeMap<>(pointers);
        changed.put(model, Integer.toString(generation));
        changed.put(model + ENCODERS, encoders);
        return changed;
    }

    static Map<String, String> withEdits(Map<String, String> pointers, String model, ClusterEdits edits) {
        Map<String, String> changed = new TreeMap<>(pointers);
        if (edits.byKey().isEmpty()) {
            changed.remove(model + EDITS);
        } else {
            changed.put(model + EDITS, edits.toJson());
        }
        return changed;
    }

    /** The classifiers of a model, by name. */
    static Map<String, ClassifierPointer> classifiers(Map<String, String> pointers, String model) {
        Map<String, ClassifierPointer> classifiers = new TreeMap<>();
        String text = pointers.get(model + CLASSIFIERS);
        if (text != null) {
            for (String entry : text.split(",", -1)) {
                ClassifierPointer pointer = ClassifierPointer.parse(entry);
                classifiers.put(pointer.name(), pointer);
            }
        }
        return classifiers;
    }

    /**
     * A copy with another classifier.
     *
     * @param name the name of the classifier
     * @param pointer what replaces the one of that name; null to remove it
     */
    static Map<String, String> withClassifier(
            Map<String, String> pointers, String model, String name, ClassifierPointer pointer) {
        Map<String, ClassifierPointer> classifiers = classifiers(pointers, model);
        if (pointer == null) {
            classifiers.remove(name);
        } else {
            classifiers.put(name, pointer);
        }
        Map<String, String> changed = new TreeMap<>(pointers);
        if (classifiers.isEmpty()) {
            changed.remove(model + CLASSIFIERS);
        } else {
            changed.put(
                    model + CLASSIFIERS,
                    classifiers.values().stream()
                            .map(ClassifierPointer::toString)
                            .collect(Collectors.joining(",")));
        }
        return changed;
    }

    /** A copy without the model. */
    static Map<String, String> without(Map<String, String> pointers, String model) {
        Map<String, String> changed = new TreeMap<>(pointers);
        changed.remove(model);
        changed.remove(model + EDITS);
        changed.remove(model + CURATION);
        changed.remove(model + SUGGESTIONS);
        changed.remove(model + ENCODERS);
        changed.remove(model + BOUND);
        changed.remove(model + FIRST);
        changed.remove(model + CLASSIFIERS);
        return changed;
    }
}

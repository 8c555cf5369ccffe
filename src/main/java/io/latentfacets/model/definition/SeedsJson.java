/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.definition;

import io.latentfacets.cluster.Seed;
import io.latentfacets.strict.StrictMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Converts the part {@code clusters.seeds} of a definition between JSON and seeds. */
final class SeedsJson {

    private static final String LABEL = "label";
    private static final String TERMS = "terms";
    private static final String IDS = "ids";
    private static final String INDEX = "_index";
    private static final String ID = "_id";
    private static final String TEXT = "text of 1 to " + Seed.MAX_LENGTH + " characters";

    private SeedsJson() {}

    /** Reads a list of seeds, or a single one. */
    static List<Seed> read(StrictMap json, String key) {
        List<Map<String, Object>> objects = json.objects(key);
        if (objects.size() > Seed.MAX_SEEDS) {
            throw json.bad(key, "a list of at most " + Seed.MAX_SEEDS + " objects", objects.size());
        }
        List<Seed> seeds = new ArrayList<>(objects.size());
        for (int i = 0; i < objects.size(); i++) {
            String place = key + "[" + i + "]";
            StrictMap body = json.item(place, objects.get(i));
            Seed seed = seed(body, json.name(place));
            if (seeds.stream().anyMatch(other -> other.label().equals(seed.label()))) {
                throw body.bad(LABEL, "unlike the labels before it", seed.label());
            }
            seeds.add(seed);
        }
        return List.copyOf(seeds);
    }

    /** @param place the name of the seed, for messages */
    private static Seed seed(StrictMap body, String place) {
        if (!body.has(TERMS) && !body.has(IDS)) {
            throw body.failure(
                    place + " must have [" + TERMS + "], [" + IDS + "] or both: " + StrictMap.shown(body.values()),
                    null);
        }
        List<String> terms = body.strings(TERMS, 1, Seed.MAX_TERMS, List.of());
        for (int i = 0; i < terms.size(); i++) {
            requireShort(body, TERMS + "[" + i + "]", terms.get(i));
        }
        String label = terms.isEmpty() ? body.string(LABEL) : body.string(LABEL, null);
        if (label != null) {
            requireShort(body, LABEL, label);
        } else {
            label = Seed.labelOf(terms);
            label = label.substring(0, Math.min(label.length(), Seed.MAX_LENGTH));
        }
        List<Seed.Example> ids = body.has(IDS) ? examples(body) : List.of();
        body.noOtherKeys();
        return new Seed(label, terms, ids);
    }

    private static List<Seed.Example> examples(StrictMap body) {
        List<Map<String, Object>> objects = body.objects(IDS);
        if (objects.isEmpty() || objects.size() > Seed.MAX_IDS) {
            throw body.bad(IDS, "a list of 1 to " + Seed.MAX_IDS + " objects", objects.size());
        }
        List<Seed.Example> examples = new ArrayList<>(objects.size());
        for (int i = 0; i < objects.size(); i++) {
            StrictMap object = body.item(IDS + "[" + i + "]", objects.get(i));
            examples.add(new Seed.Example(object.string(INDEX, ""), object.string(ID)));
            object.noOtherKeys();
        }
        return examples;
    }

    private static void requireShort(StrictMap body, String key, String text) {
        if (text.length() > Seed.MAX_LENGTH) {
            throw body.bad(key, TEXT, text.length());
        }
    }

    /** The seeds as they are in a body; null for none, so that a definition without seeds is as it always was. */
    static List<Map<String, Object>> shown(List<Seed> seeds) {
        return seeds.isEmpty() ? null : seeds.stream().map(SeedsJson::shown).toList();
    }

    private static Map<String, Object> shown(Seed seed) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put(LABEL, seed.label());
        if (!seed.terms().isEmpty()) {
            shown.put(TERMS, seed.terms());
        }
        if (!seed.ids().isEmpty()) {
            shown.put(IDS, seed.ids().stream().map(SeedsJson::shown).toList());
        }
        return shown;
    }

    private static Map<String, Object> shown(Seed.Example example) {
        return example.index().isEmpty()
                ? Map.of(ID, example.id())
                : new LinkedHashMap<>(Map.of(INDEX, example.index(), ID, example.id()));
    }
}

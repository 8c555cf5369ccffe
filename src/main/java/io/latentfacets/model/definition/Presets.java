/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.definition;

import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;

/**
 * Named starting points for definitions: the files {@code models/*.json} in the jar, listed in
 * {@code models/index.json} (a JSON object that maps names to files). A preset is a definition without its source; a
 * user's body overrides it key by key. Immutable.
 */
public final class Presets {

    private final Map<String, Map<String, Object>> byName;

    public Presets(Map<String, Map<String, Object>> byName) {
        this.byName = new TreeMap<>(byName);
    }

    /** The presets in the jar; none if the jar has no list. */
    public static Presets bundled() throws IOException {
        Map<String, Map<String, Object>> presets = new TreeMap<>();
        Map<String, Object> index = read("/models/index.json");
        if (index != null) {
            for (Map.Entry<String, Object> entry : index.entrySet()) {
                presets.put(entry.getKey(), read("/models/" + entry.getValue()));
            }
        }
        return new Presets(presets);
    }

    private static Map<String, Object> read(String resource) throws IOException {
        try (InputStream in = Presets.class.getResourceAsStream(resource)) {
            return in == null
                    ? null
                    : XContentHelper.convertToMap(new BytesArray(in.readAllBytes()), true, MediaTypeRegistry.JSON)
                            .v2();
        }
    }

    /** The names of all presets, sorted. */
    Set<String> names() {
        return byName.keySet();
    }

    /**
     * Merges a body over the preset that it names. A body that names none is returned as it is.
     *
     * @throws IllegalArgumentException for an unknown preset; the message lists the known ones
     */
    Map<String, Object> resolve(Map<String, Object> body) {
        String name = new StrictMap(body, "").string("preset", null);
        if (name == null) {
            return body;
        }
        Map<String, Object> preset = byName.get(name);
        if (preset == null) {
            throw new IllegalArgumentException("[preset] must be one of " + byName.keySet() + ": " + name);
        }
        return over(preset, body);
    }

    private static Map<String, Object> over(Map<String, Object> below, Map<String, Object> above) {
        Map<String, Object> merged = new LinkedHashMap<>(below);
        above.forEach((key, value) -> {
            Object under = below.get(key);
            if (value instanceof Map && under instanceof Map) {
                merged.put(key, over(StrictMap.object(under), StrictMap.object(value)));
            } else {
                merged.put(key, value);
            }
        });
        return merged;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import static org.opensearch.ingest.ConfigurationUtils.newConfigurationException;

import io.latentfacets.strict.StrictMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A classifier that the processor applies. Immutable.
 *
 * @param classifier the name of a classifier of the processor's model
 * @param targetField the path of the field that receives the label, or the list of labels
 * @param minProbability the smallest probability of a label that is written, 0 to 1
 */
record ClassifyOption(String classifier, String targetField, double minProbability) {

    /** The largest number of classifiers of a processor. */
    static final int MAX = 10;

    private static final String KEY = "classify";
    private static final double LEAST = 0.5;

    /**
     * Reads and removes the option of a processor; empty if absent.
     *
     * @param latent the field of the latent, which no label may replace
     */
    static List<ClassifyOption> read(String type, String tag, Map<String, Object> config, String latent) {
        Object value = config.remove(KEY);
        if (value == null) {
            return List.of();
        }
        List<ClassifyOption> options = new ArrayList<>();
        Set<String> targets = new HashSet<>(Set.of(latent));
        for (Object each : value instanceof List<?> many ? many : List.of(value)) {
            if (!(each instanceof Map)) {
                throw newConfigurationException(type, tag, KEY, "must be a list of objects: " + StrictMap.shown(value));
            }
            ClassifyOption option;
            try {
                option = read(StrictMap.of(KEY, StrictMap.object(each)), targets);
            } catch (IllegalArgumentException e) {
                throw newConfigurationException(type, tag, KEY, e.getMessage());
            }
            options.add(option);
        }
        if (options.size() > MAX) {
            throw newConfigurationException(
                    type, tag, KEY, "must name at most [" + MAX + "] classifiers: " + options.size());
        }
        return List.copyOf(options);
    }

    private static ClassifyOption read(StrictMap map, Set<String> targets) {
        ClassifyOption option = new ClassifyOption(
                map.string("classifier"), map.string("target_field"), map.number("min_probability", 0, 1, LEAST));
        map.noOtherKeys();
        if (option.targetField().startsWith("_") || !targets.add(option.targetField())) {
            throw map.bad("target_field", "a field of its own that does not start with [_]", option.targetField());
        }
        return option;
    }
}

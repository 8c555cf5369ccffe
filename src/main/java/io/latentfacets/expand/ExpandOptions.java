/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.expand;

import io.latentfacets.strict.StrictMap;
import io.latentfacets.text.SourceField;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The options of an expansion. Immutable.
 *
 * @param model the model whose space of words is asked
 * @param fields the fields in which to look for added terms, with their boosts; empty for those of the query
 * @param terms the number of terms for each word
 * @param maxTerms the largest number of terms for a search
 * @param weight the boost of added terms, which their similarity multiplies
 * @param minSimilarity the least similarity of a term
 */
record ExpandOptions(
        String model, Map<String, Float> fields, int terms, int maxTerms, double weight, double minSimilarity) {

    private static final String FIELDS = "fields";
    private static final int MAX_FIELDS = 20;

    /** Reads the options of a processor; unknown keys and bad values are refused. */
    static ExpandOptions parse(StrictMap config) {
        Map<String, Float> fields = new LinkedHashMap<>();
        for (String field : config.strings(FIELDS, 1, MAX_FIELDS, List.of())) {
            SourceField parsed = field(config, field);
            fields.put(parsed.name(), parsed.weight());
        }
        ExpandOptions options = new ExpandOptions(
                config.string("model"),
                fields,
                config.integer("terms", 1, 20, 10),
                config.integer("max_terms", 1, 100, 20),
                config.number("weight", 0.01, 10, 0.5),
                config.number("min_similarity", 0, 1, 0.5));
        config.noOtherKeys();
        return options;
    }

    private static SourceField field(StrictMap config, String field) {
        try {
            return SourceField.parse(field);
        } catch (IllegalArgumentException e) {
            throw config.failure(config.name(FIELDS) + ": " + e.getMessage(), e);
        }
    }
}

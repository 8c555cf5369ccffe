/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.definition;

import io.latentfacets.model.definition.ModelDefinition.Source;
import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.text.SourceField;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.core.xcontent.XContentBuilder;

/** Converts the part {@code source} of a definition between JSON and options. */
final class SourceJson {

    private static final Option<Source, List<String>> INDEX = new Option<>(
            "index",
            OptionType.strings("1 to 1,000 names, wildcards, aliases, data streams", 1, 1000),
            Source::indices,
            "required",
            "a string or an array");
    private static final Option<Source, List<SourceField>> FIELDS = new Option<>(
            "fields",
            OptionType.ofBody("1 to 100 fields, each once", SourceJson::fields, fields -> fields.stream()
                    .map(SourceField::toString)
                    .toList()),
            Source::fields,
            "required",
            "`title^2` makes a word in `title` count twice, weights in (0, 1000]");
    private static final Option<Source, Map<String, Object>> QUERY = new Option<>(
            "query",
            OptionType.ofBody("any query", StrictMap::object, query -> query),
            Source::query,
            "all documents",
            "which documents to learn from");
    private static final Option<Source, String> VECTOR_FIELD = new Option<>(
            "vector_field",
            OptionType.ofBody("", (from, key) -> OptionsJson.fieldName(from, key, null), field -> field),
            Source::vectorField,
            "path of a dense vector that is learned from beside the text: an array of 1 to 16,000 numbers in `_source`,"
                    + " as of a `float` or `knn_vector` field, made by whatever model you like. Not one of `fields`, not"
                    + " `target_field`. [More](#a-vector-beside-the-text)");
    private static final Option<Source, Integer> MAX_DOCUMENTS = new Option<>(
            "max_documents",
            OptionType.integer(100, 10_000_000),
            Source::maxDocuments,
            "above that many matches, a uniform sample by hash of `_id` ([of very many](scale.md#trainings) also by sequence number)");

    static final OptionGroup<Source> SOURCE = new OptionGroup<>(
            new Source(List.of(), List.of(), null, null, ModelDefinition.DEFAULT_MAX_DOCUMENTS),
            INDEX,
            FIELDS,
            QUERY,
            VECTOR_FIELD,
            MAX_DOCUMENTS);

    private SourceJson() {}

    /**
     * Reads the part {@code source}.
     *
     * @param targetField the field that the model writes, which must not be its input vector
     */
    static Source read(StrictMap json, String targetField) {
        json.require(INDEX.key());
        json.require(FIELDS.key());
        OptionGroup.Values<Source> values = SOURCE.parse(json);
        json.noOtherKeys();
        String vector = values.get(VECTOR_FIELD);
        if (vector != null
                && values.get(FIELDS).stream().anyMatch(field -> field.name().equals(vector))) {
            throw json.failure(
                    json.name(VECTOR_FIELD.key()) + " must not be one of " + json.name(FIELDS.key()) + ": " + vector,
                    null);
        }
        if (vector != null && vector.equals(targetField)) {
            throw json.failure(json.name(VECTOR_FIELD.key()) + " must not be the [target_field]: " + vector, null);
        }
        return new Source(values.get(INDEX), values.get(FIELDS), values.get(QUERY), vector, values.get(MAX_DOCUMENTS));
    }

    static void write(XContentBuilder json, Source source) throws IOException {
        SOURCE.show(json.startObject("source"), source).endObject();
    }

    private static List<SourceField> fields(StrictMap json, String key) {
        List<String> fields = json.strings(key, 1, 100, List.of());
        List<SourceField> parsed = fields.stream().map(SourceField::parse).toList();
        if (parsed.stream().map(SourceField::name).distinct().count() < parsed.size()) {
            throw json.failure(json.name(key) + " must name each field once: " + StrictMap.shown(fields), null);
        }
        return parsed;
    }
}

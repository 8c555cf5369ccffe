/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.definition;

import io.latentfacets.classify.regression.DocumentFeatures;
import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.Queries;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.query.QueryBuilder;

/**
 * What a user asks a classifier to learn. Immutable.
 *
 * @param labelField the path of the field with the labels
 * @param indices the indices to learn from; empty for those of the model
 * @param query the query of the documents; null for that of the model
 * @param features what the classifier sees of a document
 * @param multiLabel whether a document may have several labels
 * @param maxDocuments the largest number of documents to read
 */
public record ClassifierDefinition(
        String labelField,
        List<String> indices,
        Map<String, Object> query,
        DocumentFeatures.Kind features,
        boolean multiLabel,
        int maxDocuments) {

    private static final Option<ClassifierDefinition, String> LABEL_FIELD = new Option<>(
            "label_field",
            OptionType.string(),
            ClassifierDefinition::labelField,
            "required",
            "path of a field of `_source` with what is to be predicted; numbers and booleans count as their text. 2 to"
                    + " 1,000 different values");
    private static final Option<ClassifierDefinition, List<String>> INDEX = new Option<>(
            "index",
            OptionType.strings("a name, pattern, alias or data stream, or an array of up to 1,000", 1, 1000),
            ClassifierDefinition::indices,
            "those of the model",
            "documents of any index will do");
    private static final Option<ClassifierDefinition, Map<String, Object>> QUERY = new Option<>(
            "query",
            new OptionType<>(
                    "any query",
                    StrictMap::object,
                    null,
                    in -> in.readBoolean() ? in.readMap() : null,
                    (out, query) -> {
                        out.writeBoolean(query != null);
                        if (query != null) {
                            out.writeMap(query);
                        }
                    },
                    query -> query),
            ClassifierDefinition::query,
            "that of the model",
            "which documents to learn from");
    private static final Option<ClassifierDefinition, DocumentFeatures.Kind> FEATURES = new Option<>(
            "features",
            OptionType.oneOf(DocumentFeatures.Kind::toString, List.of(DocumentFeatures.Kind.values())),
            ClassifierDefinition::features,
            "`latent`: fast and small. `latent+words`: more accurate with many labelled documents");
    private static final Option<ClassifierDefinition, Boolean> MULTI_LABEL = new Option<>(
            "multi_label",
            OptionType.bool(),
            ClassifierDefinition::multiLabel,
            "whether a document may have several labels; if not, documents with several are left out");
    private static final Option<ClassifierDefinition, Integer> MAX_DOCUMENTS = new Option<>(
            "max_documents",
            OptionType.integer(10, 100_000),
            ClassifierDefinition::maxDocuments,
            "above that many labelled matches, a uniform sample by hash of `_id` ([of very many](scale.md#trainings) also by sequence number)");

    static final ClassifierDefinition DEFAULTS =
            new ClassifierDefinition(null, List.of(), null, DocumentFeatures.Kind.LATENT, false, 20_000);

    /** The options of a classifier. */
    public static final OptionGroup<ClassifierDefinition> OPTIONS =
            new OptionGroup<>(DEFAULTS, LABEL_FIELD, INDEX, QUERY, FEATURES, MULTI_LABEL, MAX_DOCUMENTS);

    public ClassifierDefinition {
        indices = List.copyOf(indices);
    }

    private ClassifierDefinition(OptionGroup.Values<ClassifierDefinition> values) {
        this(
                values.get(LABEL_FIELD),
                values.get(INDEX),
                values.get(QUERY),
                values.get(FEATURES),
                values.get(MULTI_LABEL),
                values.get(MAX_DOCUMENTS));
    }

    /**
     * Reads a body.
     *
     * @param queries knows the types of queries; null to leave the query unread
     * @throws IllegalArgumentException for an unknown key or a bad value; names key, value and bound
     */
    public static ClassifierDefinition parse(StrictMap body, NamedXContentRegistry queries) {
        body.require(LABEL_FIELD.key());
        ClassifierDefinition definition = new ClassifierDefinition(OPTIONS.parse(body));
        body.noOtherKeys();
        if (queries != null) {
            definition.queryBuilder(queries);
        }
        return definition;
    }

    /** Reads what {@link #OPTIONS} wrote as the last values of a frame. */
    public static ClassifierDefinition read(FrameInput frame) throws IOException {
        return new ClassifierDefinition(OPTIONS.read(frame));
    }

    /** The parsed query; null for that of the model. */
    public QueryBuilder queryBuilder(NamedXContentRegistry registry) {
        return query == null ? null : Queries.parse("query", query, registry);
    }

    /** Writes the options into the open object, as a body has them. */
    public XContentBuilder show(XContentBuilder json) throws IOException {
        return OPTIONS.show(json, this);
    }

    /** The options as a body has them. */
    public Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put(LABEL_FIELD.key(), labelField);
        if (!indices.isEmpty()) {
            map.put(INDEX.key(), indices);
        }
        if (query != null) {
            map.put(QUERY.key(), query);
        }
        map.put(FEATURES.key(), features.toString());
        map.put(MULTI_LABEL.key(), multiLabel);
        map.put(MAX_DOCUMENTS.key(), maxDocuments);
        return map;
    }
}

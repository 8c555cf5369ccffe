/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.definition;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.text.SourceField;
import io.latentfacets.text.TextOptions;
import java.io.IOException;
import java.util.List;
import org.opensearch.OpenSearchParseException;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.xcontent.XContentBuilder;

/** The parts of a definition between JSON and options; both directions of a part stand together. */
public final class OptionsJson {

    private static final TimeValue SHORTEST_INTERVAL = TimeValue.timeValueMinutes(1);
    private static final int MAX_INDICES = 1000;
    private static final int MAX_FIELDS = 100;
    private static final int MAX_FIELD_LENGTH = 512;

    private OptionsJson() {}

    static List<String> indices(StrictMap source) {
        List<String> indices = source.strings("index", List.of());
        requireSize(source.path("index"), "index, pattern, alias or data stream", indices, MAX_INDICES);
        return indices;
    }

    static List<SourceField> fields(StrictMap source) {
        List<String> fields = source.strings("fields", List.of());
        requireSize(source.path("fields"), "field", fields, MAX_FIELDS);
        List<SourceField> parsed = fields.stream().map(SourceField::parse).toList();
        long distinct = parsed.stream().map(SourceField::name).distinct().count();
        if (distinct < parsed.size()) {
            throw new IllegalArgumentException(
                    "[" + source.path("fields") + "] must name each field once: " + StrictMap.shown(fields));
        }
        return parsed;
    }

    private static void requireSize(String path, String what, List<String> values, int max) {
        if (values.isEmpty() || values.size() > max) {
            throw new IllegalArgumentException("[" + path + "] must name at least one " + what + " and at most " + max
                    + ": " + (values.isEmpty() ? "nothing" : values.size()));
        }
    }

    /** The field of a vector, which is neither text nor what the model writes; null for none. */
    static String vectorField(StrictMap source, List<SourceField> fields, String targetField) {
        String name = fieldName(source, "vector_field", null);
        if (name != null && fields.stream().anyMatch(field -> field.name().equals(name))) {
            throw new IllegalArgumentException("[" + source.path("vector_field") + "] must not be one of ["
                    + source.path("fields") + "]: " + name);
        }
        if (name != null && name.equals(targetField)) {
            throw new IllegalArgumentException(
                    "[" + source.path("vector_field") + "] must not be the [target_field]: " + name);
        }
        return name;
    }

    /** The path of a field; the fallback, which may be null, if absent. */
    static String fieldName(StrictMap body, String key, String fallback) {
        String name = body.string(key, fallback);
        if (name == null) {
            return null;
        }
        boolean emptyPart = name.startsWith(".") || name.endsWith(".") || name.contains("..");
        if (name.length() > MAX_FIELD_LENGTH
                || emptyPart
                || name.startsWith("_")
                || name.chars().anyMatch(c -> c <= ' ' || c == '*')) {
            throw new IllegalArgumentException("[" + body.path(key)
                    + "] must be the path of a field, at most " + MAX_FIELD_LENGTH
                    + " characters, not beginning with '_', without blanks, '*' and empty parts: "
                    + StrictMap.shown(name));
        }
        return name;
    }

    public static TextOptions text(StrictMap json) {
        TextOptions defaults = TextOptions.DEFAULTS;
        TextOptions options = new TextOptions(
                json.string("analyzer", defaults.analyzer()),
                json.integer("vocabulary_size", 100, 200_000, defaults.vocabularySize()),
                json.integer("min_doc_freq", 1, 1_000_000, defaults.minDocFreq()),
                json.number("max_doc_ratio", defaults.maxDocRatio()),
                json.bool("phrases", defaults.phrases()),
                json.strings("exclude", defaults.exclude()));
        json.noOtherKeys();
        return options;
    }

    public static void write(XContentBuilder json, TextOptions options) throws IOException {
        json.startObject("text")
                .field("analyzer", options.analyzer())
                .field("vocabulary_size", options.vocabularySize())
                .field("min_doc_freq", options.minDocFreq())
                .field("max_doc_ratio", options.maxDocRatio())
                .field("phrases", options.phrases())
                .field("exclude", options.exclude())
                .endObject();
    }

    static ClusterOptions clusters(StrictMap json) {
        ClusterOptions defaults = ClusterOptions.DEFAULTS;
        ClusterOptions options = new ClusterOptions(
                json.integerOrAuto("count", 2, ClusterOptions.MAX_COUNT, ClusterOptions.AUTO, defaults.count()),
                json.integer("seed", Long.MIN_VALUE, Long.MAX_VALUE, defaults.seed()));
        json.noOtherKeys();
        return options;
    }

    public static void write(XContentBuilder json, ClusterOptions options) throws IOException {
        json.startObject("clusters");
        if (options.count() == ClusterOptions.AUTO) {
            json.field("count", "auto");
        } else {
            json.field("count", options.count());
        }
        json.field("seed", options.seed()).endObject();
    }

    static ModelDefinition.Refresh refresh(StrictMap json) {
        String interval = json.string("interval", null);
        ModelDefinition.Refresh refresh = new ModelDefinition.Refresh(
                interval == null ? null : interval(json.path("interval"), interval),
                json.bool("on_drift", false),
                json.bool("reencode", true));
        json.noOtherKeys();
        return refresh;
    }

    private static TimeValue interval(String path, String text) {
        TimeValue interval;
        try {
            interval = TimeValue.parseTimeValue(text, path);
        } catch (OpenSearchParseException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "[" + path + "] must be a time like \"24h\": " + StrictMap.shown(text), e);
        }
        if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
            throw new IllegalArgumentException("[" + path + "] must be at least " + SHORTEST_INTERVAL + ": " + text);
        }
        return interval;
    }

    public static void write(XContentBuilder json, ModelDefinition.Refresh refresh) throws IOException {
        json.startObject("refresh");
        if (refresh.interval() != null) {
            json.field("interval", refresh.interval().getStringRep());
        }
        json.field("on_drift", refresh.onDrift())
                .field("reencode", refresh.reencode())
                .endObject();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.definition;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Seed;
import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.text.TextOptions;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.OpenSearchParseException;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.xcontent.XContentBuilder;

/** Converts the parts {@code text}, {@code clusters} and {@code refresh} of a definition between JSON and options. */
public final class OptionsJson {

    private static final TimeValue SHORTEST_INTERVAL = TimeValue.timeValueSeconds(1);
    private static final TimeValue SHORTEST_HALF_LIFE = TimeValue.timeValueMinutes(1);
    private static final TimeValue LONGEST_HALF_LIFE = TimeValue.timeValueDays(365);
    private static final double MOST_REQUESTS_PER_SECOND = 1_000_000;
    private static final int MAX_FIELD_LENGTH = 512;

    private static final Option<TextOptions, String> ANALYZER = new Option<>(
            "analyzer",
            OptionType.string(),
            TextOptions::analyzer,
            "an analyzer registered on the node: a built-in one or one of a plugin, not one of an index's settings; see"
                    + " [languages](concepts.md#languages)");
    private static final Option<TextOptions, Integer> VOCABULARY_SIZE = new Option<>(
            "vocabulary_size",
            OptionType.integer(100, 200_000),
            TextOptions::vocabularySize,
            "words and phrases; at most a fifth of them are phrases");
    private static final Option<TextOptions, Integer> MIN_DOC_FREQ = new Option<>(
            "min_doc_freq",
            OptionType.integer(1, 1_000_000),
            TextOptions::minDocFreq,
            "in fewer than 50 times as many documents it falls to documents / 50, but not below 1");
    private static final Option<TextOptions, Double> MAX_DOC_RATIO = new Option<>(
            "max_doc_ratio",
            OptionType.number("(0, 1]"),
            TextOptions::maxDocRatio,
            "words in a larger share of the documents are left out");
    private static final Option<TextOptions, Boolean> PHRASES = new Option<>(
            "phrases",
            OptionType.bool(),
            TextOptions::phrases,
            "pairs of neighbouring words that belong together become terms of their own");
    private static final Option<TextOptions, List<String>> EXCLUDE = new Option<>(
            "exclude",
            OptionType.strings("up to 1,000 regular expressions", 0, 1000),
            TextOptions::exclude,
            "as in the `regexp` query, whole word, case ignored: words never learned nor shown, alone or in a phrase");

    private static final Option<TextOptions, String> WORD_VECTORS = new Option<>(
            "word_vectors",
            OptionType.string(),
            TextOptions::wordVectors,
            "the name of a file of [word vectors](tuning.md#word-vectors) in the directory `latent-facets` of the"
                    + " configuration of every node that trains: up to 200 letters, digits, `_`, `-` and `.`");

    static final OptionGroup<TextOptions> TEXT = new OptionGroup<>(
            TextOptions.DEFAULTS,
            ANALYZER,
            VOCABULARY_SIZE,
            MIN_DOC_FREQ,
            MAX_DOC_RATIO,
            PHRASES,
            EXCLUDE,
            WORD_VECTORS);

    private static final Option<ClusterOptions, Integer> COUNT = new Option<>(
            "count",
            OptionType.integerOrAuto(2, ClusterOptions.MAX_COUNT, ClusterOptions.AUTO),
            ClusterOptions::count,
            "`auto` tries 2 to 100, with at least 10 documents to a cluster");
    private static final Option<ClusterOptions, Long> SEED =
            new Option<>("seed", OptionType.seed(), ClusterOptions::seed, "of everything that is drawn at random");
    private static final Option<ClusterOptions, List<Seed>> SEEDS = new Option<>(
            "seeds",
            OptionType.ofBody("a list of up to 100 objects, see below", SeedsJson::read, SeedsJson::shown),
            ClusterOptions::seeds,
            "none",
            "subjects that get a cluster each, if the documents support them; at most `count`");

    static final OptionGroup<ClusterOptions> CLUSTERS = new OptionGroup<>(ClusterOptions.DEFAULTS, COUNT, SEED, SEEDS);

    private static final Option<ModelDefinition.Refresh, TimeValue> INTERVAL = new Option<>(
            "interval",
            OptionType.ofBody("a time of at least `1s`, such as `24h`", OptionsJson::interval, TimeValue::getStringRep),
            ModelDefinition.Refresh::interval,
            "the time from the end of one run of the [schedule](#refresh) to the next; none: the clock starts no run");
    private static final Option<ModelDefinition.Refresh, Boolean> ON_DRIFT = new Option<>(
            "on_drift",
            OptionType.bool(),
            ModelDefinition.Refresh::onDrift,
            "whether a run begins when the documents have drifted");
    private static final Option<ModelDefinition.Refresh, ModelDefinition.Refresh.Mode> MODE = new Option<>(
            "mode",
            OptionType.oneOf(ModelDefinition.Refresh.Mode::toString, List.of(ModelDefinition.Refresh.Mode.values())),
            ModelDefinition.Refresh::mode,
            "what a run does: what has changed decides, or always the same");
    private static final Option<ModelDefinition.Refresh, Boolean> REENCODE = new Option<>(
            "reencode",
            OptionType.bool(),
            ModelDefinition.Refresh::reencode,
            "whether a training re-encodes the attached documents when it is done");

    private static final Option<ModelDefinition.Refresh, Double> REQUESTS_PER_SECOND = new Option<>(
            "requests_per_second",
            OptionType.ofBody(
                    "`-1`, or above 0 to 1,000,000", OptionsJson::requestsPerSecond, OptionsJson::shownRequests),
            ModelDefinition.Refresh::requestsPerSecond,
            "the most documents a second that this re-encoding writes, on average; `-1` for no limit");

    private static final Option<ModelDefinition.Refresh, Integer> KEEP_GENERATIONS = new Option<>(
            "keep_generations",
            OptionType.integer(1, 100),
            ModelDefinition.Refresh::keepGenerations,
            "how many generations stay, the active one included; see [old generations](concepts.md#old-generations)");

    private static final Option<ModelDefinition.Online, Boolean> ENABLED = new Option<>(
            "enabled",
            OptionType.bool(),
            ModelDefinition.Online::enabled,
            "whether the clusters follow the documents that come between two trainings");
    private static final Option<ModelDefinition.Online, TimeValue> HALF_LIFE = new Option<>(
            "half_life",
            OptionType.ofBody(
                    "a time from `1m` to `365d`, such as `7d`", OptionsJson::halfLife, TimeValue::getStringRep),
            ModelDefinition.Online::halfLife,
            "the time in which a document loses half of its influence on where its cluster lies");

    static final OptionGroup<ModelDefinition.Online> ONLINE =
            new OptionGroup<>(ModelDefinition.Online.DEFAULTS, ENABLED, HALF_LIFE);

    private static final Option<ModelDefinition.Refresh, ModelDefinition.Online> FOLLOW = new Option<>(
            "online",
            OptionType.ofBody("an object, see below", OptionsJson::online, OptionsJson::shownOnline),
            ModelDefinition.Refresh::online,
            "off",
            "whether and how fast the clusters [follow the stream](concepts.md#clusters-that-follow-the-stream)");

    static final OptionGroup<ModelDefinition.Refresh> REFRESH = new OptionGroup<>(
            new ModelDefinition.Refresh(
                    null,
                    false,
                    ModelDefinition.Refresh.Mode.AUTO,
                    true,
                    ModelDefinition.Refresh.UNLIMITED,
                    3,
                    ModelDefinition.Online.DEFAULTS),
            INTERVAL,
            ON_DRIFT,
            MODE,
            REENCODE,
            REQUESTS_PER_SECOND,
            KEEP_GENERATIONS,
            FOLLOW);

    private OptionsJson() {}

    /** The path of a field, or the fallback (which may be null) if absent. */
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
            throw body.bad(
                    key,
                    "the path of a field, at most " + MAX_FIELD_LENGTH
                            + " characters, not beginning with '_', without blanks, '*' and empty parts",
                    name);
        }
        return name;
    }

    public static TextOptions text(StrictMap json) {
        OptionGroup.Values<TextOptions> values = TEXT.parse(json);
        json.noOtherKeys();
        return new TextOptions(
                values.get(ANALYZER),
                values.get(VOCABULARY_SIZE),
                values.get(MIN_DOC_FREQ),
                values.get(MAX_DOC_RATIO),
                values.get(PHRASES),
                values.get(EXCLUDE),
                values.get(WORD_VECTORS));
    }

    public static void write(XContentBuilder json, TextOptions options) throws IOException {
        TEXT.show(json.startObject("text"), options).endObject();
    }

    static ClusterOptions clusters(StrictMap json) {
        OptionGroup.Values<ClusterOptions> values = CLUSTERS.parse(json);
        json.noOtherKeys();
        List<Seed> seeds = values.get(SEEDS);
        if (values.get(COUNT) != ClusterOptions.AUTO && seeds.size() > values.get(COUNT)) {
            throw json.bad(
                    SEEDS.key(),
                    "a list of at most " + json.name(COUNT.key()) + " [" + values.get(COUNT) + "] seeds",
                    seeds.size());
        }
        return new ClusterOptions(values.get(COUNT), values.get(SEED), seeds);
    }

    static ModelDefinition.Refresh refresh(StrictMap json) {
        OptionGroup.Values<ModelDefinition.Refresh> values = REFRESH.parse(json);
        json.noOtherKeys();
        return new ModelDefinition.Refresh(
                values.get(INTERVAL),
                values.get(ON_DRIFT),
                values.get(MODE),
                values.get(REENCODE),
                values.get(REQUESTS_PER_SECOND),
                values.get(KEEP_GENERATIONS),
                values.get(FOLLOW));
    }

    private static ModelDefinition.Online online(StrictMap json, String key) {
        StrictMap body = json.map(key);
        OptionGroup.Values<ModelDefinition.Online> values = ONLINE.parse(body);
        body.noOtherKeys();
        return new ModelDefinition.Online(values.get(ENABLED), values.get(HALF_LIFE));
    }

    private static Map<String, Object> shownOnline(ModelDefinition.Online online) {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put(ENABLED.key(), online.enabled());
        shown.put(HALF_LIFE.key(), online.halfLife().getStringRep());
        return shown;
    }

    private static double requestsPerSecond(StrictMap json, String key) {
        double given = json.number(key, 0);
        if (given == ModelDefinition.Refresh.UNLIMITED || (given > 0 && given <= MOST_REQUESTS_PER_SECOND)) {
            return given;
        }
        throw json.bad(key, "-1, or above 0 and at most 1,000,000", json.value(key));
    }

    /** A whole number as one, so that what a user wrote comes back. */
    private static Object shownRequests(double value) {
        return value == Math.rint(value) ? (Object) (long) value : (Object) value;
    }

    private static TimeValue halfLife(StrictMap json, String key) {
        TimeValue halfLife = time(json, key, "7d");
        if (halfLife.compareTo(SHORTEST_HALF_LIFE) < 0 || halfLife.compareTo(LONGEST_HALF_LIFE) > 0) {
            throw json.bad(key, "from " + SHORTEST_HALF_LIFE + " to " + LONGEST_HALF_LIFE, json.value(key));
        }
        return halfLife;
    }

    private static TimeValue time(StrictMap json, String key, String example) {
        String text = json.string(key);
        try {
            return TimeValue.parseTimeValue(text, key);
        } catch (OpenSearchParseException | IllegalArgumentException e) {
            throw json.bad(key, "a time like \"" + example + "\"", text);
        }
    }

    private static TimeValue interval(StrictMap json, String key) {
        String text = json.string(key);
        TimeValue interval = time(json, key, "24h");
        if (interval.compareTo(SHORTEST_INTERVAL) < 0) {
            throw json.bad(key, "at least " + SHORTEST_INTERVAL, text);
        }
        return interval;
    }
}

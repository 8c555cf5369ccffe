/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.text.SourceField;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;

/**
 * The command line of {@link QualityBenchmark}.
 *
 * @param files the corpora, at least one
 * @param fields the fields to learn from; empty: those that hold prose
 * @param label the field with the true class; {@code null}: the first of the usual names
 * @param classes the number of most frequent classes whose documents to keep; 0 keeps all
 * @param keepUnlabeled whether to learn from documents without exactly one label; they are never scored
 * @param limit the most documents of a file, a uniform sample; 0 for all
 * @param seeds the seeds, one run each
 * @param objectives the objectives of the model; the benchmark skips those that the plugin rejects
 * @param clusters the number of clusters; 0: the number of labels
 * @param auto whether to report the result of {@code clusters.count: auto} as well
 * @param preset the name of the preset; {@code null} for none
 * @param settings the settings of the model definition, by path such as {@code vae.neighbors}
 * @param baselines the names of {@link Baselines}
 * @param out the file for all tables; {@code null}: one per corpus under target/quality
 * @param heap the heap of the node, in the JVM's notation
 */
record QualityOptions(
        List<Path> files,
        List<SourceField> fields,
        String label,
        int classes,
        boolean keepUnlabeled,
        int limit,
        List<Long> seeds,
        List<String> objectives,
        int clusters,
        boolean auto,
        String preset,
        Map<String, Object> settings,
        List<String> baselines,
        Path out,
        String heap) {

    private static final String FLAGS = "keep-unlabeled, no-auto";

    /**
     * Parses the command line.
     *
     * @throws IllegalArgumentException for an unknown option or a value out of bounds; the message is for the user
     */
    static QualityOptions parse(String[] args) {
        Map<String, String> given = new LinkedHashMap<>();
        Map<String, Object> settings = new LinkedHashMap<>();
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            if (!args[i].startsWith("--")) {
                files.add(Path.of(args[i]));
                continue;
            }
            int equals = args[i].indexOf('=');
            String name = args[i].substring(2, equals < 0 ? args[i].length() : equals);
            String value;
            if (Arrays.asList(FLAGS.split(", ", -1)).contains(name)) {
                value = "true";
            } else if (equals >= 0) {
                value = args[i].substring(equals + 1);
            } else if (i + 1 < args.length) {
                value = args[++i];
            } else {
                throw new IllegalArgumentException("--" + name + " needs a value");
            }
            if (name.equals("set")) {
                setting(value, settings);
            } else {
                given.put(name, value);
            }
        }
        if (files.isEmpty()) {
            throw new IllegalArgumentException("no file given");
        }
        String clusters = take(given, "clusters", "labels");
        QualityOptions options = new QualityOptions(
                List.copyOf(files),
                list(take(given, "fields", ""), SourceField::parse),
                take(given, "label", null),
                number("classes", take(given, "classes", "0"), 0, 1000),
                take(given, "keep-unlabeled", null) != null,
                number("limit", take(given, "limit", "0"), 0, Integer.MAX_VALUE),
                list(take(given, "seeds", "42,43,44"), text ->
                        (long) number("seeds", text, Integer.MIN_VALUE, Integer.MAX_VALUE)),
                list(take(given, "objectives", "vae,autoencoder,adversarial,mixture"), text -> text),
                clusters.equals("labels") ? 0 : number("clusters", clusters, 2, 1000),
                take(given, "no-auto", null) == null,
                take(given, "preset", null),
                settings,
                Baselines.select(take(given, "baselines", "all")),
                given.containsKey("out") ? Path.of(given.remove("out")) : null,
                take(given, "heap", "2g"));
        if (!given.isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown option: --" + given.keySet().iterator().next());
        }
        if (options.seeds().isEmpty()) {
            throw new IllegalArgumentException("--seeds must name at least one");
        }
        return options;
    }

    private static String take(Map<String, String> given, String name, String defaultValue) {
        String value = given.remove(name);
        return value == null ? defaultValue : value;
    }

    private static <T> List<T> list(String text, Function<String, T> parse) {
        return Arrays.stream(text.split(",", -1))
                .map(String::strip)
                .filter(part -> !part.isEmpty())
                .map(parse)
                .toList();
    }

    private static int number(String name, String text, int least, int most) {
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("--" + name + " must be " + (name.equals("clusters") ? "labels or " : "")
                + "a whole number in [" + least + ", " + most + "]: " + text);
    }

    /** Parses {@code key=value}; a value that is not valid JSON counts as a string. */
    private static void setting(String text, Map<String, Object> settings) {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new IllegalArgumentException("--set wants key=value, such as vae.neighbors=0: " + text);
        }
        String value = text.substring(equals + 1);
        Object parsed = value;
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.IGNORE_DEPRECATIONS, "{\"value\":" + value + "}")) {
            parsed = parser.map().get("value");
        } catch (IOException | RuntimeException e) {
            // a word without quotes
        }
        settings.put(text.substring(0, equals), parsed);
    }
}

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
import java.util.stream.IntStream;
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
 * @param draws the random parts of the files to measure; {@code null}: the files as they are
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
        String heap,
        Drawn draws) {

    private static final String FLAGS = "keep-unlabeled, no-auto";

    /** The options that say which documents and how many clusters; draws decide that themselves. */
    private static final List<String> NOT_DRAWN = List.of("classes", "keep-unlabeled", "limit", "clusters");

    private static final int MOST_DRAWS = 10_000;

    /**
     * Which {@link Draws} to measure.
     *
     * @param seed their seed
     * @param numbers their numbers
     */
    record Drawn(long seed, List<Integer> numbers) {}

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
        Drawn draws = draws(given);
        String clusters = take(given, "clusters", "labels");
        QualityOptions options = new QualityOptions(
                List.copyOf(files),
                list(take(given, "fields", ""), SourceField::parse),
                take(given, "label", null),
                number("classes", take(given, "classes", "0"), 0, 1000),
                take(given, "keep-unlabeled", null) != null,
                number("limit", take(given, "limit", "0"), 0, Integer.MAX_VALUE),
                list(take(given, "seeds", draws == null ? "42,43,44" : "42"), text ->
                        (long) number("seeds", text, Integer.MIN_VALUE, Integer.MAX_VALUE)),
                list(
                        take(given, "objectives", draws == null ? "vae,autoencoder,adversarial,mixture" : "vae"),
                        text -> text),
                clusters.equals("labels") ? 0 : number("clusters", clusters, 2, 1000),
                take(given, "no-auto", null) == null,
                take(given, "preset", null),
                settings,
                Baselines.select(take(given, "baselines", draws == null ? "all" : "classics")),
                given.containsKey("out") ? Path.of(given.remove("out")) : null,
                take(given, "heap", "2g"),
                draws);
        if (!given.isEmpty()) {
            throw new IllegalArgumentException(
                    "unknown option: --" + given.keySet().iterator().next());
        }
        if (options.seeds().isEmpty()) {
            throw new IllegalArgumentException("--seeds must name at least one");
        }
        if (draws != null && options.objectives().size() != 1) {
            throw new IllegalArgumentException("--draws measures one of the --objectives: " + options.objectives());
        }
        return options;
    }

    private static Drawn draws(Map<String, String> given) {
        if (!given.containsKey("draws") && !given.containsKey("draw")) {
            if (given.containsKey("seed")) {
                throw new IllegalArgumentException("--seed goes with --draws or --draw; seeds of models are --seeds");
            }
            return null;
        }
        for (String name : NOT_DRAWN) {
            if (given.containsKey(name)) {
                throw new IllegalArgumentException("--" + name + " does not go with draws");
            }
        }
        int count = number("draws", take(given, "draws", "1"), 1, MOST_DRAWS);
        List<Integer> all = IntStream.rangeClosed(1, count).boxed().toList();
        String named = take(given, "draw", null);
        List<Integer> numbers = named == null
                ? all
                : list(named, text -> number("draw", text, 1, MOST_DRAWS)).stream()
                        .distinct()
                        .sorted()
                        .toList();
        if (numbers.isEmpty()) {
            throw new IllegalArgumentException("--draw must name at least one");
        }
        return new Drawn(number("seed", take(given, "seed", "1"), Integer.MIN_VALUE, Integer.MAX_VALUE), numbers);
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

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends;

import io.latentfacets.search.aggregation.DateInterval;
import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.opensearch.core.common.Strings;
import org.opensearch.index.query.QueryBuilder;

/**
 * The requested trends. Immutable.
 *
 * @param model the name of the model
 * @param indices names, patterns and aliases; empty for the indices that the model is bound to
 * @param field the date field
 * @param latentField the field with the latents; null for the only one of the model
 * @param interval the length of the intervals; null to choose
 * @param window the length of the window; null to choose
 * @param query which documents; null for all
 * @param size the largest number of clusters in the answer
 * @param significance the largest corrected p-value of a trend
 * @param terms the largest number of words of each interval of a cluster, 0 to 10
 */
record TrendsRequest(
        String model,
        List<String> indices,
        String field,
        String latentField,
        DateInterval interval,
        DateInterval window,
        QueryBuilder query,
        int size,
        double significance,
        int terms) {

    static final String INDEX_KEY = "index";
    static final String FIELD_KEY = "field";
    static final String LATENT_FIELD_KEY = "latent_field";
    static final String INTERVAL_KEY = "interval";
    static final String WINDOW_KEY = "window";
    static final String SIZE_KEY = "size";
    static final String TERMS_KEY = "terms";

    private static final TrendsRequest DEFAULTS =
            new TrendsRequest(null, List.of(), null, null, null, null, null, 10, 0.01, 0);

    private static final Option<TrendsRequest, List<String>> INDEX = new Option<>(
            INDEX_KEY,
            OptionType.strings("a name, pattern, alias or data stream, or an array of up to 1,000", 1, 1000)
                    .inUrl(text -> Arrays.asList(Strings.splitStringByCommaToArray(text))),
            TrendsRequest::indices,
            "those that the model is bound to and that have its latents",
            "in the URL, names with commas between them");
    private static final Option<TrendsRequest, String> FIELD = new Option<>(
            FIELD_KEY,
            OptionType.string(),
            TrendsRequest::field,
            "required",
            "a field or field alias of type `date` or `date_nanos`");
    private static final Option<TrendsRequest, String> LATENT_FIELD = new Option<>(
            LATENT_FIELD_KEY,
            OptionType.string(),
            TrendsRequest::latentField,
            "the only `latent_vector` field of the model in these indices",
            "field or field alias");
    private static final Option<TrendsRequest, DateInterval> INTERVAL = new Option<>(
            INTERVAL_KEY,
            length(),
            TrendsRequest::interval,
            "such that there are 20 to 60, and none is longer than `window`",
            "how long each count is; at most 1,000 intervals. In UTC");
    private static final Option<TrendsRequest, DateInterval> WINDOW = new Option<>(
            WINDOW_KEY,
            length(),
            TrendsRequest::window,
            "a tenth of the intervals",
            "how long “now” is; rounded to whole intervals, at least one, less than all");
    private static final Option<TrendsRequest, QueryBuilder> QUERY = new Option<>(
            "query",
            OptionType.ofBody("any query", StrictMap::query, query -> query),
            TrendsRequest::query,
            "all documents",
            "which documents; in a body only");
    private static final Option<TrendsRequest, Integer> SIZE = new Option<>(
            SIZE_KEY,
            OptionType.integer(1, 1000),
            TrendsRequest::size,
            "clusters in the answer; all of them are tested");
    private static final Option<TrendsRequest, Double> SIGNIFICANCE = new Option<>(
            "significance",
            OptionType.number(0, 1),
            TrendsRequest::significance,
            "the largest `p_value` of a trend: the probability of a single false one among all clusters");

    private static final Option<TrendsRequest, Integer> TERMS = new Option<>(
            TERMS_KEY,
            OptionType.integer(0, 10),
            TrendsRequest::terms,
            "words of each interval of each cluster in the answer, which set its documents apart from the cluster's"
                    + " others; reads some of the documents");

    static final OptionGroup<TrendsRequest> OPTIONS =
            new OptionGroup<>(DEFAULTS, INDEX, FIELD, LATENT_FIELD, INTERVAL, WINDOW, QUERY, SIZE, SIGNIFICANCE, TERMS);

    private static OptionType<DateInterval> length() {
        return OptionType.ofBody(
                        "a calendar unit (`day`, `1w`, `month`, …) or a time (`12h`)",
                        DateInterval::parse,
                        DateInterval::expression)
                .inUrl(text -> text);
    }

    /** @throws IllegalArgumentException for an unknown key, a bad value or a missing field; names key, value, bound */
    static TrendsRequest parse(String model, StrictMap body) {
        OptionGroup.Values<TrendsRequest> values = OPTIONS.parse(body);
        body.noOtherKeys(); // a misspelt key explains more than the missing one
        if (!body.has(FIELD_KEY)) {
            throw new IllegalArgumentException("[" + FIELD_KEY
                    + "] is required: the date field over which trends of model [" + model + "] are tested");
        }
        String field = values.get(FIELD);
        if (field.chars().allMatch(letter -> letter == '.')) {
            // core fails with an internal error when it looks for such a name
            throw body.bad(FIELD_KEY, "the name of a date field", field);
        }
        return new TrendsRequest(
                model,
                List.copyOf(values.get(INDEX)),
                values.get(FIELD),
                values.get(LATENT_FIELD),
                values.get(INTERVAL),
                values.get(WINDOW),
                values.get(QUERY),
                values.get(SIZE),
                values.get(SIGNIFICANCE),
                values.get(TERMS));
    }

    /**
     * The values of the URL's parameters, as a body would have them.
     *
     * @param given whether the URL has a parameter
     * @param take returns a parameter's value and marks it as consumed
     */
    static Map<String, Object> ofParams(Predicate<String> given, UnaryOperator<String> take) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (Option<TrendsRequest, ?> option : OPTIONS.options()) {
            if (OPTIONS.isInUrl(option.key()) && given.test(option.key())) {
                values.put(option.key(), OPTIONS.ofText(option.key(), take.apply(option.key())));
            }
        }
        return values;
    }
}

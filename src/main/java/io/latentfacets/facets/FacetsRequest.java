/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.search.aggregation.FacetOptions;
import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The requested facets: the part {@code facets} of a facets request, or the options of the search processors.
 * Immutable.
 *
 * @param field the full name or an alias; null for the only latent_vector field of the indices
 * @param options the options of the clusters
 * @param examples the number of documents shown per cluster, 0 to {@value #MAX_EXAMPLES}
 * @param trend the counts over time; null for none
 * @param titleField the only field for examples' titles; null to choose
 * @param summary whether each cluster gets a summary of a few sentences
 * @param createOther whether documents outside the shown clusters get an entry of their own
 */
record FacetsRequest(
        String field,
        FacetOptions options,
        int examples,
        Trend trend,
        String titleField,
        boolean summary,
        boolean createOther) {

    static final int MAX_EXAMPLES = 20;
    static final String PARAM_PREFIX = "facets.";

    private static final FacetsRequest DEFAULTS =
            new FacetsRequest(null, FacetOptions.DEFAULTS, 0, null, null, false, false);

    private static final Option<FacetsRequest, String> FIELD = new Option<>(
            "field",
            OptionType.string(),
            FacetsRequest::field,
            "the only `latent_vector` field of the indices",
            "field or field alias");
    private static final Option<FacetsRequest, Integer> EXAMPLES = new Option<>(
            "examples",
            OptionType.integer(0, MAX_EXAMPLES),
            FacetsRequest::examples,
            "documents a cluster, the best matches");
    private static final Option<FacetsRequest, Trend> TREND = new Option<>(
            "trend",
            OptionType.ofBody(
                    "`{\"field\": \"date\", \"interval\": \"week\"}`",
                    (from, key) -> Trend.parse(from.map(key)),
                    trend -> trend),
            FacetsRequest::trend,
            "both required; a calendar unit (`day`, `1w`, `month`, …) or a time (`12h`)");
    private static final Option<FacetsRequest, String> TITLE_FIELD = new Option<>(
            "title_field",
            OptionType.string(),
            FacetsRequest::titleField,
            "see below",
            "the field to call an example by");
    private static final Option<FacetsRequest, Boolean> SUMMARY = new Option<>(
            "summary", OptionType.bool(), FacetsRequest::summary, "whether the first 50 clusters get a summary");
    private static final Option<FacetsRequest, Boolean> CREATE_OTHER = new Option<>(
            "create_other",
            OptionType.bool(),
            FacetsRequest::createOther,
            "whether documents of no cluster shown get an entry of their own");

    /** The options other than {@link FacetOptions}. */
    static final OptionGroup<FacetsRequest> OPTIONS =
            new OptionGroup<>(DEFAULTS, FIELD, EXAMPLES, TREND, TITLE_FIELD, SUMMARY, CREATE_OTHER);

    /**
     * Parses the options.
     *
     * @param what the part of a body, or the processor, for messages
     * @param values the parsed JSON object
     * @throws IllegalArgumentException for an unknown key or a bad value; names key, value and bound
     */
    static FacetsRequest parse(String what, Map<String, Object> values) {
        StrictMap body = StrictMap.of(what, values);
        OptionGroup.Values<FacetsRequest> own = OPTIONS.parse(body);
        FacetOptions options = FacetOptions.parse(body);
        if (options.minMembership() != null) {
            throw body.failure(
                    body.name(FacetOptions.MIN_MEMBERSHIP.key()) + " is an option of the aggregation [latent_clusters]"
                            + " only, whose clusters may overlap: " + options.minMembership(),
                    null);
        }
        body.noOtherKeys();
        return new FacetsRequest(
                own.get(FIELD),
                options,
                own.get(EXAMPLES),
                own.get(TREND),
                own.get(TITLE_FIELD),
                own.get(SUMMARY),
                own.get(CREATE_OTHER));
    }

    /**
     * Converts URL parameters to the values of a body. Ignores unknown ones and those without {@value #PARAM_PREFIX}.
     *
     * @param names the names of the parameters
     * @param take returns a parameter's value and marks it as consumed
     */
    static Map<String, Object> ofParams(Set<String> names, UnaryOperator<String> take) {
        Map<String, Object> values = new LinkedHashMap<>();
        for (String name : names) {
            String key = name.startsWith(PARAM_PREFIX) ? name.substring(PARAM_PREFIX.length()) : "";
            if (OPTIONS.isInUrl(key)) {
                values.put(key, OPTIONS.ofText(key, take.apply(name)));
            } else if (FacetOptions.OPTIONS.isInUrl(key)) {
                values.put(key, FacetOptions.OPTIONS.ofText(key, take.apply(name)));
            }
        }
        return values;
    }
}

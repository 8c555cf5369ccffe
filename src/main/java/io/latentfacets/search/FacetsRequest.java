/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.search.aggregations.AggregationBuilder;
import org.opensearch.search.aggregations.AggregationBuilders;

/**
 * The part {@code facets} of a facets request. Immutable.
 *
 * @param field null for the only latent_vector field of the indices
 * @param examples documents shown per cluster, 0 to {@value #MAX_EXAMPLES}
 * @param trend null for none
 * @param titleField null to choose
 */
record FacetsRequest(String field, FacetOptions options, int examples, Trend trend, String titleField) {

    static final int MAX_EXAMPLES = 20;
    /** Names of the aggregations that the endpoint adds; none that a user would choose. */
    static final String AGGREGATION = "_latent_facets";

    static final String EXAMPLES_AGGREGATION = "examples";
    static final String TREND_AGGREGATION = "trend";

    private static final String FIELD = "field";
    private static final String EXAMPLES = "examples";
    private static final String TREND = "trend";
    private static final String SUMMARY = "summary";
    private static final String TITLE_FIELD = "title_field";
    private static final StrictKeys WHAT = new StrictKeys("facets");
    private static final List<String> KEYS = keys();

    static final FacetsRequest DEFAULTS = new FacetsRequest(null, FacetOptions.DEFAULTS, 0, null, null);

    private static List<String> keys() {
        List<String> keys = new ArrayList<>(List.of(FIELD, EXAMPLES, TREND, SUMMARY, TITLE_FIELD));
        keys.addAll(FacetOptions.KEYS);
        return List.copyOf(keys);
    }

    /** @param parser on the start of the object; strict */
    static FacetsRequest parse(XContentParser parser) throws IOException {
        String field = null;
        int examples = 0;
        Trend trend = null;
        String titleField = null;
        FacetOptions.Draft draft = new FacetOptions.Draft();
        while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
            String key = parser.currentName();
            parser.nextToken();
            switch (key) {
                case FIELD -> field = WHAT.string(parser, key);
                case EXAMPLES -> examples = WHAT.integer(parser, key, 0, MAX_EXAMPLES);
                case TITLE_FIELD -> titleField = WHAT.string(parser, key);
                case TREND -> {
                    WHAT.object(parser, key);
                    trend = Trend.parse(parser);
                }
                case SUMMARY -> {
                    if (WHAT.flag(parser, key)) {
                        throw new IllegalArgumentException(
                                "[" + SUMMARY + "] of [facets] is not supported yet, must be false: [true]");
                    }
                }
                default -> {
                    if (!draft.read(key, parser, WHAT)) {
                        throw WHAT.unknown(parser, key, KEYS);
                    }
                }
            }
        }
        return new FacetsRequest(field, draft.build(WHAT), examples, trend, titleField);
    }

    AggregationBuilder aggregation(ExampleTitles titles, Supplier<LatentSearch> search) {
        LatentClustersAggregationBuilder clusters =
                new LatentClustersAggregationBuilder(AGGREGATION, field, options, search);
        if (examples > 0) {
            clusters.subAggregation(AggregationBuilders.topHits(EXAMPLES_AGGREGATION)
                    .size(examples)
                    .fetchSource(titles.fields(), null));
        }
        if (trend != null) {
            clusters.subAggregation(trend.aggregation(TREND_AGGREGATION));
        }
        return clusters;
    }
}

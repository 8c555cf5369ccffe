/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.search.MinSimilarity;
import io.latentfacets.search.aggregation.FacetOptions;
import io.latentfacets.strict.StrictKeys;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.MapXContentParser;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentParser;

/**
 * What facets are wanted: the part {@code facets} of a facets request, the options of the search processors. Immutable.
 *
 * @param field null for the only latent_vector field of the indices
 * @param examples documents shown per cluster, 0 to {@value #MAX_EXAMPLES}
 * @param trend null for none
 * @param titleField null to choose
 * @param summary whether each cluster gets a few sentences
 * @param createOther whether documents of no cluster shown get an entry of their own
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

    static final String FIELD = "field";
    static final String EXAMPLES = "examples";
    static final String TREND = "trend";
    static final String SUMMARY = "summary";
    static final String CREATE_OTHER = "create_other";
    static final String TITLE_FIELD = "title_field";
    private static final List<String> KEYS = keys();

    /** What a URL can say, behind {@value #PARAM_PREFIX}: all that is one word or number. */
    private static final Set<String> WORD_PARAMS = Set.of(
            FIELD, TITLE_FIELD, FacetOptions.SCOPE, FacetOptions.LEVEL, MinSimilarity.NAME, FacetOptions.CLUSTERS);

    private static final Set<String> OTHER_PARAMS = Set.of(
            FacetOptions.SIZE,
            FacetOptions.TERMS,
            FacetOptions.MIN_DOC_COUNT,
            FacetOptions.SAMPLE_PER_SHARD,
            EXAMPLES,
            SUMMARY,
            CREATE_OTHER);
    static final String PARAM_PREFIX = "facets.";

    private static List<String> keys() {
        List<String> keys = new ArrayList<>(List.of(FIELD, EXAMPLES, TREND, SUMMARY, CREATE_OTHER, TITLE_FIELD));
        keys.addAll(FacetOptions.KEYS);
        return List.copyOf(keys);
    }

    /** A request on its way out of a body, a URL or a pipeline's definition; what is read later wins. One thread. */
    static final class Draft {
        private final StrictKeys keys;
        private final FacetOptions.Draft options = new FacetOptions.Draft();
        private String field;
        private int examples;
        private Trend trend;
        private String titleField;
        private boolean summary;
        private boolean createOther;

        /** @param what the part of a body or the processor that is read, for messages */
        Draft(String what) {
            keys = new StrictKeys(what);
        }

        /** @param parser on the start of the object; strict */
        Draft read(XContentParser parser) throws IOException {
            while (parser.nextToken() != XContentParser.Token.END_OBJECT) {
                String key = parser.currentName();
                parser.nextToken();
                switch (key) {
                    case FIELD -> field = keys.string(parser, key);
                    case EXAMPLES -> examples = keys.integer(parser, key, 0, MAX_EXAMPLES);
                    case TITLE_FIELD -> titleField = keys.string(parser, key);
                    case SUMMARY -> summary = keys.flag(parser, key);
                    case CREATE_OTHER -> createOther = keys.flag(parser, key);
                    case TREND -> {
                        keys.object(parser, key);
                        trend = Trend.parse(parser);
                    }
                    default -> {
                        if (!options.read(key, parser, keys)) {
                            throw keys.unknown(parser, key, KEYS);
                        }
                    }
                }
            }
            return this;
        }

        /** As {@link #read(XContentParser)}, of what a parser made of the object. */
        Draft read(Map<String, Object> values) throws IOException {
            try (XContentParser parser = new MapXContentParser(
                    NamedXContentRegistry.EMPTY,
                    DeprecationHandler.THROW_UNSUPPORTED_OPERATION,
                    values,
                    MediaTypeRegistry.JSON)) {
                parser.nextToken();
                return read(parser);
            }
        }

        /**
         * As {@link #read(XContentParser)}, of URL parameters; those without {@value #PARAM_PREFIX} are left alone.
         *
         * @param take gives a parameter's value and notes that it was asked for
         */
        Draft readParams(Set<String> names, UnaryOperator<String> take) throws IOException {
            Map<String, Object> values = new LinkedHashMap<>();
            for (String name : names) {
                String key = name.startsWith(PARAM_PREFIX) ? name.substring(PARAM_PREFIX.length()) : "";
                if (WORD_PARAMS.contains(key) || OTHER_PARAMS.contains(key)) {
                    values.put(key, value(key, take.apply(name)));
                }
            }
            return read(values);
        }

        /** What the same would be in a body; a text that is no number or flag is left to the reader to refuse. */
        private static Object value(String key, String text) {
            if (key.equals(SUMMARY) || key.equals(CREATE_OTHER)) {
                boolean yes = text.isEmpty() || text.equals("true");
                return yes || text.equals("false") ? (Object) yes : text;
            }
            if (OTHER_PARAMS.contains(key) || key.equals(MinSimilarity.NAME) || key.equals(FacetOptions.CLUSTERS)) {
                try {
                    double number = Double.parseDouble(text);
                    return number == (int) number ? (Object) (int) number : (Object) number;
                } catch (NumberFormatException e) {
                    return text;
                }
            }
            return text;
        }

        FacetsRequest build() {
            return new FacetsRequest(field, options.build(keys), examples, trend, titleField, summary, createOther);
        }
    }
}

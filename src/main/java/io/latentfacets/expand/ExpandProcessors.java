/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.expand;

import io.latentfacets.search.ResponseExts;
import io.latentfacets.strict.StrictMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.search.aggregations.InternalAggregations;
import org.opensearch.search.pipeline.AbstractProcessor;
import org.opensearch.search.pipeline.PipelineProcessingContext;
import org.opensearch.search.pipeline.Processor;
import org.opensearch.search.pipeline.SearchRequestProcessor;
import org.opensearch.search.pipeline.SearchResponseProcessor;

/** Creates the two search processors of type {@value #TYPE}. Stateless. */
public final class ExpandProcessors {

    /** The type of both processors, and the key under which the second one adds to a response's {@code ext}. */
    public static final String TYPE = ExpandExt.NAME;

    private ExpandProcessors() {}

    /**
     * The processor that expands queries.
     *
     * @param services supplies the services at each search
     */
    public static Processor.Factory<SearchRequestProcessor> request(Supplier<ExpandServices> services) {
        return (factories, tag, description, ignoreFailure, config, context) -> new ExpandRequestProcessor(
                tag, description, ignoreFailure, ExpandOptions.parse(options(tag, config)), services);
    }

    /** The processor that shows in the response what was added. It has no options. */
    public static Processor.Factory<SearchResponseProcessor> response() {
        return (factories, tag, description, ignoreFailure, config, context) -> {
            options(tag, config).noOtherKeys();
            return new Response(tag, description, ignoreFailure);
        };
    }

    /** Takes all options out of the configuration, because core refuses options that are left in it. */
    private static StrictMap options(String tag, Map<String, Object> config) {
        Map<String, Object> options = new LinkedHashMap<>(config);
        config.clear();
        return StrictMap.of(tag == null ? "processor " + TYPE : "processor " + TYPE + " with tag " + tag, options);
    }

    private static final class Response extends AbstractProcessor implements SearchResponseProcessor {

        Response(String tag, String description, boolean ignoreFailure) {
            super(tag, description, ignoreFailure);
        }

        @Override
        public String getType() {
            return TYPE;
        }

        @Override
        public SearchResponse processResponse(SearchRequest request, SearchResponse response) {
            return response; // core calls the method with the context
        }

        @Override
        public SearchResponse processResponse(
                SearchRequest request, SearchResponse response, PipelineProcessingContext context) {
            return context.getAttribute(ExpandRequestProcessor.ADDED) instanceof ExpandExt added
                    ? ResponseExts.with(response, (InternalAggregations) response.getAggregations(), added)
                    : response;
        }
    }
}

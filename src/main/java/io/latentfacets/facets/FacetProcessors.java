/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.opensearch.search.pipeline.Processor;
import org.opensearch.search.pipeline.SearchRequestProcessor;
import org.opensearch.search.pipeline.SearchResponseProcessor;
import org.opensearch.transport.client.Client;

/** Makes the two search processors of type {@value #TYPE}. Stateless. */
public final class FacetProcessors {

    /** Type of both, and the key of what they add to a response's {@code ext}. */
    public static final String TYPE = FacetsExt.NAME;

    private FacetProcessors() {}

    /** @param services asked for when a search comes */
    public static Processor.Factory<SearchRequestProcessor> request(Supplier<FacetServices> services) {
        return (factories, tag, description, ignoreFailure, config, context) ->
                new FacetsRequestProcessor(tag, description, ignoreFailure, facets(tag, config, services));
    }

    /**
     * @param services asked for when a search comes
     * @param client searches as the caller
     */
    public static Processor.Factory<SearchResponseProcessor> response(Supplier<FacetServices> services, Client client) {
        return (factories, tag, description, ignoreFailure, config, context) ->
                new FacetsResponseProcessor(tag, description, ignoreFailure, facets(tag, config, services), client);
    }

    /** Takes the options out of the configuration: what is left in it core refuses. */
    private static Facets facets(String tag, Map<String, Object> config, Supplier<FacetServices> services) {
        Map<String, Object> options = new LinkedHashMap<>(config);
        config.clear();
        String what = tag == null ? "processor " + TYPE : "processor " + TYPE + " with tag " + tag;
        return Facets.of(options, what, services);
    }
}

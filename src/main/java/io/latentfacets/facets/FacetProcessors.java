/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.opensearch.search.pipeline.Processor;
import org.opensearch.search.pipeline.SearchRequestProcessor;
import org.opensearch.search.pipeline.SearchResponseProcessor;
import org.opensearch.transport.client.Client;

/** Creates the two search processors of type {@value #TYPE}. Stateless. */
public final class FacetProcessors {

    /** The type of both processors, and the key under which they add facets to a response's {@code ext}. */
    public static final String TYPE = FacetsExt.NAME;

    private FacetProcessors() {}

    /** @param services supplies the services at each search */
    public static Processor.Factory<SearchRequestProcessor> request(Supplier<FacetServices> services) {
        return (factories, tag, description, ignoreFailure, config, context) ->
                new FacetsRequestProcessor(tag, description, ignoreFailure, facets(tag, config, services));
    }

    /**
     * @param services supplies the services at each search
     * @param client sends searches with the caller's permissions
     */
    public static Processor.Factory<SearchResponseProcessor> response(Supplier<FacetServices> services, Client client) {
        return (factories, tag, description, ignoreFailure, config, context) ->
                new FacetsResponseProcessor(tag, description, ignoreFailure, facets(tag, config, services), client);
    }

    /** Takes all options out of the configuration, because core refuses options that are left in it. */
    private static Facets facets(String tag, Map<String, Object> config, Supplier<FacetServices> services) {
        Map<String, Object> options = new LinkedHashMap<>(config);
        config.clear();
        String what = tag == null ? "processor " + TYPE : "processor " + TYPE + " with tag " + tag;
        return Facets.of(options, what, services);
    }
}

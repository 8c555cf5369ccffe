/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import java.io.IOException;
import java.util.Map;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.xcontent.StatusToXContentObject;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * A search response without the added aggregations, and the facets.
 *
 * @param search the response without the added aggregations
 * @param facets the result of {@link FacetsReader#read}
 */
record FacetsResponse(SearchResponse search, Map<String, Object> facets) implements StatusToXContentObject {

    @Override
    public RestStatus status() {
        return search.status();
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject();
        search.innerToXContent(builder, params);
        return builder.field("facets", facets).endObject();
    }
}

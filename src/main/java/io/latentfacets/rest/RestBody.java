/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

import io.latentfacets.strict.Parsing;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.Map;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.rest.RestRequest;

/** Reads the body of a request as an object, strictly. */
public final class RestBody {

    private RestBody() {}

    /**
     * Reads the body, or in its place the parameter {@code source}, as core's calls do for clients that cannot send a
     * body with a GET. Returns an empty object if there is neither.
     *
     * @throws IllegalArgumentException if the body is not an object
     */
    public static StrictMap read(RestRequest request) throws IOException {
        if (!request.hasContentOrSourceParam()) {
            return new StrictMap(Map.of(), "");
        }
        try (XContentParser parser = parser(request)) {
            return StrictMap.parse(parser);
        }
    }

    /**
     * Opens a parser of the body or the parameter {@code source}, which the caller closes.
     *
     * @throws IllegalArgumentException if the body is not of the format that the request names
     */
    public static XContentParser parser(RestRequest request) throws IOException {
        return Parsing.read("the body", request::contentOrSourceParamParser);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

import io.latentfacets.strict.StrictMap;
import org.opensearch.rest.RestRequest;

/** Reads boolean query parameters. */
public final class RestFlags {

    private RestFlags() {}

    /**
     * Reads a flag. An absent flag is false. A flag without a value is true, as everywhere in OpenSearch.
     *
     * @throws IllegalArgumentException for another value; names the parameter and the value, core's own message only
     *     the value
     */
    public static boolean flag(RestRequest request, String name) {
        return flag(request, name, false);
    }

    /**
     * Reads a flag with another default.
     *
     * @param fallback the value of an absent flag
     */
    public static boolean flag(RestRequest request, String name, boolean fallback) {
        String value = request.param(name, Boolean.toString(fallback));
        return switch (value) {
            case "", "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException("[" + name + "] must be true or false: " + StrictMap.shown(value));
        };
    }
}

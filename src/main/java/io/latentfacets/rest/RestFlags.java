/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.rest;

import io.latentfacets.strict.StrictMap;
import org.opensearch.rest.RestRequest;

/** Query parameters that are true or false. */
public final class RestFlags {

    private RestFlags() {}

    /**
     * The flag, false if it is absent; given without a value it is true, as everywhere in OpenSearch.
     *
     * @throws IllegalArgumentException naming the parameter and the value; core's own message names the value only
     */
    public static boolean flag(RestRequest request, String name) {
        return flag(request, name, false);
    }

    /** The same with another value for a flag that is absent. */
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

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One request of {@link HostileRequestsIT}.
 *
 * @param kind what is wrong or odd about it
 * @param method the HTTP method
 * @param path the path with its parameters, encoded
 * @param body the body; null for none
 * @param contentType the type of the body
 * @param names the texts that the message of the refusal must contain
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record HostileRequest(String kind, String method, String path, byte[] body, String contentType, List<String> names) {
    private static final int SHOWN = 300;

    Rest.Response send(Rest rest) {
        return rest.exchange(method, path, body, contentType, "application/json");
    }

    @Override
    public String toString() {
        String text = body == null ? "" : new String(body, StandardCharsets.UTF_8);
        String content = text.length() > SHOWN ? text.substring(0, SHOWN) + "… (" + body.length + " bytes)" : text;
        String shortPath = path.length() > SHOWN ? path.substring(0, SHOWN) + "…" : path;
        return kind + ": " + method + " " + shortPath + " " + content.replaceAll("\\p{Cntrl}", "�");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.net.http.HttpClient;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/**
 * How a client reaches a node. Immutable, thread-safe.
 *
 * @param scheme http or https
 * @param client the connections
 * @param authorization the value of the header {@code Authorization}; null for none
 */
record Access(String scheme, HttpClient client, String authorization) {

    /** A node that everybody may use. */
    static final Access OPEN = new Access("http", connections().build(), null);

    /** A node that proves its identity over TLS and asks for everybody else's. */
    static Access secured(SSLContext tls, String authorization) {
        return new Access("https", connections().sslContext(tls).build(), authorization);
    }

    /** The same connections with the credentials of somebody else. */
    Access as(String other) {
        return new Access(scheme, client, other);
    }

    private static HttpClient.Builder connections() {
        return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(10));
    }
}

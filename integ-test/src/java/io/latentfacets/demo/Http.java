/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** Sends calls to one cluster. A failed call throws a {@link DemoException} that names the call and the answer. */
final class Http {
    private static final Duration TIMEOUT = Duration.ofMinutes(5);

    /** The status of an answer, and its body as maps and lists. */
    record Response(int status, Map<String, Object> json) {}

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();
    private final String base;
    private final String credentials;

    /**
     * A client for one cluster.
     *
     * @param url the cluster's address, {@code http[s]://[user:password@]host[:port][/path]}
     */
    Http(String url) {
        URI uri = uri(url);
        if (uri.getHost() == null || uri.getScheme() == null || !uri.getScheme().startsWith("http")) {
            throw new DemoException("OPENSEARCH_URL must look like http://host:9200: " + url);
        }
        String user = uri.getUserInfo();
        this.credentials = user == null
                ? null
                : "Basic " + Base64.getEncoder().encodeToString(user.getBytes(StandardCharsets.UTF_8));
        this.base = uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + uri.getPath().replaceAll("/+$", "");
    }

    private static URI uri(String url) {
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new DemoException("OPENSEARCH_URL must look like http://host:9200: " + url, e);
        }
    }

    /** The address of the cluster, without credentials and without a trailing slash. */
    String base() {
        return base;
    }

    Map<String, Object> get(String path) {
        return ok("GET", path, null);
    }

    Map<String, Object> put(String path, Object body) {
        return ok("PUT", path, body);
    }

    Map<String, Object> post(String path, Object body) {
        return ok("POST", path, body);
    }

    private Map<String, Object> ok(String method, String path, Object body) {
        Response response = send(method, path, body);
        if (response.status() / 100 != 2) {
            throw new DemoException(
                    method + " " + base + path + " gave " + response.status() + ": " + reason(response));
        }
        return response.json();
    }

    /** The server's error reason, in one line. */
    static String reason(Response response) {
        String reason = Json.string(response.json(), "error", "reason");
        String cause = Json.string(response.json(), "error", "root_cause", 0, "reason");
        String line = reason.isEmpty() ? response.json().toString() : reason;
        return cause.isEmpty() || cause.equals(reason) ? line : line + " (" + cause + ")";
    }

    /** Sends any call and returns its answer, whatever the status. */
    Response send(String method, String path, Object body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(base + path)).timeout(TIMEOUT);
        if (credentials != null) {
            request.header("Authorization", credentials);
        }
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.method(method, HttpRequest.BodyPublishers.ofString(Json.write(body)))
                    .header("Content-Type", path.endsWith("_bulk") ? "application/x-ndjson" : "application/json");
        }
        try {
            HttpResponse<String> response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            String text = response.body();
            boolean json = text.startsWith("{");
            return new Response(response.statusCode(), json ? Json.read(text) : Map.of("body", text));
        } catch (IOException e) {
            throw new Unreachable("no answer from " + base + " to " + method + " " + path + " (" + e + ")", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted", e);
        }
    }

    /** No server answered. */
    static final class Unreachable extends DemoException {
        private static final long serialVersionUID = 1L;

        Unreachable(String message, Throwable cause) {
            super(message, cause);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.junit.Assert.assertEquals;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.xcontent.DeprecationHandler;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;

/**
 * A small REST client. A body is a JSON string, or maps and lists; an answer has a status and JSON. Paths begin with a
 * slash and are already encoded. Thread-safe. It does not retry, so that a test sees exactly what happened.
 */
public final class Rest {
    private final Supplier<URI> target;
    private final Access access;
    private final Duration timeout;

    Rest(Supplier<URI> target, Access access) {
        this(target, access, Duration.ofMinutes(5));
    }

    private Rest(Supplier<URI> target, Access access, Duration timeout) {
        this.target = target;
        this.access = access;
        this.timeout = timeout;
    }

    /** A copy of this client with another time limit for a whole request; the default is 5 minutes. */
    public Rest timeout(Duration limit) {
        return new Rest(target, access, limit);
    }

    /** A copy of this client with another value of the header {@code Authorization}; null for none. */
    public Rest as(String authorization) {
        return new Rest(target, access.as(authorization), timeout);
    }

    public Response get(String path) {
        return send("GET", path, null);
    }

    public Response get(String path, Object body) {
        return send("GET", path, body);
    }

    public Response head(String path) {
        return send("HEAD", path, null);
    }

    public Response delete(String path) {
        return send("DELETE", path, null);
    }

    public Response put(String path) {
        return send("PUT", path, null);
    }

    public Response put(String path, Object body) {
        return send("PUT", path, body);
    }

    public Response post(String path) {
        return send("POST", path, null);
    }

    public Response post(String path, Object body) {
        return send("POST", path, body);
    }

    /**
     * Indexes documents with one {@code _bulk} request and asserts that the server accepted each of them.
     *
     * @param path the path with its parameters: {@code /index/_bulk?refresh=true}
     * @param documents the documents by {@code _id}; values are JSON strings or maps
     */
    public Response bulk(String path, Map<String, ?> documents) {
        StringBuilder lines = new StringBuilder();
        documents.forEach((id, document) -> lines.append(json(Map.of("index", Map.of("_id", id))))
                .append('\n')
                .append(json(document).replace('\n', ' '))
                .append('\n'));
        Response response =
                exchange("POST", path, lines.toString(), "application/x-ndjson").ok();
        if (Boolean.TRUE.equals(response.at("errors"))) {
            throw new AssertionError("bulk items failed: " + response.text());
        }
        return response;
    }

    /**
     * Sends a request with any method. {@code body} is null, a JSON string (sent as it is, well formed or not), or maps
     * and lists.
     */
    public Response send(String method, String path, Object body) {
        return exchange(method, path, body == null ? null : json(body), "application/json");
    }

    /** Sends a request with any method, any text and any content type. */
    public Response exchange(String method, String path, String body, String contentType) {
        return exchange(method, path, body == null ? null : body.getBytes(StandardCharsets.UTF_8), contentType, null);
    }

    /**
     * Sends a request with any bytes.
     *
     * @param body the bytes; null for none
     * @param accept the format of the answer; null for the server's choice
     */
    Response exchange(String method, String path, byte[] body, String contentType, String accept) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(target.get().resolve(path)).timeout(timeout);
        if (access.authorization() != null) {
            request.header("Authorization", access.authorization());
        }
        if (body == null) {
            request.method(method, HttpRequest.BodyPublishers.noBody());
        } else {
            request.method(method, HttpRequest.BodyPublishers.ofByteArray(body)).header("Content-Type", contentType);
        }
        if (accept != null) {
            request.header("Accept", accept);
        }
        try {
            HttpResponse<String> response = access.client().send(request.build(), HttpResponse.BodyHandlers.ofString());
            String type = response.headers().firstValue("Content-Type").orElse("");
            return new Response(
                    method + " " + path,
                    response.statusCode(),
                    response.headers(),
                    response.body(),
                    parse(type, response.body()));
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(method + " " + path, e);
        }
    }

    /** Whether the node accepts requests. */
    boolean answers() {
        try {
            return timeout(Duration.ofSeconds(10)).get("/").status() == 200;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Converts maps, lists, numbers and strings to JSON text; a string counts as JSON already. */
    static String json(Object value) {
        if (value instanceof String text) {
            return text;
        }
        try (XContentBuilder builder = JsonXContent.contentBuilder()) {
            return builder.value(value).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object parse(String type, String text) throws IOException {
        if (text.isBlank() || !type.contains("json")) {
            return null;
        }
        try (XContentParser parser = JsonXContent.jsonXContent.createParser(
                NamedXContentRegistry.EMPTY, DeprecationHandler.IGNORE_DEPRECATIONS, text)) {
            return parser.nextToken() == XContentParser.Token.START_ARRAY ? parser.list() : parser.mapOrdered();
        }
    }

    /**
     * An answer.
     *
     * @param request the method and path, for messages
     * @param status the HTTP status
     * @param headers the headers
     * @param text the raw body; empty for HEAD
     * @param json the body as maps and lists; null if it is not JSON
     */
    public record Response(String request, int status, HttpHeaders headers, String text, Object json) {

        /** The number of header lines; a name that occurs twice counts twice. */
        public int headerLines() {
            return headers.map().values().stream().mapToInt(List::size).sum();
        }

        /** Asserts a 2xx status. */
        public Response ok() {
            if (status / 100 != 2) {
                throw new AssertionError(request + " gave " + status + ": " + text);
            }
            return this;
        }

        /** Asserts exactly this status. */
        public Response expect(int wanted) {
            assertEquals(request + " gave " + text, wanted, status);
            return this;
        }

        /**
         * The value at a path like {@code hits.hits.0._source.title}: keys of objects and indices of arrays. Keys that
         * contain dots are also found. Null if there is no value.
         */
        public Object at(String path) {
            return find(json, path);
        }

        public int intAt(String path) {
            return Math.toIntExact(longAt(path));
        }

        public long longAt(String path) {
            return required(path, Number.class).longValue();
        }

        public String stringAt(String path) {
            return required(path, String.class);
        }

        @SuppressWarnings("unchecked") // JSON objects have string keys
        public Map<String, Object> mapAt(String path) {
            return required(path, Map.class);
        }

        @SuppressWarnings("unchecked") // an array of anything
        public List<Object> listAt(String path) {
            return required(path, List.class);
        }

        private <T> T required(String path, Class<T> type) {
            Object value = at(path);
            if (!type.isInstance(value)) {
                throw new AssertionError(
                        request + ": no " + type.getSimpleName() + " at [" + path + "] in " + status + " " + text);
            }
            return type.cast(value);
        }

        private static Object find(Object value, String path) {
            if (path.isEmpty()) {
                return value;
            }
            int dot = path.indexOf('.');
            while (dot >= 0) {
                Object child = child(value, path.substring(0, dot));
                if (child != null) {
                    return find(child, path.substring(dot + 1));
                }
                dot = path.indexOf('.', dot + 1);
            }
            return child(value, path);
        }

        private static Object child(Object value, String key) {
            if (value instanceof Map<?, ?> map) {
                return map.get(key);
            }
            if (value instanceof List<?> list && key.matches("\\d+")) {
                int index = Integer.parseInt(key);
                return index < list.size() ? list.get(index) : null;
            }
            return null;
        }
    }
}

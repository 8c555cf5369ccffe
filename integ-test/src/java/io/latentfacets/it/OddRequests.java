/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import io.latentfacets.it.HostileBodies.Body;
import io.latentfacets.it.HostileBodies.Free;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import org.opensearch.common.xcontent.XContentType;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * Makes requests that are well formed but odd: huge, empty, deep or strange values, duplicate keys, other content types
 * and encodings. Some are valid, some are not; the server may accept or refuse each, but must take no harm. They write
 * to names with the prefix {@link HostileBodies#SCRATCH} only.
 */
final class OddRequests {
    /** A string that {@link #encode} turns into the bare word NaN, which the server's parser of JSON accepts. */
    private static final String NAN = "@NaN@";

    private static final int DEPTH = 20_000;

    private static final List<String> STRINGS = List.of(
            "",
            " ",
            "auto",
            "null",
            "-1",
            "0",
            "1e400",
            "*",
            "_all",
            "-*",
            "<logstash-{now/d}>",
            "_",
            ".",
            "..",
            "../../../etc/passwd",
            "\u0000",
            "\n\r\t",
            "\u202e\u0639\u0631\u0628\u064a",
            "\ud83d\ude80\ud83e\uddd1\u200d\ud83d\ude80",
            "e\u0301\u0301\u0301\u0301\u0301",
            "\ufeff\uffff",
            "\u6c34\u661f\u5b87\u5b99",
            "${jndi:ldap://127.0.0.1/a}",
            "{{ctx.payload}}",
            "%s%n%x%00",
            "<script>alert(1)</script>",
            "'; DROP TABLE latents; --",
            "c1",
            "p1",
            "r0",
            "latent",
            "body",
            "_id",
            "_source",
            "latent.generation",
            "[^a].*",
            "(.*a){30}.{50}",
            "((((a|b)*c)*d)*e)*",
            "@&~(abc.+)",
            "AQIDBAUGBwgJCgsMDQ4PEA==");

    private static final List<Number> NUMBERS = List.of(
            -1,
            0,
            1,
            2,
            3,
            100,
            1001,
            8192,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            BigInteger.ONE.shiftLeft(63),
            BigInteger.TEN.pow(300),
            0.5,
            1e308,
            -1e308,
            4.9e-324,
            -0.0,
            new BigDecimal("0.30000000000000000000000000000000000001"));

    private final Random random;
    private final List<Body> bodies = HostileBodies.all();
    private final List<RestSpecs.Call> calls;

    /** @param calls the endpoints */
    OddRequests(Random random, List<RestSpecs.Call> calls) {
        this.random = random;
        this.calls = calls.stream()
                // deleting the model or the documents would end the test of everything else
                .filter(call -> !call.method().equals("DELETE"))
                .toList();
    }

    HostileRequest next() {
        return switch (random.nextInt(8)) {
            case 0 -> parameters();
            case 1 -> deletion();
            case 2 -> otherFormat();
            case 3 -> duplicateKey();
            default -> oddValues();
        };
    }

    /** One to three values of a valid body are replaced, or keys are added. */
    private HostileRequest oddValues() {
        Body body = pick(bodies);
        Object content = changed(body);
        Object whole = random.nextInt(20) == 0
                ? object(1 + random.nextInt(4))
                : body.within().apply(content);
        String json = json(whole);
        if (ofOurs(body) && random.nextInt(40) == 0) {
            json = json.replaceFirst("[0-9\"]", Matcher.quoteReplacement(tooMuch()));
        }
        return request("odd values, " + body.name(), body, json, "application/json");
    }

    /** Whether the plugin's code opens the parser. Core answers with a 500 to what its parsers do not take. */
    private static boolean ofOurs(Body body) {
        return body.path().startsWith(Latent.BASE) || body.path().endsWith("/_latent/facets");
    }

    /** JSON beyond the limits of the parser, to stand before a value. */
    private String tooMuch() {
        return switch (random.nextInt(3)) {
            case 0 -> "[".repeat(DEPTH);
            case 1 -> "{\"" + "name".repeat(DEPTH) + "\":";
            default -> "9".repeat(DEPTH);
        };
    }

    private Object changed(Body body) {
        if (random.nextInt(30) == 0 && !body.name().endsWith("_processors")) { // core casts these before it looks
            return value(); // instead of the whole object
        }
        Map<String, Object> content = MalformedRequests.copy(body.content());
        for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
            Map<String, Object> object = content;
            List<String> keys = new ArrayList<>(object.keySet());
            while (!keys.isEmpty()) {
                String key = pick(keys);
                if (!(object.get(key) instanceof Map<?, ?>) || random.nextInt(3) == 0) {
                    object.put(key, value());
                    break;
                }
                object = map(object.get(key));
                keys = new ArrayList<>(object.keySet());
            }
            if (random.nextInt(8) == 0) {
                object.put(key(), value());
            }
        }
        return content;
    }

    private HostileRequest duplicateKey() {
        Body body = pick(bodies);
        String json = json(body.within().apply(random.nextBoolean() ? body.content() : changed(body)));
        int at = json.startsWith("{\"") ? json.indexOf("\":") : -1;
        String twice = at < 0 ? "{\"a\":1,\"a\":2}" : "{" + json.substring(1, at + 2) + "1," + json.substring(1);
        return request("duplicate key, " + body.name(), body, twice, "application/json");
    }

    private HostileRequest otherFormat() {
        Body body = pick(bodies);
        Object whole = body.within().apply(random.nextBoolean() ? body.content() : changed(body));
        String type = pick(List.of(
                "application/smile",
                "application/cbor",
                "application/yaml",
                "application/x-ndjson",
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/json; charset=utf-16",
                "nonsense"));
        XContentType binary =
                switch (type) {
                    case "application/smile" -> XContentType.SMILE;
                    case "application/cbor" -> XContentType.CBOR;
                    case "application/yaml" -> XContentType.YAML;
                    default -> XContentType.JSON;
                };
        boolean honest = !ofOurs(body) || random.nextInt(4) != 0;
        byte[] bytes = encode(whole, honest ? binary : pick(List.of(XContentType.values())));
        return new HostileRequest(
                "format " + type + ", " + body.name(), body.method(), body.path(), bytes, type, List.of());
    }

    private HostileRequest parameters() {
        RestSpecs.Call call = pick(calls);
        StringJoiner params = new StringJoiner("&", "?", "").setEmptyValue("");
        List<String> names = call.params().keySet().stream().sorted().toList();
        for (int i = random.nextInt(4); i > 0 && !names.isEmpty(); i--) {
            String name = pick(names);
            // a scroll that nobody closes holds memory for as long as it asks to, and waiting for a training takes as
            // long as the training
            if (!name.equals("scroll") && !name.equals("wait_for_completion")) {
                params.add(name + "=" + encoded(oddOr(typical(call.params().get(name)))));
            }
        }
        String path = call.path()
                .replace("{model}", part(random.nextInt(3) == 0 ? name() : HostileBodies.MODEL))
                .replace("{index}", part(oddOr(HostileBodies.INDEX)))
                .replace("{key}", part(oddOr("c1")))
                .replace("{generation}", part(oddOr("1")))
                .replace("{classifier}", part(oddOr("subject")))
                .replace("{term}", part(oddOr("galaxy")))
                .replace("{file}", part(oddOr("app.js")))
                .replace("{nodeId}", part(oddOr("_all")))
                .replace("{stat}", part(oddOr("breaker_bytes")));
        if (call.method().equals("PUT") && call.name().equals("latent.put_model")) {
            path = Latent.BASE + "/models/" + HostileBodies.SCRATCH + "-2";
        }
        byte[] body = random.nextInt(4) == 0 ? json(value()).getBytes(StandardCharsets.UTF_8) : null;
        return new HostileRequest(
                "odd parameters, " + call.name(), call.method(), path + params, body, "application/json", List.of());
    }

    /** Deletes one of the models that other requests may have made, or none. */
    private HostileRequest deletion() {
        String name = random.nextBoolean() ? HostileBodies.SCRATCH + "-" + random.nextInt(4) : name();
        String force = pick(List.of("", "?force=true", "?force", "?force=" + encoded(string())));
        return new HostileRequest(
                "deletion",
                "DELETE",
                Latent.BASE + "/models/" + part(name) + force,
                null,
                "application/json",
                List.of());
    }

    /** A model's name that is not the one of the model that all requests use. */
    private String name() {
        return random.nextBoolean() ? HostileBodies.SCRATCH + "-" + random.nextInt(4) : "odd" + string();
    }

    private Object typical(String type) {
        return switch (type) {
            case "boolean" -> pick(List.of("true", "false", ""));
            case "number", "int" -> pick(List.of(1, 5, 50));
            case "time" -> pick(List.of("1s", "-1", "10d", "0"));
            default -> "latent";
        };
    }

    private Object oddOr(Object usual) {
        return random.nextInt(3) == 0 ? random.nextBoolean() ? string() : pick(NUMBERS) : usual;
    }

    private Object value() {
        return switch (random.nextInt(12)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextBoolean() ? NAN : List.of(NAN);
            case 3 -> Collections.nCopies(random.nextInt(4), string());
            case 4 -> Collections.nCopies(1 + random.nextInt(2000), pick(NUMBERS));
            case 5 -> list();
            case 6 -> object(1 + random.nextInt(3));
            case 7 -> random.nextInt(3) == 0 ? deep(random.nextInt(900)) : deep(random.nextInt(30));
            case 8, 9 -> pick(NUMBERS);
            default -> string();
        };
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>();
        for (int size = random.nextInt(6); size > 0; size--) {
            list.add(random.nextInt(3) == 0 ? object(2) : value());
        }
        return list;
    }

    private Map<String, Object> object(int depth) {
        Map<String, Object> object = new LinkedHashMap<>();
        int size = random.nextInt(20) == 0 ? 300 : random.nextInt(5);
        for (int i = 0; i < size; i++) {
            object.put(
                    size > 5 ? "key" + i : key(),
                    depth > 1 && size <= 5 ? object(depth - 1) : random.nextBoolean() ? string() : pick(NUMBERS));
        }
        return object;
    }

    /** A name that the server's parser takes: it has at most 50,000 characters. */
    private String key() {
        String text = string();
        return text.substring(0, Math.min(text.length(), 20_000));
    }

    private Object deep(int levels) {
        Object value = "end";
        boolean lists = random.nextBoolean();
        String key = pick(List.of("a", "query", "bool", ""));
        for (int i = 0; i < levels; i++) {
            value = lists ? List.of(value) : Free.of(key, value);
        }
        return value;
    }

    private String string() {
        return switch (random.nextInt(12)) {
            // an answer may have it as a key, and our parser takes none above 50,000 characters
            case 0 -> "long ".repeat(1 + random.nextInt(9_000));
            case 1 -> "\ud83d\ude80".repeat(1 + random.nextInt(2000));
            case 2 -> "galaxy telescope report " + random.nextInt(100);
            default -> pick(STRINGS);
        };
    }

    private static HostileRequest request(String kind, Body body, String json, String type) {
        return new HostileRequest(
                kind, body.method(), body.path(), json.getBytes(StandardCharsets.UTF_8), type, List.of());
    }

    private static String json(Object value) {
        return new String(encode(value, XContentType.JSON), StandardCharsets.UTF_8);
    }

    private static byte[] encode(Object value, XContentType type) {
        try (XContentBuilder builder = XContentBuilder.builder(type.xContent())) {
            byte[] bytes = BytesReference.toBytes(BytesReference.bytes(builder.value(value)));
            return type == XContentType.JSON
                    ? new String(bytes, StandardCharsets.UTF_8)
                            .replace("\"" + NAN + "\"", "NaN")
                            .getBytes(StandardCharsets.UTF_8)
                    : bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A part of a path; an empty one would make another path. */
    private static String part(Object text) {
        String encoded = encoded(text);
        return encoded.isEmpty() ? "-" : encoded;
    }

    private static String encoded(Object text) {
        String whole = String.valueOf(text);
        // a longer request line is the HTTP server's affair
        String some = whole.substring(0, Math.min(whole.length(), 300));
        return URLEncoder.encode(some, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @SuppressWarnings("unchecked") // bodies have string keys
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import io.latentfacets.it.HostileBodies.Body;
import io.latentfacets.it.HostileBodies.Free;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes requests that the server must refuse with a 4xx: unknown keys and parameters, values of the wrong type or out
 * of bounds, missing keys, broken JSON, missing models, wrong methods. Each says which texts the refusal must contain.
 */
final class MalformedRequests {
    private static final String JSON = "application/json";

    private final Random random;
    private final List<Body> bodies = HostileBodies.all();
    private final List<RestSpecs.Call> calls;
    private final Map<String, List<KnownOptions.Known>> groups;
    private int made;

    /**
     * @param calls the endpoints
     * @param groups the option groups by name
     */
    MalformedRequests(Random random, List<RestSpecs.Call> calls, Map<String, List<KnownOptions.Known>> groups) {
        this.random = random;
        this.calls = calls;
        this.groups = groups;
        Set<String> used = bodies.stream()
                .flatMap(body -> body.groups().values().stream().flatMap(List::stream))
                .collect(Collectors.toSet());
        Set<String> unused = new TreeSet<>(groups.keySet());
        unused.removeAll(used);
        if (!unused.isEmpty() || !groups.keySet().containsAll(used)) {
            throw new AssertionError("HostileBodies names " + used + ", the code has " + groups.keySet());
        }
    }

    HostileRequest next() {
        made++;
        return switch (random.nextInt(10)) {
            case 0, 1 -> unknownKey(pick(bodies));
            case 2, 3 -> wrongType(pick(bodies));
            case 4, 5 -> outOfBounds();
            case 6 -> missingKey();
            case 7 -> brokenBody(pick(bodies));
            case 8 -> badParameter(pick(calls));
            default -> random.nextBoolean() ? wrongMethod(pick(calls)) : missingModel();
        };
    }

    private HostileRequest unknownKey(Body body) {
        List<List<String>> objects = new ArrayList<>();
        objects(body.content(), List.of(), objects);
        List<String> object = pick(objects);
        String key = "odd_key_" + made;
        Map<String, Object> content = copy(body.content());
        object(content, object).put(key, "odd-" + made);
        return request("unknown key", body, content, names(body, key, "odd-" + made));
    }

    private HostileRequest wrongType(Body body) {
        List<List<String>> places = new ArrayList<>();
        places(body.content(), List.of(), places);
        List<String> place = pick(places);
        String key = place.get(place.size() - 1);
        Map<String, Object> content = copy(body.content());
        Map<String, Object> parent = object(content, place.subList(0, place.size() - 1));
        Object bad = wrong(parent.get(key));
        parent.put(key, bad);
        return request("wrong type", body, content, names(body, key, marker(bad)));
    }

    /** A value of another type than the valid one has, recognisable in a message. */
    private Object wrong(Object valid) {
        String text = "odd-" + made;
        int number = 700_000 + made;
        Map<String, Object> object = HostileBodies.object(text, 1);
        return switch (valid) {
            case String unused -> pick(List.of(number, object, List.of(object)));
            case Boolean unused -> pick(List.of(text, number, object));
            case Number unused -> pick(List.of(text, object, List.of(text)));
            case Map<?, ?> unused -> pick(List.of(text, number, List.of(number)));
            case List<?> many -> wrongList(many.get(0));
            default -> throw new IllegalStateException(String.valueOf(valid));
        };
    }

    private Object wrongList(Object first) {
        String text = "odd-" + made;
        int number = 700_000 + made;
        Map<String, Object> object = HostileBodies.object(text, 1);
        if (first instanceof String) {
            return pick(List.of(number, List.of(number), object));
        }
        return pick(
                first instanceof Map ? List.of(text, number, List.of(number)) : List.of(text, object, List.of(text)));
    }

    private static String marker(Object bad) {
        return switch (bad) {
            case List<?> many -> marker(many.get(0));
            case Map<?, ?> object -> object.keySet().iterator().next().toString();
            default -> bad.toString();
        };
    }

    private HostileRequest outOfBounds() {
        Body body = pick(bodies.stream()
                .filter(each -> !each.groups().isEmpty() || !each.bad().isEmpty())
                .toList());
        Map<String, Object> content = copy(body.content());
        if (body.groups().isEmpty() || (!body.bad().isEmpty() && random.nextBoolean())) {
            Map.Entry<String, List<Object>> bad = pick(List.copyOf(body.bad().entrySet()));
            Object value = pick(bad.getValue());
            content.put(bad.getKey(), value);
            // an empty list has no text of its own, and a long list of numbers is known by its key
            List<String> names = value instanceof List ? List.of(bad.getKey()) : names(body, bad.getKey(), "" + value);
            return request("out of bounds", body, content, names);
        }
        String path = pick(List.copyOf(body.groups().keySet()));
        KnownOptions.Known option = pick(body.groups().get(path).stream()
                .flatMap(group -> groups.get(group).stream())
                .filter(each -> each.known() && !each.bad().isEmpty())
                .toList());
        Map.Entry<Object, String> bad = pick(List.copyOf(option.bad().entrySet()));
        object(content, path.isEmpty() ? List.of() : List.of(path)).put(option.key(), bad.getKey());
        return request("out of bounds", body, content, names(body, option.key(), bad.getValue()));
    }

    private HostileRequest missingKey() {
        Body body =
                pick(bodies.stream().filter(each -> !each.required().isEmpty()).toList());
        List<String> path = List.of(pick(body.required()).split("\\.", -1));
        String key = path.get(path.size() - 1);
        Map<String, Object> content = copy(body.content());
        object(content, path.subList(0, path.size() - 1)).remove(key);
        return request("missing key", body, content, List.of(key));
    }

    private HostileRequest brokenBody(Body body) {
        String whole = Rest.json(body.within().apply(body.content()));
        String broken =
                switch (random.nextInt(6)) {
                    case 0 -> "[" + made + "]";
                    case 1 -> "\"odd-" + made + "\"";
                    case 2 -> whole.replaceFirst("\":", "\"");
                    case 3 -> "{odd" + made + ":1}";
                    case 4 -> whole.replaceFirst("\\{", "{,");
                    default -> whole.substring(0, 1 + random.nextInt(whole.length() - 1));
                };
        return new HostileRequest(
                "broken body, " + body.name(),
                body.method(),
                body.path(),
                broken.getBytes(StandardCharsets.UTF_8),
                JSON,
                List.of());
    }

    private HostileRequest badParameter(RestSpecs.Call call) {
        String path = path(call, HostileBodies.MODEL);
        boolean cat = call.name().startsWith("cat."); // whose other parameters core reads, some of them not at all
        List<String> typed = call.params().keySet().stream()
                .filter(key -> Set.of("boolean", "number", "int", "enum", "time")
                        .contains(call.params().get(key)))
                .sorted()
                .toList();
        String value = "odd-" + made;
        if (cat || typed.isEmpty() || random.nextBoolean()) {
            String key = "odd_param_" + made;
            // core's message names the parameter only
            return request("unknown parameter", call, path + "?" + key + "=" + value, List.of(key));
        }
        String key = pick(typed);
        boolean ofCore = call.name().equals("latent.facets") && !key.contains(".");
        String shortKey = key.substring(key.indexOf('.') + 1);
        return request(
                "bad parameter",
                call,
                path + beside(ofCore, key) + key + "=" + value,
                ofCore ? List.of(value) : List.of(shortKey, value));
    }

    /** Core reads some parameters of a search only beside others. */
    private static String beside(boolean ofCore, String key) {
        if (!ofCore) {
            return "?";
        }
        return switch (key) {
            case "suggest_mode" -> "?suggest_field=body&suggest_text=galaxy&";
            case "suggest_size" -> "?suggest_field=body&suggest_text=galaxy&suggest_mode=missing&";
            default -> "?q=galaxy&";
        };
    }

    private HostileRequest wrongMethod(RestSpecs.Call call) {
        Set<String> allowed = calls.stream()
                .filter(each -> each.path().equals(call.path()))
                .map(RestSpecs.Call::method)
                .collect(Collectors.toSet());
        String method = pick(List.of("GET", "POST", "PUT", "DELETE", "HEAD").stream()
                .filter(each -> !allowed.contains(each))
                .toList());
        return new HostileRequest(
                "wrong method",
                method,
                path(call, HostileBodies.MODEL),
                null,
                JSON,
                method.equals("HEAD") ? List.of() : List.of(method));
    }

    private HostileRequest missingModel() {
        RestSpecs.Call call = pick(calls.stream()
                .filter(each -> each.path().contains("{model}") || each.path().contains("{index}"))
                .filter(each -> !Set.of("latent.put_model", "latent.import").contains(each.name()))
                .toList());
        String name = "odd-" + made;
        return new HostileRequest(
                "missing model",
                call.method(),
                path(call, name).replace(HostileBodies.INDEX, name),
                validBody(call),
                JSON,
                call.method().equals("HEAD") ? List.of() : List.of(name));
    }

    private static String path(RestSpecs.Call call, String model) {
        return call.path()
                .replace("{model}", model)
                .replace("{index}", HostileBodies.INDEX)
                .replace("{key}", "c1")
                .replace("{generation}", "1")
                .replace("{classifier}", "subject")
                .replace("{term}", "galaxy")
                .replace("{file}", "app.js")
                .replace("{nodeId}", "_local")
                .replace("{stat}", "breaker_bytes");
    }

    private HostileRequest request(String kind, RestSpecs.Call call, String path, List<String> names) {
        return new HostileRequest(
                kind, call.method(), path, validBody(call), JSON, call.method().equals("HEAD") ? List.of() : names);
    }

    /** A body that the endpoint accepts; null if it takes none. */
    private byte[] validBody(RestSpecs.Call call) {
        return bodies.stream()
                .filter(body -> call.name().equals("latent." + body.name()))
                .filter(body -> call.method().equals(body.method()))
                .findFirst()
                .map(body -> Rest.json(body.within().apply(body.content())).getBytes(StandardCharsets.UTF_8))
                .orElse(null);
    }

    private static HostileRequest request(String kind, Body body, Object content, List<String> names) {
        return new HostileRequest(
                kind + ", " + body.name(),
                body.method(),
                body.path(),
                Rest.json(body.within().apply(content)).getBytes(StandardCharsets.UTF_8),
                JSON,
                names);
    }

    private static List<String> names(Body body, String key, String value) {
        return body.core() ? List.of(key) : List.of(key, value);
    }

    /** Adds the paths of all strict objects. */
    private static void objects(Map<String, Object> object, List<String> path, List<List<String>> objects) {
        objects.add(path);
        object.forEach((key, value) -> {
            if (value instanceof Map && !(value instanceof Free)) {
                objects(map(value), below(path, key), objects);
            }
        });
    }

    /** Adds the paths of all values in strict objects. */
    private static void places(Map<String, Object> object, List<String> path, List<List<String>> places) {
        object.forEach((key, value) -> {
            places.add(below(path, key));
            if (value instanceof Map && !(value instanceof Free)) {
                places(map(value), below(path, key), places);
            }
        });
    }

    private static List<String> below(List<String> path, String key) {
        List<String> longer = new ArrayList<>(path);
        longer.add(key);
        return longer;
    }

    private static Map<String, Object> object(Map<String, Object> root, List<String> path) {
        Map<String, Object> object = root;
        for (String key : path) {
            object = map(object.computeIfAbsent(key, absent -> new LinkedHashMap<>()));
        }
        return object;
    }

    /** A copy whose objects can be changed without changing the original's. */
    static Map<String, Object> copy(Map<String, Object> original) {
        Map<String, Object> copy = original instanceof Free ? new Free() : new LinkedHashMap<>();
        original.forEach((key, value) -> copy.put(key, value instanceof Map ? copy(map(value)) : value));
        return copy;
    }

    @SuppressWarnings("unchecked") // bodies have string keys
    private static Map<String, Object> map(Object value) {
        return (Map<String, Object>) value;
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;

/** The plugin's endpoints as the specifications in {@code rest-api-spec/api} list them. */
final class RestSpecs {

    /**
     * One path of an endpoint with one of its methods.
     *
     * @param name the specification's name
     * @param method the HTTP method
     * @param path the path, with its parts in braces
     * @param params the type of each URL parameter
     */
    record Call(String name, String method, String path, Map<String, String> params) {}

    private RestSpecs() {}

    /** All paths with all methods, in a fixed order. */
    static List<Call> calls() throws IOException {
        List<Call> calls = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory())) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) { // core's own are in a folder below
                Map<String, Object> content = XContentHelper.convertToMap(
                                new BytesArray(Files.readAllBytes(file)), true, MediaTypeRegistry.JSON)
                        .v2();
                String name = content.keySet().iterator().next();
                Map<?, ?> spec = (Map<?, ?>) content.get(name);
                Map<String, String> params = new TreeMap<>();
                if (spec.get("params") instanceof Map<?, ?> named) {
                    named.forEach((key, value) -> params.put((String) key, (String) ((Map<?, ?>) value).get("type")));
                }
                for (Object path : (List<?>) ((Map<?, ?>) spec.get("url")).get("paths")) {
                    for (Object method : (List<?>) ((Map<?, ?>) path).get("methods")) {
                        calls.add(new Call(name, (String) method, (String) ((Map<?, ?>) path).get("path"), params));
                    }
                }
            }
        }
        return calls;
    }

    private static Path directory() {
        try {
            return Path.of(RestSpecs.class.getResource("/rest-api-spec/api").toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.terms;

import static org.opensearch.rest.RestRequest.Method.GET;
import static org.opensearch.rest.RestRequest.Method.HEAD;

import io.latentfacets.strict.StrictMap;
import java.util.Arrays;
import java.util.List;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.action.RestCancellableNodeClient;
import org.opensearch.rest.action.RestToXContentListener;
import org.opensearch.transport.client.node.NodeClient;

/** {@code GET /_plugins/_latent/models/{model}/terms/{term}}. The work ends when the client disconnects. */
public final class RestTermsAction extends BaseRestHandler {

    private static final String PATH = "/_plugins/_latent/models/{model}/terms/{term}";
    private static final int DEFAULT_SIZE = 20;
    private static final int MAX_SIZE = 1000;
    private static final int MAX_LENGTH = 200;
    private static final int MAX_CONTEXT = 20;

    @Override
    public String getName() {
        return "latent_terms_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(GET, PATH), new Route(HEAD, PATH));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        TermsAction.Request terms = new TermsAction.Request(
                request.param("model"), bounded("term", request.param("term")), context(request), size(request));
        return channel -> new RestCancellableNodeClient(client, request.getHttpChannel())
                .execute(TermsAction.INSTANCE, terms, new RestToXContentListener<>(channel));
    }

    private static String bounded(String key, String words) {
        if (words.isBlank() || words.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("[" + key + "] must have 1 to " + MAX_LENGTH
                    + " characters that are not all blank: " + StrictMap.shown(words));
        }
        return words;
    }

    private static List<String> context(RestRequest request) {
        String value = request.param("context");
        if (value == null) {
            return List.of();
        }
        List<String> words = Arrays.stream(value.split(",", -1))
                .map(word -> bounded("context", word))
                .toList();
        if (words.size() > MAX_CONTEXT) {
            throw new IllegalArgumentException(
                    "[context] must be 1 to " + MAX_CONTEXT + " words, separated by commas: " + words.size());
        }
        return words;
    }

    private static int size(RestRequest request) {
        String value = request.param("size", Integer.toString(DEFAULT_SIZE));
        try {
            int size = Integer.parseInt(value);
            if (size >= 1 && size <= MAX_SIZE) {
                return size;
            }
        } catch (NumberFormatException e) {
            // the message below says what is expected
        }
        throw new IllegalArgumentException(
                "[size] must be an integer in [1, " + MAX_SIZE + "]: " + StrictMap.shown(value));
    }
}

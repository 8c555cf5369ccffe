/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.explorer;

import static org.opensearch.rest.RestRequest.Method.GET;

import io.latentfacets.explorer.ExplorerFiles.ExplorerFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.rest.BaseRestHandler;
import org.opensearch.rest.BytesRestResponse;
import org.opensearch.rest.RestChannel;
import org.opensearch.rest.RestRequest;
import org.opensearch.rest.RestResponse;
import org.opensearch.transport.client.node.NodeClient;

/**
 * {@code GET /_plugins/_latent/ui[/{file}]}: the explorer page. It reads nothing of the cluster. The page calls public
 * endpoints with the credentials of the browser, so it shows nobody more than these do.
 */
public final class RestExplorerAction extends BaseRestHandler {

    private static final String BASE = "/_plugins/_latent/ui";

    /**
     * The page loads and calls nothing but this server, runs no script and takes no style that is written into markup,
     * and no other site may frame it.
     */
    private static final Map<String, String> HEADERS = Map.of(
            "Cache-Control", "no-cache",
            "Content-Security-Policy",
                    "default-src 'self'; img-src 'self'; style-src 'self'; script-src 'self';"
                            + " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
            "X-Content-Type-Options", "nosniff",
            "Referrer-Policy", "no-referrer");

    private final ExplorerFiles files = new ExplorerFiles();

    @Override
    public String getName() {
        return "latent_explorer_action";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(GET, BASE), new Route(GET, BASE + "/{file}"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        String name = request.param("file");
        boolean slashMissing = name == null && !request.rawPath().endsWith("/");
        String known = request.header("If-None-Match");
        return channel -> channel.sendResponse(
                slashMissing ? toSlash() : response(channel, name == null ? ExplorerFiles.PAGE : name, known));
    }

    /**
     * The page names its files relative to itself, which works behind any path prefix if its own address ends with a
     * slash. For the same reason the redirect is relative.
     */
    private static RestResponse toSlash() {
        RestResponse response = with(new BytesRestResponse(RestStatus.FOUND, ""));
        response.addHeader("Location", "ui/");
        return response;
    }

    private RestResponse response(RestChannel channel, String name, String known) throws IOException {
        Optional<ExplorerFile> found = files.find(name);
        if (found.isEmpty()) {
            return new BytesRestResponse(
                    channel,
                    new ResourceNotFoundException(
                            "the explorer has no file [{}]; it has {}", name, ExplorerFiles.NAMES));
        }
        ExplorerFile file = found.get();
        RestResponse response = with(
                isKnown(known, file.etag())
                        ? new BytesRestResponse(RestStatus.NOT_MODIFIED, file.type(), new byte[0])
                        : new BytesRestResponse(RestStatus.OK, file.type(), file.content()));
        response.addHeader("ETag", file.etag());
        return response;
    }

    private static RestResponse with(RestResponse response) {
        HEADERS.forEach(response::addHeader);
        return response;
    }

    /** Compares weakly, as If-None-Match asks for: a proxy that compresses makes the tag a weak one. */
    private static boolean isKnown(String header, String etag) {
        return header != null
                && Arrays.stream(header.split(",", -1))
                        .map(String::strip)
                        .anyMatch(tag -> tag.equals("*") || tag.equals(etag) || tag.equals("W/" + etag));
    }
}

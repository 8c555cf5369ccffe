/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.explorer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.opensearch.common.hash.MessageDigests;

/**
 * The files of the explorer, which are resources of the plugin's jar. Only the listed ones can be read, so no name
 * leads out of their directory. A file is read when it is first asked for and then kept: about half a megabyte in all.
 * Safe for many threads.
 */
final class ExplorerFiles {

    /** The page itself. */
    static final String PAGE = "index.html";

    /** Every file there is. The last two are libraries, which the build takes from WebJars. */
    static final List<String> NAMES = List.of(
            PAGE,
            "style.css",
            "icon.svg",
            "app.js",
            "api.js",
            "attach.js",
            "changes.js",
            "classifiers.js",
            "classify.js",
            "cluster.js",
            "create.js",
            "curation.js",
            "edit.js",
            "edits.js",
            "evaluate.js",
            "examples.js",
            "facets.js",
            "generations.js",
            "health.js",
            "map.js",
            "mapcanvas.js",
            "mapgeometry.js",
            "model.js",
            "models.js",
            "pixels.js",
            "query.js",
            "search.js",
            "searchbar.js",
            "seeds.js",
            "state.js",
            "summary.js",
            "topics.js",
            "training.js",
            "trends.js",
            "ui.js",
            "way.js",
            "why.js",
            "words.js",
            "d3.min.js",
            "lit-html.js");

    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml");

    private final Map<String, ExplorerFile> files = new ConcurrentHashMap<>();

    /**
     * One file.
     *
     * @param type the content type
     * @param etag a strong entity tag, with its quotes; equal content has an equal tag
     * @param content owned by the cache: do not change it
     */
    record ExplorerFile(String type, String etag, byte[] content) {}

    /** Returns the file of this name; empty if it is none of {@link #NAMES}. */
    Optional<ExplorerFile> find(String name) {
        return NAMES.contains(name) ? Optional.of(files.computeIfAbsent(name, ExplorerFiles::read)) : Optional.empty();
    }

    private static ExplorerFile read(String name) {
        try (InputStream in = ExplorerFiles.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the plugin's jar lacks the explorer's file [" + name + "]");
            }
            byte[] content = in.readAllBytes();
            String hash = HexFormat.of().formatHex(MessageDigests.sha256().digest(content), 0, 16);
            return new ExplorerFile(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), "\"" + hash + "\"", content);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the explorer's file [" + name + "]", e);
        }
    }
}

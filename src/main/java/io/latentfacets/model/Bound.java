/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.opensearch.cluster.metadata.IndexAbstraction;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.common.regex.Regex;
import org.opensearch.common.xcontent.XContentFactory;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesArray;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The indices that a model is bound to. Only searches of these indices get the words of the model: labels, terms,
 * decoded words. Somebody who may read the indices has bound them. Immutable.
 *
 * @param patterns names of indices and data streams, with or without wildcards, and names of aliases; a leading minus
 *     takes out what the patterns before it took in
 */
public record Bound(List<String> patterns) {

    /** Bound to no index. */
    public static final Bound NONE = new Bound(List.of());

    public Bound {
        patterns = List.copyOf(patterns);
    }

    /** A copy with more patterns at the end. Patterns that stand in the list already are not repeated. */
    public Bound with(Collection<String> more) {
        Set<String> all = new LinkedHashSet<>(patterns);
        all.addAll(more);
        return new Bound(new ArrayList<>(all));
    }

    /**
     * Whether the model is bound to an index: by its name, by the name of its data stream, or by an alias. A wildcard
     * stands for no alias: whoever may change an index could give it an alias that the wildcard matches.
     */
    public boolean covers(IndexMetadata index, Metadata metadata) {
        return covers(pattern -> matches(pattern, index, metadata));
    }

    /** Whether the model is bound to an index or data stream of this name that does not exist yet. */
    public boolean coversNew(String name) {
        return covers(pattern -> pattern.equals(Metadata.ALL) || Regex.simpleMatch(pattern, name));
    }

    private boolean covers(Predicate<String> matches) {
        boolean covered = false;
        for (String pattern : patterns) {
            boolean takesOut = pattern.startsWith("-");
            if (covered == takesOut && matches.test(takesOut ? pattern.substring(1) : pattern)) {
                covered = !takesOut;
            }
        }
        return covered;
    }

    private static boolean matches(String pattern, IndexMetadata index, Metadata metadata) {
        String name = index.getIndex().getName();
        if (pattern.equals(Metadata.ALL)
                || Regex.simpleMatch(pattern, name)
                || index.getAliases().containsKey(pattern)) {
            return true;
        }
        IndexAbstraction known = metadata.getIndicesLookup().get(name);
        return known != null
                && known.getParentDataStream() != null
                && Regex.simpleMatch(pattern, known.getParentDataStream().getName());
    }

    /** The patterns as a JSON object, for the cluster state. */
    public String toJson() {
        try (XContentBuilder builder = XContentFactory.jsonBuilder()) {
            return builder.startObject().field("indices", patterns).endObject().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Bound fromJson(String json) {
        Map<String, Object> map = XContentHelper.convertToMap(new BytesArray(json), true, MediaTypeRegistry.JSON)
                .v2();
        return new Bound(
                ((List<?>) map.get("indices")).stream().map(String::valueOf).toList());
    }
}

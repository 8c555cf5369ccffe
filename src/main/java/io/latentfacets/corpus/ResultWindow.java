/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.corpus;

import java.util.List;
import java.util.stream.Stream;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.IndexSettings;

/**
 * The largest number of hits in a page of a search over several indices: their smallest
 * {@code index.max_result_window}, because every shard checks the whole page size against its own limit. The value
 * comes from the cluster state, so the user needs no further rights. Stateless.
 */
public final class ResultWindow {

    private ResultWindow() {}

    /**
     * The bound of a search over index expressions; core's default if they match no index.
     *
     * @param indices the names, patterns and aliases
     */
    public static int of(List<String> indices, ClusterState state, IndexNameExpressionResolver resolver) {
        return of(
                state,
                resolver.concreteIndexNames(
                        state, IndicesOptions.lenientExpandOpen(), true, indices.toArray(String[]::new)));
    }

    /** The bound of a search over concrete indices; core's default if there are none. */
    public static int of(ClusterState state, String... concrete) {
        return Stream.of(concrete)
                .map(name -> state.metadata().index(name))
                .map(index -> index == null ? Settings.EMPTY : index.getSettings())
                .mapToInt(IndexSettings.MAX_RESULT_WINDOW_SETTING::get)
                .min()
                .orElse(IndexSettings.MAX_RESULT_WINDOW_SETTING.get(Settings.EMPTY));
    }
}

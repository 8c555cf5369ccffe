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
 * How many hits a page of a search over several indices may have: the smallest {@code index.max_result_window} among
 * them, since every shard compares the whole page with its own. Read from the cluster state, which takes no right of
 * the user.
 */
public final class ResultWindow {

    private ResultWindow() {}

    /**
     * The bound of a search as a user writes it; core's default where nothing matches.
     *
     * @param indices names, patterns and aliases
     */
    public static int of(List<String> indices, ClusterState state, IndexNameExpressionResolver resolver) {
        return of(
                state,
                resolver.concreteIndexNames(
                        state, IndicesOptions.lenientExpandOpen(), true, indices.toArray(String[]::new)));
    }

    /** The bound of a search over concrete indices; core's default where there are none. */
    public static int of(ClusterState state, String... concrete) {
        return Stream.of(concrete)
                .map(name -> state.metadata().index(name))
                .map(index -> index == null ? Settings.EMPTY : index.getSettings())
                .mapToInt(IndexSettings.MAX_RESULT_WINDOW_SETTING::get)
                .min()
                .orElse(IndexSettings.MAX_RESULT_WINDOW_SETTING.get(Settings.EMPTY));
    }
}

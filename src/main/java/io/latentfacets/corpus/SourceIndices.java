/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.corpus;

import java.util.List;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;

/** Resolves the indices that documents are read from. */
public final class SourceIndices {

    private SourceIndices() {}

    /**
     * Fails with status 404, naming it, for an index that does not exist, and for a pattern or list that matches
     * nothing. What a caller may read of it the search decides.
     *
     * @param key where the indices are named, for the message
     */
    public static void require(
            String key, List<String> indices, ClusterState state, IndexNameExpressionResolver resolver) {
        String[] concrete = resolver.concreteIndexNames(
                state, IndicesOptions.strictExpandOpen(), true, indices.toArray(String[]::new));
        if (concrete.length == 0) {
            throw new ResourceNotFoundException("[{}] matches no index: {}", key, indices);
        }
    }
}

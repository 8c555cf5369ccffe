/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.corpus;

import java.util.List;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;

/** Checks the indices that documents are read from. Stateless. */
public final class SourceIndices {

    private SourceIndices() {}

    /**
     * Fails with status 404 if a named index does not exist, or if the expressions match no index. The message names
     * them. The later search checks the caller's rights.
     *
     * @param key the request key with the indices, for the message
     * @param indices the names, patterns and aliases
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

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.cluster.fit.ResultClusterer;
import io.latentfacets.text.TermPatterns;
import java.util.Objects;

/**
 * How results are divided. Immutable.
 *
 * @param clusters how many, 2 to {@value ResultClusterer#MAX_COUNT}, or {@link ResultClusterer#AUTO}
 * @param samplePerShard most distinct latents that the clusters are found on, of a shard and of all shards together
 * @param terms words per cluster; a label takes more if it needs them
 * @param excludeTerms words that are neither listed nor in a label
 */
public record ResultOptions(int clusters, int samplePerShard, int terms, TermPatterns excludeTerms) {

    public ResultOptions {
        Objects.requireNonNull(excludeTerms);
    }

    /** The largest number of clusters that can come back. */
    int most() {
        return clusters == ResultClusterer.AUTO ? ResultClusterer.MAX_COUNT : clusters;
    }
}

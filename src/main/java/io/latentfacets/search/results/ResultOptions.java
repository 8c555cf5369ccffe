/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.cluster.fit.ResultClusterer;
import io.latentfacets.text.TermPatterns;
import java.util.Objects;

/**
 * Options for the clustering of results. Immutable.
 *
 * @param clusters the number of clusters, 2 to {@value ResultClusterer#MAX_COUNT}, or {@link ResultClusterer#AUTO}
 * @param samplePerShard the largest number of distinct latents on which the clusters are found, per shard and over all
 *     shards
 * @param terms the number of words per cluster; a label uses more if it needs them
 * @param excludeTerms words to keep out of lists and labels
 */
public record ResultOptions(int clusters, int samplePerShard, int terms, TermPatterns excludeTerms) {

    public ResultOptions {
        Objects.requireNonNull(excludeTerms);
    }

    /** The largest number of clusters that the result can have. */
    int most() {
        return clusters == ResultClusterer.AUTO ? ResultClusterer.MAX_COUNT : clusters;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

/**
 * What every query and aggregation of this plugin needs of its node. Thread-safe.
 *
 * @param pins decides and loads, before a shard is searched
 * @param shards what a shard sees
 * @param hybrids what hybrid queries match, shared by the aggregations of a search
 */
public record SearchServices(SearchPins pins, ShardFields shards, HybridSearches hybrids) {

    public SearchServices(SearchPins pins, ShardFields shards) {
        this(pins, shards, new HybridSearches());
    }
}

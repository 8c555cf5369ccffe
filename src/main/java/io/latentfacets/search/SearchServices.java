/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

/**
 * The services of a node that every query and aggregation of this plugin needs. Thread-safe.
 *
 * @param pins decides on generations and loads them, before a shard is searched
 * @param shards resolves the pinned field on a shard
 * @param hybrids holds the matches of hybrid queries, which a search's aggregations share
 * @param visible knows which documents a caller may see; must listen to the searches of all indices
 */
public record SearchServices(SearchPins pins, ShardFields shards, HybridSearches hybrids, VisibleDocuments visible) {

    public SearchServices(SearchPins pins, ShardFields shards) {
        this(pins, shards, new HybridSearches(), new VisibleDocuments());
    }
}

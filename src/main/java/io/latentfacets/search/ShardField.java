/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.field.ClusterColumn;
import io.latentfacets.field.ClusterColumns;
import io.latentfacets.field.LeafLatents;
import io.latentfacets.model.Generation;
import java.io.IOException;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;

/**
 * A latent_vector field in one shard's part of a search. Immutable, thread-safe.
 *
 * @param name the full name in this index
 * @param pin the search's pin; if the search has none, this shard's own choice
 * @param generation the pinned generation; null if the model has none, and then no document has a cluster
 * @param columns the node's cluster columns; null only in {@link #NONE}
 */
public record ShardField(String name, Pin pin, Generation generation, ClusterColumns columns) {

    /** The field of an index that does not have it. */
    public static final ShardField NONE = new ShardField("", Pin.NONE, null, null);

    /**
     * Returns the column of a segment, for one thread; null if none of its documents has a cluster.
     *
     * @param similarity whether the caller uses {@link ClusterColumn#isAtLeast}
     */
    public ClusterColumn column(LeafReaderContext leaf, boolean similarity) throws IOException {
        return generation == null ? null : columns.get(leaf.reader(), name, generation, similarity);
    }

    /**
     * Returns a column with counts, for a caller that needs every document of the segment; null as in {@link #column}.
     */
    public ClusterColumn countedColumn(LeafReaderContext leaf) throws IOException {
        return generation == null ? null : columns.whole(leaf.reader(), name, generation, false);
    }

    /** Returns the segment's latents of the pinned generation's encoder; null if none of its documents has one. */
    public LeafLatents latents(LeafReader reader) throws IOException {
        return generation == null
                ? null
                : LeafLatents.of(
                        reader,
                        name,
                        generation.encoder(),
                        generation.clusters().partition().dims());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.field.LeafLatents;
import io.latentfacets.field.column.ClusterColumn;
import io.latentfacets.field.column.ClusterColumns;
import io.latentfacets.field.column.DocumentMemberships;
import io.latentfacets.field.column.PlaceColumn;
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

    /**
     * Returns the memberships of a segment's documents, for one thread; null if none of its documents has a cluster.
     */
    public DocumentMemberships memberships(LeafReaderContext leaf) throws IOException {
        return generation == null ? null : columns.memberships(leaf.reader(), name, generation);
    }

    /** @throws IllegalArgumentException if the pinned generation has no map */
    public void requireMap(String who) {
        if (generation != null && generation.projection() == null) {
            throw new IllegalArgumentException("[" + who + "] needs a map, and generation [" + generation.number()
                    + "] of model [" + generation.model()
                    + "] has none, because an earlier version of the plugin trained it; train the model again");
        }
    }

    /**
     * Returns the places of a segment's documents on the map, for one thread; null if none of them has one.
     *
     * @param all whether the caller needs every document of the segment
     */
    public PlaceColumn places(LeafReaderContext leaf, boolean all) throws IOException {
        if (generation == null) {
            return null;
        }
        return all
                ? columns.map().whole(leaf.reader(), name, generation)
                : columns.map().get(leaf.reader(), name, generation);
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

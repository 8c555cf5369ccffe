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
 * A latent_vector field as one shard's part of a search sees it. Immutable, thread-safe.
 *
 * @param name full name in this index
 * @param pin what the search pinned, or what this shard settled on where nothing was
 * @param generation the pinned generation, or null when the model has none: then no document has a cluster
 */
public record ShardField(String name, Pin pin, Generation generation, ClusterColumns columns) {

    /** Of an index that has no such field. */
    public static final ShardField NONE = new ShardField("", Pin.NONE, null, null);

    /** Clusters by document of a segment, for one thread; null: no document of it has one. */
    public ClusterColumn column(LeafReaderContext leaf, boolean similarity) throws IOException {
        return generation == null ? null : columns.get(leaf.reader(), name, generation, similarity);
    }

    /** The same, always with counts: for who needs every document of the segment. */
    public ClusterColumn countedColumn(LeafReaderContext leaf) throws IOException {
        return generation == null ? null : columns.whole(leaf.reader(), name, generation, false);
    }

    /** Latents of a segment that the pinned generation's encoder made; null: no document of it has one. */
    public LeafLatents latents(LeafReader reader) throws IOException {
        return generation == null
                ? null
                : LeafLatents.of(
                        reader,
                        name,
                        generation.encoderGeneration(),
                        generation.clusters().partition().dims());
    }
}

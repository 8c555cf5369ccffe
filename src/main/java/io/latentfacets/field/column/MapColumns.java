/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import io.latentfacets.model.Generation;
import java.io.IOException;
import java.util.function.Supplier;
import org.apache.lucene.index.LeafReader;

/**
 * A node's columns of places on the map, by segment, field and generation: four bytes a document. The pinned generation
 * must have a map. Thread-safe.
 */
public final class MapColumns extends ColumnSource<BuiltPlaces, PlaceColumn> {

    MapColumns(Services services) {
        super(services, ColumnStats.PLACES, "latent_map_column");
    }

    /**
     * Returns the column of a segment to a search that reads some of its documents on one thread; see
     * {@link ClusterColumns#get}.
     *
     * @return the column; null if the segment, as this reader shows it, does not have the field or has other values
     */
    public PlaceColumn get(LeafReader reader, String field, Generation pinned) throws IOException {
        return get(reader, field, pinned, ColumnKind.PLACES);
    }

    /** Like {@link #get}, for a search that needs every document of the segment: builds the column, or waits for it. */
    public PlaceColumn whole(LeafReader reader, String field, Generation pinned) throws IOException {
        return whole(reader, field, pinned, ColumnKind.PLACES);
    }

    @Override
    long work(Generation pinned) {
        return pinned.projection().work();
    }

    @Override
    long ramBytes(int documents, Generation pinned, ColumnKind kind) {
        return BuiltPlaces.ramBytes(documents);
    }

    @Override
    BuiltPlaces fill(LeafReader segment, String field, EncoderGenerations generations, ColumnKind kind, Runnable check)
            throws IOException {
        return BuiltPlaces.fill(
                segment.getBinaryDocValues(field), segment.maxDoc(), new LatentPlacer(generations), check);
    }

    @Override
    PlaceColumn lookUp(
            LeafReader segment,
            String field,
            EncoderGenerations generations,
            ColumnKind kind,
            Supplier<BuiltPlaces> ready,
            Runnable began) {
        return new LookupPlaces(segment, field, new LatentPlacer(generations), ready, began);
    }

    @Override
    PlaceColumn shown(BuiltPlaces built) {
        return built;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.io.IOException;
import java.util.function.Supplier;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.BytesRef;

/** Computes the place of each requested document from its latent until the built column exists. Not thread-safe. */
final class LookupPlaces extends DocumentLookup<BuiltPlaces> implements PlaceColumn {
    private final LatentPlacer placer;

    private int place;

    LookupPlaces(LeafReader segment, String field, LatentPlacer placer, Supplier<BuiltPlaces> ready, Runnable began) {
        super(segment, field, ready, began);
        this.placer = placer;
    }

    @Override
    public int place(int asked) throws IOException {
        BuiltPlaces built = at(asked);
        return built == null ? place : built.place(asked);
    }

    @Override
    void read(BytesRef latent) {
        place = latent == null ? Places.NONE : placer.place(latent);
    }
}

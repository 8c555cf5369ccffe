/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.RamUsageEstimator;

/** The place of every document of one segment, computed in advance: two bytes an axis. Immutable, thread-safe. */
final class BuiltPlaces implements SegmentColumn, PlaceColumn {
    /** The number of documents between two checks: a few milliseconds. */
    private static final int ASK_EVERY = 1024;

    private final int[] places;
    private final Set<Integer> missing;
    private final int unknown;

    private BuiltPlaces(int[] places, Set<Integer> missing, int unknown) {
        this.places = places;
        this.missing = Set.copyOf(missing);
        this.unknown = unknown;
    }

    /**
     * Computes the places in one pass over a segment's latents.
     *
     * @param latents null if the segment has none
     * @param check runs at intervals; throws to stop
     */
    static BuiltPlaces fill(BinaryDocValues latents, int documents, LatentPlacer placer, Runnable check)
            throws IOException {
        int[] places = new int[documents];
        Arrays.fill(places, Places.NONE);
        int placed = 0;
        for (int doc = latents == null ? DocIdSetIterator.NO_MORE_DOCS : latents.nextDoc();
                doc != DocIdSetIterator.NO_MORE_DOCS;
                doc = latents.nextDoc()) {
            if (++placed % ASK_EVERY == 0) {
                check.run();
            }
            places[doc] = placer.place(latents.binaryValue());
        }
        return new BuiltPlaces(places, placer.missing(), placer.unknown());
    }

    @Override
    public int place(int doc) {
        return places[doc];
    }

    @Override
    public Set<Integer> missing() {
        return missing;
    }

    @Override
    public int unknown() {
        return unknown;
    }

    /** The heap bytes for this number of documents. */
    static long ramBytes(int documents) {
        return RamUsageEstimator.alignObjectSize((long) Integer.BYTES * documents) + 64;
    }
}

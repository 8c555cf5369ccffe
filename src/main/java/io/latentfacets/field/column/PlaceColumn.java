/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.io.IOException;

/**
 * The places on the map of one segment's documents, deleted ones included. {@link BuiltPlaces} hold all of them in
 * advance; {@link LookupPlaces} compute each on request, serve one thread and are fast in ascending order. Both give
 * the same answer for every document.
 */
public sealed interface PlaceColumn permits BuiltPlaces, LookupPlaces {

    /** Returns a document's place as {@link Places} has it; {@link Places#NONE} for none. */
    int place(int doc) throws IOException;
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.util.Set;

/** What was computed in advance for every document of one segment. Immutable, thread-safe. */
sealed interface SegmentColumn permits BuiltColumn, BuiltPlaces {

    /** The known generations that some documents need and that were not in memory. */
    Set<Integer> missing();

    /** The number of the segment's documents, deleted ones included, with a latent of an unknown encoder. */
    int unknown();
}

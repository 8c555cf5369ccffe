/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import java.util.List;

/**
 * What is known of clusters before they are made. It counts only where the number of clusters is chosen from the data.
 * Immutable by convention: nobody writes to the arrays.
 *
 * @param count the number of clusters to expect, such as what there were and what is known to be new; {@link #ANY} for
 *     none
 * @param subjects the rows of some latents of each subject that is known to be new
 */
public record ExpectedClusters(int count, List<int[]> subjects) {
    /** No number is expected. */
    public static final int ANY = 0;

    /** Nothing is known. */
    public static final ExpectedClusters NONE = new ExpectedClusters(ANY, List.of());

    public ExpectedClusters {
        subjects = List.copyOf(subjects);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import java.util.List;

/**
 * What is known of clusters before they are made. It counts only where the number of clusters is chosen from the data.
 * Immutable by convention: nobody writes to the arrays.
 *
 * @param counts the numbers of clusters to expect, best first: such as what there were and what is known to be new,
 *     then what there were; a number that is not possible does not count
 * @param subjects the rows of some latents of each subject that is known to be new
 */
public record ExpectedClusters(int[] counts, List<int[]> subjects) {
    /** Nothing is known. */
    public static final ExpectedClusters NONE = new ExpectedClusters(new int[0], List.of());

    public ExpectedClusters {
        subjects = List.copyOf(subjects);
    }
}

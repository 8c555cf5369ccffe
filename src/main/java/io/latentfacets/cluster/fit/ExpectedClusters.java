/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.fit;

import java.util.List;

/**
 * What is known of clusters before they are made. It counts only where the number of clusters is chosen from the data.
 * Immutable by convention: nobody writes to the arrays.
 *
 * @param counts the numbers of clusters to expect, best first: such as what there were and what is known to be new,
 *     then what there were; a number that is not possible does not count; empty for none
 * @param former the former cluster of each latent, −1 for none, if that division is to be continued; null otherwise
 * @param subjects the rows of some latents of each subject that the former division is known to lack
 */
public record ExpectedClusters(int[] counts, int[] former, List<int[]> subjects) {
    /** Nothing is known. */
    public static final ExpectedClusters NONE = count();

    public ExpectedClusters {
        subjects = List.copyOf(subjects);
    }

    /** Only numbers are known. */
    public static ExpectedClusters count(int... counts) {
        return new ExpectedClusters(counts, null, List.of());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

/** How well a word describes a cluster. */
@FunctionalInterface
interface Score {
    /** The score of a word that cannot describe the cluster. */
    double UNFIT = Double.NEGATIVE_INFINITY;

    /**
     * The score, as a logarithm; {@link #UNFIT} for none.
     *
     * @param logProbability log p(w|c)
     * @param word the number of the word
     */
    double of(float logProbability, int word);
}

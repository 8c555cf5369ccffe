/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How unequal the classes of a {@link Draw} are. Each class has {@link #LEAST} documents; the rest is divided by a
 * power law: the class of rank r gets a share ∝ r^−a. With ten classes and many documents, the largest has 10 % of them
 * for a = 0, 27 % for a = ¾, and 50 % for a = 1½, as {@code earn} has among the ten most frequent topics of
 * Reuters-21578.
 */
enum Skew {
    EVEN(0),
    SKEWED(0.75),
    VERY_SKEWED(1.5);

    /** The documents that every class has; no method finds a class of two or three. */
    static final int LEAST = 10;

    private final double exponent;

    Skew(double exponent) {
        this.exponent = exponent;
    }

    /**
     * The sizes of the classes, the largest first. Their sum is {@code documents}.
     *
     * @param classes the number of classes, at least 1
     * @param documents the number of documents, at least {@link #LEAST} for each class
     */
    int[] sizes(int classes, int documents) {
        double[] shares = IntStream.rangeClosed(1, classes)
                .mapToDouble(rank -> Math.pow(rank, -exponent))
                .toArray();
        double all = Arrays.stream(shares).sum();
        int rest = documents - classes * LEAST;
        int[] sizes = new int[classes];
        double cumulated = 0;
        long given = 0;
        for (int rank = 0; rank < classes; rank++) {
            cumulated += shares[rank];
            // rounding sums keeps the sum, and each size within one of its share
            long until = rank == classes - 1 ? rest : Math.round(rest * cumulated / all);
            sizes[classes - 1 - rank] = LEAST + (int) (until - given);
            given = until;
        }
        Arrays.sort(sizes);
        for (int i = 0; i < classes / 2; i++) {
            int swap = sizes[i];
            sizes[i] = sizes[classes - 1 - i];
            sizes[classes - 1 - i] = swap;
        }
        return sizes;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}

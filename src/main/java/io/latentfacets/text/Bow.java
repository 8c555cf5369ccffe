/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.Arrays;

/**
 * A bag of words: which vocabulary entries a document contains, and how often. Immutable and thread-safe.
 *
 * <p>Ids are ascending and unique. The count of an entry is the sum of the field weights over its occurrences.
 */
public final class Bow {
    public static final Bow EMPTY = new Bow(new int[0], new float[0]);

    private final int[] ids;
    private final float[] counts;

    /** Takes ownership of both arrays; ids must be ascending and unique, counts positive. */
    public Bow(int[] ids, float[] counts) {
        if (ids.length != counts.length) {
            throw new IllegalArgumentException(
                    "one count per id: " + ids.length + " ids, " + counts.length + " counts");
        }
        assert ascending(ids) : Arrays.toString(ids);
        this.ids = ids;
        this.counts = counts;
    }

    private static boolean ascending(int[] ids) {
        for (int i = 1; i < ids.length; i++) {
            if (ids[i - 1] >= ids[i]) {
                return false;
            }
        }
        return true;
    }

    /** Number of distinct entries. */
    public int size() {
        return ids.length;
    }

    public boolean isEmpty() {
        return ids.length == 0;
    }

    /** Vocabulary id of the i-th entry. */
    public int id(int i) {
        return ids[i];
    }

    /** Weighted count of the i-th entry. */
    public float count(int i) {
        return counts[i];
    }

    /** The ids themselves, not a copy: callers must not write to them. */
    public int[] ids() {
        return ids;
    }

    /** The counts themselves, not a copy: callers must not write to them. */
    public float[] counts() {
        return counts;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bow bow && Arrays.equals(ids, bow.ids) && Arrays.equals(counts, bow.counts);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(ids) + Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "Bow" + Arrays.toString(ids) + Arrays.toString(counts);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import java.util.Arrays;
import java.util.Locale;

/**
 * The groups of three adjacent characters of a sentence. The share that two sentences have in common says how alike
 * they are (Dice, 1945), which works in every script. Whatever is no letter and no digit counts as one blank.
 * Immutable.
 */
public final class Likeness {

    /** Sentences that are so much alike or more say nearly the same. */
    public static final double SAME = 0.6;

    private static final int GROUP = 3;

    /** The distinct groups, each as 48 bits, ascending. */
    private final long[] groups;

    private Likeness(long[] groups) {
        this.groups = groups;
    }

    public static Likeness of(String sentence) {
        String text = (' ' + sentence.toLowerCase(Locale.ROOT) + ' ').replaceAll("[^\\p{L}\\p{M}\\p{N}]+", " ");
        long[] groups = new long[Math.max(0, text.length() - GROUP + 1)];
        for (int i = 0; i < groups.length; i++) {
            for (int j = 0; j < GROUP; j++) {
                groups[i] = groups[i] << Character.SIZE | text.charAt(i + j);
            }
        }
        return new Likeness(Arrays.stream(groups).sorted().distinct().toArray());
    }

    /** Dice's coefficient of the groups of two sentences, 0 to 1. */
    public double to(Likeness other) {
        int common = 0;
        for (int i = 0, j = 0; i < groups.length && j < other.groups.length; ) {
            int order = Long.compare(groups[i], other.groups[j]);
            common += order == 0 ? 1 : 0;
            i += order <= 0 ? 1 : 0;
            j += order >= 0 ? 1 : 0;
        }
        int all = groups.length + other.groups.length;
        return all == 0 ? 1 : 2.0 * common / all;
    }
}

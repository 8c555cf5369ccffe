/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends.statistics;

import java.util.Locale;

/** What became of a cluster in the window. */
public enum Verdict {
    /** Its share is significantly higher, and it was nothing before: see {@link #NOTHING}. */
    NEW,
    /** Its share is significantly higher. */
    RISING,
    /** Its share is significantly lower. */
    FALLING,
    /** Its share is significantly lower, and it is nothing now. */
    GONE,
    /** Its share may be the same. */
    STEADY;

    /**
     * A share of at most this part of the other stretch's share is nothing. A cluster is a region, and every document
     * falls into one: stray documents fall there before the first and after the last one of its subject.
     */
    static final double NOTHING = 0.02;

    /** @param significant whether the shares differ significantly */
    static Verdict of(Table table, boolean significant) {
        double now = table.share();
        double before = table.beforeShare();
        if (!significant || now == before) {
            return STEADY;
        }
        if (now > before) {
            return before <= NOTHING * now ? NEW : RISING;
        }
        return now <= NOTHING * before ? GONE : FALLING;
    }

    /** The name in responses. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }
}

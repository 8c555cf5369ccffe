/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.language;

import java.util.Locale;

/** Counts in texts of which languages the entries of a vocabulary occur. Not thread-safe. */
public final class LanguageCounts {
    /** Share of an entry's occurrences in texts of a known language that make it a word of that language. */
    private static final double OWN = 0.8;

    private static final Language[] LANGUAGES = Language.values();

    private final int[][] counts = new int[LANGUAGES.length][];
    private final int size;

    /** @param size of the vocabulary */
    public LanguageCounts(int size) {
        this.size = size;
    }

    /**
     * Counts an occurrence.
     *
     * @param id of the entry; nothing is counted if negative
     * @param language of the text it is in; nothing is counted if {@code null}
     */
    @SuppressWarnings("EnumOrdinal") // an index of arrays that do not outlive this object
    public void add(int id, Language language) {
        if (id < 0 || language == null) {
            return;
        }
        int l = language.ordinal();
        if (counts[l] == null) {
            counts[l] = new int[size];
        }
        counts[l][id]++;
    }

    /** Name of the language that the entry belongs to, empty if it belongs to none. */
    public String name(int id) {
        long all = 0;
        int best = -1;
        for (int l = 0; l < counts.length; l++) {
            if (counts[l] != null) {
                all += counts[l][id];
                best = best < 0 || counts[l][id] > counts[best][id] ? l : best;
            }
        }
        return all > 0 && counts[best][id] >= OWN * all ? LANGUAGES[best].name().toLowerCase(Locale.ROOT) : "";
    }
}

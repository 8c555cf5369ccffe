/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.language;

import java.util.Locale;

/** Counts the occurrences of each vocabulary entry by the language of the text. Not thread-safe. */
public final class LanguageCounts {
    /**
     * The share of one language, among an entry's occurrences in texts of known language, that makes it a word of that
     * language.
     */
    private static final double OWN = 0.8;

    private static final Language[] LANGUAGES = Language.values();

    private final int[][] counts = new int[LANGUAGES.length][];
    private final int size;

    /** @param size the number of entries of the vocabulary */
    public LanguageCounts(int size) {
        this.size = size;
    }

    /**
     * Counts an occurrence. Ignores entries outside the vocabulary and texts of unknown language.
     *
     * @param id the id of the entry, negative outside the vocabulary
     * @param language the language of the text, {@code null} if not known
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

    /** Name of the language that the entry belongs to, in lower case; empty if it belongs to none. */
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

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.terms;

import io.latentfacets.text.Vocabulary;
import java.util.Locale;
import org.apache.lucene.search.spell.LuceneLevenshteinDistance;

/** Finds the known word that is spelt most like an unknown one. Stateless. */
final class Spelling {

    /** The least similarity: one changed letter of four, two of seven. */
    static final float LEAST = 0.7f;

    /** The number of entries between two checks for cancellation. */
    private static final int CHECK_INTERVAL = 1 << 10;

    private Spelling() {}

    /**
     * Returns the id of the word whose surface form or analysed form is nearest by changed, missing, additional and
     * swapped letters, as a share of the letters. Of equally near ones the most frequent is taken.
     *
     * @param word the unknown word
     * @param check called many times; throws to stop
     * @return the id; -1 if none is near enough
     */
    static int nearest(String word, Vocabulary vocabulary, Runnable check) {
        LuceneLevenshteinDistance distance = new LuceneLevenshteinDistance();
        String asked = word.toLowerCase(Locale.ROOT);
        int best = -1;
        float most = 0;
        for (int id = 0; id < vocabulary.size(); id++) {
            if (id % CHECK_INTERVAL == 0) {
                check.run();
            }
            if (vocabulary.isPhrase(id)) {
                continue;
            }
            float similarity = 0;
            for (String known : new String[] {vocabulary.surface(id).toLowerCase(Locale.ROOT), vocabulary.term(id)}) {
                // one letter of difference in length is at least one change
                int longer = Math.max(asked.length(), known.length());
                if (Math.abs(asked.length() - known.length()) <= (1 - LEAST) * longer) {
                    similarity = Math.max(similarity, distance.getDistance(asked, known));
                }
            }
            boolean nearer = similarity > most
                    || (similarity == most && best >= 0 && vocabulary.docFreq(id) > vocabulary.docFreq(best));
            if (similarity >= LEAST && nearer) {
                best = id;
                most = similarity;
            }
        }
        return best;
    }
}

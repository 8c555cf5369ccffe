/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.Introducers;
import io.latentfacets.text.language.Language;
import java.util.Arrays;

/**
 * Reduces a replay of words to runs: adjacent words between function words or punctuation. Passes those of texts in
 * languages with known introducers. For a single replay.
 */
abstract class Runs implements Spill.Visitor {
    /** The number of the language of the text, 0 if not known. */
    int language;

    int document;

    private final int[] idOfForm;
    private boolean counts;
    private boolean introduction;
    private boolean introduced;
    private int[] ids = new int[64];
    private int[] forms = new int[64];
    private int length;

    /** @param idOfForm the vocabulary id of each form, -1 for words outside the vocabulary */
    Runs(int[] idOfForm) {
        this.idOfForm = idOfForm;
    }

    /**
     * Receives a run.
     *
     * @param ids the vocabulary id of each word, -1 outside the vocabulary; overwritten after the call
     * @param forms the form of each word; overwritten after the call
     * @param introduced whether a word that introduces nouns stands directly before the run
     */
    abstract void run(int[] ids, int[] forms, int length, boolean introduced);

    @Override
    @SuppressWarnings("EnumOrdinal") // an index of arrays that do not outlive the miner
    public void field(float weight, Language of) {
        end();
        introduction = false;
        language = of == null ? 0 : of.ordinal() + 1;
        counts = Introducers.known(of);
    }

    @Override
    public void introduced() {
        introduction = true;
    }

    @Override
    public void word(int form, boolean adjacent) {
        if (!adjacent || introduction) {
            end();
            introduced = introduction;
            introduction = false;
        }
        if (length == ids.length) {
            ids = Arrays.copyOf(ids, 2 * length);
            forms = Arrays.copyOf(forms, 2 * length);
        }
        ids[length] = idOfForm[form];
        forms[length++] = form;
    }

    @Override
    public void endDocument() {
        end();
        document++;
    }

    private void end() {
        if (length > 0 && counts) {
            run(ids, forms, length, introduced);
        }
        length = 0;
    }

    /** Receives the bounds of a part of a run. */
    @FunctionalInterface
    interface PartVisitor {
        void part(int from, int to);
    }

    /** Passes all parts of a run that can be phrases: words of the vocabulary, each once. */
    static void parts(int[] ids, int length, PartVisitor visitor) {
        for (int from = 0; from < length - 1; from++) {
            for (int to = from + 1; to <= Math.min(length, from + NounPhrase.MOST_WORDS); to++) {
                if (ids[to - 1] < 0 || repeats(ids, from, to - 1)) {
                    break;
                }
                if (to - from > 1) {
                    visitor.part(from, to);
                }
            }
        }
    }

    private static boolean repeats(int[] ids, int from, int at) {
        for (int i = from; i < at; i++) {
            if (ids[i] == ids[at]) {
                return true;
            }
        }
        return false;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import io.latentfacets.text.Bow;
import io.latentfacets.vae.SparseRows;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Splits a document into two views. Each occurrence of each word falls into one of the views by a fair coin: A_w ~
 * Binomial(tf_w, ½), B = tf − A. The views share no occurrence, so only the subject makes them alike. Reused from
 * document to document; not thread-safe.
 */
public final class Views {
    private SplittableRandom random;
    private final float[] first;
    private final float[] second;
    private Bow bow;

    /**
     * @param random the generator of the splits and of the word dropout
     * @param longest the largest number of distinct words of a document
     */
    public Views(SplittableRandom random, int longest) {
        this.random = random;
        this.first = new float[longest];
        this.second = new float[longest];
    }

    /** Takes the draws of all later splits and dropouts from {@code generator}. */
    public void drawFrom(SplittableRandom generator) {
        random = generator;
    }

    /** Splits a document. A view that would be empty gets the whole document. */
    public void split(Bow document) {
        bow = document;
        boolean emptyFirst = true;
        boolean emptySecond = true;
        for (int i = 0; i < document.size(); i++) {
            float count = document.count(i);
            int whole = (int) count;
            // a count such as 2.5 results from field weights: the half is one occurrence of half the weight
            float a = binomial(whole) + (random.nextBoolean() ? count - whole : 0);
            first[i] = a;
            second[i] = count - a;
            emptyFirst &= a <= 0;
            emptySecond &= count - a <= 0;
        }
        if (emptyFirst) {
            System.arraycopy(document.counts(), 0, first, 0, document.size());
        }
        if (emptySecond) {
            System.arraycopy(document.counts(), 0, second, 0, document.size());
        }
    }

    /** Returns whether the last split document has no words. */
    boolean isEmpty() {
        return bow.isEmpty();
    }

    private int binomial(int trials) {
        int successes = 0;
        int left = trials;
        while (left >= Long.SIZE) {
            successes += Long.bitCount(random.nextLong());
            left -= Long.SIZE;
        }
        return left == 0 ? successes : successes + Long.bitCount(random.nextLong() >>> (Long.SIZE - left));
    }

    /**
     * Returns the counts of the first view, one for each word of the last split document; valid until the next split.
     */
    public float[] first() {
        return first;
    }

    /** Returns the counts of the second view, like {@link #first()}. */
    public float[] second() {
        return second;
    }

    /** Adds a view to the encoder's inputs as a row; drops each word with probability {@code dropout}. */
    public void addTo(SparseRows rows, float[] view, double dropout) {
        for (int i = 0; i < bow.size(); i++) {
            if (view[i] > 0 && (dropout == 0 || random.nextDouble() >= dropout)) {
                rows.add(bow.id(i), view[i]);
            }
        }
        rows.endRow();
    }

    /** Adds a view to the decoder's targets as a row: each word with its share of the view. */
    public void addTo(Targets targets, float[] view) {
        targets.addRow(bow.ids(), view, bow.size());
    }

    /** Returns the words of a view with their counts, by ascending word, without words that it lacks; for tests. */
    Bow viewOf(float[] view) {
        int[] ids = new int[bow.size()];
        float[] counts = new float[bow.size()];
        int size = 0;
        for (int i = 0; i < bow.size(); i++) {
            if (view[i] > 0) {
                ids[size] = bow.id(i);
                counts[size++] = view[i];
            }
        }
        return new Bow(Arrays.copyOf(ids, size), Arrays.copyOf(counts, size));
    }
}

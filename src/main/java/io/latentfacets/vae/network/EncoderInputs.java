/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import io.latentfacets.text.Bow;
import io.latentfacets.vae.SparseRows;
import io.latentfacets.vae.VectorRows;
import java.util.SplittableRandom;

/**
 * Encoder inputs of a batch in training: rows of words and, where the model takes them, of vectors. Not thread-safe.
 *
 * <p>Of a document that has both, a view shows the words, the vector, or both. So its words and its vector are a
 * positive pair of each other now and then, and documents that have only the one come to lie where documents that have
 * only the other do; where the words are always shown, vectors stay in a region of their own (the modality gap, Liang
 * et al. 2022). A document that has one shows it in both its views. The vectors of two views of a document are the same
 * but for the components that are dropped at random: without that the pair would be too easy to learn anything from.
 */
public final class EncoderInputs {

    /** Probability that a view of a document with both shows the words only; the same for the vector only. */
    private static final double ALONE = 1.0 / 3;

    /** Probability that a component of a vector is left out of a view. */
    private static final double VECTOR_DROPOUT = 0.2;

    private final SparseRows words;
    private final VectorRows vectors;

    /** @param vectors {@code null} for a model of words alone, which then draws nothing at random */
    public EncoderInputs(SparseRows words, VectorRows vectors) {
        this.words = words;
        this.vectors = vectors;
    }

    public SparseRows words() {
        return words;
    }

    /** {@code null} for a model of words alone. */
    public VectorRows vectors() {
        return vectors;
    }

    public void clear() {
        words.clear();
        if (vectors != null) {
            vectors.clear();
        }
    }

    /** Adds a whole document as a row. */
    public void addRow(Bow bow, float[] vector) {
        words.addRow(bow);
        if (vectors != null) {
            vectors.add(vector);
        }
    }

    /**
     * Adds a view as a row.
     *
     * @param split the document last split, whose view it is
     * @param view counts of its words
     * @param vector of the document; {@code null} for none
     * @param wordDropout probability that a word is left out
     * @param random decides what is shown and what is left out
     */
    public void addView(Views split, float[] view, float[] vector, double wordDropout, SplittableRandom random) {
        boolean showWords = true;
        boolean showVector = vector != null;
        if (showVector && !split.isEmpty()) {
            double draw = random.nextDouble();
            showWords = draw >= ALONE;
            showVector = draw < 1 - ALONE;
        }
        if (showWords) {
            split.addTo(words, view, wordDropout);
        } else {
            words.endRow();
        }
        if (vectors != null) {
            vectors.add(showVector ? vector : null);
            if (showVector) {
                vectors.dropComponents(VECTOR_DROPOUT, random);
            }
        }
    }
}

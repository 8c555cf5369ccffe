/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae.network;

import io.latentfacets.text.Bow;
import io.latentfacets.vae.SparseRows;
import io.latentfacets.vae.VectorRows;
import java.util.SplittableRandom;

/**
 * Encoder inputs of a training batch: rows of words and, where the model takes them, rows of vectors. Not thread-safe.
 *
 * <p>A document may have words and a vector. Each of its views then shows the words, the vector, or both, at random. So
 * the words and the vector of one document are sometimes a positive pair, and the network maps documents with only
 * words and documents with only vectors to the same regions. If views always showed the words, vectors would stay in a
 * region of their own (the modality gap, Liang et al. 2022). A document with only one input shows it in both views.
 * Both views of a document show the same vector, apart from components that are dropped at random; without this dropout
 * the pair would be too easy to teach the network anything.
 */
public final class EncoderInputs {

    /**
     * The probability that a view shows only the words, and that it shows only the vector, if the document has both.
     */
    private static final double ALONE = 1.0 / 3;

    /** The probability that a view drops a component of the vector. */
    private static final double VECTOR_DROPOUT = 0.2;

    private final SparseRows words;
    private final VectorRows vectors;

    /**
     * @param words the rows of words
     * @param vectors the rows of vectors; {@code null} for a model of words alone, whose views draw only the word
     *     dropout
     */
    public EncoderInputs(SparseRows words, VectorRows vectors) {
        this.words = words;
        this.vectors = vectors;
    }

    public SparseRows words() {
        return words;
    }

    /** Returns the rows of vectors; {@code null} for a model of words alone. */
    public VectorRows vectors() {
        return vectors;
    }

    public void clear() {
        words.clear();
        if (vectors != null) {
            vectors.clear();
        }
    }

    /**
     * Adds a whole document as a row.
     *
     * @param bow the words of the document
     * @param vector the vector of the document; {@code null} for none
     */
    public void addRow(Bow bow, float[] vector) {
        words.addRow(bow);
        if (vectors != null) {
            vectors.add(vector);
        }
    }

    /**
     * Adds a view as a row.
     *
     * @param split the views of the document, which must be the last one that it split
     * @param view the counts of the view's words
     * @param vector the vector of the document; {@code null} for none
     * @param wordDropout the probability that a word is dropped, drawn by the generator of {@code split}
     * @param random the generator that decides whether words and vector are shown and which components are dropped
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

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify.regression;

import io.latentfacets.text.Bow;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Latents;
import java.util.Locale;

/**
 * What a classifier sees of a document: its stored latent, of length 1, and on request the TF-IDF of the vocabulary's
 * words and phrases, (1 + ln tf) · idf, of length 1 too. The latent has the first columns. Immutable and thread-safe.
 */
public final class DocumentFeatures {

    /** The kinds of features. */
    public enum Kind {
        LATENT,
        LATENT_WORDS;

        /** The name in the API. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', '+');
        }
    }

    private final Kind kind;
    private final int dims;
    private final Vocabulary vocabulary;

    /** @param dims the number of dimensions of a latent */
    public DocumentFeatures(Kind kind, int dims, Vocabulary vocabulary) {
        this.kind = kind;
        this.dims = dims;
        this.vocabulary = vocabulary;
    }

    /** The number of features. */
    public int columns() {
        return kind == Kind.LATENT ? dims : dims + vocabulary.size();
    }

    /**
     * The features of a document.
     *
     * @param latent the stored latent, int8 {@code [dims]}
     * @param words the known words; read only if the features have words
     */
    public FeatureRow row(byte[] latent, Bow words) {
        float[] unit = Latents.dequantize(latent);
        return kind == Kind.LATENT ? FeatureRow.dense(unit) : joined(unit, words);
    }

    private FeatureRow joined(float[] unit, Bow words) {
        int[] ids = new int[dims + words.size()];
        float[] values = new float[ids.length];
        for (int i = 0; i < dims; i++) {
            ids[i] = i;
            values[i] = unit[i];
        }
        double squares = 0;
        for (int i = 0; i < words.size(); i++) {
            // the weight of a field can make a count less than one
            double value = (1 + Math.log(Math.max(1, words.count(i)))) * vocabulary.idf(words.id(i));
            ids[dims + i] = dims + words.id(i);
            values[dims + i] = (float) value;
            squares += value * value;
        }
        float scale = squares > 0 ? (float) (1 / Math.sqrt(squares)) : 0;
        for (int i = dims; i < values.length; i++) {
            values[i] *= scale;
        }
        return new FeatureRow(ids, values);
    }
}

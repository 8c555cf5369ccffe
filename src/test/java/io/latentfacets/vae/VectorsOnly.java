/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.text.Bow;
import java.util.function.IntFunction;

/** An in-memory source of documents with vectors but without words. */
public record VectorsOnly(int size, int vectorDims, IntFunction<float[]> vectors) implements InputSource {

    @Override
    public Bow get(int doc) {
        return Bow.EMPTY;
    }

    @Override
    public float[] vector(int doc) {
        return vectors.apply(doc);
    }
}

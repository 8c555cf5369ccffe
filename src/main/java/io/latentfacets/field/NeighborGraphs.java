/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.model.EncoderId;
import java.util.Arrays;

/**
 * The Lucene fields of a latent field's HNSW graphs. A Lucene vector field never changes its dimension and never leaves
 * its index, so the number of fields must not depend on what documents claim. Encoders therefore share
 * {@value #PER_LENGTH} graphs per length, and lengths are rounded up to one of 15. A field has at most 120 graphs, and
 * an index that nobody attacks has one or two. A search that finds latents of other encoders in its graph filters them.
 * Stateless.
 */
public final class NeighborGraphs {

    /** The number of graphs among which the encoders of one length are distributed. */
    static final int PER_LENGTH = 8;

    private static final int SHORTEST = 8;

    private NeighborGraphs() {}

    /**
     * The Lucene field of the graph that holds the latents of an encoder.
     *
     * @param field the full name of the latent field
     * @param dims the length of the latents, 1 to 1024
     */
    public static String field(String field, EncoderId encoder, int dims) {
        return field + ".neighbors." + Long.remainderUnsigned(encoder.bits(), PER_LENGTH) + "." + length(dims);
    }

    /**
     * The point of a latent in its graph: the latent, followed by zeros up to the length of the graph. Zeros change no
     * cosine.
     *
     * @param latent int8[dims], not modified
     * @return int8[length of the graph]; the same array if it has that length
     */
    public static byte[] point(byte[] latent) {
        int length = length(latent.length);
        return length == latent.length ? latent : Arrays.copyOf(latent, length);
    }

    /** The least of 8, 12, 16, 24, 32, 48, …, 768, 1024 that is not below the length. */
    static int length(int dims) {
        int power = SHORTEST;
        while (power < dims) {
            if (power + power / 2 >= dims) {
                return power + power / 2;
            }
            power *= 2;
        }
        return power;
    }
}

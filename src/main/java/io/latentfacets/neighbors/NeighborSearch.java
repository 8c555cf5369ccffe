/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import java.util.Arrays;
import java.util.Objects;
import org.apache.lucene.search.Query;

/**
 * What a shard is asked: the latents of one encoder nearest to a given one. Immutable, but for the bytes, which are not
 * to be written to.
 *
 * @param field full name
 * @param generation what the search is pinned to
 * @param encoder the generation whose number comparable latents carry
 * @param latent int8, not all zero
 * @param k how many
 * @param filter which documents are looked at; null for all
 * @param itself documents that are none of the neighbours; null for none
 */
public record NeighborSearch(
        String field, String model, int generation, int encoder, byte[] latent, int k, Query filter, Query itself) {

    @Override
    public boolean equals(Object other) {
        return other instanceof NeighborSearch that
                && field.equals(that.field)
                && model.equals(that.model)
                && generation == that.generation
                && encoder == that.encoder
                && Arrays.equals(latent, that.latent)
                && k == that.k
                && Objects.equals(filter, that.filter)
                && Objects.equals(itself, that.itself);
    }

    @Override
    public int hashCode() {
        return Objects.hash(field, model, generation, encoder, Arrays.hashCode(latent), k, filter, itself);
    }

    /** Model and generation, and the encoder where it is another's: {@code news/3 (encoder of 2)}. */
    public String origin() {
        return model + "/" + generation + (encoder == generation ? "" : " (encoder of " + encoder + ")");
    }
}

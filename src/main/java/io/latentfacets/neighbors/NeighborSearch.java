/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.model.EncoderId;
import java.util.Arrays;
import java.util.Objects;
import org.apache.lucene.search.Query;

/**
 * A shard's search for the latents of one encoder that are nearest to a given one. Immutable as long as nobody writes
 * to the array.
 *
 * @param field the full name
 * @param model the field's model
 * @param generation the pinned generation's number
 * @param encoder the fingerprint that comparable latents carry
 * @param latent int8[dims], not all zero
 * @param k the number of neighbours
 * @param filter the query that neighbours must match; null for none
 * @param itself a query for documents that are no neighbours; null for none
 */
public record NeighborSearch(
        String field,
        String model,
        int generation,
        EncoderId encoder,
        byte[] latent,
        int k,
        Query filter,
        Query itself) {

    @Override
    public boolean equals(Object other) {
        return other instanceof NeighborSearch that
                && field.equals(that.field)
                && model.equals(that.model)
                && generation == that.generation
                && encoder.equals(that.encoder)
                && Arrays.equals(latent, that.latent)
                && k == that.k
                && Objects.equals(filter, that.filter)
                && Objects.equals(itself, that.itself);
    }

    @Override
    public int hashCode() {
        return Objects.hash(field, model, generation, encoder, Arrays.hashCode(latent), k, filter, itself);
    }

    /** The model and generation: {@code news/3}. */
    public String origin() {
        return model + "/" + generation;
    }
}

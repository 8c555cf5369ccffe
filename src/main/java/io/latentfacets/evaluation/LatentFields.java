/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import io.latentfacets.attach.AttachedIndices;
import io.latentfacets.field.StoredLatent;
import io.latentfacets.model.EncoderId;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.opensearch.cluster.ClusterState;

/**
 * The fields that store the latents of a model. A field of the same name that another model uses, or that has no
 * mapping, does not count.
 *
 * @param byIndex the full path of the field, by index; the first one if an index has several
 */
public record LatentFields(Map<String, String> byIndex) {

    public static LatentFields of(ClusterState state, String model) {
        return new LatentFields(AttachedIndices.of(state, model).stream()
                .collect(Collectors.toMap(
                        AttachedIndices.Attached::index, AttachedIndices.Attached::field, (first, second) -> first)));
    }

    public Collection<String> paths() {
        return byIndex.values();
    }

    /**
     * The latent in a document's source, int8 {@code [dims]}; null if it has none of this encoder.
     *
     * @param encoder the encoder's fingerprint
     * @param dims the number of dimensions of a latent
     */
    public byte[] stored(String index, Map<String, Object> source, EncoderId encoder, int dims) {
        String field = byIndex.get(index);
        return field == null ? null : StoredLatent.in(source, field, encoder, dims);
    }
}

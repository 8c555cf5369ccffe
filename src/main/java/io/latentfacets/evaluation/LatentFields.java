/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import io.latentfacets.attach.AttachedIndices;
import io.latentfacets.field.StoredLatent;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.opensearch.cluster.ClusterState;

/**
 * Where documents keep the latents of a model. What a field of another model or of no mapping holds under the same name
 * is none of them.
 *
 * @param byIndex full path of the field, by index; the first where an index has several
 */
record LatentFields(Map<String, String> byIndex) {

    static LatentFields of(ClusterState state, String model) {
        return new LatentFields(AttachedIndices.of(state, model).stream()
                .collect(Collectors.toMap(
                        AttachedIndices.Attached::index, AttachedIndices.Attached::field, (first, second) -> first)));
    }

    Collection<String> paths() {
        return byIndex.values();
    }

    /**
     * The latent in a document's source, int8; null if it has none that this encoder made.
     *
     * @param encoder number of the generation that trained the encoder
     */
    byte[] stored(String index, Map<String, Object> source, int encoder, int dims) {
        String field = byIndex.get(index);
        return field == null ? null : StoredLatent.in(source, field, encoder, dims);
    }
}

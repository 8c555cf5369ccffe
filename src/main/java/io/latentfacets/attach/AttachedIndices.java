/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.field.LatentMappings;
import io.latentfacets.field.MappedEncoding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.index.IndexSettings;

/** Finds the indices with fields that hold a model's latents. Reads cluster state only. */
public final class AttachedIndices {

    private AttachedIndices() {}

    /**
     * A {@code latent_vector} field of the model.
     *
     * @param index the name of the index
     * @param field the full path of the field
     * @param pipelines the index's default pipeline and final pipeline, as far as they are set
     * @param encoding how the mapping alone has documents encoded; null if it does not
     */
    public record Attached(String index, String field, List<String> pipelines, MappedEncoding encoding) {}

    /** All such fields of open indices, sorted by index, then by field. */
    public static List<Attached> of(ClusterState state, String model) {
        List<Attached> attached = new ArrayList<>();
        for (IndexMetadata index : state.metadata()) {
            if (index.getState() == IndexMetadata.State.OPEN) {
                List<String> fields = LatentMappings.fields(index, model);
                Map<String, MappedEncoding> encoded = fields.isEmpty() ? Map.of() : LatentMappings.encoded(index);
                for (String field : fields) {
                    attached.add(new Attached(index.getIndex().getName(), field, pipelines(index), encoded.get(field)));
                }
            }
        }
        attached.sort(Comparator.comparing(Attached::index).thenComparing(Attached::field));
        return attached;
    }

    private static List<String> pipelines(IndexMetadata index) {
        List<String> pipelines = new ArrayList<>();
        if (IndexSettings.DEFAULT_PIPELINE.exists(index.getSettings())) {
            pipelines.add(IndexSettings.DEFAULT_PIPELINE.get(index.getSettings()));
        }
        if (IndexSettings.FINAL_PIPELINE.exists(index.getSettings())) {
            pipelines.add(IndexSettings.FINAL_PIPELINE.get(index.getSettings()));
        }
        return pipelines;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.field.LatentMappings;
import io.latentfacets.ingest.LatentPipelines;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;

/** Finds the users of a model in the cluster state: ingest pipelines and mappings that name it. Stateless. */
final class ModelUsers {

    private ModelUsers() {}

    /** Descriptions of at most {@code limit} users of the model, pipelines first; empty if nothing names the model. */
    static List<String> of(String model, ClusterState state, int limit) {
        List<String> indices = new ArrayList<>();
        for (IndexMetadata index : state.metadata()) {
            if (!LatentMappings.fields(index, model).isEmpty()) {
                indices.add("mapping of index [" + index.getIndex().getName() + "]");
            }
        }
        Stream<String> pipelines =
                new LatentPipelines(state).naming(model).stream().sorted().map(name -> "pipeline [" + name + "]");
        return Stream.concat(pipelines, indices.stream().sorted()).limit(limit).toList();
    }
}

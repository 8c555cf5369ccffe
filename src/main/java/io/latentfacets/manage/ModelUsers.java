/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import io.latentfacets.field.LatentMappings;
import io.latentfacets.ingest.LatentPipelines;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.metadata.Template;
import org.opensearch.common.compress.CompressedXContent;

/**
 * Finds the users of a model in the cluster state: ingest pipelines, mappings and templates that name it. Stateless.
 */
final class ModelUsers {

    private ModelUsers() {}

    /**
     * Descriptions of at most {@code limit} users of the model: pipelines, mappings, templates; empty if nothing names
     * the model.
     */
    static List<String> of(String model, ClusterState state, int limit) {
        List<String> indices = new ArrayList<>();
        for (IndexMetadata index : state.metadata()) {
            if (!LatentMappings.fields(index, model).isEmpty()) {
                indices.add("mapping of index [" + index.getIndex().getName() + "]");
            }
        }
        Stream<String> pipelines =
                new LatentPipelines(state).naming(model).stream().sorted().map(name -> "pipeline [" + name + "]");
        return Stream.of(pipelines, indices.stream().sorted(), templates(model, state.metadata()).stream())
                .flatMap(users -> users)
                .limit(limit)
                .toList();
    }

    private static List<String> templates(String model, Metadata metadata) {
        List<String> users = new ArrayList<>();
        metadata.templatesV2().forEach((name, template) -> {
            if (names(template.template(), model)) {
                users.add("index template [" + name + "]");
            }
        });
        metadata.componentTemplates().forEach((name, template) -> {
            if (names(template.template(), model)) {
                users.add("component template [" + name + "]");
            }
        });
        metadata.templates().forEach((name, template) -> {
            if (names(template.mappings(), model)) {
                users.add("legacy template [" + name + "]");
            }
        });
        users.sort(Comparator.naturalOrder());
        return users;
    }

    private static boolean names(Template template, String model) {
        return template != null && names(template.mappings(), model);
    }

    private static boolean names(CompressedXContent mapping, String model) {
        return mapping != null && LatentMappings.models(mapping).containsValue(model);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.field.DerivedFields;
import io.latentfacets.model.definition.ModelDefinition;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.opensearch.cluster.ClusterState;
import org.opensearch.ingest.IngestMetadata;
import org.opensearch.ingest.PipelineConfiguration;
import org.opensearch.ingest.PipelineProcessor;

/**
 * Finds the {@code latent_encode} processors in the ingest pipelines of a cluster state, including those nested in
 * other processors and in pipelines that a pipeline calls. Immutable; a view of one state.
 */
public final class LatentPipelines {

    private final Map<String, PipelineConfiguration> pipelines;

    public LatentPipelines(ClusterState state) {
        IngestMetadata ingest = state.metadata().custom(IngestMetadata.TYPE);
        this.pipelines = ingest == null ? Map.of() : ingest.getPipelines();
    }

    public boolean exists(String pipeline) {
        return pipelines.containsKey(pipeline);
    }

    /**
     * Whether a document that passes through a pipeline without a failure reaches a processor that encodes it. Ignores
     * the conditions of processors.
     *
     * @param pipeline the name of the pipeline
     * @param model the name of the model
     * @param field the path of the target field; null for any
     */
    public boolean encodes(String pipeline, String model, String field) {
        return encodes(pipeline, config -> isOf(config, model, field), new HashSet<>());
    }

    /**
     * The fields that the processors of a pipeline derive from the latent, as far as {@link #encodes} finds them.
     *
     * @param pipeline the name of the pipeline
     * @param model the name of the model
     * @param field the path of the target field
     */
    public DerivedFields derived(String pipeline, String model, String field) {
        DerivedFields[] derived = {DerivedFields.NONE};
        encodes(
                pipeline,
                config -> {
                    if (isOf(config, model, field)) {
                        derived[0] = derived[0].or(DerivedFields.of(config));
                    }
                    return false; // goes on to the next processor
                },
                new HashSet<>());
        return derived[0];
    }

    /** The configuration of a pipeline; null if there is none of this name. Not to be written to. */
    public Map<String, Object> config(String pipeline) {
        PipelineConfiguration configuration = pipelines.get(pipeline);
        return configuration == null ? null : configuration.getConfigAsMap();
    }

    /**
     * The names of the pipelines whose own definition names a model, failure handlers included, in no particular order.
     */
    public Collection<String> naming(String model) {
        return pipelines.values().stream()
                .filter(pipeline -> names(pipeline.getConfigAsMap(), model))
                .map(PipelineConfiguration::getId)
                .toList();
    }

    /**
     * Whether the configuration of a processor {@code latent_encode} names a model and a field.
     *
     * @param field the path of the target field; null for any
     */
    public static boolean isOf(Map<?, ?> config, String model, String field) {
        Object target = config.get("target_field");
        return model.equals(config.get("model"))
                && (field == null || field.equals(target == null ? ModelDefinition.DEFAULT_TARGET_FIELD : target));
    }

    private boolean encodes(String pipeline, Predicate<Map<?, ?>> wanted, Set<String> seen) {
        PipelineConfiguration configuration = pipelines.get(pipeline);
        return configuration != null
                && seen.add(pipeline)
                && configuration.getConfigAsMap().get("processors") instanceof List<?> processors
                && processors.stream().anyMatch(processor -> encodes(processor, wanted, seen));
    }

    private boolean encodes(Object processor, Predicate<Map<?, ?>> wanted, Set<String> seen) {
        if (!(processor instanceof Map<?, ?> types)) {
            return false;
        }
        if (types.get(LatentEncodeProcessor.TYPE) instanceof Map<?, ?> config && wanted.test(config)) {
            return true;
        }
        if (types.get(PipelineProcessor.TYPE) instanceof Map<?, ?> call
                && call.get("name") instanceof String called
                && encodes(called, wanted, seen)) {
            return true;
        }
        // foreach nests its processor this way; its class is in a module, so this code cannot refer to it
        return types.values().stream()
                .anyMatch(config -> config instanceof Map<?, ?> map && encodes(map.get("processor"), wanted, seen));
    }

    private static boolean names(Object config, String model) {
        if (config instanceof Map<?, ?> map) {
            return (map.get(LatentEncodeProcessor.TYPE) instanceof Map<?, ?> own && isOf(own, model, null))
                    || map.values().stream().anyMatch(value -> names(value, model));
        }
        return config instanceof List<?> list && list.stream().anyMatch(item -> names(item, model));
    }
}

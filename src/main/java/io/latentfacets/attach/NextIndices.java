/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.field.DerivedFields;
import io.latentfacets.field.LatentMappings;
import io.latentfacets.field.LatentVectorFieldMapper;
import io.latentfacets.field.MappedEncoding;
import io.latentfacets.ingest.LatentPipelines;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.opensearch.OpenSearchException;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.ComposableIndexTemplate;
import org.opensearch.cluster.metadata.IndexAbstraction;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.IndexNameExpressionResolver;
import org.opensearch.cluster.metadata.IndexTemplateMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.cluster.metadata.MetadataIndexTemplateService;
import org.opensearch.common.regex.Regex;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.IndexSettings;
import org.opensearch.ingest.IngestService;

/**
 * Finds the index templates that the next indices of data streams and rollover aliases will be made from, and extends
 * them by a model's field and pipeline. Only computes: reads one cluster state and writes nothing. Immutable.
 */
public final class NextIndices {

    /** The names that core can count up, as in {@code news-000001}. */
    private static final Pattern COUNTED = Pattern.compile("(.*-)(\\d{1,9})(>?)");

    /**
     * What is to do for one data stream or alias.
     *
     * @param next the outcome, if the template is written
     * @param extended the template to write; null if there is nothing to write
     */
    record Plan(NextIndex next, ComposableIndexTemplate extended) {}

    private final ClusterState state;
    private final IndexNameExpressionResolver resolver;
    private final LatentPipelines pipelines;
    private final String model;
    private final String field;

    public NextIndices(ClusterState state, IndexNameExpressionResolver resolver, String model, String field) {
        this.state = state;
        this.resolver = resolver;
        this.pipelines = new LatentPipelines(state);
        this.model = model;
        this.field = field;
    }

    /**
     * The plans for those of the names that grow: data streams, and aliases that roll over to a name that can be known.
     *
     * @param names names of indices, data streams and aliases; unknown ones are left out
     * @param attached the indices that are being attached, besides those whose mapping has the model's field
     */
    List<Plan> plan(Collection<String> names, Set<String> attached) {
        List<Plan> plans = new ArrayList<>();
        for (String name : new TreeSet<>(names)) {
            String next = next(state.metadata().getIndicesLookup().get(name));
            if (next != null) {
                plans.add(readable(name, next, attached));
            }
        }
        return plans;
    }

    /**
     * What becomes of the next indices of the data streams and aliases that have the model's field, as their templates
     * are now. A template that somebody has written anew, without what {@code _attach} added, is found this way.
     *
     * @param names names of indices, data streams and aliases; those that do not grow or lack the field are left out
     */
    public List<NextIndex> asIs(Collection<String> names) {
        Map<String, IndexAbstraction> known = state.metadata().getIndicesLookup();
        List<String> attached = names.stream()
                .filter(known::containsKey)
                .filter(name -> known.get(name).getIndices().stream()
                        .anyMatch(index -> LatentMappings.fields(index, model).contains(field)))
                .toList();
        return plan(attached, Set.of()).stream()
                .map(plan -> plan.extended() == null ? plan.next() : lost(plan.next()))
                .toList();
    }

    private NextIndex lost(NextIndex next) {
        return NextIndex.notAttached(
                next.name(),
                next.template(),
                "the template lacks the field [" + field
                        + "], what encodes into it, or a field beside it; attach again");
    }

    /** The name by which core looks for the template of the next index; null if there will be no next index. */
    private String next(IndexAbstraction grows) {
        if (grows == null || grows.getWriteIndex() == null) {
            return null;
        }
        return switch (grows.getType()) {
            case DATA_STREAM -> grows.getName();
            case ALIAS -> countedUp(grows.getWriteIndex());
            default -> null;
        };
    }

    /** As core's rollover names the next index: the number one higher, a date in the name as of today. */
    private String countedUp(IndexMetadata index) {
        String given = index.getSettings()
                .get(IndexMetadata.SETTING_INDEX_PROVIDED_NAME, index.getIndex().getName());
        Matcher name = COUNTED.matcher(given);
        return name.matches()
                ? resolver.resolveDateMathExpression(name.group(1)
                        + String.format(Locale.ROOT, "%06d", Integer.parseInt(name.group(2)) + 1)
                        + name.group(3))
                : null;
    }

    private Plan readable(String name, String next, Set<String> attached) {
        try {
            return plan(name, next, attached);
        } catch (OpenSearchException e) {
            return refused(name, null, e.getMessage());
        }
    }

    private Plan plan(String name, String next, Set<String> attached) {
        Metadata metadata = state.metadata();
        String template = MetadataIndexTemplateService.findV2Template(metadata, next, false);
        if (template == null) {
            return refused(name, null, noTemplate(next));
        }
        ComposableIndexTemplate present = metadata.templatesV2().get(template);
        IndexMetadata write = metadata.getIndicesLookup().get(name).getWriteIndex();
        MappedEncoding encoding = LatentMappings.encoded(write).get(field);
        String pipeline = pipeline(template);
        if (encoding == null && pipeline == null) {
            return refused(
                    name,
                    template,
                    "the template has the [index.default_pipeline] [" + defaultPipeline(template)
                            + "], which does not encode with the model into field [" + field
                            + "]; add the processor to that pipeline and attach again");
        }
        DerivedFields derived = encoding == null ? pipelines.derived(pipeline, model, field) : encoding.derived();
        TemplateMapping mapping = new TemplateMapping(state, template, next);
        Map<String, Object> missing = missing(mapping, write, encoding, derived);
        boolean encodes = encoding != null || pipeline.equals(defaultPipeline(template));
        if (missing.isEmpty() && encodes) {
            return new Plan(NextIndex.unchanged(name, template), null);
        }
        long others = others(template, present, attached);
        if (others > 0) {
            return refused(
                    name,
                    template,
                    "the template's [index_patterns] " + present.indexPatterns() + " match [" + others
                            + "] more indices or data streams that are not attached; attach them as well, or make a"
                            + " template of higher priority for [" + name + "] alone, and attach again");
        }
        TemplateExtension extension = new TemplateExtension(present);
        for (Map.Entry<String, Object> each : missing.entrySet()) {
            boolean own = each.getKey().equals(field) && mapping.models().containsKey(field);
            if (!(own ? extension.replace(field, each.getValue()) : extension.map(each.getKey(), each.getValue()))) {
                return refused(
                        name,
                        template,
                        "the template maps the field [" + each.getKey()
                                + "] to something else; change that and attach again");
            }
        }
        if (encoding == null) {
            extension.pipeline(pipeline);
        }
        return new Plan(NextIndex.attached(name, template), extension.build());
    }

    /** What the template lacks of the fields that the present write index has, by path. */
    private Map<String, Object> missing(
            TemplateMapping mapping, IndexMetadata write, MappedEncoding encoding, DerivedFields derived) {
        Map<String, Object> missing = new LinkedHashMap<>();
        boolean mapped = model.equals(mapping.models().get(field));
        if (!mapped || (encoding != null && !encoding.equals(mapping.encoded().get(field)))) {
            missing.put(field, mapping(write));
        }
        for (String path : derived.paths()) {
            Map<String, Object> beside = write.mapping() == null
                    ? null
                    : LatentMappings.definition(write.mapping().sourceAsMap(), path);
            if (beside != null && !mapping.has(path)) {
                missing.put(path, beside);
            }
        }
        return missing;
    }

    private static Plan refused(String name, String template, String reason) {
        return new Plan(NextIndex.notAttached(name, template, reason), null);
    }

    private String noTemplate(String next) {
        List<String> legacy = MetadataIndexTemplateService.findV1Templates(state.metadata(), next, false).stream()
                .map(IndexTemplateMetadata::name)
                .toList();
        return legacy.isEmpty()
                ? "no index template matches the next index [" + next + "]; make one, and attach again"
                : "the next index [" + next + "] is made from the legacy templates " + legacy
                        + "; replace them by an index template (PUT _index_template), and attach again";
    }

    private String defaultPipeline(String template) {
        Settings settings = MetadataIndexTemplateService.resolveSettings(state.metadata(), template);
        return IndexSettings.DEFAULT_PIPELINE.get(settings);
    }

    /** The pipeline that is to encode the next index; null if the template has one that does not encode. */
    private String pipeline(String template) {
        String present = defaultPipeline(template);
        if (IngestService.NOOP_PIPELINE_NAME.equals(present) || present.equals(model)) {
            return model;
        }
        return pipelines.encodes(present, model, field) ? present : null;
    }

    /** The field as the present write index has it, so that the next index gets the same; else the default. */
    private Map<String, Object> mapping(IndexMetadata index) {
        Map<String, Object> present = index.mapping() == null
                ? null
                : LatentMappings.definition(index.mapping().sourceAsMap(), field);
        return present != null && LatentMappings.fields(index, model).contains(field)
                ? present
                : Map.of("type", LatentVectorFieldMapper.CONTENT_TYPE, "model", model);
    }

    /** How many open indices and data streams, made from the template by name, the model is not attached to. */
    private long others(String template, ComposableIndexTemplate present, Set<String> attached) {
        Metadata metadata = state.metadata();
        return metadata.getIndicesLookup().values().stream()
                .filter(each -> each.getType() != IndexAbstraction.Type.ALIAS && each.getParentDataStream() == null)
                .filter(each -> Regex.simpleMatch(present.indexPatterns(), each.getName()))
                .filter(each -> each.getIndices().stream().anyMatch(index -> !attached(index, attached)))
                .filter(each -> template.equals(
                        MetadataIndexTemplateService.findV2Template(metadata, each.getName(), each.isHidden())))
                .count();
    }

    private boolean attached(IndexMetadata index, Set<String> attached) {
        return index.getState() != IndexMetadata.State.OPEN
                || attached.contains(index.getIndex().getName())
                || LatentMappings.fields(index, model).contains(field);
    }
}

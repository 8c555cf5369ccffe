/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.field.DerivedFields;
import io.latentfacets.ingest.LatentEncodeProcessor;
import io.latentfacets.ingest.LatentPipelines;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.cluster.ClusterState;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.IndexSettings;
import org.opensearch.ingest.IngestService;

/** The pipelines that encode the indices of an attachment, as one cluster state has them. Immutable. */
final class AttachedPipelines {

    private final ClusterState state;
    private final LatentPipelines pipelines;
    private final Attachment attachment;

    AttachedPipelines(ClusterState state, Attachment attachment) {
        this.state = state;
        this.pipelines = new LatentPipelines(state);
        this.attachment = attachment;
    }

    /**
     * The pipeline of each index, sorted by index: its own default pipeline if that encodes, else the model's. Null if
     * the mapping encodes and the default pipeline does not.
     *
     * @throws OpenSearchStatusException (409) if a pipeline would have to encode and cannot; says what to add to it
     */
    Map<String, String> of(List<String> indices) {
        String model = attachment.model();
        if (!attachment.byMapping() && !indices.isEmpty() && pipelines.exists(model)) {
            requireEncoding();
        }
        Map<String, String> found = new TreeMap<>();
        for (String index : indices) {
            String present = IndexSettings.DEFAULT_PIPELINE.get(
                    state.metadata().index(index).getSettings());
            boolean encodes = pipelines.encodes(present, model, attachment.field());
            if (attachment.byMapping()) {
                found.put(index, encodes ? present : null);
            } else {
                found.put(index, encoding(index, present, encodes));
            }
        }
        return found;
    }

    private String encoding(String index, String present, boolean encodes) {
        if (IngestService.NOOP_PIPELINE_NAME.equals(present) || present.equals(attachment.model())) {
            return attachment.model();
        }
        String pipeline = "the pipeline [" + present + "] of index [" + index + "]";
        DerivedFields derived = pipelines.derived(present, attachment.model(), attachment.field());
        if (encodes) {
            attachment.requireSame(pipeline, derived);
        }
        if (encodes && attachment.isFilledBy(derived)) {
            return present;
        }
        throw new OpenSearchStatusException(
                "index [{}] has the [index.default_pipeline] [{}]; {} {\"{}\":{}} {} that pipeline and attach again",
                RestStatus.CONFLICT,
                index,
                present,
                encodes ? "have" : "add",
                LatentEncodeProcessor.TYPE,
                config(derived),
                encodes ? "in" : "to");
    }

    private String config(DerivedFields derived) {
        StringBuilder config = new StringBuilder("{\"model\":\"")
                .append(attachment.model())
                .append("\",\"target_field\":\"")
                .append(attachment.field())
                .append('"');
        Map<String, Object> options = new LinkedHashMap<>();
        Attachment.putIfSet(options, derived.or(attachment.derived()));
        options.forEach((option, path) ->
                config.append(",\"").append(option).append("\":\"").append(path).append('"'));
        return config.append('}').toString();
    }

    private void requireEncoding() {
        String model = attachment.model();
        if (!pipelines.encodes(model, model, attachment.field())) {
            throw new OpenSearchStatusException(
                    "the ingest pipeline [{}] exists and has no [{}] processor with model [{}] and target_field [{}];"
                            + " add one to it, or attach a model of another name",
                    RestStatus.CONFLICT,
                    model,
                    LatentEncodeProcessor.TYPE,
                    model,
                    attachment.field());
        }
        attachment.requireSame(
                "the ingest pipeline [" + model + "]", pipelines.derived(model, model, attachment.field()));
    }

    /**
     * What the pipeline that is named like the model must become; null if it is as it should be.
     *
     * @throws OpenSearchStatusException (409) if it calls another pipeline that would have to be changed
     */
    Map<String, Object> toWrite() {
        String model = attachment.model();
        Map<String, Object> present = pipelines.config(model);
        if (present == null) {
            return fresh();
        }
        if (attachment.isFilledBy(pipelines.derived(model, model, attachment.field()))) {
            return null;
        }
        List<Object> processors = new ArrayList<>();
        boolean found = false;
        for (Object processor : present.get("processors") instanceof List<?> list ? list : List.of()) {
            Map<String, Object> changed = found ? null : withOptions(processor);
            found |= changed != null;
            processors.add(changed == null ? processor : changed);
        }
        if (!found) {
            throw new OpenSearchStatusException(
                    "the ingest pipeline [{}] encodes within another processor; add {} to its [{}] there, and attach"
                            + " again",
                    RestStatus.CONFLICT,
                    model,
                    config(DerivedFields.NONE),
                    LatentEncodeProcessor.TYPE);
        }
        Map<String, Object> written = new LinkedHashMap<>(present);
        written.put("processors", processors);
        return written;
    }

    /** A copy of a processor with the options; null if it is not the one that encodes. */
    private Map<String, Object> withOptions(Object processor) {
        if (!(processor instanceof Map<?, ?> types)
                || !(types.get(LatentEncodeProcessor.TYPE) instanceof Map<?, ?> config)
                || !LatentPipelines.isOf(config, attachment.model(), attachment.field())) {
            return null;
        }
        Map<String, Object> options = new LinkedHashMap<>();
        config.forEach((option, value) -> options.put((String) option, value));
        Attachment.putIfSet(options, attachment.derived());
        Map<String, Object> changed = new LinkedHashMap<>();
        types.forEach((type, value) -> changed.put((String) type, value));
        changed.put(LatentEncodeProcessor.TYPE, options);
        return changed;
    }

    private Map<String, Object> fresh() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model", attachment.model());
        config.put("target_field", attachment.field());
        Attachment.putIfSet(config, attachment.derived());
        Map<String, Object> pipeline = new LinkedHashMap<>();
        pipeline.put("description", "encodes documents with latent model [" + attachment.model() + "]");
        pipeline.put("processors", List.of(Map.of(LatentEncodeProcessor.TYPE, config)));
        return pipeline;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import static org.opensearch.ingest.ConfigurationUtils.newConfigurationException;
import static org.opensearch.ingest.ConfigurationUtils.readBooleanProperty;
import static org.opensearch.ingest.ConfigurationUtils.readOptionalStringProperty;
import static org.opensearch.ingest.ConfigurationUtils.readStringProperty;

import io.latentfacets.field.DerivedFields;
import io.latentfacets.field.MappedEncoding;
import io.latentfacets.model.definition.ModelDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What to encode with, and what to write. Immutable.
 *
 * @param model the name of the model to encode with
 * @param targetField the path of the field that receives the latent
 * @param failOnMissing whether a document fails if this node cannot encode it; otherwise it is indexed without a new
 *     latent
 * @param skipUnchanged whether a document keeps its latent if neither its text nor the encoder has changed
 * @param classify the classifiers to apply
 * @param derived the fields to fill beside the latent
 */
record EncodeOptions(
        String model,
        String targetField,
        boolean failOnMissing,
        boolean skipUnchanged,
        List<ClassifyOption> classify,
        DerivedFields derived) {

    private static final String SKIP = "skip";
    private static final String FAIL = "fail";

    /** The options of a field whose mapping has documents encoded. */
    static EncodeOptions of(String field, MappedEncoding encoding) {
        return new EncodeOptions(encoding.model(), field, false, true, List.of(), encoding.derived());
    }

    /**
     * Reads and removes the options of a processor.
     *
     * @throws org.opensearch.OpenSearchParseException (400) for an invalid value; names option, value and bound
     */
    static EncodeOptions read(String type, String tag, Map<String, Object> config) {
        String model = readStringProperty(type, tag, config, "model");
        if (model.isBlank()) {
            throw newConfigurationException(type, tag, "model", "must name a model: [" + model + "]");
        }
        String target = readStringProperty(type, tag, config, "target_field", ModelDefinition.DEFAULT_TARGET_FIELD);
        if (target.isBlank() || target.startsWith("_")) {
            throw newConfigurationException(
                    type, tag, "target_field", "must be a field that does not start with [_]: [" + target + "]");
        }
        String onMissing = readStringProperty(type, tag, config, "on_missing_model", SKIP);
        if (!SKIP.equals(onMissing) && !FAIL.equals(onMissing)) {
            throw newConfigurationException(
                    type, tag, "on_missing_model", "must be [" + SKIP + "] or [" + FAIL + "]: [" + onMissing + "]");
        }
        if (!(config.getOrDefault("skip_unchanged", true) instanceof Boolean)) {
            throw newConfigurationException(
                    type, tag, "skip_unchanged", "must be true or false: [" + config.get("skip_unchanged") + "]");
        }
        boolean skipUnchanged = readBooleanProperty(type, tag, config, "skip_unchanged", true);
        List<ClassifyOption> classify = ClassifyOption.read(type, tag, config, target);
        DerivedFields derived = derived(type, tag, config, target, classify);
        return new EncodeOptions(model, target, FAIL.equals(onMissing), skipUnchanged, classify, derived);
    }

    private static DerivedFields derived(
            String type, String tag, Map<String, Object> config, String target, List<ClassifyOption> classify) {
        DerivedFields derived = new DerivedFields(
                readOptionalStringProperty(type, tag, config, DerivedFields.CLUSTER_FIELD),
                readOptionalStringProperty(type, tag, config, DerivedFields.KNN_FIELD));
        List<String> taken = new ArrayList<>(List.of(target));
        classify.forEach(option -> taken.add(option.targetField()));
        try {
            return derived.check(taken);
        } catch (IllegalArgumentException e) {
            throw newConfigurationException(type, tag, null, e.getMessage());
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.attach;

import io.latentfacets.field.DerivedFields;
import io.latentfacets.field.LatentMappings;
import io.latentfacets.field.LatentVectorFieldMapper;
import io.latentfacets.field.MappedEncoding;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.core.rest.RestStatus;

/**
 * What one call attaches to indices: the field, what encodes into it, and the fields beside it. Reads metadata only.
 * Immutable.
 *
 * @param model the name of the model
 * @param field the path of the latent
 * @param byMapping whether the mapping alone encodes; else a pipeline does
 * @param derived the fields to fill beside the latent, which do not meet it
 * @param dims the number of dimensions of a latent
 */
record Attachment(String model, String field, boolean byMapping, DerivedFields derived, int dims) {

    private static final String KNN_SETTING = "index.knn";

    /**
     * Refuses an index that cannot have the fields.
     *
     * @throws IllegalArgumentException (400) if it lacks what a vector needs; says what to do
     * @throws OpenSearchStatusException (409) if it maps a field otherwise, or encodes with other fields
     */
    void check(IndexMetadata index) {
        String name = index.getIndex().getName();
        if (derived.clusterField() != null) {
            Map<String, Object> present = present(index, derived.clusterField());
            if (present != null && !"keyword".equals(present.get("type"))) {
                throw mappedOtherwise(name, DerivedFields.CLUSTER_FIELD, derived.clusterField(), present, "keyword");
            }
        }
        if (derived.knnField() != null) {
            checkVector(index, name);
        }
        MappedEncoding encoding = LatentMappings.encoded(index).get(field);
        if (byMapping && encoding != null) {
            requireSame("the mapping of index [" + name + "]", encoding.derived());
        }
    }

    private void checkVector(IndexMetadata index, String name) {
        if (!index.getSettings().getAsBoolean(KNN_SETTING, false)) {
            throw new IllegalArgumentException("[" + DerivedFields.KNN_FIELD + "] needs an index with [" + KNN_SETTING
                    + "]: true, and index [" + name + "] has it not; it is a setting of the k-NN plugin that only a new"
                    + " index can get: make one with it, copy the documents by [_reindex], and attach that");
        }
        Map<String, Object> present = present(index, derived.knnField());
        if (present != null && !isVector(present)) {
            throw mappedOtherwise(
                    name,
                    DerivedFields.KNN_FIELD,
                    derived.knnField(),
                    present,
                    "knn_vector] with [data_type] [byte] and [dimension] [" + dims);
        }
    }

    /** Whether a field takes the numbers. k-NN writes the type of its data in capitals. */
    private boolean isVector(Map<String, Object> present) {
        return "knn_vector".equals(present.get("type"))
                && "byte".equalsIgnoreCase(String.valueOf(present.get("data_type")))
                && String.valueOf(dims).equals(String.valueOf(present.get("dimension")));
    }

    private static OpenSearchStatusException mappedOtherwise(
            String index, String option, String path, Map<String, Object> present, String wanted) {
        return new OpenSearchStatusException(
                "[{}] [{}] must be a field of type [{}]; index [{}] maps it to {}",
                RestStatus.CONFLICT,
                option,
                path,
                wanted,
                index,
                present);
    }

    /**
     * Refuses what encodes already and fills another field than the call asks for.
     *
     * @param what the pipeline or the mapping, for the message
     * @param present the fields that it fills
     */
    void requireSame(String what, DerivedFields present) {
        requireSame(what, DerivedFields.CLUSTER_FIELD, derived.clusterField(), present.clusterField());
        requireSame(what, DerivedFields.KNN_FIELD, derived.knnField(), present.knnField());
    }

    private static void requireSame(String what, String option, String asked, String present) {
        if (asked != null && present != null && !asked.equals(present)) {
            throw new OpenSearchStatusException(
                    "{} has the [{}] [{}], and the call asks for [{}]; change it there and attach again",
                    RestStatus.CONFLICT,
                    what,
                    option,
                    present,
                    asked);
        }
    }

    /** Whether something that fills some fields already fills all that the call asks for. */
    boolean isFilledBy(DerivedFields present) {
        return present.or(derived).equals(present);
    }

    /** What the mapping of an index lacks, by the path of the field; empty if it is complete. */
    Map<String, Object> missing(IndexMetadata index) {
        Map<String, Object> missing = new LinkedHashMap<>();
        Map<String, Object> present =
                LatentMappings.fields(index, model).contains(field) ? present(index, field) : null;
        Map<String, Object> wanted =
                latent(present, LatentMappings.encoded(index).get(field));
        if (!Objects.equals(present, wanted)) {
            missing.put(field, wanted);
        }
        if (derived.clusterField() != null && present(index, derived.clusterField()) == null) {
            missing.put(derived.clusterField(), Map.of("type", "keyword"));
        }
        if (derived.knnField() != null && present(index, derived.knnField()) == null) {
            missing.put(derived.knnField(), vector());
        }
        return missing;
    }

    /**
     * The definition of the latent's field.
     *
     * @param present as it is; null for none. It may have set options of its own
     * @param encoding how it has documents encoded; null for not
     */
    private Map<String, Object> latent(Map<String, Object> present, MappedEncoding encoding) {
        Map<String, Object> latent = new LinkedHashMap<>();
        if (present == null) {
            latent.put("type", LatentVectorFieldMapper.CONTENT_TYPE);
            latent.put("model", model);
        } else {
            latent.putAll(present);
        }
        if (byMapping) {
            DerivedFields all = encoding == null ? derived : encoding.derived().or(derived);
            latent.put("encode", true);
            putIfSet(latent, all);
        }
        return latent;
    }

    /** Adds the options to a mapping or to the configuration of a processor. */
    static void putIfSet(Map<String, Object> config, DerivedFields derived) {
        if (derived.clusterField() != null) {
            config.put(DerivedFields.CLUSTER_FIELD, derived.clusterField());
        }
        if (derived.knnField() != null) {
            config.put(DerivedFields.KNN_FIELD, derived.knnField());
        }
    }

    /** A byte vector with the cosine, by which latents are compared, in Lucene's engine, which takes such vectors. */
    private Map<String, Object> vector() {
        Map<String, Object> vector = new LinkedHashMap<>();
        vector.put("type", "knn_vector");
        vector.put("dimension", dims);
        vector.put("data_type", "byte");
        vector.put("space_type", "cosinesimil");
        vector.put("method", Map.of("name", "hnsw", "engine", "lucene"));
        return vector;
    }

    private static Map<String, Object> present(IndexMetadata index, String path) {
        return index.mapping() == null
                ? null
                : LatentMappings.definition(index.mapping().sourceAsMap(), path);
    }
}

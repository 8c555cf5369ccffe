/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.strict.StrictMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * The fields that a document gets from its latent, beside the latent itself, for what knows no latents. Immutable.
 *
 * @param clusterField the path of the field with the key of the document's cluster; null for none
 * @param knnField the path of the field with the latent's numbers; null for none
 */
public record DerivedFields(String clusterField, String knnField) {

    public static final DerivedFields NONE = new DerivedFields(null, null);

    /** The name of the option that sets {@link #clusterField}. */
    public static final String CLUSTER_FIELD = "cluster_field";

    /** The name of the option that sets {@link #knnField}. */
    public static final String KNN_FIELD = "knn_field";

    public boolean isNone() {
        return clusterField == null && knnField == null;
    }

    /** The paths that are set. */
    public List<String> paths() {
        List<String> paths = new ArrayList<>(2);
        if (clusterField != null) {
            paths.add(clusterField);
        }
        if (knnField != null) {
            paths.add(knnField);
        }
        return paths;
    }

    /** These fields, and those of others where these are not set. */
    public DerivedFields or(DerivedFields others) {
        return new DerivedFields(
                clusterField == null ? others.clusterField : clusterField,
                knnField == null ? others.knnField : knnField);
    }

    /**
     * Reads the options that somebody else has checked. A value of another type counts as none.
     *
     * @param config the options of a processor or the parameters of a mapping
     */
    public static DerivedFields of(Map<?, ?> config) {
        return new DerivedFields(text(config.get(CLUSTER_FIELD)), text(config.get(KNN_FIELD)));
    }

    private static String text(Object value) {
        return value instanceof String text ? text : null;
    }

    /**
     * Refuses paths that cannot be written or that meet another field.
     *
     * @param taken the paths of other fields that the same writer writes, the latent's among them
     * @throws IllegalArgumentException if a path is no field's, or is one of the others, within it or around it; the
     *     message names option, value and bound
     */
    public DerivedFields check(Collection<String> taken) {
        List<String> others = new ArrayList<>(taken);
        check(CLUSTER_FIELD, clusterField, others);
        if (clusterField != null) {
            others.add(clusterField);
        }
        check(KNN_FIELD, knnField, others);
        return this;
    }

    private static void check(String option, String path, List<String> others) {
        if (path == null) {
            return;
        }
        if (path.isBlank()
                || path.startsWith("_")
                || List.of(path.split("\\.", -1)).contains("")) {
            throw new IllegalArgumentException("[" + option
                    + "] must be the path of a field that does not start with [_]: " + StrictMap.shown(path));
        }
        for (String other : others) {
            if (path.equals(other) || path.startsWith(other + ".") || other.startsWith(path + ".")) {
                throw new IllegalArgumentException("[" + option + "] must be a field of its own, apart from [" + other
                        + "]: " + StrictMap.shown(path));
            }
        }
    }
}

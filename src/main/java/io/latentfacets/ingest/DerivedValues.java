/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.cluster.Assigner;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Curation;
import io.latentfacets.field.DerivedFields;
import io.latentfacets.model.Generation;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.List;
import org.opensearch.ingest.IngestDocument;

/**
 * Writes what is derived from latents of one generation's encoder into documents. The cluster is the one that the
 * aggregation {@code latent_clusters} counts the document in: of the curated clusters, a hidden one included. For one
 * batch; not thread-safe. Without fields to fill it does nothing and costs nothing.
 */
final class DerivedValues {

    private final LatentField field;
    private final int dims;
    private final Clusters clusters;
    private final Assigner assigner;
    private final float[] unit;

    /** @param curation what people have merged and split */
    DerivedValues(LatentField field, Generation generation, Curation curation) {
        this.field = field;
        this.dims = generation.weights().latentDims();
        boolean assigns = field.derived().clusterField() != null;
        this.clusters = assigns ? generation.curated(curation).clusters() : null;
        this.assigner = assigns ? clusters.partition().assigner() : null;
        this.unit = assigns ? new float[dims] : null;
    }

    /**
     * Fills the fields.
     *
     * @param latent int8[dims], not modified; null, and one of another length, which no search counts, removes them
     */
    void write(IngestDocument document, byte[] latent) {
        DerivedFields derived = field.derived();
        if (derived.isNone()) {
            return;
        }
        if (latent == null || latent.length != dims) {
            field.removeDerived(document);
            return;
        }
        if (assigner != null) {
            Latents.dequantize(latent, 0, unit);
            String key = clusters.infos().get(assigner.assign(unit)).key();
            document.setFieldValue(derived.clusterField(), key);
        }
        if (derived.knnField() != null) {
            document.setFieldValue(derived.knnField(), numbers(latent));
        }
    }

    private static List<Integer> numbers(byte[] latent) {
        List<Integer> numbers = new ArrayList<>(latent.length);
        for (byte each : latent) {
            numbers.add((int) each);
        }
        return numbers;
    }
}

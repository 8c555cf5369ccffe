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
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ingest.IngestDocument;

/**
 * Writes what is derived from latents of one generation's encoder into documents. The cluster is the one that the
 * aggregation {@code latent_clusters} counts the document in: of the curated clusters, a hidden one included. For one
 * batch; not thread-safe. Without fields to fill it does nothing and costs nothing.
 */
final class DerivedValues {

    private static final Logger logger = LogManager.getLogger(DerivedValues.class);

    private final LatentField field;
    private final WriteIndices indices;
    private final OncePerMinute log;
    private final int dims;
    private final Clusters clusters;
    private final Assigner assigner;
    private final float[] unit;

    /**
     * @param curation what people have merged and split
     * @param indices knows how many numbers the mappings take
     * @param log when to say that a mapping takes another number of them
     */
    DerivedValues(
            LatentField field, Generation generation, Curation curation, WriteIndices indices, OncePerMinute log) {
        this.field = field;
        this.indices = indices;
        this.log = log;
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
            writeNumbers(document, derived.knnField(), latent);
        }
    }

    /**
     * Writes the numbers, unless the mapping takes another number of them, as it does after a training with other
     * {@code latent_dims}. A mapped dimension cannot be changed, and the numbers would fail the document.
     */
    private void writeNumbers(IngestDocument document, String path, byte[] latent) {
        String index = (String) document.getSourceAndMetadata().get(IngestDocument.Metadata.INDEX.getFieldName());
        int mapped = indices.dimension(index, path);
        if (mapped == 0 || mapped == latent.length) {
            document.setFieldValue(path, numbers(latent));
            return;
        }
        LatentField.remove(document, path);
        if (log.now()) {
            logger.warn(
                    "documents of [{}] get no [{}]: it is mapped with [dimension] [{}], and latents have [{}] numbers",
                    index,
                    path,
                    mapped,
                    latent.length);
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

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model.store;

import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.Provenance;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * What the store knows of a generation without reading its archive. Immutable.
 *
 * @param summary its properties
 * @param provenance its lineage and the definition it was trained with
 */
public record StoredGeneration(GenerationSummary summary, Provenance provenance) implements Writeable {

    public StoredGeneration(StreamInput in) throws IOException {
        this(new GenerationSummary(in), new Provenance(in));
    }

    static StoredGeneration of(GenerationDocument document) {
        return new StoredGeneration(document.summary(), document.provenance());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        summary.writeTo(out);
        provenance.writeTo(out);
    }
}

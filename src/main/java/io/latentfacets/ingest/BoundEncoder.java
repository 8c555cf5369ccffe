/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.stats.StatName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ingest.IngestDocumentWrapper;

/**
 * Encodes for a mapping. Whoever may write a mapping need have no right to the model, so only documents of indices that
 * the model is bound to are encoded; others pass as they are. Thread-safe.
 */
final class BoundEncoder {

    private static final Logger logger = LogManager.getLogger(BoundEncoder.class);

    private final BatchEncoder encoder;
    private final LatentEncodeProcessor.Services services;
    private final OncePerMinute log = new OncePerMinute();

    BoundEncoder(BatchEncoder encoder, LatentEncodeProcessor.Services services) {
        this.encoder = encoder;
        this.services = services;
    }

    /** {@link BatchEncoder#encode} for the documents of bound indices. */
    void encode(List<IngestDocumentWrapper> batch, Consumer<List<IngestDocumentWrapper>> handler) {
        List<IngestDocumentWrapper> bound = new ArrayList<>(batch.size());
        List<IngestDocumentWrapper> passed = new ArrayList<>();
        Map<String, Boolean> asked = new HashMap<>();
        for (IngestDocumentWrapper item : batch) {
            if (asked.computeIfAbsent(BatchEncoder.index(item.getIngestDocument()), this::isBound)) {
                bound.add(item);
            } else {
                passed.add(BatchEncoder.result(item, null));
                services.stats().increment(StatName.DOCUMENTS_SKIPPED);
            }
        }
        if (passed.isEmpty()) {
            encoder.encode(batch, handler);
        } else if (bound.isEmpty()) {
            handler.accept(passed);
        } else {
            encoder.encode(bound, results -> {
                passed.addAll(results);
                handler.accept(passed);
            });
        }
    }

    private boolean isBound(String index) {
        EncodeOptions options = encoder.options();
        boolean bound = services.indices().bound(index, services.generations().bound(options.model()));
        if (!bound && log.now()) {
            logger.warn(
                    "documents of [{}] get no [{}]: the mapping asks for it, but model [{}] is not bound to the index;"
                            + " attach the index by the mapping",
                    index,
                    options.targetField(),
                    options.model());
        }
        return bound;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import static org.opensearch.ingest.ConfigurationUtils.newConfigurationException;
import static org.opensearch.ingest.ConfigurationUtils.readIntProperty;

import io.latentfacets.classify.serve.Classifiers;
import io.latentfacets.drift.watch.DriftWatch;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.model.Generations;
import io.latentfacets.stats.LatentStats;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.ingest.AbstractBatchingProcessor;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.ingest.Processor;

/** The processor {@code latent_encode} of ingest pipelines: a {@link BatchEncoder} with options. Thread-safe. */
public final class LatentEncodeProcessor extends AbstractBatchingProcessor {

    public static final String TYPE = "latent_encode";
    static final int DEFAULT_BATCH_SIZE = 256;
    static final int MAX_BATCH_SIZE = 10_000;

    /** The ingest metadata of a document that is encoded again and therefore says nothing about drift. */
    public static final String ENCODED_AGAIN = "latent_encoded_again";

    /** The node's services that the processor uses; complete before the first document arrives. */
    public record Services(
            Generations generations,
            EncoderService encoders,
            LatentStats stats,
            DriftWatch drift,
            Classifiers classifiers,
            WriteIndices indices) {}

    private final BatchEncoder encoder;

    LatentEncodeProcessor(String tag, String description, int batchSize, BatchEncoder encoder) {
        super(tag, description, batchSize);
        this.encoder = encoder;
    }

    @Override
    public String getType() {
        return TYPE;
    }

    EncodeOptions options() {
        return encoder.options();
    }

    int batchSize() {
        return batchSize;
    }

    /** Not supported: this processor may have to wait, so core calls the method with a handler instead. */
    @Override
    public IngestDocument execute(IngestDocument document) {
        throw new UnsupportedOperationException("[" + TYPE + "] runs asynchronously");
    }

    @Override
    public void execute(IngestDocument document, BiConsumer<IngestDocument, Exception> handler) {
        single(document, this::subBatchExecute, handler);
    }

    /** Encodes one document as a batch of one. */
    static void single(
            IngestDocument document,
            BiConsumer<List<IngestDocumentWrapper>, Consumer<List<IngestDocumentWrapper>>> batches,
            BiConsumer<IngestDocument, Exception> handler) {
        batches.accept(List.of(new IngestDocumentWrapper(0, 0, document, null)), results -> {
            IngestDocumentWrapper result = results.get(0);
            handler.accept(result.getException() == null ? result.getIngestDocument() : null, result.getException());
        });
    }

    @Override
    protected void subBatchExecute(List<IngestDocumentWrapper> batch, Consumer<List<IngestDocumentWrapper>> handler) {
        encoder.encode(batch, handler);
    }

    /** Reads and checks the configuration. Core rejects the keys that remain. */
    public static final class Factory extends AbstractBatchingProcessor.Factory {

        private final Supplier<Services> services;
        private final ThreadContext threadContext;

        /**
         * A factory for the processors of this node.
         *
         * @param services supplies the node's services; called when a pipeline is built, after the node has created its
         *     components
         * @param threadContext the node's thread context, which a batch keeps across a load
         */
        public Factory(Supplier<Services> services, ThreadContext threadContext) {
            super(TYPE);
            this.services = services;
            this.threadContext = threadContext;
        }

        @Override
        public AbstractBatchingProcessor create(
                Map<String, Processor.Factory> factories, String tag, String description, Map<String, Object> config)
                throws Exception {
            // core's default batch size is 1, and its error message names no bound
            int batchSize = readIntProperty(TYPE, tag, config, BATCH_SIZE_FIELD, DEFAULT_BATCH_SIZE);
            if (batchSize < 1 || batchSize > MAX_BATCH_SIZE) {
                throw newConfigurationException(
                        TYPE, tag, BATCH_SIZE_FIELD, "must be in [1, " + MAX_BATCH_SIZE + "]: " + batchSize);
            }
            config.put(BATCH_SIZE_FIELD, batchSize);
            return super.create(factories, tag, description, config);
        }

        @Override
        protected AbstractBatchingProcessor newProcessor(
                String tag, String description, int batchSize, Map<String, Object> config) {
            EncodeOptions options = EncodeOptions.read(TYPE, tag, config);
            BatchEncoder encoder = new BatchEncoder(options, services.get(), threadContext);
            return new LatentEncodeProcessor(tag, description, batchSize, encoder);
        }
    }
}

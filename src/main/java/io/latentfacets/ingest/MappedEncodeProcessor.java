/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.field.LatentMappings;
import io.latentfacets.field.MappedEncoding;
import io.latentfacets.model.Generations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.ingest.AbstractBatchingSystemProcessor;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.ingest.IngestService;
import org.opensearch.plugins.IngestPlugin.SystemIngestPipelineConfigKeys;

/**
 * Encodes documents because the mapping says so: into each {@code latent_vector} field with {@code "encode": true},
 * without a pipeline. Core runs it after all pipelines of a document, so a document that one of them has encoded keeps
 * its latent. Core passes parts of documents too, of updates within a bulk. Thread-safe.
 */
public final class MappedEncodeProcessor extends AbstractBatchingSystemProcessor {

    public static final String TYPE = "latent_encode_mapped";

    private final List<BoundEncoder> encoders;
    private final ThreadContext threadContext;

    private MappedEncodeProcessor(List<BoundEncoder> encoders, ThreadContext threadContext) {
        super(null, "encodes documents as the mapping says", LatentEncodeProcessor.DEFAULT_BATCH_SIZE);
        this.encoders = List.copyOf(encoders);
        this.threadContext = threadContext;
    }

    @Override
    public String getType() {
        return TYPE;
    }

    /** Not supported: this processor may have to wait, so core calls the method with a handler instead. */
    @Override
    public IngestDocument execute(IngestDocument document) {
        throw new UnsupportedOperationException("[" + TYPE + "] runs asynchronously");
    }

    @Override
    public void execute(IngestDocument document, BiConsumer<IngestDocument, Exception> handler) {
        LatentEncodeProcessor.single(document, this::subBatchExecute, handler);
    }

    @Override
    protected void subBatchExecute(List<IngestDocumentWrapper> batch, Consumer<List<IngestDocumentWrapper>> handler) {
        PartialUpdates.tell(threadContext, batch);
        encode(0, batch, new ArrayList<>(), handler);
    }

    /** @param failed the documents that failed in a field before, which are encoded no further */
    private void encode(
            int field,
            List<IngestDocumentWrapper> batch,
            List<IngestDocumentWrapper> failed,
            Consumer<List<IngestDocumentWrapper>> handler) {
        encoders.get(field).encode(batch, results -> {
            if (field + 1 == encoders.size()) {
                failed.addAll(results);
                handler.accept(failed);
                return;
            }
            List<IngestDocumentWrapper> good = new ArrayList<>(results.size());
            results.forEach(each -> (each.getException() == null ? good : failed).add(each));
            encode(field + 1, good, failed, handler);
        });
    }

    /**
     * Makes the processor of an index or of the template of an index to come. Core asks again when the metadata of the
     * index has changed.
     */
    public static final class Factory extends AbstractBatchingSystemProcessor.Factory {

        private final Supplier<LatentEncodeProcessor.Services> services;
        private final ThreadContext threadContext;

        /**
         * The factory of this node.
         *
         * @throws IllegalStateException if the plugin has registered none
         */
        public static Factory of(IngestService ingest) {
            if (ingest.getSystemProcessorFactories().get(TYPE) instanceof Factory factory) {
                return factory;
            }
            throw new IllegalStateException("this node has no system ingest processor [" + TYPE + "]");
        }

        /**
         * A factory for the processors of this node.
         *
         * @param services supplies the node's services; called when an index's first document arrives
         * @param threadContext the node's thread context, which a batch keeps across a load
         */
        public Factory(Supplier<LatentEncodeProcessor.Services> services, ThreadContext threadContext) {
            super(TYPE);
            this.services = services;
            this.threadContext = threadContext;
        }

        /**
         * {@inheritDoc}
         *
         * @param config the mapping of an index, or those of templates, of which a later one overrides an earlier one
         * @return null if no field is encoded by its mapping
         */
        @Override
        protected AbstractBatchingSystemProcessor newProcessor(
                String tag, String description, Map<String, Object> config) {
            Map<String, MappedEncoding> fields = new TreeMap<>();
            if (config.get(SystemIngestPipelineConfigKeys.INDEX_MAPPINGS) instanceof Map<?, ?> mapping) {
                collect(mapping, fields);
            } else if (config.get(SystemIngestPipelineConfigKeys.INDEX_TEMPLATE_MAPPINGS) instanceof List<?> mappings) {
                mappings.forEach(mapping -> collect(mapping, fields));
            }
            return fields.isEmpty() ? null : of(fields);
        }

        /**
         * A processor for some fields.
         *
         * @param fields how to encode, by the full name of the field; not empty
         */
        public MappedEncodeProcessor of(Map<String, MappedEncoding> fields) {
            LatentEncodeProcessor.Services node = services.get();
            List<BoundEncoder> encoders = new ArrayList<>();
            fields.forEach((field, encoding) -> encoders.add(
                    new BoundEncoder(new BatchEncoder(EncodeOptions.of(field, encoding), node, threadContext), node)));
            return new MappedEncodeProcessor(encoders, threadContext);
        }

        /** The models of this node. */
        public Generations generations() {
            return services.get().generations();
        }

        @SuppressWarnings("unchecked") // what a JSON object is read into
        private static void collect(Object mapping, Map<String, MappedEncoding> into) {
            if (mapping instanceof Map<?, ?> object) {
                LatentMappings.Fields fields = LatentMappings.read((Map<String, Object>) object);
                into.keySet().removeAll(fields.models().keySet());
                into.putAll(fields.encoded());
            }
        }
    }
}

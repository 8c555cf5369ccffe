/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import static org.opensearch.ingest.ConfigurationUtils.newConfigurationException;
import static org.opensearch.ingest.ConfigurationUtils.readBooleanProperty;
import static org.opensearch.ingest.ConfigurationUtils.readIntProperty;
import static org.opensearch.ingest.ConfigurationUtils.readStringProperty;

import io.latentfacets.classify.serve.Classifiers;
import io.latentfacets.drift.watch.DriftWatch;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.field.StoredLatent;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.ContextPreservingActionListener;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.ingest.AbstractBatchingProcessor;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.ingest.Processor;

/**
 * Writes latents into documents: reads the model's fields and vector, encodes a whole batch at once and writes a
 * {@link StoredLatent} to the target field. Thread-safe. Encodes on the calling thread if the active generation is
 * loaded. Otherwise it starts the load and continues the batch on the thread that ends the load, so that no write or
 * transport thread waits.
 */
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
            Classifiers classifiers) {}

    /**
     * The configuration of one processor.
     *
     * @param model the name of the model to encode with
     * @param targetField the path of the field that receives the latent
     * @param failOnMissing whether a document fails if this node cannot encode it; otherwise it is indexed without a
     *     new latent
     * @param skipUnchanged whether a document keeps its latent if neither its text nor the encoder has changed
     * @param classify the classifiers to apply
     */
    record Options(
            String model,
            String targetField,
            boolean failOnMissing,
            boolean skipUnchanged,
            List<ClassifyOption> classify) {}

    private final Options options;
    private final Services services;
    private final ThreadContext threadContext;
    private final DocumentLabels labels;

    LatentEncodeProcessor(
            String tag,
            String description,
            int batchSize,
            Options options,
            Services services,
            ThreadContext threadContext) {
        super(tag, description, batchSize);
        this.options = options;
        this.services = services;
        this.threadContext = threadContext;
        this.labels = new DocumentLabels(options, services, threadContext);
    }

    @Override
    public String getType() {
        return TYPE;
    }

    Options options() {
        return options;
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
        subBatchExecute(List.of(new IngestDocumentWrapper(0, 0, document, null)), results -> {
            IngestDocumentWrapper result = results.get(0);
            handler.accept(result.getException() == null ? result.getIngestDocument() : null, result.getException());
        });
    }

    @Override
    protected void subBatchExecute(List<IngestDocumentWrapper> batch, Consumer<List<IngestDocumentWrapper>> handler) {
        int active = services.generations().active(options.model());
        if (active == 0) {
            handler.accept(without(batch, "it has no active generation", null));
            return;
        }
        Generation loaded = services.generations().loaded(options.model(), active);
        if (loaded != null) {
            labels.prepare(loaded, ready -> handler.accept(encoded(loaded, ready, batch)));
            return;
        }
        // not ActionListener.wrap: it would call the handler a second time when the rest of the pipeline throws
        ActionListener<Generation> whenLoaded = new ActionListener<>() {
            @Override
            public void onResponse(Generation generation) {
                labels.prepare(generation, ready -> handler.accept(encoded(generation, ready, batch)));
            }

            @Override
            public void onFailure(Exception e) {
                Generations.Known known = services.generations().known(options.model(), active);
                EncoderId encoder = known == null ? EncoderId.NONE : known.encoder();
                batch.forEach(item -> {
                    dropUnverifiable(item.getIngestDocument(), encoder);
                    labels.clear(item.getIngestDocument());
                });
                handler.accept(without(batch, "generation [" + active + "] cannot be loaded: " + e.getMessage(), e));
            }
        };
        services.generations()
                .load(
                        options.model(),
                        active,
                        ContextPreservingActionListener.wrapPreservingContext(whenLoaded, threadContext));
    }

    /** Encodes a batch with a loaded generation. Never throws: each document's result carries its own exception. */
    private List<IngestDocumentWrapper> encoded(
            Generation generation, DocumentLabels.Ready ready, List<IngestDocumentWrapper> batch) {
        List<IngestDocumentWrapper> results = new ArrayList<>(batch.size());
        List<IngestDocumentWrapper> pending = new ArrayList<>(batch.size());
        List<SourceDocument> documents = new ArrayList<>(batch.size());
        List<String> hashes = new ArrayList<>(batch.size());
        for (IngestDocumentWrapper item : batch) {
            try {
                IngestDocument document = item.getIngestDocument();
                SourceDocument read = read(document, generation);
                String hash = options.skipUnchanged() ? read.hash(generation) : null;
                if (unchanged(document, generation.encoder(), hash)) {
                    ready.relabel(document, StoredLatent.of(targetValue(document)), read);
                    results.add(kept(item));
                } else if (read.isEmpty()) {
                    results.add(cleared(item));
                } else {
                    pending.add(item);
                    documents.add(read);
                    hashes.add(hash);
                }
            } catch (RuntimeException e) {
                results.add(failed(item, e));
            }
        }
        if (pending.isEmpty()) {
            return results;
        }
        List<EncoderService.Encoded> encoded;
        long start = System.nanoTime();
        try {
            encoded = services.encoders().encodeRead(generation, documents);
        } catch (RuntimeException e) {
            pending.forEach(item -> {
                dropOutdated(item.getIngestDocument(), generation.encoder());
                labels.clear(item.getIngestDocument());
            });
            results.addAll(without(pending, e.getMessage(), e));
            return results;
        }
        services.stats().took(StatName.ENCODE_MILLIS, System.nanoTime() - start);
        watch(generation, pending, encoded);
        for (int i = 0; i < pending.size(); i++) {
            try {
                ready.label(pending.get(i).getIngestDocument(), encoded.get(i));
                results.add(store(pending.get(i), generation, encoded.get(i).latent(), hashes.get(i)));
            } catch (RuntimeException e) {
                results.add(failed(pending.get(i), e));
            }
        }
        return results;
    }

    /**
     * Counts the new documents of a batch. A document that carries a latent of another encoder or the number of its
     * last write was there before; the corpus would hide what is new when it is encoded again.
     */
    private void watch(Generation generation, List<IngestDocumentWrapper> batch, List<EncoderService.Encoded> encoded) {
        List<DriftWatch.Ingested> fresh = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            IngestDocument document = batch.get(i).getIngestDocument();
            Map<String, Object> source = document.getSourceAndMetadata();
            StoredLatent stored = StoredLatent.of(targetValue(document));
            boolean known = document.getIngestMetadata().containsKey(ENCODED_AGAIN)
                    || source.containsKey(IngestDocument.Metadata.IF_SEQ_NO.getFieldName())
                    || (stored != null && !stored.madeBy(generation.encoder()));
            if (!known) {
                fresh.add(new DriftWatch.Ingested(
                        String.valueOf(source.get(IngestDocument.Metadata.INDEX.getFieldName())),
                        (String) source.get(IngestDocument.Metadata.ID.getFieldName()),
                        encoded.get(i)));
            }
        }
        services.drift().ingested(generation, fresh);
    }

    /**
     * Reads a document's text and vector. Fails if the generation cannot take the vector, after removing the latent of
     * the document's former content.
     */
    private SourceDocument read(IngestDocument document, Generation generation) {
        try {
            return SourceDocument.of(document.getSourceAndMetadata(), generation);
        } catch (IllegalArgumentException e) {
            dropOutdated(document, generation.encoder());
            throw e;
        }
    }

    private boolean unchanged(IngestDocument document, EncoderId encoder, String hash) {
        if (hash == null) {
            return false;
        }
        StoredLatent stored = StoredLatent.of(targetValue(document));
        return stored != null && stored.madeBy(encoder) && hash.equals(stored.hash());
    }

    private Object targetValue(IngestDocument document) {
        return document.getFieldValue(options.targetField(), Object.class, true);
    }

    private IngestDocumentWrapper store(IngestDocumentWrapper item, Generation generation, byte[] latent, String hash) {
        if (latent == null) {
            return cleared(item);
        }
        Map<String, Object> value =
                new StoredLatent(generation.encoderGeneration(), generation.encoder(), latent, hash).toMap();
        item.getIngestDocument().setFieldValue(options.targetField(), value);
        services.stats().increment(StatName.DOCUMENTS_ENCODED);
        return result(item, null);
    }

    /**
     * Removes a latent that claims to be of the current encoder but no longer fits the document's content. A
     * re-encoding would not find such a document; it does find a document without a latent.
     */
    private void dropOutdated(IngestDocument document, EncoderId encoder) {
        if (StoredLatent.claims(targetValue(document), encoder)) {
            document.removeField(options.targetField());
        }
    }

    /**
     * Removes a latent that may not fit the document's content any more. Only a loaded generation can tell which text a
     * latent belongs to.
     *
     * @param encoder the encoder whose latents count as current; if it is unknown, all latents do
     */
    private void dropUnverifiable(IngestDocument document, EncoderId encoder) {
        if (!encoder.isNone()) {
            dropOutdated(document, encoder);
        } else if (document.hasField(options.targetField())) {
            document.removeField(options.targetField());
        }
    }

    /** Removes the former latent: a document without usable content has none. */
    private IngestDocumentWrapper cleared(IngestDocumentWrapper item) {
        labels.clear(item.getIngestDocument());
        if (item.getIngestDocument().hasField(options.targetField())) {
            item.getIngestDocument().removeField(options.targetField());
        }
        return kept(item);
    }

    private IngestDocumentWrapper kept(IngestDocumentWrapper item) {
        services.stats().increment(StatName.DOCUMENTS_SKIPPED);
        return result(item, null);
    }

    private IngestDocumentWrapper failed(IngestDocumentWrapper item, Exception e) {
        services.stats().increment(StatName.DOCUMENTS_FAILED);
        return result(item, e);
    }

    /**
     * The results of valid documents that this node cannot encode now.
     *
     * @param cause the failure; null if the model has no active generation
     */
    private List<IngestDocumentWrapper> without(List<IngestDocumentWrapper> batch, String why, Exception cause) {
        List<IngestDocumentWrapper> results = new ArrayList<>(batch.size());
        for (IngestDocumentWrapper item : batch) {
            if (options.failOnMissing()) {
                String message = "cannot encode with model [" + options.model() + "]: " + why;
                results.add(
                        failed(item, new OpenSearchStatusException(message, RestStatus.SERVICE_UNAVAILABLE, cause)));
            } else {
                // count a failure as failed, so that the counters tell an outage from documents that are merely skipped
                services.stats().increment(cause == null ? StatName.DOCUMENTS_SKIPPED : StatName.DOCUMENTS_FAILED);
                results.add(result(item, null));
            }
        }
        return results;
    }

    private static IngestDocumentWrapper result(IngestDocumentWrapper item, Exception e) {
        return new IngestDocumentWrapper(item.getSlot(), item.getChildSlot(), item.getIngestDocument(), e);
    }

    /** Reads and checks the configuration. Core rejects the keys that remain. */
    public static final class Factory extends AbstractBatchingProcessor.Factory {

        private static final String SKIP = "skip";
        private static final String FAIL = "fail";

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
            String model = readStringProperty(TYPE, tag, config, "model");
            if (model.isBlank()) {
                throw newConfigurationException(TYPE, tag, "model", "must name a model: [" + model + "]");
            }
            String target = readStringProperty(TYPE, tag, config, "target_field", ModelDefinition.DEFAULT_TARGET_FIELD);
            if (target.isBlank() || target.startsWith("_")) {
                throw newConfigurationException(
                        TYPE, tag, "target_field", "must be a field that does not start with [_]: [" + target + "]");
            }
            String onMissing = readStringProperty(TYPE, tag, config, "on_missing_model", SKIP);
            if (!SKIP.equals(onMissing) && !FAIL.equals(onMissing)) {
                throw newConfigurationException(
                        TYPE, tag, "on_missing_model", "must be [" + SKIP + "] or [" + FAIL + "]: [" + onMissing + "]");
            }
            if (!(config.getOrDefault("skip_unchanged", true) instanceof Boolean)) {
                throw newConfigurationException(
                        TYPE, tag, "skip_unchanged", "must be true or false: [" + config.get("skip_unchanged") + "]");
            }
            boolean skipUnchanged = readBooleanProperty(TYPE, tag, config, "skip_unchanged", true);
            List<ClassifyOption> classify = ClassifyOption.read(TYPE, tag, config, target);
            Options options = new Options(model, target, FAIL.equals(onMissing), skipUnchanged, classify);
            return new LatentEncodeProcessor(tag, description, batchSize, options, services.get(), threadContext);
        }
    }
}

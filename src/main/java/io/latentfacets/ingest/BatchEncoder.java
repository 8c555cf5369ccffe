/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.drift.watch.DriftWatch;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.field.StoredLatent;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.stats.StatName;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.ContextPreservingActionListener;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;

/**
 * Encodes batches of documents into one field: reads the model's fields and vector, encodes a whole batch at once and
 * writes a {@link StoredLatent} and what is derived from it. Thread-safe. Encodes on the calling thread if the active
 * generation is loaded. Otherwise it starts the load and continues the batch on the thread that ends the load, so that
 * no write or transport thread waits.
 */
final class BatchEncoder {

    private final EncodeOptions options;
    private final LatentEncodeProcessor.Services services;
    private final ThreadContext threadContext;
    private final DocumentLabels labels;
    private final LatentField field;
    private final OncePerMinute dimensionLog = new OncePerMinute();

    BatchEncoder(EncodeOptions options, LatentEncodeProcessor.Services services, ThreadContext threadContext) {
        this.options = options;
        this.services = services;
        this.threadContext = threadContext;
        this.labels = new DocumentLabels(options, services, threadContext);
        this.field = new LatentField(options.targetField(), options.derived());
    }

    EncodeOptions options() {
        return options;
    }

    /** What a document is written to; "" if it does not say. */
    static String index(IngestDocument document) {
        Object index = document.getSourceAndMetadata().get(IngestDocument.Metadata.INDEX.getFieldName());
        return index instanceof String name ? name : "";
    }

    /**
     * Encodes a batch.
     *
     * @param handler called once, with one result per document in any order, each with its own exception if it failed
     */
    void encode(List<IngestDocumentWrapper> batch, Consumer<List<IngestDocumentWrapper>> handler) {
        int active = services.generations().active(options.model());
        if (active == 0) {
            handler.accept(without(batch, "it has no active generation", null));
            return;
        }
        Generation loaded = services.generations().loaded(options.model(), active);
        Answer answer = new Answer(batch, handler);
        if (loaded != null) {
            answer.encode(loaded);
            return;
        }
        // not ActionListener.wrap: it would call the handler a second time when the rest of the pipeline throws
        ActionListener<Generation> whenLoaded = new ActionListener<>() {
            @Override
            public void onResponse(Generation generation) {
                answer.encode(generation);
            }

            @Override
            public void onFailure(Exception e) {
                answer.give(() -> unloaded(batch, active, e));
            }
        };
        services.generations()
                .load(
                        options.model(),
                        active,
                        ContextPreservingActionListener.wrapPreservingContext(whenLoaded, threadContext));
    }

    /**
     * The one answer for a batch. What throws before it is given fails the documents; what throws after, the caller.
     */
    private final class Answer {
        private final List<IngestDocumentWrapper> batch;
        private final Consumer<List<IngestDocumentWrapper>> handler;
        private final AtomicBoolean given = new AtomicBoolean();

        private Answer(List<IngestDocumentWrapper> batch, Consumer<List<IngestDocumentWrapper>> handler) {
            this.batch = batch;
            this.handler = handler;
        }

        private void encode(Generation generation) {
            try {
                labels.prepare(generation, ready -> give(() -> encoded(generation, ready, batch)), this::fail);
            } catch (RuntimeException e) {
                fail(e);
            }
        }

        /** Fails the documents, or the caller if they have their answer. */
        private void fail(RuntimeException e) {
            if (given.get()) {
                throw e;
            }
            give(() -> failed(batch, e));
        }

        /** Computes and gives the answer, unless there is one: a listener may hear of a failure after its response. */
        private void give(Supplier<List<IngestDocumentWrapper>> results) {
            if (!given.compareAndSet(false, true)) {
                return;
            }
            List<IngestDocumentWrapper> all;
            try {
                all = results.get();
            } catch (RuntimeException e) {
                all = failed(batch, e);
            }
            handler.accept(all);
        }
    }

    /** The results of a batch whose generation cannot be loaded. */
    private List<IngestDocumentWrapper> unloaded(List<IngestDocumentWrapper> batch, int active, Exception cause) {
        Generations.Known known = services.generations().known(options.model(), active);
        EncoderId encoder = known == null ? EncoderId.NONE : known.encoder();
        Set<String> fields = services.generations().fields(options.model(), active);
        return without(
                batch,
                document -> field.dropUnverifiable(document, encoder, fields),
                "generation [" + active + "] cannot be loaded: " + cause.getMessage(),
                cause);
    }

    /** The results of documents of which first something is taken away; those where that fails have failed. */
    private List<IngestDocumentWrapper> without(
            List<IngestDocumentWrapper> batch, Consumer<IngestDocument> drop, String why, Exception cause) {
        List<IngestDocumentWrapper> results = new ArrayList<>(batch.size());
        List<IngestDocumentWrapper> dropped = new ArrayList<>(batch.size());
        for (IngestDocumentWrapper item : batch) {
            try {
                drop.accept(item.getIngestDocument());
                labels.clear(item.getIngestDocument());
                dropped.add(item);
            } catch (RuntimeException e) {
                results.add(failed(item, e));
            }
        }
        results.addAll(without(dropped, why, cause));
        return results;
    }

    private List<IngestDocumentWrapper> failed(List<IngestDocumentWrapper> batch, Exception e) {
        List<IngestDocumentWrapper> results = new ArrayList<>(batch.size());
        batch.forEach(item -> results.add(failed(item, e)));
        return results;
    }

    /** Encodes a batch with a loaded generation. Each document's result carries its own exception. */
    private List<IngestDocumentWrapper> encoded(
            Generation generation, DocumentLabels.Ready ready, List<IngestDocumentWrapper> batch) {
        DerivedValues derived = new DerivedValues(
                field,
                generation,
                services.generations().edits(options.model()).curation(),
                services.indices(),
                dimensionLog);
        List<IngestDocumentWrapper> results = new ArrayList<>(batch.size());
        List<IngestDocumentWrapper> pending = new ArrayList<>(batch.size());
        List<SourceDocument> documents = new ArrayList<>(batch.size());
        List<String> hashes = new ArrayList<>(batch.size());
        for (IngestDocumentWrapper item : batch) {
            try {
                IngestDocument document = item.getIngestDocument();
                if (PartialUpdates.isPart(document) && !PartialUpdates.setsAll(document, generation.fieldNames())) {
                    results.add(part(item, generation));
                    continue;
                }
                SourceDocument read = read(document, generation);
                String hash = options.skipUnchanged() || isMapped(document) ? read.hash(generation) : null;
                StoredLatent kept = options.skipUnchanged() ? unchanged(document, generation.encoder(), hash) : null;
                if (kept != null) {
                    ready.relabel(document, kept, read);
                    derived.write(document, kept.latent());
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
            results.addAll(without(
                    pending, document -> field.dropOutdated(document, generation.encoder()), e.getMessage(), e));
            return results;
        }
        services.stats().took(StatName.ENCODE_MILLIS, System.nanoTime() - start);
        watch(generation, pending, encoded);
        for (int i = 0; i < pending.size(); i++) {
            IngestDocument document = pending.get(i).getIngestDocument();
            byte[] latent = encoded.get(i).latent();
            try {
                ready.label(document, encoded.get(i));
                derived.write(document, latent);
                results.add(store(pending.get(i), generation, latent, hashes.get(i)));
            } catch (RuntimeException e) {
                results.add(failed(pending.get(i), e));
            }
        }
        return results;
    }

    /**
     * Whether the mapping encodes into the same field afterwards. It then knows by the hash what is encoded already;
     * core keeps no other mark from one pipeline to the next.
     */
    private boolean isMapped(IngestDocument document) {
        return services.indices().encodes(index(document), options.model(), options.targetField());
    }

    /**
     * A part of a document that lacks some of the model's fields. Without them nobody knows the whole text. If the part
     * changes none of them, the stored latent stays right; else no latent is better than a wrong one, because
     * re-encoding finds it.
     */
    private IngestDocumentWrapper part(IngestDocumentWrapper item, Generation generation) {
        if (PartialUpdates.setsAny(item.getIngestDocument(), generation.fieldNames())) {
            field.remove(item.getIngestDocument());
            return kept(item);
        }
        return result(item, null);
    }

    /**
     * Counts the new documents of a batch. A document that carries a latent of another encoder or the number of its
     * last write was there before, and so was one of which only a part arrives; the corpus would hide what is new when
     * it is encoded again.
     */
    private void watch(Generation generation, List<IngestDocumentWrapper> batch, List<EncoderService.Encoded> encoded) {
        List<DriftWatch.Ingested> fresh = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            IngestDocument document = batch.get(i).getIngestDocument();
            Map<String, Object> source = document.getSourceAndMetadata();
            StoredLatent stored = field.stored(document);
            boolean known = document.getIngestMetadata().containsKey(LatentEncodeProcessor.ENCODED_AGAIN)
                    || PartialUpdates.isPart(document)
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
            field.dropOutdated(document, generation.encoder());
            throw e;
        }
    }

    /** The document's latent if this encoder has made it from this content; else null. */
    private StoredLatent unchanged(IngestDocument document, EncoderId encoder, String hash) {
        StoredLatent stored = field.stored(document);
        return stored != null && stored.madeBy(encoder) && hash.equals(stored.hash()) ? stored : null;
    }

    private IngestDocumentWrapper store(IngestDocumentWrapper item, Generation generation, byte[] latent, String hash) {
        if (latent == null) {
            return cleared(item);
        }
        field.store(
                item.getIngestDocument(),
                new StoredLatent(generation.encoderGeneration(), generation.encoder(), latent, hash));
        services.stats().increment(StatName.DOCUMENTS_ENCODED);
        return result(item, null);
    }

    /** Removes the former latent: a document without usable content has none. */
    private IngestDocumentWrapper cleared(IngestDocumentWrapper item) {
        labels.clear(item.getIngestDocument());
        field.remove(item.getIngestDocument());
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

    static IngestDocumentWrapper result(IngestDocumentWrapper item, Exception e) {
        return new IngestDocumentWrapper(item.getSlot(), item.getChildSlot(), item.getIngestDocument(), e);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import io.latentfacets.classify.serve.Classifiers;
import io.latentfacets.classify.serve.ReadyClassifier;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.field.StoredLatent;
import io.latentfacets.model.Generation;
import io.latentfacets.stats.StatName;
import io.latentfacets.text.Bow;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.ContextPreservingActionListener;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.ingest.IngestDocument;

/**
 * Writes the labels of a processor's classifiers into documents. A classifier that is unknown, stale or cannot be
 * loaded writes nothing: the former label is removed, or the document fails, as the processor is told for a missing
 * model. Thread-safe.
 */
final class DocumentLabels {

    private static final Logger logger = LogManager.getLogger(DocumentLabels.class);

    private final EncodeOptions options;
    private final LatentEncodeProcessor.Services services;
    private final ThreadContext threadContext;
    private final OncePerMinute log = new OncePerMinute();

    DocumentLabels(EncodeOptions options, LatentEncodeProcessor.Services services, ThreadContext threadContext) {
        this.options = options;
        this.services = services;
        this.threadContext = threadContext;
    }

    /**
     * One classifier for one batch.
     *
     * @param classifier null if it cannot be applied
     * @param why why not; null if it can
     */
    private record Applied(ClassifyOption option, ReadyClassifier classifier, String why) {}

    /**
     * Gets the classifiers for a batch. Calls the consumer at once if all are loaded or cannot be, else on the thread
     * that ends the last load, in the thread context of this call.
     *
     * @param failed is told what this method or the consumer throws on that thread
     */
    void prepare(Generation generation, Consumer<Ready> consumer, Consumer<RuntimeException> failed) {
        prepare(generation, 0, new ArrayList<>(), consumer, failed);
    }

    private void prepare(
            Generation generation,
            int from,
            List<Applied> applied,
            Consumer<Ready> consumer,
            Consumer<RuntimeException> failed) {
        Classifiers classifiers = services.classifiers();
        for (int i = from; i < options.classify().size(); i++) {
            ClassifyOption option = options.classify().get(i);
            ReadyClassifier here = classifiers.loaded(options.model(), option.classifier());
            if (here == null && classifiers.pointer(options.model(), option.classifier()) != null) {
                int next = i + 1;
                // not ActionListener.wrap: it would go on a second time when the rest of the pipeline throws
                ActionListener<ReadyClassifier> whenLoaded = new ActionListener<>() {
                    @Override
                    public void onResponse(ReadyClassifier classifier) {
                        goOn(() -> applied(option, classifier, generation));
                    }

                    @Override
                    public void onFailure(Exception e) {
                        goOn(() -> new Applied(option, null, e.getMessage()));
                    }

                    private void goOn(Supplier<Applied> one) {
                        try {
                            applied.add(one.get());
                            prepare(generation, next, applied, consumer, failed);
                        } catch (RuntimeException e) {
                            failed.accept(e);
                        }
                    }
                };
                classifiers.load(
                        options.model(),
                        option.classifier(),
                        ContextPreservingActionListener.wrapPreservingContext(
                                ActionListener.notifyOnce(whenLoaded), threadContext));
                return;
            }
            applied.add(applied(option, here, generation));
        }
        applied.stream().filter(each -> each.why() != null).findFirst().ifPresent(this::say);
        consumer.accept(new Ready(generation, applied));
    }

    private Applied applied(ClassifyOption option, ReadyClassifier classifier, Generation generation) {
        if (classifier == null) {
            return new Applied(
                    option, null, "model [" + options.model() + "] has no classifier [" + option.classifier() + "]");
        }
        if (!classifier.fits(generation)) {
            return new Applied(
                    option,
                    null,
                    "classifier [" + option.classifier() + "] of model [" + options.model()
                            + "] is stale: it was trained for another encoder than that of generation ["
                            + generation.number() + "]");
        }
        return new Applied(option, classifier, null);
    }

    private void say(Applied missing) {
        if (log.now()) {
            logger.warn("documents get no [{}]: {}", missing.option().targetField(), missing.why());
        }
    }

    /** Removes former labels from a document that has no latent. */
    void clear(IngestDocument document) {
        options.classify().forEach(option -> remove(document, option));
    }

    private static void remove(IngestDocument document, ClassifyOption option) {
        if (document.hasField(option.targetField())) {
            document.removeField(option.targetField());
        }
    }

    /** The classifiers for one batch. Thread-safe. */
    final class Ready {
        private final Generation generation;
        private final List<Applied> all;

        private Ready(Generation generation, List<Applied> all) {
            this.generation = generation;
            this.all = List.copyOf(all);
        }

        /**
         * Writes the labels of an encoded document, and removes former ones if it has no latent.
         *
         * @throws OpenSearchStatusException 503 if a classifier is missing and documents are to fail then
         */
        void label(IngestDocument document, EncoderService.Encoded encoded) {
            label(document, encoded.latent(), encoded.read().bow());
        }

        /** Writes the labels of a document that keeps its latent: the classifier may be new. */
        void relabel(IngestDocument document, StoredLatent kept, SourceDocument content) {
            boolean words = all.stream()
                    .anyMatch(each -> each.why() == null && each.classifier().readsWords());
            Bow bow = words ? services.encoders().input(generation, content).words() : Bow.EMPTY;
            label(document, kept.latent(), bow);
        }

        private void label(IngestDocument document, byte[] latent, Bow words) {
            if (latent == null) {
                clear(document);
                return;
            }
            for (Applied each : all) {
                if (each.why() == null) {
                    write(document, each, latent, words);
                } else {
                    miss(document, each);
                }
            }
        }

        private void write(IngestDocument document, Applied each, byte[] latent, Bow words) {
            ReadyClassifier classifier = each.classifier();
            double[] probabilities = classifier.probabilities(generation, latent, words);
            List<ReadyClassifier.Predicted> labels =
                    classifier.predicted(probabilities, each.option().minProbability());
            if (labels.isEmpty()) {
                remove(document, each.option());
            } else if (classifier.stored().definition().multiLabel()) {
                List<String> names = new ArrayList<>();
                labels.forEach(label -> names.add(label.label()));
                document.setFieldValue(each.option().targetField(), names);
            } else {
                document.setFieldValue(
                        each.option().targetField(), labels.get(0).label());
            }
            services.stats().increment(StatName.DOCUMENTS_CLASSIFIED);
        }

        private void miss(IngestDocument document, Applied each) {
            services.stats().increment(StatName.DOCUMENTS_UNCLASSIFIED);
            if (options.failOnMissing()) {
                throw new OpenSearchStatusException("cannot classify: {}", RestStatus.SERVICE_UNAVAILABLE, each.why());
            }
            remove(document, each.option());
        }
    }
}

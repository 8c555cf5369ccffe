/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.classify;

import io.latentfacets.classify.regression.ClassifierTrainer;
import io.latentfacets.classify.regression.Examples;
import io.latentfacets.classify.regression.LinearClassifier;
import io.latentfacets.classify.regression.Quality;
import io.latentfacets.corpus.CorpusReader;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.evaluation.LatentFields;
import io.latentfacets.model.Definer;
import io.latentfacets.model.Generation;
import io.latentfacets.model.StoredClassifier;
import io.latentfacets.model.definition.ClassifierDefinition;
import io.latentfacets.text.SourceField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.opensearch.common.lease.Releasable;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.transport.client.Client;

/**
 * Trains one classifier, from reading the documents to the measures. It blocks its thread. It releases the point in
 * time and the memory on every path. Not thread-safe.
 */
final class ClassifierTraining {

    /** Bytes of pages in flight. */
    private static final long BASE = 16L << 20;
    /** Bytes for each weight: two sets of floats, and the solver's vectors of doubles. */
    private static final long PER_WEIGHT = 8;

    private final Client client;
    private final EncoderService encoders;
    private final CircuitBreaker breaker;
    private final Generation generation;
    private final ClassifierDefinition definition;
    private final CancellableTask task;

    /** @param client a client that searches as the caller, with the task as parent */
    ClassifierTraining(
            Client client,
            EncoderService encoders,
            CircuitBreaker breaker,
            Generation generation,
            ClassifierDefinition definition,
            CancellableTask task) {
        this.client = client;
        this.encoders = encoders;
        this.breaker = breaker;
        this.generation = generation;
        this.definition = definition;
        this.task = task;
    }

    /** What a training gives: the record and the weights. */
    record Result(StoredClassifier stored, LinearClassifier weights) {}

    /**
     * Reads the labelled documents and trains.
     *
     * @param name the name of the classifier
     * @param definer who asked for it; null if unknown
     * @param query the query of the documents; null for all documents
     * @param window the largest number of hits in a page of a search over the indices
     * @param fields the fields with the stored latents
     * @throws IllegalArgumentException if there is too little to learn from; names what is missing
     * @throws TaskCancelledException if the task is cancelled
     */
    Result run(String name, Definer definer, List<String> indices, QueryBuilder query, int window, LatentFields fields)
            throws IOException {
        AtomicLong charged = new AtomicLong();
        try {
            charge(charged, BASE);
            LabelledDocuments documents = read(indices, query, window, fields, bytes -> charge(charged, bytes));
            requireEnough(documents, indices);
            charge(charged, PER_WEIGHT * documents.columns() * documents.names().size());
            Examples examples = documents.examples();
            ClassifierTrainer.Trained trained = ClassifierTrainer.train(examples, this::checkCancelled);
            return new Result(stored(name, definer, documents, examples, trained), trained.classifier());
        } catch (RuntimeException e) {
            // a search that was cancelled with the task fails with one of many exceptions: report the cancellation
            checkCancelled();
            throw e;
        } finally {
            breaker.addWithoutBreaking(-charged.get());
        }
    }

    private void charge(AtomicLong charged, long bytes) {
        breaker.addEstimateBytesAndMaybeBreak(bytes, "classifier of " + generation.model());
        charged.addAndGet(bytes);
    }

    private LabelledDocuments read(
            List<String> indices, QueryBuilder query, int window, LatentFields fields, LongConsumer charge)
            throws IOException {
        LabelledDocuments documents =
                new LabelledDocuments(generation, definition, encoders, fields, charge, this::checkCancelled);
        Releasable held = encoders.hold(generation);
        try {
            if (!read(indices, labelled(query), window, fields, documents)) {
                // a field without an index is in no query, only in the source
                read(indices, query, window, fields, documents);
            }
        } finally {
            held.close();
        }
        return documents;
    }

    /** Returns false if no document matches. */
    private boolean read(
            List<String> indices, QueryBuilder query, int window, LatentFields fields, LabelledDocuments documents)
            throws IOException {
        try (CorpusReader reader = new CorpusReader(client, indices, query, window, this::checkCancelled)) {
            if (reader.total() == 0) {
                return false;
            }
            reader.read(paths(fields), definition.maxDocuments(), documents::add);
            documents.flush();
            return true;
        }
    }

    /** Few documents of many may have a label, and a sample of all would miss them. */
    private QueryBuilder labelled(QueryBuilder query) {
        BoolQueryBuilder both = QueryBuilders.boolQuery().filter(QueryBuilders.existsQuery(definition.labelField()));
        return query == null ? both : both.filter(query);
    }

    private List<String> paths(LatentFields fields) {
        List<String> paths = new ArrayList<>(fields.paths());
        generation.fields().stream().map(SourceField::name).forEach(paths::add);
        if (generation.vectorField() != null) {
            paths.add(generation.vectorField());
        }
        paths.add(definition.labelField());
        return paths;
    }

    private void requireEnough(LabelledDocuments documents, List<String> indices) {
        int labels = documents.names().size();
        if (documents.size() < 2 || labels < 2) {
            throw new IllegalArgumentException("[label_field] [" + definition.labelField()
                    + "] must give at least [2] labels on at least [2] documents with words that the model knows in "
                    + indices + ", gives [" + labels + "] on [" + documents.size() + "]"
                    + (documents.several() > 0
                            ? "; [" + documents.several() + "] documents have several labels, see [multi_label]"
                            : ""));
        }
        long weights = (long) labels * documents.columns();
        if (weights > StoredClassifier.MAX_WEIGHTS) {
            throw new IllegalArgumentException("[features] [" + definition.features() + "] with [" + labels
                    + "] labels make [" + weights + "] weights, must be at most [" + StoredClassifier.MAX_WEIGHTS
                    + "]; [latent] makes fewer");
        }
    }

    private StoredClassifier stored(
            String name,
            Definer definer,
            LabelledDocuments documents,
            Examples examples,
            ClassifierTrainer.Trained trained) {
        Quality quality = trained.quality();
        return new StoredClassifier(
                generation.model(),
                name,
                definition,
                definer,
                new StoredClassifier.Trained(
                        generation.number(),
                        generation.encoder(),
                        System.currentTimeMillis(),
                        documents.size(),
                        documents.several(),
                        quality.documents(),
                        trained.folds(),
                        trained.strength(),
                        quality.accuracy(),
                        quality.macroF1(),
                        quality.calibrationError()),
                labels(documents.names(), examples, quality),
                definition.multiLabel() ? List.of() : confusions(documents.names(), quality.confusion()),
                null);
    }

    private static List<StoredClassifier.Label> labels(List<String> names, Examples examples, Quality quality) {
        int[] sizes = new int[names.size()];
        for (int[] own : examples.labels()) {
            for (int label : own) {
                sizes[label]++;
            }
        }
        List<StoredClassifier.Label> labels = new ArrayList<>();
        for (int label = 0; label < sizes.length; label++) {
            Quality.Found found = quality.found(label);
            labels.add(new StoredClassifier.Label(
                    names.get(label), sizes[label], found.right(), found.wrong(), found.missed()));
        }
        return labels;
    }

    private static List<StoredClassifier.Confusion> confusions(List<String> names, int[][] confusion) {
        List<StoredClassifier.Confusion> all = new ArrayList<>();
        for (int label = 0; label < confusion.length; label++) {
            for (int other = 0; other < confusion.length; other++) {
                if (label != other && confusion[label][other] > 0) {
                    all.add(new StoredClassifier.Confusion(
                            names.get(label), names.get(other), confusion[label][other]));
                }
            }
        }
        all.sort(Comparator.comparingInt((StoredClassifier.Confusion each) -> -each.documents())
                .thenComparing(StoredClassifier.Confusion::label)
                .thenComparing(StoredClassifier.Confusion::predicted));
        return all.subList(0, Math.min(StoredClassifier.MAX_CONFUSIONS, all.size()));
    }

    private void checkCancelled() {
        if (task.isCancelled()) {
            throw new TaskCancelledException("training a classifier of [" + generation.model() + "] was cancelled: "
                    + task.getReasonCancelled());
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import io.latentfacets.corpus.CorpusReader;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.text.SourceField;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opensearch.common.lease.Releasable;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.transport.client.Client;

/**
 * Runs one evaluation, from reading the documents to the measures. It blocks its thread. It releases the point in time
 * and the memory on every path. Not thread-safe.
 */
final class Evaluation {

    /** Bytes of pages in flight, of the table of clusters and labels, and of their matching. */
    private static final long BASE = 32L << 20;
    /** Bytes per document besides its latent: the array's header and its list entry, cluster, label, silhouette. */
    private static final long PER_DOCUMENT = 64;

    private final Client client;
    private final EncoderService encoders;
    private final CircuitBreaker breaker;
    private final Generation generation;
    private final ClusterEdits edits;
    private final CancellableTask task;

    /** @param client a client that searches as the caller, with the task as parent */
    Evaluation(
            Client client,
            EncoderService encoders,
            CircuitBreaker breaker,
            Generation generation,
            ClusterEdits edits,
            CancellableTask task) {
        this.client = client;
        this.encoders = encoders;
        this.breaker = breaker;
        this.generation = generation;
        this.edits = edits;
        this.task = task;
    }

    /**
     * Reads the documents and measures the generation on them.
     *
     * @param query the query of the documents; null for all documents
     * @param window the largest number of hits in a page of a search over the indices
     * @param fields the fields with the stored latents
     * @param labelField the path of the field with the labels; null for no labels
     * @param maxDocuments the largest number of documents to read
     * @throws IllegalArgumentException if there is nothing to measure; names what is missing
     * @throws TaskCancelledException if the task is cancelled
     */
    EvaluateAction.Response run(
            List<String> indices,
            QueryBuilder query,
            int window,
            LatentFields fields,
            String labelField,
            int maxDocuments)
            throws IOException {
        long start = System.nanoTime();
        try (CorpusReader reader = new CorpusReader(client, indices, query, window, this::checkCancelled)) {
            if (reader.total() == 0) {
                throw new IllegalArgumentException("no document to evaluate in " + indices
                        + (query == null ? ", they are empty" : ", none matches the query"));
            }
            long bytes = estimate(Math.min(reader.total(), maxDocuments));
            breaker.addEstimateBytesAndMaybeBreak(bytes, "evaluation of " + generation.model());
            try {
                Sample sample = read(reader, fields, labelField, maxDocuments);
                reader.done();
                return new Scores(generation, edits, sample, this::checkCancelled)
                        .response(reader.total(), () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
            } finally {
                breaker.addWithoutBreaking(-bytes);
            }
        } catch (RuntimeException e) {
            // a search that was cancelled with the task fails with one of many exceptions: report the cancellation
            checkCancelled();
            throw e;
        }
    }

    private Sample read(CorpusReader reader, LatentFields fields, String labelField, int maxDocuments)
            throws IOException {
        Sample sample = new Sample(
                generation, encoders, fields, labelField == null ? null : new Labels(labelField), this::checkCancelled);
        Releasable held = encoders.hold(generation);
        try {
            reader.read(paths(fields, labelField), maxDocuments, sample::add);
            sample.encodePending();
        } finally {
            held.close();
        }
        return sample;
    }

    private long estimate(long documents) {
        long latent = (long) generation.weights().latentDims() * Float.BYTES;
        return BASE + documents * (PER_DOCUMENT + latent);
    }

    private List<String> paths(LatentFields fields, String labelField) {
        List<String> paths = new ArrayList<>(fields.paths());
        generation.fields().stream().map(SourceField::name).forEach(paths::add);
        if (generation.vectorField() != null) {
            paths.add(generation.vectorField());
        }
        if (labelField != null) {
            paths.add(labelField);
        }
        return paths;
    }

    private void checkCancelled() {
        if (task.isCancelled()) {
            throw new TaskCancelledException(
                    "evaluation of [" + generation.model() + "] was cancelled: " + task.getReasonCancelled());
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.async.Listeners;
import io.latentfacets.async.WorkThreads;
import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterLabel;
import io.latentfacets.cluster.Codebook;
import io.latentfacets.cluster.fit.ResultClusterer;
import io.latentfacets.cluster.label.LabelOptions;
import io.latentfacets.cluster.label.Labeler;
import io.latentfacets.field.column.ClusterColumns;
import io.latentfacets.model.Generation;
import io.latentfacets.search.Coverage;
import io.latentfacets.search.PinnedField;
import io.latentfacets.search.SearchServices;
import io.latentfacets.search.SearchTasks;
import io.latentfacets.stats.LatentStats;
import io.latentfacets.stats.StatName;
import io.latentfacets.vae.Decoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.lease.Releasables;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.common.breaker.CircuitBreakingException;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.search.aggregations.Aggregations;
import org.opensearch.search.aggregations.bucket.nested.Nested;
import org.opensearch.search.aggregations.bucket.nested.NestedAggregationBuilder;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;

/**
 * Finds the clusters of a search's results. An inner search, with the caller's permissions, collects the latents of the
 * same documents, or a sample of them; this node then clusters and names them. Runs on the coordinating node during the
 * rewrite of the outer search. Never blocks; computes on the search pool. Cancelled with the outer search, and given up
 * when its {@code timeout} is over. Keeps the last divisions. Thread-safe.
 */
public final class ResultPartitioner implements Releasable {
    private static final String SAMPLE = "sample";
    private static final String NESTED = "nested";
    private static final int MOST_UNREDUCED = 16;
    private static final long MOST_MILLIS = TimeUnit.DAYS.toMillis(365);

    /** What kept divisions take at the most, together: this, and this share of the heap. */
    private static final long MOST_KEPT = 8L << 20;

    private static final int HEAP_SHARE = 100;
    private static final TimeValue SWEEP = TimeValue.timeValueMinutes(1);

    private final SearchServices search;
    private final ClusterColumns columns;
    private final DivisionCache divisions;

    /**
     * @param columns the columns whose circuit breaker is charged for the clustering and for divisions that are kept
     * @param threadPool has the clock by which kept divisions expire
     * @param stats counts the divisions that are kept
     */
    public ResultPartitioner(SearchServices search, ClusterColumns columns, ThreadPool threadPool, LatentStats stats) {
        this.search = search;
        this.columns = columns;
        this.divisions = new DivisionCache(
                bytes -> counted(bytes, columns.chargeSpare(bytes), stats),
                Math.min(MOST_KEPT, Runtime.getRuntime().maxMemory() / HEAP_SHARE),
                threadPool::relativeTimeInMillis,
                sweep -> threadPool.schedule(sweep, SWEEP, ThreadPool.Names.SAME));
    }

    /** Counts a kept division until its bytes are released; null, for no room, stays null. */
    private static Releasable counted(long bytes, Releasable charged, LatentStats stats) {
        if (charged == null) {
            return null;
        }
        stats.add(StatName.KEPT_DIVISIONS, 1);
        stats.add(StatName.KEPT_DIVISIONS_BYTES, bytes);
        return Releasables.releaseOnce(() -> {
            charged.close();
            stats.add(StatName.KEPT_DIVISIONS, -1);
            stats.add(StatName.KEPT_DIVISIONS_BYTES, -bytes);
        });
    }

    /** Gives back the memory of divisions that are kept for later searches. */
    @Override
    public void close() {
        divisions.close();
    }

    /** Drops the kept divisions of a generation that is gone. */
    public void evict(String model, int generation) {
        divisions.evict(model, generation);
    }

    /** The services of the searches that this class creates. */
    public SearchServices search() {
        return search;
    }

    /**
     * Finds the clusters of a search's results and passes them to the listener.
     *
     * @param client a client in the caller's thread context
     * @param request the search whose results to cluster, not modified
     * @param nestedPath the nested object that contains the field; null for none
     * @param target the field, with a pin
     * @param options the options of the clustering
     * @param listener receives the clusters, or the failure of the load, the inner search or the clustering
     */
    public void partition(
            Client client,
            SearchRequest request,
            String nestedPath,
            PinnedField target,
            ResultOptions options,
            ActionListener<ResultClusters> listener) {
        if (target.pin().generation() == 0) {
            listener.onResponse(ResultClusters.NONE);
            return;
        }
        CancellableTask task = SearchTasks.current(client.threadPool().getThreadContext());
        Runnable check = stopCheck(task, deadline(client.threadPool(), request), client.threadPool());
        SearchRequest inner = inner(client, request, nestedPath, target, options);
        ActionListener<Generation> sample = Listeners.andThen(
                listener,
                (next, generation) ->
                        client.search(inner, Listeners.andThen(next, (last, response) -> client.threadPool()
                                .executor(ThreadPool.Names.SEARCH)
                                .execute(ActionRunnable.supply(
                                        last,
                                        () -> response.isTimedOut()
                                                ? ResultClusters.LATE
                                                : divide(
                                                        sampleOf(response),
                                                        generation,
                                                        options,
                                                        target.pin().coverage() == Coverage.ALL,
                                                        check))))));
        search.pins().load(target.pin(), sample);
    }

    /** Returns the inner search for latents. Its task is a child of the task of this thread's search. */
    private SearchRequest inner(
            Client client, SearchRequest request, String nestedPath, PinnedField target, ResultOptions options) {
        SearchRequest inner = InnerSearch.of(
                request, search.pins().currentTask(client.threadPool().getThreadContext()));
        // Samples are large for shard responses, and several merge to the size of one: reduce them early.
        inner.setBatchedReduceSize(Math.min(MOST_UNREDUCED, inner.getBatchedReduceSize()));
        // Samples would displace other responses from the request cache, so cache them only on request.
        inner.requestCache(Boolean.TRUE.equals(request.requestCache()));
        LatentSampleAggregationBuilder sample = new LatentSampleAggregationBuilder(
                SAMPLE,
                target.with(target.field(), target.pin().withoutEdits()),
                options.samplePerShard(),
                () -> search);
        inner.source()
                .aggregation(
                        nestedPath == null
                                ? sample
                                : new NestedAggregationBuilder(NESTED, nestedPath).subAggregation(sample));
        return inner;
    }

    /** The time of the node's clock at which the search's {@code timeout} is over; the largest number without one. */
    private static long deadline(ThreadPool clock, SearchRequest request) {
        TimeValue timeout = request.source() == null ? null : request.source().timeout();
        return timeout == null || timeout.millis() < 0
                ? Long.MAX_VALUE
                : clock.relativeTimeInMillis() + Math.min(timeout.millis(), MOST_MILLIS);
    }

    private static Runnable stopCheck(CancellableTask task, long deadline, ThreadPool clock) {
        return () -> {
            if (task != null && task.isCancelled()) {
                throw new TaskCancelledException(
                        "the search was cancelled while its results were divided: " + task.getReasonCancelled());
            }
            if (clock.relativeTimeInMillis() > deadline) {
                throw new LateException();
            }
        };
    }

    /** The search's time is over. */
    private static final class LateException extends RuntimeException {
        private static final long serialVersionUID = 1;

        LateException() {
            super("the time of the search is over", null, false, false);
        }
    }

    private static LatentSample sampleOf(SearchResponse response) {
        Aggregations all = response.getAggregations();
        Nested nested = all == null ? null : all.get(NESTED);
        Aggregations own = nested == null ? all : nested.getAggregations();
        InternalLatentSample sample = own == null ? null : own.get(SAMPLE);
        return sample == null ? LatentSample.empty(1) : sample.sample();
    }

    /**
     * @param decodes whether to name the clusters by words that the decoder gives for their centroids
     * @param check runs many times per second; throws to stop
     */
    private ResultClusters divide(
            LatentSample sample, Generation generation, ResultOptions options, boolean decodes, Runnable check) {
        if (sample.isEmpty()) {
            return ResultClusters.NONE;
        }
        DivisionCache.Key key = DivisionCache.key(sample, generation, options, decodes);
        ResultClusters known = divisions.get(key);
        if (known != null) {
            return known;
        }
        long points = (long) sample.latents().length
                * generation.clusters().partition().dims();
        long words = (long) options.most() * generation.vocabulary().size();
        Releasable charged = charge(Float.BYTES * (2 * points + words));
        try {
            assert WorkThreads.mayWork() : WorkThreads.busy("dividing results");
            check.run();
            ResultClusters divided = named(sample, generation, options, decodes, check);
            divisions.put(key, divided);
            return divided;
        } catch (LateException e) {
            return ResultClusters.LATE;
        } finally {
            charged.close();
        }
    }

    /** Charges what a division takes while it is made; kept divisions make room for it. */
    private Releasable charge(long bytes) {
        try {
            return columns.charge(bytes, "latent_result_clusters");
        } catch (CircuitBreakingException e) {
            if (!divisions.clear()) {
                throw e;
            }
            return columns.charge(bytes, "latent_result_clusters");
        }
    }

    private static ResultClusters named(
            LatentSample sample, Generation generation, ResultOptions options, boolean decodes, Runnable check) {
        ResultClusterer.Result result =
                new ResultClusterer(options.clusters(), check).cluster(sample.latents(), sample.counts());
        Codebook codebook = result.codebook();
        double sampled = sample.sampled();
        double[] shares = Arrays.stream(result.sizes())
                .mapToDouble(size -> size / sampled)
                .toArray();
        List<ClusterLabel> labels = decodes
                ? labels(result, shares, generation, options, check)
                : Collections.nCopies(codebook.count(), ClusterLabel.NONE);
        float[][] places = ResultClusterer.places(codebook);
        List<ClusterInfo> infos = new ArrayList<>(codebook.count());
        for (int c = 0; c < codebook.count(); c++) {
            String key = ResultPartitionToken.key(c);
            String label = labels.get(c).text();
            infos.add(new ClusterInfo(
                    key,
                    label.isEmpty() ? key : label,
                    labels.get(c).terms(),
                    result.sizes()[c],
                    shares[c],
                    places[c][0],
                    places[c][1],
                    List.of()));
        }
        return new ResultClusters(
                new ResultPartitionToken(generation.model(), generation.encoder(), codebook),
                infos,
                sample.documents(),
                sample.sampled());
    }

    /** Returns the words for each cluster. Excluded words are dropped here, so that others take their place. */
    private static List<ClusterLabel> labels(
            ResultClusterer.Result result,
            double[] shares,
            Generation generation,
            ResultOptions options,
            Runnable check) {
        Decoder decoder = new Decoder(generation.weights());
        float[][] words = new float[result.codebook().count()][];
        for (int c = 0; c < words.length; c++) {
            check.run();
            words[c] = decoder.logProbabilities(result.codebook().centroid(c));
        }
        int wanted = Math.max(options.terms(), ClusterInfo.LABEL_TERMS);
        Labeler labeler =
                new Labeler(new LabelOptions(generation.text().exclude(), wanted), options.excludeTerms(), check);
        // A single cluster equals the whole result, so compare its words with the corpus instead.
        return words.length == 1
                ? labeler.label(words, shares, generation.vocabulary(), List.of())
                : labeler.labelWithin(words, shares, decoder.logProbabilities(result.mean()), generation.vocabulary());
    }
}

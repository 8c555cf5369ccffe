/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.results;

import io.latentfacets.async.Listeners;
import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.Codebook;
import io.latentfacets.cluster.fit.ResultClusterer;
import io.latentfacets.cluster.label.LabelOptions;
import io.latentfacets.cluster.label.Labeler;
import io.latentfacets.field.ClusterColumns;
import io.latentfacets.model.Generation;
import io.latentfacets.search.PinnedField;
import io.latentfacets.search.SearchServices;
import io.latentfacets.search.SearchTasks;
import io.latentfacets.vae.Decoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.lease.Releasable;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.search.aggregations.Aggregations;
import org.opensearch.search.aggregations.bucket.nested.Nested;
import org.opensearch.search.aggregations.bucket.nested.NestedAggregationBuilder;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.threadpool.ThreadPool;
import org.opensearch.transport.client.Client;

/**
 * Finds the clusters of a search's results: one search, as the caller, over the same documents brings their latents (or
 * a sample), which are divided and named on this node. Runs on the coordinating node while the search that asked is
 * rewritten, and never blocks; computes on the search pool. Cancelled with that search. Stateless and thread-safe.
 */
public final class ResultPartitioner {
    private static final String SAMPLE = "sample";
    private static final String NESTED = "nested";
    private static final int MOST_UNREDUCED = 16;

    private final SearchServices search;
    private final ClusterColumns columns;

    /** @param columns whose circuit breaker is charged while results are divided */
    public ResultPartitioner(SearchServices search, ClusterColumns columns) {
        this.search = search;
        this.columns = columns;
    }

    /** What the searches that this class makes work with. */
    public SearchServices search() {
        return search;
    }

    /**
     * @param client as the caller
     * @param request whose results are to be divided; not changed
     * @param nestedPath of the object that the field is in; null for none
     * @param target with a pin
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
        SearchRequest inner = inner(client, request, nestedPath, target, options);
        ActionListener<Generation> sample = Listeners.andThen(
                listener,
                (next, generation) ->
                        client.search(inner, Listeners.andThen(next, (last, response) -> client.threadPool()
                                .executor(ThreadPool.Names.SEARCH)
                                .execute(ActionRunnable.supply(
                                        last,
                                        () -> divide(
                                                sampleOf(response),
                                                generation,
                                                options,
                                                () -> checkCancelled(task)))))));
        search.pins().load(target.pin(), sample);
    }

    /** The search for latents. Its task is a child of that of the search whose thread this is. */
    private SearchRequest inner(
            Client client, SearchRequest request, String nestedPath, PinnedField target, ResultOptions options) {
        SearchRequest inner = InnerSearch.of(
                request, search.pins().currentTask(client.threadPool().getThreadContext()));
        // samples are large for what shards answer, and merge to no more than one: better soon than all at once
        inner.setBatchedReduceSize(Math.min(MOST_UNREDUCED, inner.getBatchedReduceSize()));
        // nor are they worth the place of other responses in the request cache, unless somebody says so
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

    private static void checkCancelled(CancellableTask task) {
        if (task != null && task.isCancelled()) {
            throw new TaskCancelledException(
                    "the search was cancelled while its results were divided: " + task.getReasonCancelled());
        }
    }

    private static LatentSample sampleOf(SearchResponse response) {
        Aggregations all = response.getAggregations();
        Nested nested = all == null ? null : all.get(NESTED);
        Aggregations own = nested == null ? all : nested.getAggregations();
        InternalLatentSample sample = own == null ? null : own.get(SAMPLE);
        return sample == null ? LatentSample.empty(1) : sample.sample();
    }

    /** @param checkCancelled called many times a second; throws to stop */
    private ResultClusters divide(
            LatentSample sample, Generation generation, ResultOptions options, Runnable checkCancelled) {
        checkCancelled.run();
        if (sample.isEmpty()) {
            return ResultClusters.NONE;
        }
        long points = (long) sample.latents().length
                * generation.clusters().partition().dims();
        long words = (long) options.most() * generation.vocabulary().size();
        Releasable charged = columns.charge(Float.BYTES * (2 * points + words), "latent_result_clusters");
        try {
            return named(sample, generation, options, checkCancelled);
        } finally {
            charged.close();
        }
    }

    private static ResultClusters named(
            LatentSample sample, Generation generation, ResultOptions options, Runnable checkCancelled) {
        ResultClusterer.Result result =
                new ResultClusterer(options.clusters(), checkCancelled).cluster(sample.latents(), sample.counts());
        Codebook codebook = result.codebook();
        double sampled = sample.sampled();
        double[] shares = Arrays.stream(result.sizes())
                .mapToDouble(size -> size / sampled)
                .toArray();
        List<List<ClusterTerm>> terms = terms(result, shares, generation, options);
        float[][] places = ResultClusterer.places(codebook);
        List<ClusterInfo> infos = new ArrayList<>(codebook.count());
        for (int c = 0; c < codebook.count(); c++) {
            String key = ResultPartitionToken.key(c);
            String label = ClusterInfo.labelOf(terms.get(c));
            infos.add(new ClusterInfo(
                    key,
                    label.isEmpty() ? key : label,
                    terms.get(c),
                    result.sizes()[c],
                    shares[c],
                    places[c][0],
                    places[c][1],
                    List.of()));
        }
        return new ResultClusters(
                new ResultPartitionToken(generation.model(), generation.encoderGeneration(), codebook),
                infos,
                sample.documents(),
                sample.sampled());
    }

    /** Words of each cluster; those not wanted are left out here, so that others take their place. */
    private static List<List<ClusterTerm>> terms(
            ResultClusterer.Result result, double[] shares, Generation generation, ResultOptions options) {
        Decoder decoder = new Decoder(generation.weights());
        float[][] words = new float[result.codebook().count()][];
        for (int c = 0; c < words.length; c++) {
            words[c] = decoder.logProbabilities(result.codebook().centroid(c));
        }
        int wanted = Math.max(options.terms(), ClusterInfo.LABEL_TERMS);
        Labeler labeler = new Labeler(new LabelOptions(generation.text().exclude(), wanted), options.excludeTerms());
        // one cluster is no different from the whole: what is it about, then, beside all there is
        return words.length == 1
                ? labeler.label(words, shares, generation.vocabulary())
                : labeler.labelWithin(words, shares, decoder.logProbabilities(result.mean()), generation.vocabulary());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends;

import io.latentfacets.encode.SourceText;
import io.latentfacets.model.Generation;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.text.BowFactory;
import io.latentfacets.trends.statistics.IntervalWords;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.lease.Releasable;
import org.opensearch.search.SearchHit;

/**
 * The words of each interval of the clusters shown, found on a sample of the documents that the caller may read. A
 * search takes the sample, at random, so many documents of each cluster and interval that all together are at most
 * {@value #MOST_DOCUMENTS}; this node analyses them as the model does, and counts. For one use.
 */
final class TrendTerms {
    /** The largest number of intervals with documents, of all clusters shown together. */
    static final int MOST_INTERVALS = 1000;

    private static final int MOST_DOCUMENTS = 5000;
    private static final int MOST_SAMPLE = 50;
    /** About what a document's words take while they are counted, in bytes. */
    private static final long BYTES_PER_DOCUMENT = 4096;
    /** About what a document's text takes in the answer of the search, in bytes: one of 1,300 words. */
    private static final long BYTES_PER_SOURCE = 8192;

    private final TrendsRequest request;
    private final Generation generation;
    private final Timeline timeline;
    private final List<ClusterTrend> shown;

    /** @param shown the trends that the answer shows */
    TrendTerms(TrendsRequest request, Generation generation, Timeline timeline, List<ClusterTrend> shown) {
        this.request = request;
        this.generation = generation;
        this.timeline = timeline;
        this.shown = List.copyOf(shown);
    }

    /** The keys of the clusters whose documents are read. */
    List<String> keys() {
        return shown.stream().map(trend -> trend.bucket().getKey()).toList();
    }

    /**
     * How many documents to read of each cluster and interval.
     *
     * @throws IllegalArgumentException if there are too many intervals with documents
     */
    int sample() {
        long intervals = shown.stream()
                .mapToLong(trend ->
                        Arrays.stream(trend.series()).filter(count -> count > 0).count())
                .sum();
        if (intervals > MOST_INTERVALS) {
            throw new IllegalArgumentException("[" + TrendsRequest.TERMS_KEY + "] can be found for at most "
                    + MOST_INTERVALS + " intervals of the clusters shown together, and the " + shown.size()
                    + " clusters have documents in " + intervals + ": ask for a longer ["
                    + TrendsRequest.INTERVAL_KEY + "] or a smaller [" + TrendsRequest.SIZE_KEY + "]");
        }
        return (int) Math.min(MOST_SAMPLE, MOST_DOCUMENTS / Math.max(1, intervals));
    }

    /**
     * About the heap that the answer to the search for the sample takes, in bytes.
     *
     * @param sample how many documents to read of each cluster and interval
     */
    long bytes(int sample) {
        return BYTES_PER_SOURCE
                * shown.stream()
                        .flatMapToLong(trend -> Arrays.stream(trend.series()))
                        .map(count -> Math.min(count, sample))
                        .sum();
    }

    /**
     * The trends shown, with the words of their intervals. Computes on the calling thread, up to a second.
     *
     * @param sampled the answer to the search for the sample
     * @param check called for each document; throws to stop
     */
    List<ClusterTrend> named(SearchResponse sampled, TrendServices services, Runnable check) {
        Map<String, ClusterBucket> buckets = new HashMap<>();
        if (sampled.getAggregations() != null) {
            TrendSearches.clusters(sampled).getBuckets().forEach(bucket -> buckets.put(bucket.getKey(), bucket));
        }
        int words = generation.vocabulary().size();
        BowFactory bows = new BowFactory(
                services.analyzers().apply(generation.text().analyzer()), generation.vocabulary(), generation.text());
        List<ClusterTrend> named = new ArrayList<>();
        for (ClusterTrend trend : shown) {
            ClusterBucket bucket = buckets.get(trend.bucket().getKey());
            List<List<SearchHit>> hits = TrendSearches.samples(bucket, timeline);
            long documents = hits.stream().mapToLong(List::size).sum();
            try (Releasable charged = services.columns()
                    .charge(
                            Integer.BYTES * (long) words + BYTES_PER_DOCUMENT * documents + bows.maxRemembered(),
                            "latent_trend_terms")) {
                assert charged != null;
                List<List<int[]>> ids = new ArrayList<>();
                for (List<SearchHit> interval : hits) {
                    List<int[]> read = new ArrayList<>();
                    for (SearchHit hit : interval) {
                        check.run();
                        Map<String, Object> source = hit.getSourceAsMap();
                        if (source != null) { // an index may keep none
                            read.add(bows.bow(SourceText.of(source, generation.fields()))
                                    .ids());
                        }
                    }
                    ids.add(read);
                }
                named.add(trend.with(IntervalWords.of(ids, words, request.terms()).stream()
                        .map(best -> Arrays.stream(best)
                                .mapToObj(generation.vocabulary()::surface)
                                .toList())
                        .toList()));
            }
        }
        return named;
    }
}

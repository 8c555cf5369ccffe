/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.stats.StatName;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.ExceptionsHelper;
import org.opensearch.OpenSearchTimeoutException;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.search.SearchExtBuilder;
import org.opensearch.search.SearchHit;
import org.opensearch.tasks.CancellableTask;

/** Reads facets from the response of the search to which they were added; for one search. Thread-safe. */
public final class FacetsReader {
    private static final Logger logger = LogManager.getLogger(FacetsReader.class);

    static final String OTHER_KEY = "_other";
    private static final String OTHER_LABEL = "Other";
    private static final int MAX_ERROR = 200;

    private final FacetsRequest request;
    private final ExampleTitles titles;
    private final FacetServices services;
    private final boolean readsText;
    private final Exception failure;
    private final long startNanos;
    private final TimeValue timeout;

    /**
     * @param titles chooses the examples' titles; null without examples
     * @param readsText whether each cluster's documents come with the text for summaries
     * @param failure why they come without text; null if there is nothing to report
     * @param startNanos {@code System.nanoTime()} at the start of the call
     * @param timeout the search's {@code timeout}, after which no summaries are made; null for none
     */
    FacetsReader(
            FacetsRequest request,
            ExampleTitles titles,
            FacetServices services,
            boolean readsText,
            Exception failure,
            long startNanos,
            TimeValue timeout) {
        this.request = request;
        this.titles = titles;
        this.services = services;
        this.readsText = readsText;
        this.failure = failure;
        this.startNanos = startNanos;
        this.timeout = timeout;
    }

    /**
     * The summaries, or the reason why there are none.
     *
     * @param found the summaries of the first clusters, in order; may be empty
     * @param error the message for the response; null for none
     */
    private record Summaries(List<FacetSummaries.Summary> found, String error) {}

    /** Whether the response contains the added aggregations. */
    public boolean isIn(SearchResponse response) {
        return FacetAggregations.clusters(response) != null;
    }

    /**
     * Returns the response without facets.
     *
     * @param ext an extension to add; null for none
     */
    public SearchResponse without(SearchResponse response, SearchExtBuilder ext) {
        return FacetAggregations.without(response, ext);
    }

    /**
     * Passes the facets to the listener in the form of the response: strings, numbers, lists and maps, in order. Calls
     * the listener on this thread, or with summaries on another. Never blocks. If summaries fail, the facets contain
     * the reason and the call succeeds.
     *
     * @param task the search's task, whose cancellation ends the work; null if it has ended
     */
    public void read(SearchResponse response, CancellableTask task, ActionListener<Map<String, Object>> listener) {
        InternalLatentClusters clusters = FacetAggregations.clusters(response);
        if (!request.summary() || clusters == null) {
            ActionListener.completeWith(listener, () -> facets(response, clusters, null));
        } else if (!clusters.bound()) {
            ActionListener.completeWith(listener, () -> facets(response, clusters, failed(null)));
        } else if (readsText) {
            FacetSummaries.find(services, clusters, () -> checkStopped(task), new ActionListener<>() {
                @Override
                public void onResponse(List<FacetSummaries.Summary> found) {
                    ActionListener.completeWith(listener, () -> facets(response, clusters, new Summaries(found, null)));
                }

                @Override
                public void onFailure(Exception e) {
                    ActionListener.completeWith(listener, () -> facets(response, clusters, failed(e)));
                }
            });
        } else {
            ActionListener.completeWith(listener, () -> facets(response, clusters, failed(failure)));
        }
    }

    private void checkStopped(CancellableTask task) {
        if (task != null && task.isCancelled()) {
            throw new TaskCancelledException(
                    "the search was cancelled while its facets were summarised: " + task.getReasonCancelled());
        }
        if (timeout != null && timeout.millis() >= 0 && System.nanoTime() - startNanos > timeout.nanos()) {
            throw new OpenSearchTimeoutException("the [timeout] of the search, [" + timeout + "], is over");
        }
    }

    private static Summaries failed(Exception e) {
        if (e == null) {
            return new Summaries(List.of(), null);
        }
        logger.debug("no summaries", e);
        Throwable cause = ExceptionsHelper.unwrapCause(e);
        String message = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new Summaries(List.of(), ExampleTitles.cut(message, MAX_ERROR));
    }

    private Map<String, Object> facets(SearchResponse response, InternalLatentClusters clusters, Summaries summaries) {
        Map<String, Object> facets = new LinkedHashMap<>();
        facets.put("model", clusters == null ? "" : clusters.model());
        facets.put("generation", clusters == null ? 0 : clusters.generation());
        facets.put("scope", request.options().scope().key());
        if (clusters != null && clusters.division() != null) {
            facets.put("partition", clusters.partition());
            Map<String, Object> sample = new LinkedHashMap<>();
            sample.put("documents", clusters.division().sampled());
            sample.put("of", clusters.division().documents());
            facets.put("sample", sample);
        }
        if (clusters != null && !clusters.bound()) {
            facets.put("bound", false);
        }
        facets.put("took", took());
        facets.put("unassigned", clusters == null ? 0 : clusters.unassigned());
        facets.put("other", clusters == null ? 0 : clusters.other());
        TrendCounts times =
                clusters == null || request.trend() == null ? null : TrendCounts.of(FacetAggregations.times(response));
        if (times != null && times.truncated()) {
            facets.put("trend_truncated", true);
        }
        if (summaries != null && summaries.error() != null) {
            facets.put("summary_error", summaries.error());
        }
        facets.put("clusters", clusters == null ? List.of() : clusters(clusters, times, summaries));
        return facets;
    }

    private long took() {
        long nanos = System.nanoTime() - startNanos;
        services.stats().took(StatName.FACET_MILLIS, nanos);
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private List<Map<String, Object>> clusters(
            InternalLatentClusters clusters, TrendCounts times, Summaries summaries) {
        List<Map<String, Object>> shown = new ArrayList<>();
        long rest = clusters.other() + clusters.unassigned();
        long total = rest;
        for (ClusterBucket bucket : clusters.getBuckets()) {
            total += bucket.getDocCount();
            Map<String, Object> cluster = cluster(bucket, times);
            if (summaries != null && shown.size() < FacetSummaries.MAX_CLUSTERS) {
                summary(
                        cluster,
                        shown.size() < summaries.found().size()
                                ? summaries.found().get(shown.size())
                                : FacetSummaries.Summary.NONE);
            }
            shown.add(cluster);
        }
        if (request.createOther() && rest > 0) {
            Map<String, Object> other = new LinkedHashMap<>();
            other.put("key", OTHER_KEY);
            other.put("label", OTHER_LABEL);
            other.put("count", rest);
            other.put("share", (double) rest / total);
            shown.add(other);
        }
        return shown;
    }

    private Map<String, Object> cluster(ClusterBucket bucket, TrendCounts times) {
        Map<String, Object> cluster = new LinkedHashMap<>();
        cluster.put("key", bucket.getKey());
        cluster.put("label", bucket.label());
        if (bucket.parent() != null) {
            cluster.put("parent", bucket.parent());
        }
        List<Map<String, Object>> terms = new ArrayList<>();
        for (ClusterTerm each : bucket.terms()) {
            Map<String, Object> term = new LinkedHashMap<>();
            term.put("term", each.term());
            term.put("weight", each.weight());
            terms.add(term);
        }
        cluster.put("terms", terms);
        cluster.put("count", bucket.getDocCount());
        cluster.put("share", bucket.share());
        cluster.put("lift", bucket.lift());
        if (times != null) {
            NavigableMap<Long, Long> own = TrendCounts.counts(FacetAggregations.trend(bucket));
            cluster.put("trend", times.points(own));
            cluster.put("growth", times.growth(own));
        }
        if (request.examples() > 0) {
            cluster.put("examples", examples(bucket));
        }
        return cluster;
    }

    private List<Map<String, Object>> examples(ClusterBucket bucket) {
        List<Map<String, Object>> examples = new ArrayList<>();
        for (SearchHit hit : FacetAggregations.documents(bucket).getHits()) {
            if (examples.size() == request.examples()) {
                break;
            }
            Map<String, Object> example = document(hit.getIndex(), hit.getId());
            example.put("title", titles.of(hit.getSourceAsMap()));
            examples.add(example);
        }
        return examples;
    }

    private static void summary(Map<String, Object> cluster, FacetSummaries.Summary summary) {
        cluster.put("summary", summary.text());
        List<Map<String, Object>> sources = new ArrayList<>();
        for (SentenceRanker.Ranked sentence : summary.sentences()) {
            Map<String, Object> source = document(sentence.index(), sentence.id());
            if (!sources.contains(source)) {
                sources.add(source);
            }
        }
        cluster.put("summary_sources", sources);
    }

    private static Map<String, Object> document(String index, String id) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("_id", id);
        document.put("_index", index);
        return document;
    }
}

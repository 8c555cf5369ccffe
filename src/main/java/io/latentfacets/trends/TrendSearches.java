/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.trends;

import io.latentfacets.search.aggregation.ClusterBucket;
import io.latentfacets.search.aggregation.DateInterval;
import io.latentfacets.search.aggregation.FacetOptions;
import io.latentfacets.search.aggregation.InternalLatentClusters;
import io.latentfacets.search.aggregation.LatentClustersAggregationBuilder;
import io.latentfacets.search.query.LatentClusterQueryBuilder;
import io.latentfacets.strict.StrictMap;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.lucene.search.function.CombineFunction;
import org.opensearch.index.mapper.SeqNoFieldMapper;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.functionscore.ScoreFunctionBuilders;
import org.opensearch.search.SearchHit;
import org.opensearch.search.aggregations.AggregationBuilders;
import org.opensearch.search.aggregations.bucket.filter.Filter;
import org.opensearch.search.aggregations.bucket.histogram.DateHistogramAggregationBuilder;
import org.opensearch.search.aggregations.bucket.histogram.Histogram;
import org.opensearch.search.aggregations.metrics.Max;
import org.opensearch.search.aggregations.metrics.Min;
import org.opensearch.search.aggregations.metrics.TopHits;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.pipeline.SearchPipelineService;

/**
 * The searches of a call, behind the probe of the caller's rights. The first one finds the time of the first and of the
 * last document, because these decide on the intervals. The second one counts.
 *
 * <p>Both count the documents that have a date and a cluster, hidden clusters included: a document that has not been
 * encoded must not make all clusters smaller. Immutable.
 *
 * @param keys the keys of all clusters, 1 to 1000
 */
record TrendSearches(TrendsRequest request, TrendTarget target, List<String> keys, TrendServices services) {
    private static final String COUNTED = "counted";
    private static final String FIRST = "first";
    private static final String LAST = "last";
    private static final String TIMES = "times";
    private static final String CLUSTERS = "clusters";
    private static final String DOCUMENTS = "documents";
    private static final int SEED = 42;
    /** The format of a date field's query for milliseconds. */
    private static final String MILLIS = "epoch_millis";

    /**
     * The answer of the first search.
     *
     * @param matched the number of documents that match the query
     * @param counted the number of these with a date and a cluster
     * @param first the earliest date of those, epoch milliseconds; 0 if there are none
     * @param last the latest one
     */
    record Span(long matched, long counted, long first, long last) {}

    /** The first search. */
    SearchRequest span() {
        return search(new SearchSourceBuilder()
                .query(query())
                .aggregation(AggregationBuilders.filter(
                                COUNTED, clustered().filter(QueryBuilders.existsQuery(request.field())))
                        .subAggregation(AggregationBuilders.min(FIRST).field(request.field()))
                        .subAggregation(AggregationBuilders.max(LAST).field(request.field()))));
    }

    static Span span(SearchResponse response) {
        long matched = response.getHits().getTotalHits().value();
        Filter counted = response.getAggregations() == null
                ? null
                : response.getAggregations().get(COUNTED);
        if (counted == null || counted.getDocCount() == 0) {
            return new Span(matched, 0, 0, 0);
        }
        Min first = counted.getAggregations().get(FIRST);
        Max last = counted.getAggregations().get(LAST);
        return new Span(matched, counted.getDocCount(), (long) first.getValue(), (long) last.getValue());
    }

    /**
     * The second search. The histogram is below the clusters and not above them: so a shard sends the label and the
     * terms of a cluster once, and not with every interval.
     *
     * @throws IllegalArgumentException if it may need more buckets than a search may have
     */
    SearchRequest counts(Span span, Timeline timeline) {
        requireBuckets(span, timeline);
        FacetOptions options =
                FacetOptions.parse(StrictMap.of(CLUSTERS, Map.of("size", Math.max(1, keys.size()), "terms", 0)));
        return search(new SearchSourceBuilder()
                .query(clustered()
                        .filter(query())
                        .filter(QueryBuilders.rangeQuery(request.field())
                                .gte(timeline.starts()[0])
                                .lt(timeline.end())
                                .format(MILLIS)))
                .aggregation(histogram(timeline.interval()))
                .aggregation(new LatentClustersAggregationBuilder(
                                CLUSTERS, target.latentField(), options, services::partitioner)
                        .subAggregation(histogram(timeline.interval()))));
    }

    /**
     * The search for words: documents of each of these clusters in each interval, drawn at random, always the same ones
     * as long as the index is.
     *
     * @param shown the keys of the clusters
     * @param documents how many documents of a cluster in an interval
     * @param fields the fields of {@code _source} to read
     */
    SearchRequest samples(Timeline timeline, List<String> shown, int documents, Collection<String> fields) {
        FacetOptions options = FacetOptions.parse(StrictMap.of(CLUSTERS, Map.of("size", shown.size(), "terms", 0)));
        BoolQueryBuilder of = QueryBuilders.boolQuery()
                .filter(new LatentClusterQueryBuilder(target.latentField(), shown, services::queries))
                .filter(query())
                .filter(QueryBuilders.rangeQuery(request.field())
                        .gte(timeline.starts()[0])
                        .lt(timeline.end())
                        .format(MILLIS));
        return search(new SearchSourceBuilder()
                .query(QueryBuilders.functionScoreQuery(
                                of,
                                ScoreFunctionBuilders.randomFunction()
                                        .seed(SEED)
                                        .setField(SeqNoFieldMapper.NAME))
                        .boostMode(CombineFunction.REPLACE))
                .aggregation(new LatentClustersAggregationBuilder(
                                CLUSTERS, target.latentField(), options, services::partitioner)
                        .subAggregation(histogram(timeline.interval())
                                .subAggregation(AggregationBuilders.topHits(DOCUMENTS)
                                        .size(documents)
                                        .fetchSource(fields.toArray(String[]::new), null)))));
    }

    /**
     * The documents of the sample of a cluster, by interval.
     *
     * @param bucket the cluster in the answer to the search for words; null for none
     */
    static List<List<SearchHit>> samples(ClusterBucket bucket, Timeline timeline) {
        List<List<SearchHit>> samples = new ArrayList<>(Collections.nCopies(timeline.count(), List.of()));
        if (bucket != null) {
            Histogram times = bucket.getAggregations().get(TIMES);
            for (Histogram.Bucket each : times.getBuckets()) {
                int index = timeline.index(
                        ((ZonedDateTime) each.getKey()).toInstant().toEpochMilli());
                if (index >= 0) {
                    TopHits hits = each.getAggregations().get(DOCUMENTS);
                    samples.set(index, List.of(hits.getHits().getHits()));
                }
            }
        }
        return samples;
    }

    private void requireBuckets(Span span, Timeline timeline) {
        long cells = Math.min(span.counted(), (long) keys.size() * timeline.count());
        long buckets = cells + keys.size() + timeline.count();
        if (buckets > services.maxBuckets()) {
            throw new IllegalArgumentException("[" + TrendsRequest.INTERVAL_KEY + "] must make fewer intervals:"
                    + " the " + timeline.count() + " of [" + timeline.interval().expression() + "] and "
                    + keys.size() + " clusters may need " + buckets
                    + " buckets, and [search.max_buckets] allows " + services.maxBuckets());
        }
    }

    private SearchRequest search(SearchSourceBuilder source) {
        return new SearchRequest(target.names().toArray(String[]::new))
                .pipeline(SearchPipelineService.NOOP_PIPELINE_ID)
                .source(source.size(0).trackTotalHits(true));
    }

    private QueryBuilder query() {
        return request.query() == null ? QueryBuilders.matchAllQuery() : request.query();
    }

    private BoolQueryBuilder clustered() {
        return QueryBuilders.boolQuery()
                .filter(new LatentClusterQueryBuilder(target.latentField(), keys, services::queries));
    }

    /** Leaves out empty intervals: the caller knows them. */
    private DateHistogramAggregationBuilder histogram(DateInterval interval) {
        return interval.on(new DateHistogramAggregationBuilder(TIMES)
                .field(request.field())
                .minDocCount(1));
    }

    /** The clusters of the answer to the second search, without hidden ones. */
    static InternalLatentClusters clusters(SearchResponse response) {
        return response.getAggregations().get(CLUSTERS);
    }

    /** The counts of all documents by interval. */
    static long[] all(SearchResponse response, Timeline timeline) {
        return series(response.getAggregations().get(TIMES), timeline);
    }

    /** The counts of a cluster's documents by interval. */
    static long[] of(ClusterBucket bucket, Timeline timeline) {
        return series(bucket.getAggregations().get(TIMES), timeline);
    }

    /** A document with several dates may have some that are outside the intervals; those do not count. */
    private static long[] series(Histogram histogram, Timeline timeline) {
        long[] series = new long[timeline.count()];
        for (Histogram.Bucket bucket : histogram.getBuckets()) {
            int index =
                    timeline.index(((ZonedDateTime) bucket.getKey()).toInstant().toEpochMilli());
            if (index >= 0) {
                series[index] = bucket.getDocCount();
            }
        }
        return series;
    }
}

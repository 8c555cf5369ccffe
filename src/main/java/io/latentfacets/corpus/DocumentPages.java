/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.corpus;

import java.io.IOException;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.SearchHit;
import org.opensearch.search.SearchHits;
import org.opensearch.search.aggregations.AggregationBuilders;
import org.opensearch.search.aggregations.metrics.Max;
import org.opensearch.search.aggregations.metrics.Min;
import org.opensearch.search.aggregations.metrics.ValueCount;
import org.opensearch.search.builder.PointInTimeBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.sort.FieldSortBuilder;
import org.opensearch.search.sort.ShardDocSortBuilder;
import org.opensearch.transport.client.Client;

/**
 * Passes every document that matches a query at a point in time, page by page.
 *
 * <p>A search for the page behind a document visits every match on every shard, because core's sort by
 * {@code _shard_doc} skips nothing. So many matches are divided by their sequence numbers, which are indexed, into
 * ranges of about a page, and the work grows with the matches and not with their square. Blocks. Not thread-safe.
 */
final class DocumentPages {
    /** How long the point in time lives after each search. */
    static final TimeValue KEEP_ALIVE = TimeValue.timeValueMinutes(5);

    private static final int ID_PAGE = 10_000;
    private static final int FIRST_PAGE = 200;
    static final int MAX_PAGE = 1000;
    private static final int LEAST_PAGE = 10;
    private static final long PAGE_BYTES = 8L << 20;

    /**
     * Up to so many matches, searches that each pass over all of them cost little, and read documents in the order in
     * which they are stored.
     */
    private static final long FEW = 200_000;

    private static final String SEQUENCE = "_seq_no";
    private static final String FIRST = "first";
    private static final String LAST = "last";
    private static final String NUMBERED = "numbered";

    /** The part of a page that a range is meant to fill, so that it seldom holds more than a page. */
    private static final double FULL = .75;
    /** A range is at most this many times as wide as the one before, as matches may lie close again. */
    private static final int WIDER = 4;

    /** Of a range of so many pages, the first is not thrown away. */
    private static final int FEW_PAGES = 4;

    private final Client client;
    private final String[] indices;
    private final String pit;
    private final int window;
    private final Runnable checkCancelled;
    private final long few;
    private int sourcePage = FIRST_PAGE;

    /** Receives hits. */
    interface Hits {
        void accept(SearchHit hit) throws IOException;
    }

    /**
     * The matches of a query.
     *
     * @param count how many there are
     * @param first the least sequence number of one, if there are many and each has one
     * @param last the greatest sequence number of one, less than {@code first} if some have none
     */
    record Matches(long count, long first, long last) {
        /** Whether sequence numbers tell documents apart: those that core pulls from a stream all have the same one. */
        boolean areNumbered() {
            return first >= 0 && first <= last;
        }

        Matches atMost(long most) {
            return new Matches(Math.min(count, most), first, last);
        }
    }

    /**
     * @param indices the names, patterns and aliases as the user wrote them
     * @param pit the point in time, which the caller releases
     * @param window the largest number of hits in a page
     * @param checkCancelled a callback, called before every page, that throws to stop
     */
    DocumentPages(Client client, String[] indices, String pit, int window, Runnable checkCancelled) {
        this(client, indices, pit, window, checkCancelled, FEW);
    }

    /** @param few up to so many matches are not divided: {@link #FEW}, or another number in tests */
    DocumentPages(Client client, String[] indices, String pit, int window, Runnable checkCancelled, long few) {
        this.client = client;
        this.indices = indices;
        this.pit = pit;
        this.window = window;
        this.checkCancelled = checkCancelled;
        this.few = few;
    }

    /** Counts the matches of a query, and looks at their sequence numbers if there are many. */
    Matches count(QueryBuilder query) {
        long count = search(source(query, 0).trackTotalHits(true))
                .getHits()
                .getTotalHits()
                .value();
        if (count <= few) {
            return new Matches(count, 0, Long.MAX_VALUE);
        }
        SearchResponse response = search(source(query, 0)
                .trackTotalHits(false)
                .aggregation(AggregationBuilders.min(FIRST).field(SEQUENCE))
                .aggregation(AggregationBuilders.max(LAST).field(SEQUENCE))
                .aggregation(AggregationBuilders.count(NUMBERED).field(SEQUENCE)));
        ValueCount numbered = response.getAggregations().get(NUMBERED);
        if (numbered.getValue() != count) {
            return new Matches(count, 0, -1);
        }
        Min first = response.getAggregations().get(FIRST);
        Max last = response.getAggregations().get(LAST);
        return new Matches(count, (long) first.getValue(), (long) last.getValue());
    }

    /**
     * Passes every match once, without its source.
     *
     * @param query the query, or one that matches fewer documents
     * @param matches the matches of the query
     */
    void withoutSource(QueryBuilder query, Matches matches, Hits sink) throws IOException {
        scan(query, matches, null, ID_PAGE, sink);
    }

    /**
     * Passes every match once.
     *
     * @param query the query, or one that matches fewer documents
     * @param matches the matches of the query
     * @param includes the fields of the source that hits have
     */
    void withSource(QueryBuilder query, Matches matches, String[] includes, Hits sink) throws IOException {
        sourcePage = scan(query, matches, includes, sourcePage, sink);
    }

    /** Returns the size of the last page. */
    private int scan(QueryBuilder query, Matches matches, String[] includes, int firstPage, Hits sink)
            throws IOException {
        int size = Math.min(firstPage, window);
        if (matches.count() <= few || !matches.areNumbered()) {
            return passAll(query, includes, size, null, sink);
        }
        long from = matches.first();
        double all = (double) matches.last() - matches.first() + 1;
        long width = Math.max(1, (long) (FULL * size * all / matches.count()));
        while (from <= matches.last()) {
            long to = Math.min(from + width, matches.last() + 1);
            QueryBuilder range = within(query, from, to);
            SearchHits page = page(range, includes, size, null, true);
            SearchHit[] hits = page.getHits();
            long total = page.getTotalHits().value();
            if (total > (long) FEW_PAGES * size && to - from > 1) {
                width = Math.max(1, (long) ((to - from) * FULL * size / total));
                continue;
            }
            long bytes = pass(hits, sink);
            if (total > hits.length) {
                size = passAll(range, includes, size, hits[hits.length - 1].getSortValues(), sink);
            } else if (includes != null) {
                size = fitting(hits.length, bytes, size);
            }
            double share = total == 0 ? WIDER : Math.min(WIDER, FULL * size / total);
            width = share > 1 ? Math.max(width + 1, (long) (width * share)) : Math.max(1, (long) (width * share));
            from = to;
        }
        return size;
    }

    /** Passes the matches behind one, with searches that each visit all of them. Returns the size of the last page. */
    private int passAll(QueryBuilder query, String[] includes, int firstPage, Object[] behind, Hits sink)
            throws IOException {
        int size = firstPage;
        Object[] after = behind;
        while (true) {
            SearchHit[] hits = page(query, includes, size, after, false).getHits();
            long bytes = pass(hits, sink);
            int next = includes == null ? size : fitting(hits.length, bytes, size);
            if (hits.length < size) {
                return next;
            }
            after = hits[hits.length - 1].getSortValues();
            size = next;
        }
    }

    private static QueryBuilder within(QueryBuilder query, long from, long to) {
        return QueryBuilders.boolQuery()
                .filter(query)
                .filter(QueryBuilders.rangeQuery(SEQUENCE).gte(from).lt(to));
    }

    /** @param counted whether to count the matches, which takes no time where a page visits each of them anyway */
    private SearchHits page(QueryBuilder query, String[] includes, int size, Object[] after, boolean counted) {
        checkCancelled.run();
        // _shard_doc can be equal for documents of two indices, and the next page would skip the second of two
        // equal sort keys
        SearchSourceBuilder source = source(query, size)
                .trackTotalHits(counted)
                .sort(new ShardDocSortBuilder())
                .sort(new FieldSortBuilder("_index"));
        if (includes == null) {
            source.fetchSource(false);
        } else {
            source.fetchSource(includes, null);
        }
        if (after != null) {
            source.searchAfter(after);
        }
        return search(source).getHits();
    }

    /** Returns the bytes of the hits' sources. */
    private static long pass(SearchHit[] hits, Hits sink) throws IOException {
        long bytes = 0;
        for (SearchHit hit : hits) {
            bytes += hit.getSourceRef() == null ? 0 : hit.getSourceRef().length();
            sink.accept(hit);
        }
        return bytes;
    }

    /**
     * Returns the size of the next page: large documents need small ones, which also take memory on the shard's node.
     */
    private int fitting(int hits, long bytes, int before) {
        if (hits == 0) {
            return before;
        }
        long fitting = Math.max(LEAST_PAGE, Math.min(MAX_PAGE, PAGE_BYTES * hits / Math.max(1, bytes)));
        return (int) Math.min(window, fitting);
    }

    private SearchSourceBuilder source(QueryBuilder what, int size) {
        return new SearchSourceBuilder()
                .query(what)
                .size(size)
                .pointInTimeBuilder(new PointInTimeBuilder(pit).setKeepAlive(KEEP_ALIVE));
    }

    /**
     * Searches the point in time. It decides what is searched, not the names in the request. The names are for the
     * security plugin, to which a search without any is one of all indices of the cluster.
     */
    private SearchResponse search(SearchSourceBuilder source) {
        SearchRequest request = new SearchRequest(indices).source(source).allowPartialSearchResults(false);
        return client.search(request).actionGet();
    }
}

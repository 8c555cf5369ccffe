/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.corpus;

import io.latentfacets.async.Listeners;
import io.latentfacets.encode.SourceText;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.search.CreatePitAction;
import org.opensearch.action.search.CreatePitRequest;
import org.opensearch.action.search.DeletePitAction;
import org.opensearch.action.search.DeletePitRequest;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.common.hash.MurmurHash3;
import org.opensearch.common.lucene.search.function.CombineFunction;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.IdsQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.functionscore.FunctionScoreQueryBuilder;
import org.opensearch.index.query.functionscore.RandomScoreFunctionBuilder;
import org.opensearch.search.SearchHit;
import org.opensearch.search.builder.PointInTimeBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.search.sort.FieldSortBuilder;
import org.opensearch.search.sort.ShardDocSortBuilder;
import org.opensearch.transport.client.Client;

/**
 * Reads a model's documents at one point in time, with the rights of the user in the thread context. Above a number of
 * documents it reads a uniform sample: those whose ids have the smallest hashes, so that the same documents give the
 * same sample whatever their order, shards and segments. Blocks; for one thread; holds a point in time until it is
 * closed.
 */
public final class CorpusReader implements Closeable {

    private static final Logger logger = LogManager.getLogger(CorpusReader.class);
    private static final TimeValue KEEP_ALIVE = TimeValue.timeValueMinutes(5);
    private static final long HASH_SEED = 0x5eedL;
    private static final int ID_PAGE = 10_000;
    private static final int FIRST_PAGE = 200;
    private static final int MAX_PAGE = 1000;
    private static final long PAGE_BYTES = 8L << 20;

    /**
     * Above this many matches even the ids are sampled, by sequence number: cost stays bounded however large the index
     * is.
     */
    private static final long MAX_IDS = 5_000_000;

    /**
     * A document that was read.
     *
     * @param index the concrete index it is in
     * @param hash of its id; the order of these is the order of training
     */
    public record Document(String index, String id, long hash, Map<String, Object> source) {}

    /** Takes documents, in no particular order. */
    public interface Sink {
        void accept(Document document) throws IOException;
    }

    private interface Hits {
        void accept(SearchHit hit) throws IOException;
    }

    /** A document of the sample before its source is read; equal ids of different indices are told apart by index. */
    private record Candidate(long hash, String index, String id) {
        private static final Comparator<Candidate> ORDER =
                Comparator.comparingLong(Candidate::hash).thenComparing(Candidate::index);
    }

    private final Client client;
    private final QueryBuilder query;
    private final int window;
    private final Runnable checkCancelled;
    private final String pit;
    private final long total;
    private boolean done;

    /**
     * Opens a point in time and counts.
     *
     * @param client assigns the parent task, so that cancelling it ends a search that runs
     * @param indices as the user wrote them
     * @param query which documents; null for all
     * @param window most hits that a page may have, see {@link ResultWindow}
     * @param checkCancelled throws to stop; called before every page
     */
    public CorpusReader(Client client, List<String> indices, QueryBuilder query, int window, Runnable checkCancelled) {
        this.client = client;
        this.query = query == null ? QueryBuilders.matchAllQuery() : query;
        this.window = window;
        this.checkCancelled = checkCancelled;
        checkCancelled.run();
        CreatePitRequest request = new CreatePitRequest(KEEP_ALIVE, false, indices.toArray(String[]::new));
        this.pit = client.execute(CreatePitAction.INSTANCE, request).actionGet().getId();
        boolean counted = false;
        try {
            this.total = search(source(this.query, 0).trackTotalHits(true))
                    .getHits()
                    .getTotalHits()
                    .value();
            counted = true;
        } finally {
            if (!counted) {
                close();
            }
        }
    }

    /** How many documents match. */
    public long total() {
        return total;
    }

    /**
     * Reads all matching documents, or a sample of exactly {@code maxDocuments} (a little less above five million
     * matches).
     *
     * @param fields paths of what is needed of their sources
     */
    public void read(Collection<String> fields, int maxDocuments, Sink sink) throws IOException {
        String[] includes = SourceText.fieldsOfSource(fields).toArray(String[]::new);
        if (total <= maxDocuments) {
            scan(query, includes, FIRST_PAGE, hit -> accept(hit, sink));
            return;
        }
        List<Candidate> sample = sample(maxDocuments);
        for (int from = 0; from < sample.size(); from += MAX_PAGE) {
            fetch(sample.subList(from, Math.min(sample.size(), from + MAX_PAGE)), includes, sink);
        }
    }

    private static void accept(SearchHit hit, Sink sink) throws IOException {
        Map<String, Object> source = hit.getSourceAsMap();
        sink.accept(new Document(hit.getIndex(), hit.getId(), hash(hit.getId()), source == null ? Map.of() : source));
    }

    /** The candidates with the smallest hashes, in that order. */
    private List<Candidate> sample(int size) throws IOException {
        PriorityQueue<Candidate> smallest = new PriorityQueue<>(size + 1, Candidate.ORDER.reversed());
        scan(narrowed(size), null, ID_PAGE, hit -> {
            long hash = hash(hit.getId());
            if (smallest.size() == size && hash > smallest.peek().hash()) {
                return;
            }
            smallest.add(new Candidate(hash, hit.getIndex(), hit.getId()));
            if (smallest.size() > size) {
                smallest.poll();
            }
        });
        List<Candidate> sample = new ArrayList<>(smallest);
        sample.sort(Candidate.ORDER);
        return sample;
    }

    /** The query, or a random part of it that is surely large enough, when there are too many ids to look at. */
    private QueryBuilder narrowed(int size) {
        if (total <= MAX_IDS) {
            return query;
        }
        double share = Math.min(1, 2.0 * Math.max(size, MAX_IDS / 4) / total);
        RandomScoreFunctionBuilder random =
                new RandomScoreFunctionBuilder().seed(HASH_SEED).setField("_seq_no");
        return new FunctionScoreQueryBuilder(query, random)
                .boostMode(CombineFunction.REPLACE)
                .setMinScore((float) (1 - share));
    }

    private void fetch(List<Candidate> batch, String[] includes, Sink sink) throws IOException {
        IdsQueryBuilder ids = new IdsQueryBuilder();
        Set<String> wanted = new HashSet<>();
        for (Candidate candidate : batch) {
            ids.addIds(candidate.id());
            wanted.add(candidate.index() + '\0' + candidate.id());
        }
        BoolQueryBuilder both = QueryBuilders.boolQuery().filter(query).filter(ids);
        scan(both, includes, FIRST_PAGE, hit -> {
            if (wanted.contains(hit.getIndex() + '\0' + hit.getId())) {
                accept(hit, sink);
            }
        });
    }

    /** Every hit once; without {@code includes} hits have no source. */
    private void scan(QueryBuilder what, String[] includes, int firstPage, Hits sink) throws IOException {
        int size = Math.min(firstPage, window);
        Object[] after = null;
        while (true) {
            checkCancelled.run();
            // _shard_doc alone does not tell documents of different indices apart: a page would skip the second of
            // two equal keys
            SearchSourceBuilder source = source(what, size)
                    .trackTotalHits(false)
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
            SearchHit[] hits = search(source).getHits().getHits();
            long bytes = 0;
            for (SearchHit hit : hits) {
                bytes += hit.getSourceRef() == null ? 0 : hit.getSourceRef().length();
                sink.accept(hit);
            }
            if (hits.length < size) {
                return;
            }
            after = hits[hits.length - 1].getSortValues();
            if (includes != null) {
                // large documents in small pages: what a page may hold is memory on the shard's node too
                long fitting = Math.max(10, Math.min(MAX_PAGE, PAGE_BYTES * hits.length / Math.max(1, bytes)));
                size = (int) Math.min(window, fitting);
            }
        }
    }

    private SearchSourceBuilder source(QueryBuilder what, int size) {
        return new SearchSourceBuilder()
                .query(what)
                .size(size)
                .pointInTimeBuilder(new PointInTimeBuilder(pit).setKeepAlive(KEEP_ALIVE));
    }

    private SearchResponse search(SearchSourceBuilder source) {
        SearchRequest request = new SearchRequest().source(source).allowPartialSearchResults(false);
        return client.search(request).actionGet();
    }

    /** Murmur3 of the id: uniform, and the same wherever and whenever the document is indexed. */
    public static long hash(String id) {
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        return MurmurHash3.hash128(bytes, 0, bytes.length, HASH_SEED, new MurmurHash3.Hash128()).h1;
    }

    @Override
    public void close() {
        done();
    }

    /**
     * Gives the point in time back before the reader is closed; nothing can be read any more. Does not wait, does not
     * throw.
     */
    public void done() {
        if (done) {
            return;
        }
        done = true;
        client.execute(
                DeletePitAction.INSTANCE,
                new DeletePitRequest(pit),
                Listeners.either(
                        response -> {},
                        e -> logger.debug("a point in time was not closed, it ends by itself in {}", KEEP_ALIVE, e)));
    }
}

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
import org.opensearch.transport.client.ParentTaskAssigningClient;

/**
 * Reads a model's documents at one point in time, with the rights of the user in the thread context. If more documents
 * match than the caller allows, it reads a uniform sample: the documents whose ids have the smallest hashes. So equal
 * documents give an equal sample, whatever their order, shards and segments; only above five million matches the sample
 * also depends on sequence numbers. Blocks. Not thread-safe. Holds a point in time until {@link #done} or
 * {@link #close}.
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
     * The largest number of matches whose ids are all read. Above it the reader first samples by sequence number, which
     * bounds the cost for an index of any size.
     */
    private static final long MAX_IDS = 5_000_000;

    /**
     * A document of the corpus.
     *
     * @param index the name of the concrete index
     * @param id the document id
     * @param hash the hash of the id, by which a training sorts documents
     * @param source the fields of the source that the caller named; empty if the document has no source
     */
    public record Document(String index, String id, long hash, Map<String, Object> source) {}

    /** Receives documents, in no particular order. */
    public interface Sink {
        void accept(Document document) throws IOException;
    }

    private interface Hits {
        void accept(SearchHit hit) throws IOException;
    }

    /** A document of the sample before its source is read. The index distinguishes equal ids of several indices. */
    private record Candidate(long hash, String index, String id) {
        private static final Comparator<Candidate> ORDER =
                Comparator.comparingLong(Candidate::hash).thenComparing(Candidate::index);
    }

    private final Client client;
    private final String[] indices;
    private final QueryBuilder query;
    private final int window;
    private final Runnable checkCancelled;
    private final String pit;
    private final long total;
    private boolean done;

    /**
     * Opens a point in time and counts the matches. Blocks.
     *
     * @param client a client that assigns the parent task, so that cancelling the task cancels a running search
     * @param indices the names, patterns and aliases as the user wrote them
     * @param query the query of the documents; null for all
     * @param window the largest number of hits in a page, see {@link ResultWindow}
     * @param checkCancelled a callback, called before every page, that throws to stop
     */
    public CorpusReader(Client client, List<String> indices, QueryBuilder query, int window, Runnable checkCancelled) {
        this.client = client;
        this.indices = indices.toArray(String[]::new);
        this.query = query == null ? QueryBuilders.matchAllQuery() : query;
        this.window = window;
        this.checkCancelled = checkCancelled;
        checkCancelled.run();
        CreatePitRequest request = new CreatePitRequest(KEEP_ALIVE, false, this.indices);
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

    /** The number of matching documents. */
    public long total() {
        return total;
    }

    /**
     * Reads all matching documents or, if there are more, a sample of {@code maxDocuments}.
     *
     * @param fields the paths to read from the sources
     * @param maxDocuments the largest number of documents to read
     * @param sink the receiver of the documents, called on the calling thread
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

    /** The candidates with the smallest hashes, ascending. */
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

    /** The query; above {@link #MAX_IDS} matches a random part of it with at least twice the sample in expectation. */
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

    /** Passes every hit once; hits have no source if {@code includes} is null. */
    private void scan(QueryBuilder what, String[] includes, int firstPage, Hits sink) throws IOException {
        int size = Math.min(firstPage, window);
        Object[] after = null;
        while (true) {
            checkCancelled.run();
            // _shard_doc can be equal for documents of two indices, and the next page would skip the second of two
            // equal sort keys
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
                // large documents need small pages: a page also takes memory on the shard's node
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

    /**
     * Searches the point in time. It decides what is searched, not the names in the request. The names are for the
     * security plugin, to which a search without any is one of all indices of the cluster.
     */
    private SearchResponse search(SearchSourceBuilder source) {
        SearchRequest request = new SearchRequest(indices).source(source).allowPartialSearchResults(false);
        return client.search(request).actionGet();
    }

    /** The Murmur3 hash of an id. It is uniform, and equal wherever and whenever the document is indexed. */
    public static long hash(String id) {
        byte[] bytes = id.getBytes(StandardCharsets.UTF_8);
        return MurmurHash3.hash128(bytes, 0, bytes.length, HASH_SEED, new MurmurHash3.Hash128()).h1;
    }

    @Override
    public void close() {
        done();
    }

    /**
     * Releases the point in time before the reader is closed. The reader cannot read afterwards. Does not wait and does
     * not throw; a second call does nothing.
     */
    public void done() {
        if (done) {
            return;
        }
        done = true;
        // a task that is cancelled may start no more children, and just then this is to be released
        Client withoutParent = client instanceof ParentTaskAssigningClient child ? child.unwrap() : client;
        withoutParent.execute(
                DeletePitAction.INSTANCE,
                new DeletePitRequest(pit),
                Listeners.either(
                        response -> {},
                        e -> logger.debug("a point in time was not closed, it ends by itself in {}", KEEP_ALIVE, e)));
    }
}

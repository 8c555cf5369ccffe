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
import org.opensearch.common.hash.MurmurHash3;
import org.opensearch.common.lucene.search.function.CombineFunction;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.IdsQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.functionscore.FunctionScoreQueryBuilder;
import org.opensearch.index.query.functionscore.RandomScoreFunctionBuilder;
import org.opensearch.search.SearchHit;
import org.opensearch.transport.client.Client;
import org.opensearch.transport.client.ParentTaskAssigningClient;

/**
 * Reads a model's documents at one point in time, with the rights of the user in the thread context. If more documents
 * match than the caller allows, it reads a uniform sample: the documents whose ids have the smallest hashes. So equal
 * documents give an equal sample, whatever their order, shards and segments; only where there are more than five times
 * as many, and more than a million, the sample also depends on sequence numbers, and on names and shards of the
 * indices. Blocks. Not thread-safe. Holds a point in time until {@link #done} or {@link #close}.
 */
public final class CorpusReader implements Closeable {

    private static final Logger logger = LogManager.getLogger(CorpusReader.class);
    private static final long HASH_SEED = 0x5eedL;

    /** The ids of one search for sources: one less than its largest page, so that one search is enough. */
    private static final int IDS = DocumentPages.MAX_PAGE - 1;

    /**
     * The ids of all matches are read up to so many times the sample. Above it the reader first samples by sequence
     * number. So reading costs in proportion to the sample, in an index of any size.
     */
    private static final int IDS_PER_DOCUMENT = 5;

    /** The ids of so many matches are read however small the sample is: that takes some ten seconds. */
    private static final int LEAST_IDS = 1_000_000;

    /** Of more matches, the ids of this part of that number are read at the least. */
    private static final int LEAST_PART = 10;

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

    /** A document of the sample before its source is read. The index distinguishes equal ids of several indices. */
    private record Candidate(long hash, String index, String id) {
        private static final Comparator<Candidate> ORDER =
                Comparator.comparingLong(Candidate::hash).thenComparing(Candidate::index);
    }

    private final Client client;
    private final String[] indices;
    private final QueryBuilder query;
    private final String pit;
    private final DocumentPages pages;
    private final DocumentPages.Matches matches;
    private final int leastIds;
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
        this(client, indices, query, window, checkCancelled, LEAST_IDS);
    }

    /** @param leastIds {@link #LEAST_IDS}, or another number in tests */
    CorpusReader(
            Client client,
            List<String> indices,
            QueryBuilder query,
            int window,
            Runnable checkCancelled,
            int leastIds) {
        this.leastIds = leastIds;
        this.client = client;
        this.indices = indices.toArray(String[]::new);
        this.query = query == null ? QueryBuilders.matchAllQuery() : query;
        checkCancelled.run();
        CreatePitRequest request = new CreatePitRequest(DocumentPages.KEEP_ALIVE, false, this.indices);
        this.pit = client.execute(CreatePitAction.INSTANCE, request).actionGet().getId();
        boolean counted = false;
        try {
            this.pages = new DocumentPages(client, this.indices, pit, window, checkCancelled);
            this.matches = pages.count(this.query);
            counted = true;
        } finally {
            if (!counted) {
                close();
            }
        }
    }

    /** The number of matching documents. */
    public long total() {
        return matches.count();
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
        if (total() <= maxDocuments) {
            pages.withSource(query, matches, includes, hit -> accept(hit, sink));
            return;
        }
        List<Candidate> sample = sample(maxDocuments);
        for (int from = 0; from < sample.size(); from += IDS) {
            fetch(sample.subList(from, Math.min(sample.size(), from + IDS)), includes, sink);
        }
    }

    private static void accept(SearchHit hit, Sink sink) throws IOException {
        Map<String, Object> source = hit.getSourceAsMap();
        sink.accept(new Document(hit.getIndex(), hit.getId(), hash(hit.getId()), source == null ? Map.of() : source));
    }

    /** The candidates with the smallest hashes, ascending. */
    private List<Candidate> sample(int size) throws IOException {
        QueryBuilder narrowed = narrowed(size);
        List<Candidate> sample = smallest(narrowed, size);
        return sample.size() < size && narrowed != query ? smallest(query, size) : sample;
    }

    private List<Candidate> smallest(QueryBuilder of, int size) throws IOException {
        PriorityQueue<Candidate> smallest = new PriorityQueue<>(size + 1, Candidate.ORDER.reversed());
        pages.withoutSource(of, matches, hit -> {
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

    /** The query, or a random part of it with at least twice the sample in expectation. */
    private QueryBuilder narrowed(int size) {
        if (total() <= Math.max(leastIds, (long) IDS_PER_DOCUMENT * size) || !matches.areNumbered()) {
            return query;
        }
        double share = Math.min(1, Math.max(2.0 * size, (double) leastIds / LEAST_PART) / total());
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
        pages.withSource(both, matches.atMost(batch.size()), includes, hit -> {
            if (wanted.contains(hit.getIndex() + '\0' + hit.getId())) {
                accept(hit, sink);
            }
        });
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
                        e -> logger.debug(
                                "a point in time was not closed, it ends by itself in {}",
                                DocumentPages.KEEP_ALIVE,
                                e)));
    }
}

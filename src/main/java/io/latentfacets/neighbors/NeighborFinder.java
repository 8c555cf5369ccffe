/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.field.HiddenLatents;
import io.latentfacets.field.LatentDocValue;
import io.latentfacets.field.LatentVectorFieldType;
import io.latentfacets.field.NeighborGraphs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.IndexReaderContext;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PointValues;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.AcceptDocs;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConjunctionUtils;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.FieldExistsQuery;
import org.apache.lucene.search.HitQueue;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnByteVectorQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.ScoreMode;
import org.apache.lucene.search.Scorer;
import org.apache.lucene.search.ScorerSupplier;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.search.Weight;
import org.apache.lucene.search.knn.KnnCollectorManager;
import org.apache.lucene.util.Bits;
import org.apache.lucene.util.BytesRef;

/**
 * Finds the latents nearest to a given one in one reader; for one use. Segments are searched in parallel if the
 * searcher has threads for that.
 *
 * <p>The filter runs in a searcher of its own, for three reasons. The search context's searcher would profile the
 * filter as a query of the request. It may answer it approximately, because it takes it for the request's query. It
 * also skips segments that a {@code search_after} rules out, although the nearest latents may be there.
 */
final class NeighborFinder {

    /**
     * The least number of candidates during a graph search. On 20 newsgroups, ten candidates find 99 % of the ten
     * nearest and fifty find all; larger shards need more.
     */
    static final int MIN_CANDIDATES = 100;

    /**
     * If a filter passes at most this many documents, the finder compares all their latents. A filtered graph search
     * would compare as many, in a worse order.
     */
    static final long EXACT_UP_TO = 10_000;

    /** The number of documents between two checks for cancellation. */
    private static final int CHECK_INTERVAL = 1 << 12;

    private static final VectorSimilarityFunction COSINE = VectorSimilarityFunction.COSINE;

    private final NeighborSearch search;
    private final IndexSearcher outer;
    private final IndexSearcher searcher;
    private final Query rules;
    private final Query filter;
    private final LongAdder compared = new LongAdder();

    /** @param rules a query for the documents that the caller may see; null for all */
    NeighborFinder(NeighborSearch search, IndexSearcher outer, Query rules) {
        this.search = search;
        this.outer = outer;
        this.rules = rules;
        this.filter = both(search.filter(), rules);
        this.searcher = new FilterSearcher(outer.getTopReaderContext(), rules);
        this.searcher.setQueryCache(outer.getQueryCache());
        this.searcher.setQueryCachingPolicy(outer.getQueryCachingPolicy());
        this.searcher.setSimilarity(outer.getSimilarity());
    }

    /** Runs the filter. It knows the rules, because a filter can contain another search for neighbours. */
    static final class FilterSearcher extends IndexSearcher {
        private final Query rules;

        private FilterSearcher(IndexReaderContext reader, Query rules) {
            super(reader);
            this.rules = rules;
        }

        Query rules() {
            return rules;
        }
    }

    /** The conjunction of two queries, each of which may be null for all documents. */
    private static Query both(Query one, Query other) {
        if (one == null || other == null) {
            return one == null ? other : one;
        }
        return new BooleanQuery.Builder()
                .add(one, BooleanClause.Occur.FILTER)
                .add(other, BooleanClause.Occur.FILTER)
                .build();
    }

    /**
     * Finds the neighbours.
     *
     * @param hnsw whether the field has graphs. They are searched unless a filter leaves few documents
     */
    Neighbors find(boolean hnsw) throws IOException {
        Set<Integer> itself = search.itself() == null ? Set.of() : documents(search.itself());
        int wanted = Math.max(
                1,
                Math.min(search.k() + itself.size(), searcher.getIndexReader().maxDoc()));
        Weight passing = filter == null ? null : weight(filter);
        boolean graphs = hnsw && (passing == null || cost(passing) > EXACT_UP_TO) && !hidden();
        TopDocs found = graphs ? approximate(wanted) : exact(passing, wanted);
        ScoreDoc[] best = Arrays.stream(found.scoreDocs)
                .filter(each -> !itself.contains(each.doc))
                .limit(search.k())
                .toArray(ScoreDoc[]::new);
        return Neighbors.of(searcher.getTopReaderContext().id(), best, graphs, compared.sum(), foreign());
    }

    /**
     * Whether a reader hides the latents from the caller. Such a reader hides or changes doc values, but not graphs, so
     * graphs must not be searched.
     */
    private boolean hidden() throws IOException {
        for (LeafReaderContext leaf : searcher.getLeafContexts()) {
            if (HiddenLatents.in(leaf.reader(), search.field())) {
                return true;
            }
        }
        return false;
    }

    private Set<Integer> documents(Query query) throws IOException {
        Weight weight = weight(query);
        Set<Integer> documents = new HashSet<>();
        for (LeafReaderContext leaf : searcher.getLeafContexts()) {
            Scorer scorer = weight.scorer(leaf);
            Bits live = leaf.reader().getLiveDocs();
            DocIdSetIterator docs = scorer == null ? DocIdSetIterator.empty() : scorer.iterator();
            for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
                if (live == null || live.get(doc)) {
                    documents.add(leaf.docBase + doc);
                }
            }
        }
        return documents;
    }

    private Weight weight(Query query) throws IOException {
        return searcher.createWeight(searcher.rewrite(query), ScoreMode.COMPLETE_NO_SCORES, 1f);
    }

    /** Lucene's estimate of the number of documents that pass a filter. */
    private long cost(Weight filter) throws IOException {
        long cost = 0;
        for (LeafReaderContext leaf : searcher.getLeafContexts()) {
            ScorerSupplier scorers = filter.scorerSupplier(leaf);
            cost += scorers == null ? 0 : scorers.cost();
        }
        return cost;
    }

    /** The number of visible documents whose latents are of another encoder, regardless of the search's filter. */
    private long foreign() throws IOException {
        boolean none = true;
        for (LeafReaderContext leaf : searcher.getLeafContexts()) {
            none &= onlyOfEncoder(leaf);
        }
        // counting the documents with a latent walks through all of them
        return none ? 0 : visible(new FieldExistsQuery(search.field())) - visible(ofEncoder());
    }

    /** Whether a segment's statistics say that it has no latent of another encoder, deleted documents included. */
    private boolean onlyOfEncoder(LeafReaderContext leaf) throws IOException {
        PointValues latents = leaf.reader().getPointValues(LatentVectorFieldType.generationField(search.field()));
        Terms encoders = leaf.reader().terms(LatentVectorFieldType.encoderField(search.field()));
        if (latents == null || encoders == null) {
            return latents == null && encoders == null;
        }
        BytesRef own = new BytesRef(search.encoder().toString());
        return encoders.getDocCount() == latents.getDocCount()
                && own.equals(encoders.getMin())
                && own.equals(encoders.getMax());
    }

    private Query ofEncoder() {
        return new TermQuery(new Term(
                LatentVectorFieldType.encoderField(search.field()),
                search.encoder().toString()));
    }

    /**
     * The filter of a graph search. Encoders share graphs, so a graph that may hold points of another one is searched
     * with a filter for this one's. An index that holds latents of one encoder needs none.
     */
    private Query filterOfGraph() throws IOException {
        BytesRef own = new BytesRef(search.encoder().toString());
        boolean shared = false;
        for (LeafReaderContext leaf : searcher.getLeafContexts()) {
            Terms terms = leaf.reader().terms(LatentVectorFieldType.encoderField(search.field()));
            shared |= terms != null && !(own.equals(terms.getMin()) && own.equals(terms.getMax()));
        }
        return shared ? both(ofEncoder(), filter) : filter;
    }

    private long visible(Query query) throws IOException {
        return searcher.count(both(query, rules));
    }

    /**
     * Throws if the search was cancelled or has run out of time: readers of a search context check this at each access
     * to points.
     */
    private void checkCancelled(LeafReaderContext leaf) throws IOException {
        leaf.reader().getPointValues(LatentVectorFieldType.generationField(search.field()));
    }

    private TopDocs approximate(int wanted) throws IOException {
        int candidates = Math.max(
                wanted, Math.min(MIN_CANDIDATES, searcher.getIndexReader().maxDoc()));
        Graphs graphs = new Graphs(Math.max(1, candidates), filterOfGraph());
        graphs.rewrite(searcher);
        return new TopDocs(
                new TotalHits(compared.sum(), TotalHits.Relation.EQUAL_TO),
                Arrays.copyOf(graphs.found, Math.min(wanted, graphs.found.length)));
    }

    /** Lucene's search of the graphs of all segments. Keeps the documents found. */
    private final class Graphs extends KnnByteVectorQuery {
        private ScoreDoc[] found = {};

        Graphs(int candidates, Query filter) {
            super(
                    NeighborGraphs.field(search.field(), search.encoder(), search.latent().length),
                    NeighborGraphs.point(search.latent()),
                    candidates,
                    filter);
        }

        @Override
        protected TopDocs approximateSearch(
                LeafReaderContext leaf, AcceptDocs acceptDocs, int visitedLimit, KnnCollectorManager manager)
                throws IOException {
            checkCancelled(leaf);
            TopDocs results = super.approximateSearch(leaf, acceptDocs, visitedLimit, manager);
            compared.add(results.totalHits.value());
            return results;
        }

        @Override
        protected TopDocs exactSearch(LeafReaderContext leaf, DocIdSetIterator accepted, QueryTimeout timeout)
                throws IOException {
            TopDocs results = super.exactSearch(leaf, accepted, timeout);
            compared.add(results.totalHits.value());
            return results;
        }

        @Override
        protected TopDocs mergeLeafResults(TopDocs[] perLeaf) {
            TopDocs merged = super.mergeLeafResults(perLeaf);
            // The rewritten query sorts them by document, in place.
            found = merged.scoreDocs.clone();
            return merged;
        }
    }

    private TopDocs exact(Weight filter, int wanted) throws IOException {
        List<Callable<TopDocs>> tasks = new ArrayList<>();
        for (LeafReaderContext leaf : searcher.getLeafContexts()) {
            tasks.add(() -> exact(leaf, filter, wanted));
        }
        List<TopDocs> perLeaf = outer.getTaskExecutor().invokeAll(tasks);
        return TopDocs.merge(wanted, perLeaf.toArray(TopDocs[]::new));
    }

    private TopDocs exact(LeafReaderContext leaf, Weight filter, int wanted) throws IOException {
        checkCancelled(leaf);
        HitQueue queue = new HitQueue(Math.min(wanted, Math.max(1, leaf.reader().maxDoc())), false);
        BinaryDocValues latents = leaf.reader().getBinaryDocValues(search.field());
        Scorer accepted = filter == null || latents == null ? null : filter.scorer(leaf);
        if (latents == null || (filter != null && accepted == null)) {
            return top(queue, 0);
        }
        DocIdSetIterator docs =
                accepted == null ? latents : ConjunctionUtils.intersectIterators(List.of(accepted.iterator(), latents));
        Bits live = leaf.reader().getLiveDocs();
        byte[] latent = new byte[search.latent().length];
        long seen = 0;
        int count = 0;
        for (int doc = docs.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = docs.nextDoc()) {
            if (++seen % CHECK_INTERVAL == 0) {
                checkCancelled(leaf);
            }
            if ((live != null && !live.get(doc)) || !read(latents.binaryValue(), latent)) {
                continue;
            }
            count++;
            float score = COSINE.compare(search.latent(), latent);
            // Documents come in order, so a later one with an equal score is not better.
            if (queue.size() < wanted || score > queue.top().score) {
                queue.insertWithOverflow(new ScoreDoc(leaf.docBase + doc, score));
            }
        }
        compared.add(count);
        return top(queue, count);
    }

    /** Copies a comparable latent into the array; returns false for any other. */
    private boolean read(BytesRef value, byte[] into) {
        if (LatentDocValue.encoder(value) != search.encoder().bits() || LatentDocValue.dims(value) != into.length) {
            return false;
        }
        LatentDocValue.copyLatent(value, into);
        return true;
    }

    private static TopDocs top(HitQueue queue, long count) {
        ScoreDoc[] best = new ScoreDoc[queue.size()];
        for (int i = best.length - 1; i >= 0; i--) {
            best[i] = queue.pop();
        }
        return new TopDocs(new TotalHits(count, TotalHits.Relation.EQUAL_TO), best);
    }
}

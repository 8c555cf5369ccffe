/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.join.ToChildBlockJoinQuery;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.index.query.ParsedQuery;
import org.opensearch.index.shard.SearchOperationListener;
import org.opensearch.search.internal.ReaderContext;
import org.opensearch.search.internal.SearchContext;

/**
 * Knows which documents of a shard the caller of a search may see. OpenSearch's security plugin does not hide documents
 * from the reader of a search: just before the query phase, it puts the rules of document-level security around the
 * parsed query. Whatever looks at documents beside the query must apply the same rules, or its numbers tell about
 * hidden documents. Thread-safe.
 *
 * <p>The fetch phase parses the query again, and nobody puts the rules around it. This class therefore keeps them in
 * the reader context, which lives through both phases.
 */
public final class VisibleDocuments implements SearchOperationListener {
    /** The security plugin's header of a request that brings its rules along. */
    static final String RULES_IN_REQUEST = "_opendistro_security_filter_level_dls_done";

    private static final String KEY = "latent_visible_documents";

    /** What applies to the searches that are in a phase. */
    private final Map<IndexSearcher, Supplier<Query>> running = new ConcurrentHashMap<>();

    /**
     * Returns a query for the documents that the caller of a search may see.
     *
     * @param searcher a search context's searcher
     * @return the query; null if the reader shows no document that is hidden from the caller. That is also true of
     *     searchers outside a search, because the security plugin does hide documents from their readers
     */
    public Query of(IndexSearcher searcher) {
        Supplier<Query> rules = running.get(searcher);
        return rules == null ? null : rules.get();
    }

    /** As {@link #of(IndexSearcher)}, for an aggregation, which runs in the query phase. */
    public static Query of(SearchContext context) {
        ThreadContext thread = context.indexShard().getThreadPool().getThreadContext();
        return rules(context.parsedQuery(), thread.getHeader(RULES_IN_REQUEST) != null);
    }

    /**
     * Returns the rules around a parsed query; null for none. The security plugin makes a Boolean query of the rules,
     * one of which must match, and the former query, which must match too. On a shard each of its rules has a constant
     * score. A user's own query of exactly this form is taken for one with rules: its neighbours are found among the
     * documents that match it, and its {@code lift} compares with those.
     *
     * @param inRequest whether the rules came with the request. That is how the security plugin applies rules that look
     *     up terms, and it says so in a header; such rules have scores
     */
    static Query rules(ParsedQuery parsed, boolean inRequest) {
        Query query = parsed == null ? null : parsed.query();
        while (query instanceof BoostQuery boosted) {
            query = boosted.getQuery();
        }
        if (!(query instanceof BooleanQuery both) || both.getMinimumNumberShouldMatch() != 1) {
            return null;
        }
        Collection<Query> rules = both.getClauses(BooleanClause.Occur.SHOULD);
        if (both.getClauses(BooleanClause.Occur.MUST).size() != 1
                || rules.size() != both.clauses().size() - 1
                || !(inRequest || rules.stream().allMatch(VisibleDocuments::isRule))) {
            return null;
        }
        BooleanQuery.Builder one = new BooleanQuery.Builder().setMinimumNumberShouldMatch(1);
        rules.forEach(rule -> one.add(rule, BooleanClause.Occur.SHOULD));
        return one.build();
    }

    /** The second form lets nested documents through whose parents a rule lets through. */
    private static boolean isRule(Query query) {
        return query instanceof ConstantScoreQuery || query instanceof ToChildBlockJoinQuery;
    }

    @Override
    public void onNewReaderContext(ReaderContext reader) {
        reader.putInContext(KEY, new Kept());
    }

    @Override
    public void onPreQueryPhase(SearchContext context) {
        // The order of listeners is not defined, so the rules may not be there yet.
        run(context, () -> of(context));
    }

    @Override
    public void onQueryPhase(SearchContext context, long tookInNanos) {
        Kept kept = context.readerContext().getFromContext(KEY);
        if (kept != null) {
            kept.keep(of(context));
        }
    }

    @Override
    public void onPreFetchPhase(SearchContext context) {
        Kept kept = context.readerContext().getFromContext(KEY);
        run(context, () -> kept == null ? new MatchNoDocsQuery("no query phase before") : kept.rules());
    }

    /** A context that fetches in its query phase keeps the rules of that phase. */
    private void run(SearchContext context, Supplier<Query> rules) {
        IndexSearcher searcher = context.searcher();
        if (running.putIfAbsent(searcher, rules) == null) {
            context.addReleasable(() -> running.remove(searcher));
        }
    }

    /** The number of search contexts that are not closed. */
    int open() {
        return running.size();
    }

    /**
     * The rules of the query phases of one reader context. Searches of several callers can share a point in time; once
     * their rules differ, nothing is visible in their fetch phases.
     */
    private static final class Kept {
        private boolean any;
        private Query rules;

        synchronized void keep(Query next) {
            rules = any && !Objects.equals(rules, next)
                    ? new MatchNoDocsQuery("callers with different rules share a point in time")
                    : next;
            any = true;
        }

        synchronized Query rules() {
            return any ? rules : new MatchNoDocsQuery("no query phase before");
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.expand;

import io.latentfacets.terms.NearTerm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.MatchQueryBuilder;
import org.opensearch.index.query.MultiMatchQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.index.query.QueryStringQueryBuilder;
import org.opensearch.index.query.SimpleQueryStringBuilder;

/**
 * Adds related terms to the texts of one query: those of {@code match}, {@code multi_match}, and of
 * {@code query_string} and {@code simple_query_string} with plain words only, also as {@code must} and {@code should}
 * of {@code bool}. Each of these becomes a {@code bool} of which one clause must match: the query itself, or a related
 * term, with less weight. {@code filter} and {@code must_not} stay as they are, and so does every other query. The
 * query given is not modified. Not thread-safe; for one query.
 */
final class QueryExpander {

    /** Texts beyond this length are documents rather than searches, and stay as they are. */
    static final int MAX_LENGTH = 500;

    private static final int MAX_DEPTH = 20;
    private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}\\s]+");
    private static final Pattern OPERATORS = Pattern.compile("(?s).*\\b(AND|OR|NOT|TO)\\b.*");

    private final ExpandOptions options;
    private final Function<String, List<NearTerm>> related;
    private final Map<String, NearTerm> added = new LinkedHashMap<>();

    /** @param related finds the terms to add to a text, nearest first */
    QueryExpander(ExpandOptions options, Function<String, List<NearTerm>> related) {
        this.options = options;
        this.related = related;
    }

    /** The terms added so far, in order. */
    List<NearTerm> added() {
        return List.copyOf(added.values());
    }

    /** Returns the query with related terms, or the same object if there is nothing to add. */
    QueryBuilder expand(QueryBuilder query) {
        return expand(query, 0);
    }

    private QueryBuilder expand(QueryBuilder query, int depth) {
        if (query instanceof MatchQueryBuilder match && match.value() instanceof String text) {
            return expand(match, text, Map.of(match.fieldName(), 1f));
        }
        if (query instanceof MultiMatchQueryBuilder match && match.value() instanceof String text) {
            return expand(match, text, match.fields());
        }
        if (query instanceof SimpleQueryStringBuilder words && isPlain(words.value())) {
            return expand(words, words.value(), words.fields());
        }
        if (query instanceof QueryStringQueryBuilder words && isPlain(words.queryString())) {
            String only = words.defaultField();
            return expand(words, words.queryString(), only == null ? words.fields() : Map.of(only, 1f));
        }
        return query instanceof BoolQueryBuilder bool && depth < MAX_DEPTH ? bool(bool, depth + 1) : query;
    }

    private static boolean isPlain(String text) {
        return PLAIN.matcher(text).matches() && !OPERATORS.matcher(text).matches();
    }

    private QueryBuilder bool(BoolQueryBuilder bool, int depth) {
        List<QueryBuilder> must =
                bool.must().stream().map(clause -> expand(clause, depth)).toList();
        List<QueryBuilder> should =
                bool.should().stream().map(clause -> expand(clause, depth)).toList();
        if (same(must, bool.must()) && same(should, bool.should())) {
            return bool;
        }
        BoolQueryBuilder expanded = QueryBuilders.boolQuery()
                .minimumShouldMatch(bool.minimumShouldMatch())
                .adjustPureNegative(bool.adjustPureNegative());
        must.forEach(expanded::must);
        should.forEach(expanded::should);
        bool.filter().forEach(expanded::filter);
        bool.mustNot().forEach(expanded::mustNot);
        return expanded.boost(bool.boost()).queryName(bool.queryName());
    }

    private static boolean same(List<QueryBuilder> some, List<QueryBuilder> others) {
        for (int i = 0; i < some.size(); i++) {
            if (some.get(i) != others.get(i)) {
                return false;
            }
        }
        return true;
    }

    /** @param own the fields of the query; empty if it names none */
    private QueryBuilder expand(QueryBuilder query, String text, Map<String, Float> own) {
        Map<String, Float> fields = options.fields().isEmpty() ? own : options.fields();
        if (fields.isEmpty() || text.length() > MAX_LENGTH || added.size() >= options.maxTerms()) {
            return query;
        }
        List<NearTerm> terms = new ArrayList<>();
        for (NearTerm term : related.apply(text)) {
            if (added.size() < options.maxTerms() && added.putIfAbsent(term.term(), term) == null) {
                terms.add(term);
            }
        }
        if (terms.isEmpty()) {
            return query;
        }
        BoolQueryBuilder either = QueryBuilders.boolQuery().should(query).minimumShouldMatch(1);
        for (NearTerm term : terms) {
            either.should(new MultiMatchQueryBuilder(term.term())
                    .fields(fields)
                    .type(
                            term.term().contains(" ")
                                    ? MultiMatchQueryBuilder.Type.PHRASE
                                    : MultiMatchQueryBuilder.Type.BEST_FIELDS)
                    .lenient(true)
                    .boost((float) (query.boost() * options.weight() * term.similarity())));
        }
        return either;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import io.latentfacets.async.Listeners;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.model.store.SystemClient;
import io.latentfacets.text.SourceField;
import java.util.Locale;
import org.opensearch.action.search.SearchAction;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.index.query.BoolQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.aggregations.bucket.filter.Filter;
import org.opensearch.search.aggregations.bucket.filter.FilterAggregationBuilder;
import org.opensearch.search.builder.SearchSourceBuilder;

/**
 * Decides by the number of documents that match the model's source now, as its definer sees them, compared with the
 * number that the active generation learned from. Thread-safe, stateless.
 *
 * <p>For a tenth more documents of the same kind the encoder that is there suffices; beyond that it is trained anew. It
 * knows nothing of what the documents say.
 */
public final class DocumentGrowth implements RefreshPolicy {

    /** A smaller share of change is none: documents come and go. */
    private static final double LEAST_CHANGE = 0.01;

    /** The growth for which the encoder was shown to suffice. */
    private static final double ENCODER_SUFFICES = 0.10;

    private static final String WITH_CONTENT = "with_content";

    private final SystemClient system;
    private final NamedXContentRegistry queries;

    public DocumentGrowth(SystemClient system, NamedXContentRegistry queries) {
        this.system = system;
        this.queries = queries;
    }

    @Override
    public void decide(StoredModel model, ActionListener<Decision> listener) {
        system.executeAs(
                model.definer(),
                SearchAction.INSTANCE,
                count(model.definition()),
                Listeners.andThen(listener, (next, response) -> {
                    long all = response.getHits().getTotalHits().value();
                    Filter filter = response.getAggregations() == null
                            ? null
                            : response.getAggregations().get(WITH_CONTENT);
                    // fields that are not indexed exist for nobody
                    long content = filter == null ? 0 : filter.getDocCount();
                    next.onResponse(compare(model, content > 0 ? content : all));
                }));
    }

    /** A search that counts the documents that match, and those with one of the fields that the model reads. */
    private SearchRequest count(ModelDefinition definition) {
        ModelDefinition.Source source = definition.source();
        QueryBuilder query = source.queryBuilder(queries);
        BoolQueryBuilder content = QueryBuilders.boolQuery();
        for (SourceField field : source.fields()) {
            content.should(QueryBuilders.existsQuery(field.name()));
        }
        if (source.vectorField() != null) {
            content.should(QueryBuilders.existsQuery(source.vectorField()));
        }
        return new SearchRequest(source.indices().toArray(String[]::new))
                .indicesOptions(IndicesOptions.lenientExpandOpen())
                .allowPartialSearchResults(false)
                .source(new SearchSourceBuilder()
                        .query(query == null ? QueryBuilders.matchAllQuery() : query)
                        .size(0)
                        .trackTotalHits(true)
                        .aggregation(new FilterAggregationBuilder(WITH_CONTENT, content)));
    }

    /** @param now the number of documents that match now */
    static Decision compare(StoredModel model, long now) {
        GenerationSummary active = model.generation(model.active());
        if (active == null) {
            return new Decision(Advice.FULL, "the record of the active generation [" + model.active() + "] is missing");
        }
        long most = model.definition().source().maxDocuments();
        long then = active.info().documents();
        if (now == 0) {
            return new Decision(Advice.NONE, "no document matches the source now");
        }
        if (now > most) {
            return new Decision(
                    Advice.CLUSTERS,
                    String.format(
                            Locale.ROOT,
                            "%,d documents match, more than the %,d of [source.max_documents], so their number"
                                    + " does not tell what has changed; new clusters are cheap",
                            now,
                            most));
        }
        GenerationSummary encoder = model.generation(active.info().encoderGeneration());
        long learned = encoder == null ? then : encoder.info().documents();
        double growth = change(learned, now);
        if (growth > ENCODER_SUFFICES) {
            return new Decision(
                    Advice.FULL,
                    String.format(
                            Locale.ROOT,
                            "%,d documents match, %.0f %% more than the %,d that the encoder learned from",
                            now,
                            100 * growth,
                            learned));
        }
        double change = change(then, now);
        if (Math.abs(change) < LEAST_CHANGE) {
            return new Decision(
                    Advice.NONE,
                    String.format(
                            Locale.ROOT,
                            "%,d documents match, and generation %d learned from %,d: less than 1 %% of difference",
                            now,
                            active.number(),
                            then));
        }
        return new Decision(
                Advice.CLUSTERS,
                String.format(
                        Locale.ROOT,
                        "%,d documents match, %.0f %% %s than the %,d of generation %d, for which its encoder suffices",
                        now,
                        100 * Math.abs(change),
                        change > 0 ? "more" : "fewer",
                        then,
                        active.number()));
    }

    private static double change(long before, long now) {
        return before == 0 ? 1 : (double) (now - before) / before;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift.watch;

import io.latentfacets.async.Listeners;
import io.latentfacets.drift.DriftReport;
import io.latentfacets.drift.NewSubject;
import io.latentfacets.model.definition.ModelDefinition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.action.support.IndicesOptions;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.action.ActionListener;
import org.opensearch.index.query.QueryBuilders;
import org.opensearch.search.SearchHit;
import org.opensearch.search.builder.SearchSourceBuilder;
import org.opensearch.transport.client.Client;

/**
 * Leaves in a report only the examples that the caller finds in the indices of the model, with his own rights.
 * Thread-safe.
 */
final class ReadableExamples {

    private static final Logger logger = LogManager.getLogger(ReadableExamples.class);

    /** Documents not found by then are not shown. */
    private static final TimeValue PATIENCE = TimeValue.timeValueSeconds(5);

    private final Client client;

    /** @param client a client that acts as the caller */
    ReadableExamples(Client client) {
        this.client = client;
    }

    /** Passes the report on; without examples if the search for them fails. Never fails and never blocks. */
    void leave(ModelDefinition definition, DriftReport report, ActionListener<DriftReport> listener) {
        String[] ids = report.newSubjects().stream()
                .flatMap(subject -> subject.examples().stream())
                .map(NewSubject.Example::id)
                .distinct()
                .toArray(String[]::new);
        if (ids.length == 0) {
            listener.onResponse(report);
            return;
        }
        SearchRequest request = new SearchRequest(definition.source().indices().toArray(String[]::new))
                .indicesOptions(IndicesOptions.lenientExpandOpen())
                .source(new SearchSourceBuilder()
                        .query(QueryBuilders.idsQuery().addIds(ids))
                        .size(2 * ids.length)
                        .trackTotalHits(false)
                        .timeout(PATIENCE)
                        .fetchSource(false));
        ActionListener<SearchResponse> orNone = ActionListener.delegateResponse(
                Listeners.andThen(listener, (next, found) -> next.onResponse(only(report, found))), (to, e) -> {
                    logger.debug("the examples of model [{}] cannot be read", definition.name(), e);
                    listener.onResponse(only(report, Map.of()));
                });
        client.search(request, orNone);
    }

    private static DriftReport only(DriftReport report, SearchResponse found) {
        Map<String, List<String>> indices = new HashMap<>();
        for (SearchHit hit : Arrays.asList(found.getHits().getHits())) {
            indices.computeIfAbsent(hit.getId(), id -> new ArrayList<>()).add(hit.getIndex());
        }
        return only(report, indices);
    }

    /** @param indices the indices that the caller finds a document in, by id */
    static DriftReport only(DriftReport report, Map<String, List<String>> indices) {
        List<NewSubject> subjects = new ArrayList<>();
        for (NewSubject subject : report.newSubjects()) {
            List<NewSubject.Example> examples = new ArrayList<>();
            for (NewSubject.Example example : subject.examples()) {
                List<String> found = indices.getOrDefault(example.id(), List.of());
                if (!found.isEmpty()) {
                    // a document that was written to an alias or a data stream is in the index behind it
                    String index = found.contains(example.index()) ? example.index() : found.get(0);
                    examples.add(new NewSubject.Example(index, example.id()));
                }
            }
            subjects.add(new NewSubject(subject.terms(), subject.documents(), examples, List.of()));
        }
        return report.withNewSubjects(subjects);
    }
}

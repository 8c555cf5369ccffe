/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import io.latentfacets.strict.Queries;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.core.xcontent.NamedXContentRegistry;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.tasks.CancellableTask;
import org.opensearch.tasks.Task;

/**
 * Which generation to measure on which documents. Where it says nothing the model does: its indices, its query, its
 * active generation.
 */
public final class EvaluateRequest extends ActionRequest {

    static final int DEFAULT_MAX_DOCUMENTS = 100_000;
    static final int MOST_DOCUMENTS = 500_000;
    private static final int MAX_INDICES = 1000;

    private final String model;
    private final String labelField;
    private final List<String> indices;
    private final QueryBuilder query;
    private final int generation;
    private final int maxDocuments;

    private EvaluateRequest(
            String model,
            String labelField,
            List<String> indices,
            QueryBuilder query,
            int generation,
            int maxDocuments) {
        this.model = model;
        this.labelField = labelField;
        this.indices = List.copyOf(indices);
        this.query = query;
        this.generation = generation;
        this.maxDocuments = maxDocuments;
    }

    /** @throws IllegalArgumentException naming key, value and bound */
    static EvaluateRequest read(String model, StrictMap body, NamedXContentRegistry registry) {
        Map<String, Object> query = body.object("query");
        List<String> indices = body.strings("index", null);
        if (indices != null && (indices.isEmpty() || indices.size() > MAX_INDICES)) {
            throw new IllegalArgumentException(
                    "[index] must name at least one index and at most [" + MAX_INDICES + "]: " + indices.size());
        }
        EvaluateRequest request = new EvaluateRequest(
                model,
                body.string("label_field", null),
                indices == null ? List.of() : indices,
                query == null ? null : Queries.parse("query", query, registry),
                body.integer("generation", 1, Integer.MAX_VALUE, 0),
                body.integer("max_documents", 2, MOST_DOCUMENTS, DEFAULT_MAX_DOCUMENTS));
        body.noOtherKeys();
        return request;
    }

    public EvaluateRequest(StreamInput in) throws IOException {
        super(in);
        model = in.readString();
        labelField = in.readOptionalString();
        indices = in.readStringList();
        query = in.readOptionalNamedWriteable(QueryBuilder.class);
        generation = in.readVInt();
        maxDocuments = in.readVInt();
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        out.writeString(model);
        out.writeOptionalString(labelField);
        out.writeStringCollection(indices);
        out.writeOptionalNamedWriteable(query);
        out.writeVInt(generation);
        out.writeVInt(maxDocuments);
    }

    String model() {
        return model;
    }

    /** Path of the field that says what a document is about; null for measures without labels. */
    String labelField() {
        return labelField;
    }

    /** Empty: those of the model. */
    List<String> indices() {
        return indices;
    }

    /** Null: that of the model. */
    QueryBuilder query() {
        return query;
    }

    /** 0: the active one. */
    int generation() {
        return generation;
    }

    /** Above that many, a sample. */
    int maxDocuments() {
        return maxDocuments;
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }

    @Override
    public String getDescription() {
        return "evaluate latent model [" + model + "]";
    }

    @Override
    public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
        return new CancellableTask(id, type, action, getDescription(), parent, headers) {
            @Override
            public boolean shouldCancelChildrenOnCancellation() {
                return true;
            }
        };
    }
}

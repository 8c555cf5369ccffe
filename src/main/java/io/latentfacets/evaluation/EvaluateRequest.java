/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.evaluation;

import io.latentfacets.rest.WholeTask;
import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.tasks.Task;

/**
 * Names the generation to measure and the documents to measure it on. The model supplies the defaults: its indices, its
 * query, its active generation. Immutable, except for the fields that core sets on every request.
 */
public final class EvaluateRequest extends ActionRequest {

    private static final Option<EvaluateRequest, String> LABEL_FIELD = new Option<>(
            "label_field",
            OptionType.string(),
            EvaluateRequest::labelField,
            "path of a field of `_source` that says what a document is about; numbers and booleans count as their text. At"
                    + " most 1,000 different values");
    private static final Option<EvaluateRequest, List<String>> INDEX = new Option<>(
            "index",
            OptionType.strings("a name, pattern, alias or data stream, or an array of up to 1,000", 1, 1000),
            EvaluateRequest::indices,
            "those of the model",
            "documents of any index will do");
    private static final Option<EvaluateRequest, QueryBuilder> QUERY =
            new Option<>("query", OptionType.query(), EvaluateRequest::query, "that of the model", "which documents");
    private static final Option<EvaluateRequest, Integer> GENERATION = new Option<>(
            "generation",
            OptionType.integer(1, Integer.MAX_VALUE),
            EvaluateRequest::generation,
            "the active one",
            "any that is stored");
    private static final Option<EvaluateRequest, Integer> MAX_DOCUMENTS = new Option<>(
            "max_documents",
            OptionType.integer(2, 500_000),
            EvaluateRequest::maxDocuments,
            "above that many matches, a uniform sample by hash of `_id` ([of very many](scale.md#trainings) also by sequence number)");

    static final OptionGroup<EvaluateRequest> OPTIONS =
            new OptionGroup<>(new EvaluateRequest(), LABEL_FIELD, INDEX, QUERY, GENERATION, MAX_DOCUMENTS);

    private final String model;
    private final String labelField;
    private final List<String> indices;
    private final QueryBuilder query;
    private final int generation;
    private final int maxDocuments;

    /** The defaults. */
    private EvaluateRequest() {
        model = null;
        labelField = null;
        indices = List.of();
        query = null;
        generation = 0;
        maxDocuments = 100_000;
    }

    /** @throws IllegalArgumentException for an unknown key or a bad value; names key, value and bound */
    EvaluateRequest(String model, StrictMap body) {
        this(model, OPTIONS.parse(body));
        body.noOtherKeys();
    }

    private EvaluateRequest(String model, OptionGroup.Values<EvaluateRequest> values) {
        this.model = model;
        labelField = values.get(LABEL_FIELD);
        indices = List.copyOf(values.get(INDEX));
        query = values.get(QUERY);
        generation = values.get(GENERATION);
        maxDocuments = values.get(MAX_DOCUMENTS);
    }

    public EvaluateRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            model = frame.readString();
            OptionGroup.Values<EvaluateRequest> values = OPTIONS.read(frame);
            labelField = values.get(LABEL_FIELD);
            indices = values.get(INDEX);
            query = values.get(QUERY);
            generation = values.get(GENERATION);
            maxDocuments = values.get(MAX_DOCUMENTS);
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(model);
            OPTIONS.write(frame, this);
        }
    }

    String model() {
        return model;
    }

    /** The path of the field with the labels; null for measures without labels. */
    String labelField() {
        return labelField;
    }

    /** The indices; empty for those of the model. */
    List<String> indices() {
        return indices;
    }

    /** The query; null for that of the model. */
    QueryBuilder query() {
        return query;
    }

    /** The number of the generation; 0 for the active one. */
    int generation() {
        return generation;
    }

    /** The largest number of documents to read; above it the evaluation reads a sample. */
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
        return new WholeTask(id, type, action, getDescription(), parent, headers);
    }
}

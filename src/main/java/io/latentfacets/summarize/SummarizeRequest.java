/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import io.latentfacets.neighbors.ReadableDocuments;
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
import java.util.stream.Stream;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.tasks.Task;

/**
 * What to summarise and how: exactly one of {@code ids}, {@code query} and {@code cluster}. Immutable, except for the
 * fields that core sets on every request.
 */
public final class SummarizeRequest extends ActionRequest {

    /** The largest number of sentences in a summary. */
    static final int MOST_SENTENCES = 50;

    private static final int MOST_IDS = 100;

    private static final Option<SummarizeRequest, List<String>> INDEX = new Option<>(
            ReadableDocuments.INDEX,
            OptionType.strings("a name, pattern, alias or data stream, or an array of up to 1,000", 1, 1000),
            SummarizeRequest::indices,
            "those that the model is bound to and that have its latents",
            "where to read; for `ids` and `query`, any index will do");
    private static final Option<SummarizeRequest, List<String>> IDS = new Option<>(
            "ids",
            OptionType.strings("an id, or an array of up to " + MOST_IDS, 1, MOST_IDS),
            SummarizeRequest::ids,
            "none",
            "which documents");
    private static final Option<SummarizeRequest, QueryBuilder> QUERY = new Option<>(
            "query", OptionType.query(), SummarizeRequest::query, "none", "the best matches of this query");
    private static final Option<SummarizeRequest, String> CLUSTER = new Option<>(
            "cluster",
            OptionType.string(),
            SummarizeRequest::cluster,
            "none",
            "key of a cluster or parent: its documents nearest to the centroid");
    private static final Option<SummarizeRequest, Integer> SENTENCES = new Option<>(
            "sentences",
            OptionType.integer(1, MOST_SENTENCES),
            SummarizeRequest::sentences,
            "the length of the summary");
    private static final Option<SummarizeRequest, Double> RATIO = new Option<>(
            "ratio",
            OptionType.optionalNumber(0.001, 1),
            SummarizeRequest::ratio,
            "none",
            "instead of `sentences`: the length as a share of the sentences that may be shown; at most "
                    + MOST_SENTENCES + " sentences");
    private static final Option<SummarizeRequest, Double> REDUNDANCY = new Option<>(
            "redundancy",
            OptionType.number(0, 1),
            SummarizeRequest::redundancy,
            "how much a sentence's likeness to another one counts against it");
    private static final Option<SummarizeRequest, List<String>> EXCLUDE_TERMS = new Option<>(
            "exclude_terms",
            OptionType.strings("a word or phrase, or an array of up to 100", 0, 100),
            SummarizeRequest::excludeTerms,
            "none",
            "no sentence has one of these as whole words; case does not matter");
    private static final Option<SummarizeRequest, Integer> MAX_DOCUMENTS = new Option<>(
            "max_documents",
            OptionType.integer(1, 200),
            SummarizeRequest::maxDocuments,
            "how many documents of `query` or `cluster` are read");
    private static final Option<SummarizeRequest, String> LATENT_FIELD = new Option<>(
            ReadableDocuments.LATENT_FIELD,
            OptionType.string(),
            SummarizeRequest::latentField,
            "the only `latent_vector` field of the model in these indices",
            "field or field alias; for `cluster`");
    private static final Option<SummarizeRequest, TimeValue> TIMEOUT = new Option<>(
            "timeout",
            OptionType.time(TimeValue.timeValueMillis(1), TimeValue.timeValueMinutes(5)),
            SummarizeRequest::timeout,
            "a search that takes half of it returns what it has found (`timed_out`); when all of it is over, the answer is a 504");

    static final OptionGroup<SummarizeRequest> OPTIONS = new OptionGroup<>(
            new SummarizeRequest(),
            INDEX,
            IDS,
            QUERY,
            CLUSTER,
            SENTENCES,
            RATIO,
            REDUNDANCY,
            EXCLUDE_TERMS,
            MAX_DOCUMENTS,
            LATENT_FIELD,
            TIMEOUT);

    private static final List<Option<SummarizeRequest, ?>> SOURCES = List.of(IDS, QUERY, CLUSTER);

    private final String model;
    private final List<String> indices;
    private final List<String> ids;
    private final QueryBuilder query;
    private final String cluster;
    private final int sentences;
    private final Double ratio;
    private final double redundancy;
    private final List<String> excludeTerms;
    private final int maxDocuments;
    private final String latentField;
    private final TimeValue timeout;

    /** The defaults. */
    private SummarizeRequest() {
        model = null;
        indices = List.of();
        ids = List.of();
        query = null;
        cluster = null;
        sentences = 3;
        ratio = null;
        redundancy = 0.05;
        excludeTerms = List.of();
        maxDocuments = 30;
        latentField = null;
        timeout = TimeValue.timeValueSeconds(30);
    }

    /** @throws IllegalArgumentException for an unknown key or a bad value; names key, value and bound */
    SummarizeRequest(String model, StrictMap body) {
        this(model, OPTIONS.parse(body));
        body.noOtherKeys();
        List<Option<SummarizeRequest, ?>> given =
                SOURCES.stream().filter(option -> body.has(option.key())).toList();
        if (given.size() != 1) {
            throw body.failure("the body must have exactly one of " + SOURCES + ": " + given, null);
        }
        refuseTogether(body, RATIO, SENTENCES);
        refuseTogether(body, IDS, MAX_DOCUMENTS);
    }

    /**
     * Sentences of the documents nearest to the centroid of a cluster.
     *
     * @param body has any of the options of this request but a source
     * @throws IllegalArgumentException for a bad value
     */
    public static SummarizeRequest ofCluster(String model, String cluster, Map<String, Object> body) {
        return new SummarizeRequest(model, new StrictMap(body, "").with(Map.of(CLUSTER.key(), cluster)));
    }

    private static void refuseTogether(
            StrictMap body, Option<SummarizeRequest, ?> one, Option<SummarizeRequest, ?> other) {
        if (body.has(one.key()) && body.has(other.key())) {
            throw body.failure(
                    Stream.of(one, other)
                                    .map(option ->
                                            "[" + option + "] (" + StrictMap.shown(body.value(option.key())) + ")")
                                    .reduce((a, b) -> a + " and " + b)
                                    .orElseThrow()
                            + " do not go together",
                    null);
        }
    }

    private SummarizeRequest(String model, OptionGroup.Values<SummarizeRequest> values) {
        this.model = model;
        indices = List.copyOf(values.get(INDEX));
        ids = List.copyOf(values.get(IDS));
        query = values.get(QUERY);
        cluster = values.get(CLUSTER);
        sentences = values.get(SENTENCES);
        ratio = values.get(RATIO);
        redundancy = values.get(REDUNDANCY);
        excludeTerms = List.copyOf(values.get(EXCLUDE_TERMS));
        maxDocuments = values.get(MAX_DOCUMENTS);
        latentField = values.get(LATENT_FIELD);
        timeout = values.get(TIMEOUT);
    }

    public SummarizeRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            model = frame.readString();
            OptionGroup.Values<SummarizeRequest> values = OPTIONS.read(frame);
            indices = values.get(INDEX);
            ids = values.get(IDS);
            query = values.get(QUERY);
            cluster = values.get(CLUSTER);
            sentences = values.get(SENTENCES);
            ratio = values.get(RATIO);
            redundancy = values.get(REDUNDANCY);
            excludeTerms = values.get(EXCLUDE_TERMS);
            maxDocuments = values.get(MAX_DOCUMENTS);
            latentField = values.get(LATENT_FIELD);
            timeout = values.get(TIMEOUT);
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

    /** The names of the indices; empty for those that the model is bound to. */
    List<String> indices() {
        return indices;
    }

    /** The ids of the documents; empty for those of the query or the cluster. */
    List<String> ids() {
        return ids;
    }

    /** The query of the documents; null for none. */
    QueryBuilder query() {
        return query;
    }

    /** The key of the cluster or parent; null for none. */
    String cluster() {
        return cluster;
    }

    private int sentences() {
        return sentences;
    }

    private Double ratio() {
        return ratio;
    }

    private double redundancy() {
        return redundancy;
    }

    private List<String> excludeTerms() {
        return excludeTerms;
    }

    /** How to choose the sentences. */
    Summarizer.Options options() {
        return new Summarizer.Options(sentences, ratio, redundancy, excludeTerms);
    }

    /** The largest number of documents to read. */
    int maxDocuments() {
        return maxDocuments;
    }

    /** The field with the latents; null for the only one. */
    String latentField() {
        return latentField;
    }

    /** The time that the call may take. */
    TimeValue timeout() {
        return timeout;
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }

    @Override
    public String getDescription() {
        return "summarize with latent model [" + model + "]";
    }

    @Override
    public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
        return new WholeTask(id, type, action, getDescription(), parent, headers);
    }
}

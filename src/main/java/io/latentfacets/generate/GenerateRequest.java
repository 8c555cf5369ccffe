/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate;

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
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.Task;

/**
 * Where to draw points of latent space and what to say about them: exactly one of {@code cluster}, {@code like},
 * {@code between} and {@code prior}. Immutable, except for the fields that core sets on every request.
 */
public final class GenerateRequest extends ActionRequest {

    static final String LIKE_KEY = "like";
    static final String BETWEEN_KEY = "between";

    private static final int MOST_IDS = 100;

    private static final Option<GenerateRequest, List<String>> INDEX = new Option<>(
            ReadableDocuments.INDEX,
            OptionType.strings("a name, pattern, alias or data stream, or an array of up to 1,000", 1, 1000),
            GenerateRequest::indices,
            "those that the model is bound to and that have its latents",
            "where to look for documents");
    private static final Option<GenerateRequest, String> CLUSTER = new Option<>(
            "cluster",
            OptionType.string(),
            GenerateRequest::cluster,
            "none",
            "key of a cluster or parent: points in it");
    private static final Option<GenerateRequest, List<String>> LIKE = new Option<>(
            LIKE_KEY,
            OptionType.strings("an id, or an array of up to " + MOST_IDS, 1, MOST_IDS),
            GenerateRequest::like,
            "none",
            "documents: points around their mean");
    private static final Option<GenerateRequest, List<String>> BETWEEN = new Option<>(
            BETWEEN_KEY,
            OptionType.strings("an array of 2 ids", 2, 2),
            GenerateRequest::between,
            "none",
            "two documents: the way from one to the other, in equal angles");
    private static final Option<GenerateRequest, Boolean> PRIOR = new Option<>(
            "prior",
            OptionType.bool(),
            GenerateRequest::prior,
            "`true`: points as all documents have them, a cluster by its share and then a point in it");
    private static final Option<GenerateRequest, Integer> STEPS = new Option<>(
            "steps", OptionType.integer(2, 20), GenerateRequest::steps, "points of `between`, with both documents");
    private static final Option<GenerateRequest, Integer> SAMPLES =
            new Option<>("samples", OptionType.integer(1, 10), GenerateRequest::samples, "points; not with `between`");
    private static final Option<GenerateRequest, Double> SPREAD = new Option<>(
            "spread",
            OptionType.number(0, 2),
            GenerateRequest::spread,
            "how far the points lie from the middle, in standard deviations of the documents there; not with `between`");
    private static final Option<GenerateRequest, Integer> WORDS =
            new Option<>("words", OptionType.integer(0, 50), GenerateRequest::words, "expected words of each point");
    private static final Option<GenerateRequest, Integer> LENGTH = new Option<>(
            "length",
            OptionType.integer(0, 60),
            GenerateRequest::length,
            "the largest number of words of a text; 0 for no text");
    private static final Option<GenerateRequest, Integer> DOCUMENTS = new Option<>(
            "documents", OptionType.integer(0, 10), GenerateRequest::documents, "nearest real documents of each point");
    private static final Option<GenerateRequest, Long> SEED = new Option<>(
            "seed", OptionType.seed(), GenerateRequest::seed, "the same seed on the same index gives the same answer");
    private static final Option<GenerateRequest, String> LATENT_FIELD = new Option<>(
            ReadableDocuments.LATENT_FIELD,
            OptionType.string(),
            GenerateRequest::latentField,
            "the only `latent_vector` field of the model in these indices",
            "field or field alias");
    private static final Option<GenerateRequest, TimeValue> TIMEOUT = new Option<>(
            "timeout",
            OptionType.time(TimeValue.timeValueMillis(1), TimeValue.timeValueMinutes(5)),
            GenerateRequest::timeout,
            "a search that takes half of it goes on with what it has found (`timed_out`); when all of it is over, the"
                    + " answer is a 504");

    static final OptionGroup<GenerateRequest> OPTIONS = new OptionGroup<>(
            new GenerateRequest(),
            INDEX,
            CLUSTER,
            LIKE,
            BETWEEN,
            PRIOR,
            STEPS,
            SAMPLES,
            SPREAD,
            WORDS,
            LENGTH,
            DOCUMENTS,
            SEED,
            LATENT_FIELD,
            TIMEOUT);

    private static final List<Option<GenerateRequest, ?>> SOURCES = List.of(CLUSTER, LIKE, BETWEEN, PRIOR);

    private final String model;
    private final OptionGroup.Values<GenerateRequest> values;

    /** The defaults. */
    private GenerateRequest() {
        model = null;
        values = null;
    }

    /** @throws IllegalArgumentException for an unknown key or a bad value; names key, value and bound */
    GenerateRequest(String model, StrictMap body) {
        this.model = model;
        this.values = OPTIONS.parse(body);
        body.noOtherKeys();
        List<Option<GenerateRequest, ?>> given = SOURCES.stream()
                .filter(option -> body.has(option.key()) && !Boolean.FALSE.equals(body.value(option.key())))
                .toList();
        if (given.size() != 1) {
            throw body.failure("the body must have exactly one of " + SOURCES + ": " + given, null);
        }
        boolean isBetween = !between().isEmpty();
        for (Option<GenerateRequest, ?> option : isBetween ? List.of(SAMPLES, SPREAD) : List.of(STEPS)) {
            if (body.has(option.key())) {
                throw body.failure(
                        body.name(option.key())
                                + (isBetween ? " does not go with [" : " goes with [")
                                + BETWEEN
                                + (isBetween ? "]: " : "] only: ")
                                + StrictMap.shown(body.value(option.key())),
                        null);
            }
        }
        if (isBetween && between().get(0).equals(between().get(1))) {
            throw body.bad(BETWEEN_KEY, "two different ids", between());
        }
    }

    public GenerateRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            model = frame.readString();
            values = OPTIONS.read(frame);
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

    private <T> T value(Option<GenerateRequest, T> option, T otherwise) {
        return values == null ? otherwise : values.get(option);
    }

    String model() {
        return model;
    }

    /** The names of the indices; empty for those that the model is bound to. */
    List<String> indices() {
        return value(INDEX, List.of());
    }

    /** The key of the cluster or parent; null for none. */
    String cluster() {
        return value(CLUSTER, null);
    }

    /** The ids of documents around whose mean the points are; empty for none. */
    List<String> like() {
        return value(LIKE, List.of());
    }

    /** The ids of the two documents between which the points are; empty for none. */
    List<String> between() {
        return value(BETWEEN, List.of());
    }

    /** Whether the points are as all documents have them. */
    private boolean prior() {
        return value(PRIOR, false);
    }

    int steps() {
        return value(STEPS, 5);
    }

    int samples() {
        return value(SAMPLES, 3);
    }

    double spread() {
        return value(SPREAD, 1.0);
    }

    int words() {
        return value(WORDS, 12);
    }

    int length() {
        return value(LENGTH, 20);
    }

    int documents() {
        return value(DOCUMENTS, 3);
    }

    long seed() {
        return value(SEED, 1L);
    }

    /** The field with the latents; null for the only one. */
    String latentField() {
        return value(LATENT_FIELD, null);
    }

    /** The time that the call may take. */
    TimeValue timeout() {
        return value(TIMEOUT, TimeValue.timeValueSeconds(30));
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }

    @Override
    public String getDescription() {
        return "generate with latent model [" + model + "]";
    }

    @Override
    public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
        return new WholeTask(id, type, action, getDescription(), parent, headers);
    }
}

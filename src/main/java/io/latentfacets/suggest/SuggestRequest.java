/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.HashSet;
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
 * Which language model is asked for the labels of which clusters. Immutable, except for the fields that core sets and
 * {@link #storeResult}.
 */
public final class SuggestRequest extends ActionRequest {

    /** The largest number of clusters of one call. */
    static final int MAX_KEYS = 200;

    private static final int MAX_ID = 512;

    private static final Option<SuggestRequest, String> ML_MODEL_ID = new Option<>(
            "ml_model_id",
            OptionType.string(),
            SuggestRequest::mlModel,
            "required",
            "id of a remote model of ml-commons, with a connector to a chat or completion");
    private static final Option<SuggestRequest, List<String>> KEYS = new Option<>(
            "keys",
            OptionType.strings("a key, or an array of up to " + MAX_KEYS, 1, MAX_KEYS),
            SuggestRequest::keys,
            "the " + MAX_KEYS
                    + " largest clusters for which no label waits, and which neither have a label of a user nor are hidden",
            "which clusters and parents");
    private static final Option<SuggestRequest, TimeValue> ANSWER_TIMEOUT = new Option<>(
            "answer_timeout",
            OptionType.time(TimeValue.timeValueMillis(1), TimeValue.timeValueMinutes(10)),
            SuggestRequest::answerTimeout,
            "how long one answer of the language model may take");
    private static final Option<SuggestRequest, TimeValue> TIMEOUT = new Option<>(
            "timeout",
            OptionType.time(TimeValue.timeValueMillis(1), TimeValue.timeValueHours(2)),
            SuggestRequest::timeout,
            "how long the call may take; then the clusters that are left get an `error`");

    static final OptionGroup<SuggestRequest> OPTIONS = new OptionGroup<>(
            new SuggestRequest(
                    null, null, null, List.of(), TimeValue.timeValueMinutes(1), TimeValue.timeValueMinutes(10)),
            ML_MODEL_ID,
            KEYS,
            ANSWER_TIMEOUT,
            TIMEOUT);

    private final String model;
    private final PromptOptions options;
    private final String mlModel;
    private final List<String> keys;
    private final TimeValue answerTimeout;
    private final TimeValue timeout;

    /** Not sent to other nodes: the node that got the request runs it. */
    private boolean storesResult;

    private SuggestRequest(
            String model,
            PromptOptions options,
            String mlModel,
            List<String> keys,
            TimeValue answerTimeout,
            TimeValue timeout) {
        this.model = model;
        this.options = options;
        this.mlModel = mlModel;
        this.keys = List.copyOf(keys);
        this.answerTimeout = answerTimeout;
        this.timeout = timeout;
    }

    private SuggestRequest(String model, PromptOptions options, OptionGroup.Values<SuggestRequest> values) {
        this(
                model,
                options,
                values.get(ML_MODEL_ID),
                values.get(KEYS),
                values.get(ANSWER_TIMEOUT),
                values.get(TIMEOUT));
    }

    /** @throws IllegalArgumentException for an unknown key or a bad value; names key, value and bound */
    static SuggestRequest of(String model, StrictMap body) {
        body.require(ML_MODEL_ID.key());
        SuggestRequest request = new SuggestRequest(model, PromptOptions.of(body), OPTIONS.parse(body));
        body.noOtherKeys();
        if (request.mlModel == null || request.mlModel.length() > MAX_ID) {
            throw body.bad(
                    ML_MODEL_ID.key(), "an id of at most " + MAX_ID + " characters", body.value(ML_MODEL_ID.key()));
        }
        if (new HashSet<>(request.keys).size() < request.keys.size()) {
            throw body.bad(KEYS.key(), "different keys", request.keys);
        }
        return request;
    }

    public SuggestRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            options = PromptOptions.read(frame);
        }
        try (FrameInput frame = FrameInput.open(in)) {
            model = frame.readString();
            OptionGroup.Values<SuggestRequest> values = OPTIONS.read(frame);
            mlModel = values.get(ML_MODEL_ID);
            keys = values.get(KEYS);
            answerTimeout = values.get(ANSWER_TIMEOUT);
            timeout = values.get(TIMEOUT);
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        try (FrameOutput frame = new FrameOutput(out)) {
            PromptOptions.OPTIONS.write(frame, options);
        }
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeString(model);
            OPTIONS.write(frame, this);
        }
    }

    String model() {
        return model;
    }

    PromptOptions options() {
        return options;
    }

    /** The id of the language model in ml-commons. */
    String mlModel() {
        return mlModel;
    }

    /** The keys of clusters and parents; empty for those that need a label. */
    List<String> keys() {
        return keys;
    }

    TimeValue answerTimeout() {
        return answerTimeout;
    }

    TimeValue timeout() {
        return timeout;
    }

    /** Makes the node keep the result as that of the task. */
    SuggestRequest storeResult() {
        storesResult = true;
        return this;
    }

    @Override
    public boolean getShouldStoreResult() {
        return storesResult;
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }

    @Override
    public String getDescription() {
        return "labels for " + (keys.isEmpty() ? "clusters" : keys) + " of latent model [" + model + "] by [" + mlModel
                + "]";
    }

    @Override
    public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
        return new SuggestTask(id, type, action, getDescription(), parent, headers);
    }
}

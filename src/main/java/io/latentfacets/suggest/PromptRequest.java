/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.rest.WholeTask;
import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.Map;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.common.unit.TimeValue;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.Task;

/** Which cluster a prompt is about, and what it has in it. Immutable, except for the fields that core sets. */
public final class PromptRequest extends ActionRequest {

    private static final Option<PromptRequest, TimeValue> TIMEOUT = new Option<>(
            "timeout",
            OptionType.time(TimeValue.timeValueMillis(1), TimeValue.timeValueMinutes(5)),
            PromptRequest::timeout,
            "a search that takes half of it returns what it has found; when all of it is over, the answer is a 504");

    static final OptionGroup<PromptRequest> OPTIONS =
            new OptionGroup<>(new PromptRequest(null, null, null, TimeValue.timeValueSeconds(30)), TIMEOUT);

    private final String model;
    private final String key;
    private final PromptOptions options;
    private final TimeValue timeout;

    private PromptRequest(String model, String key, PromptOptions options, TimeValue timeout) {
        this.model = model;
        this.key = key;
        this.options = options;
        this.timeout = timeout;
    }

    /** @throws IllegalArgumentException for an unknown key or a bad value; names key, value and bound */
    static PromptRequest of(String model, String key, StrictMap body) {
        PromptOptions options = PromptOptions.of(body);
        TimeValue timeout = OPTIONS.parse(body).get(TIMEOUT);
        body.noOtherKeys();
        return new PromptRequest(model, key, options, timeout);
    }

    public PromptRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            options = PromptOptions.read(frame);
        }
        try (FrameInput frame = FrameInput.open(in)) {
            model = frame.readString();
            key = frame.readString();
            timeout = OPTIONS.read(frame).get(TIMEOUT);
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
            frame.writeString(key);
            OPTIONS.write(frame, this);
        }
    }

    String model() {
        return model;
    }

    String key() {
        return key;
    }

    PromptOptions options() {
        return options;
    }

    TimeValue timeout() {
        return timeout;
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }

    @Override
    public String getDescription() {
        return "prompt for cluster [" + key + "] of latent model [" + model + "]";
    }

    @Override
    public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
        return new WholeTask(id, type, action, getDescription(), parent, headers);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import io.latentfacets.rest.WholeTask;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.ActionRequestValidationException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.tasks.TaskId;
import org.opensearch.tasks.Task;

/** Which labels that wait are accepted or dismissed. Immutable, except for the fields that core sets. */
public final class SettleRequest extends ActionRequest {

    static final String KEYS = "keys";
    private static final String ALL = "all";
    private static final int MAX_KEYS = 10_000;

    private final boolean accept;
    private final String model;
    private final List<String> keys;

    private SettleRequest(boolean accept, String model, List<String> keys) {
        this.accept = accept;
        this.model = model;
        this.keys = List.copyOf(keys);
    }

    /** Reads {@code {"keys":["c3","c9"]}} or {@code {"keys":"all"}}. */
    static SettleRequest of(boolean accept, String model, StrictMap body) {
        body.require(KEYS);
        boolean all = ALL.equals(body.value(KEYS));
        List<String> keys = body.strings(KEYS, 1, MAX_KEYS, List.of());
        body.noOtherKeys();
        if (new HashSet<>(keys).size() < keys.size()) {
            throw body.bad(KEYS, "\"all\" or different keys", keys);
        }
        return new SettleRequest(accept, model, all ? List.of() : keys);
    }

    public SettleRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            accept = frame.readBoolean();
            model = frame.readString();
            keys = frame.readStringList();
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeBoolean(accept);
            frame.writeString(model);
            frame.writeStringCollection(keys);
        }
    }

    /** Whether the labels become those of their clusters; otherwise they are forgotten. */
    boolean accept() {
        return accept;
    }

    String model() {
        return model;
    }

    /** The keys of clusters and parents; empty for all. */
    List<String> keys() {
        return keys;
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }

    @Override
    public String getDescription() {
        return (accept ? "accept" : "dismiss") + " labels of " + (keys.isEmpty() ? ALL : keys) + " of latent model ["
                + model + "]";
    }

    @Override
    public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
        return new WholeTask(id, type, action, getDescription(), parent, headers);
    }
}

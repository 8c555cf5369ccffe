/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.curation;

import io.latentfacets.rest.WholeTask;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import io.latentfacets.wire.WireEnum;
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

/** What somebody wants to make of a model's clusters. Immutable. */
public final class CurationRequest extends ActionRequest {

    static final String KEYS = "keys";
    static final String KEY = "key";
    static final String LABEL = "label";
    static final String COUNT = "count";
    static final String INDEX = "index";

    /** The largest number of clusters that one request merges. */
    static final int MAX_KEYS = 100;

    /** The largest number of parts of one split. */
    static final int MAX_PARTS = 20;

    /** The number of parts if the latents decide. */
    static final int AUTO = 0;

    private static final int MAX_LABEL = 200;
    private static final TimeValue DEFAULT_TIMEOUT = TimeValue.timeValueSeconds(30);

    /** What is to be done. */
    enum Change implements WireEnum {
        /** The first key counts for all. */
        MERGE(0),
        /** Each key counts for itself again. */
        UNMERGE(1),
        /** The only key becomes the parent of parts. */
        SPLIT(2),
        /** The parts of the only key end. */
        UNSPLIT(3);

        private final int id;

        Change(int id) {
            this.id = id;
        }

        @Override
        public int id() {
            return id;
        }
    }

    private final Change change;
    private final String model;
    private final List<String> keys;
    private final String label;
    private final int parts;
    private final List<String> indices;
    private final TimeValue timeout;

    CurationRequest(
            Change change,
            String model,
            List<String> keys,
            String label,
            int parts,
            List<String> indices,
            TimeValue timeout) {
        this.change = change;
        this.model = model;
        this.keys = List.copyOf(keys);
        this.label = label;
        this.parts = parts;
        this.indices = List.copyOf(indices);
        this.timeout = timeout;
    }

    public CurationRequest(StreamInput in) throws IOException {
        super(in);
        try (FrameInput frame = FrameInput.open(in)) {
            change = WireEnum.read(frame, Change.class);
            model = frame.readString();
            keys = frame.readStringList();
            label = frame.readOptionalString();
            parts = frame.readVInt();
            indices = frame.readStringList();
            timeout = frame.readTimeValue();
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        super.writeTo(out);
        try (FrameOutput frame = new FrameOutput(out)) {
            WireEnum.write(frame, change);
            frame.writeString(model);
            frame.writeStringCollection(keys);
            frame.writeOptionalString(label);
            frame.writeVInt(parts);
            frame.writeStringCollection(indices);
            frame.writeTimeValue(timeout);
        }
    }

    /** Reads {@code {"keys":["c3","c9"],"label":"Hardware"}}. */
    static CurationRequest merge(String model, StrictMap body) {
        body.require(KEYS);
        List<String> keys = body.strings(KEYS, 2, MAX_KEYS, List.of());
        String label = body.string(LABEL, null);
        body.noOtherKeys();
        requireDistinct(body, keys);
        if (label != null && (label.isBlank() || label.length() > MAX_LABEL)) {
            throw body.bad(LABEL, "text of 1 to " + MAX_LABEL + " characters", label.length());
        }
        return new CurationRequest(Change.MERGE, model, keys, label, AUTO, List.of(), DEFAULT_TIMEOUT);
    }

    /** Reads {@code {"key":"c3"}} or {@code {"keys":["c3","c9"]}}. */
    static CurationRequest unmerge(String model, StrictMap body) {
        if (body.has(KEY) == body.has(KEYS)) {
            throw new IllegalArgumentException("one of [" + KEY + "] and [" + KEYS + "] must name what was merged: "
                    + body.values().keySet());
        }
        List<String> keys = body.has(KEY) ? List.of(body.string(KEY)) : body.strings(KEYS, 1, MAX_KEYS, List.of());
        body.noOtherKeys();
        requireDistinct(body, keys);
        return new CurationRequest(Change.UNMERGE, model, keys, null, AUTO, List.of(), DEFAULT_TIMEOUT);
    }

    /** Reads {@code {"count":3,"index":["news"]}}; a count of {@code "auto"} is what an empty body means. */
    static CurationRequest split(String model, String key, StrictMap body, TimeValue timeout) {
        int parts = body.isAuto(COUNT) ? AUTO : Math.toIntExact(body.integer(COUNT, 2L, MAX_PARTS, AUTO, "[auto]"));
        List<String> indices = body.strings(INDEX, 1, MAX_KEYS, List.of());
        body.noOtherKeys();
        return new CurationRequest(
                Change.SPLIT, model, List.of(key), null, parts, indices, timeout == null ? DEFAULT_TIMEOUT : timeout);
    }

    static CurationRequest unsplit(String model, String key, StrictMap body) {
        body.noOtherKeys();
        return new CurationRequest(Change.UNSPLIT, model, List.of(key), null, AUTO, List.of(), DEFAULT_TIMEOUT);
    }

    private static void requireDistinct(StrictMap body, List<String> keys) {
        if (new HashSet<>(keys).size() < keys.size()) {
            throw body.bad(KEYS, "different keys", keys);
        }
    }

    Change change() {
        return change;
    }

    String model() {
        return model;
    }

    List<String> keys() {
        return keys;
    }

    String label() {
        return label;
    }

    /** The number of parts of a split, or {@link #AUTO}. */
    int parts() {
        return parts;
    }

    /** Where a split reads documents; empty for all indices that have them. */
    List<String> indices() {
        return indices;
    }

    TimeValue timeout() {
        return timeout;
    }

    @Override
    public Task createTask(long id, String type, String action, TaskId parent, Map<String, String> headers) {
        return new WholeTask(id, type, action, getDescription(), parent, headers);
    }

    @Override
    public String getDescription() {
        return "model [" + model + "], " + change + " " + keys;
    }

    @Override
    public ActionRequestValidationException validate() {
        return null;
    }
}

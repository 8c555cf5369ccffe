/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/** A rectangle of the map. Immutable. */
record Bounds(Span x, Span y) implements Writeable, ToXContentFragment {
    static final String X = "x";
    static final String Y = "y";

    /** The whole map. */
    static final Bounds ALL = new Bounds(Span.ALL, Span.ALL);

    static final OptionType<Bounds> TYPE = new OptionType<>(
            "`{\"x\": [from, to], \"y\": [from, to]}`",
            (from, key) -> parse(from.map(key)),
            null,
            Bounds::read,
            (out, bounds) -> bounds.writeTo(out),
            Bounds::shown);

    static Bounds read(StreamInput in) throws IOException {
        return new Bounds(Span.read(in), Span.read(in));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        x.writeTo(out);
        y.writeTo(out);
    }

    private static Bounds parse(StrictMap body) {
        Bounds bounds = new Bounds(Span.parse(body, X), Span.parse(body, Y));
        body.noOtherKeys();
        return bounds;
    }

    private Map<String, Object> shown() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put(X, x.shown());
        shown.put(Y, y.shown());
        return shown;
    }

    /** Writes both axes into the open object. */
    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.field(X, x.shown()).field(Y, y.shown());
    }
}

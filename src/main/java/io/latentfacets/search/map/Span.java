/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.field.column.Places;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * A stretch of one axis of the map. Immutable.
 *
 * @param from the lower end
 * @param to the upper end, above {@code from}
 */
record Span(double from, double to) implements Writeable {
    /** Nothing lies beyond ±1; a window may reach a little further. */
    static final double FURTHEST = 100;

    /** The whole axis. */
    static final Span ALL = new Span(-1, 1);

    static Span read(StreamInput in) throws IOException {
        return new Span(in.readDouble(), in.readDouble());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeDouble(from);
        out.writeDouble(to);
    }

    /** Reads {@code [from, to]}. */
    static Span parse(StrictMap body, String key) {
        body.require(key);
        if (body.value(key) instanceof List<?> ends
                && ends.size() == 2
                && ends.get(0) instanceof Number from
                && ends.get(1) instanceof Number to
                && Math.abs(from.doubleValue()) <= FURTHEST
                && Math.abs(to.doubleValue()) <= FURTHEST
                && from.doubleValue() < to.doubleValue()) {
            return new Span(from.doubleValue(), to.doubleValue());
        }
        throw body.bad(
                key,
                "a list of two numbers from -" + (int) FURTHEST + " to " + (int) FURTHEST + ", the lower one first",
                body.value(key));
    }

    /** Returns it as a body has it. */
    List<Double> shown() {
        return List.of(from, to);
    }

    /** The first step that lies in it. */
    int firstStep() {
        return Math.toIntExact(Places.edgeAt(from));
    }

    /** The step behind the last one that lies in it. */
    int stepBehind() {
        return Math.toIntExact(Places.edgeAt(to));
    }
}

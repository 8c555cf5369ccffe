/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.async.Listeners;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.index.query.QueryCoordinatorContext;
import org.opensearch.index.query.QueryRewriteContext;

/**
 * The field of a query or aggregation builder and, after the coordinating node has rewritten the search, its pin.
 * Immutable. Two rewrites do what must not happen on a search thread: on the coordinating node one decides on the
 * generation, and on each data node one loads it.
 */
public final class PinnedField implements Writeable {

    /** The option that names the field, the same in all queries and aggregations of this plugin. */
    public static final String FIELD = "field";

    private final String field;
    private final Pin pin;
    private final boolean loaded;

    private PinnedField(String field, Pin pin, boolean loaded) {
        this.field = field;
        this.pin = pin;
        this.loaded = loaded;
    }

    /** @param field the full name or an alias; null for the only latent_vector field of the searched indices */
    public PinnedField(String field) {
        this(field, null, false);
    }

    public PinnedField(StreamInput in) throws IOException {
        this(in.readOptionalString(), in.readOptionalWriteable(Pin::read), false);
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeOptionalString(field);
        out.writeOptionalWriteable(pin);
    }

    /** The field as given to the constructor; may be null. */
    public String field() {
        return field;
    }

    /** The pin; null before the coordinating node has decided. */
    public Pin pin() {
        return pin;
    }

    public PinnedField with(String resolved, Pin decided) {
        return new PinnedField(resolved, decided, loaded);
    }

    /** Returns this object, or its rewritten form; never blocks. */
    public PinnedField rewrite(QueryRewriteContext context, SearchPins pins) {
        if (loaded || context.convertToShardContext() != null) {
            return this;
        }
        QueryCoordinatorContext coordinator = context.convertToCoordinatorContext();
        if (coordinator != null) {
            return pin == null
                    ? pins.pin(this, SearchedIndices.of(coordinator.getSearchRequest(), context.getWriteableRegistry()))
                    : this;
        }
        List<Pin> wanted = pins.toLoad(this);
        if (wanted.isEmpty()) {
            return this;
        }
        for (Pin each : wanted) {
            context.registerAsyncAction((client, listener) ->
                    pins.load(each, Listeners.either(generation -> listener.onResponse(null), failure -> {
                        if (pin == null) {
                            listener.onResponse(null);
                        } else {
                            listener.onFailure(failure);
                        }
                    })));
        }
        return new PinnedField(field, pin, true);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PinnedField that
                && Objects.equals(field, that.field)
                && Objects.equals(pin, that.pin)
                && loaded == that.loaded;
    }

    @Override
    public int hashCode() {
        return Objects.hash(field, pin);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.expand;

import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.plugins.SearchPlugin;
import org.opensearch.search.SearchExtBuilder;

/** What an expansion added to a query, in the {@code ext} part of the response. Immutable. */
public final class ExpandExt extends SearchExtBuilder {

    /** The key in {@code ext}. */
    public static final String NAME = "latent_expand";

    private final Map<String, Object> added;

    /** @param added strings, numbers, lists and maps; not copied */
    public ExpandExt(Map<String, Object> added) {
        this.added = Objects.requireNonNull(added);
    }

    static ExpandExt read(StreamInput in) throws IOException {
        try (FrameInput frame = FrameInput.open(in)) {
            return new ExpandExt(frame.readMap());
        }
    }

    /** The registration of this extension with a node. */
    public static SearchPlugin.SearchExtSpec<ExpandExt> spec() {
        return new SearchPlugin.SearchExtSpec<>(NAME, ExpandExt::read, ExpandExt::parse);
    }

    /** @param parser a parser at the start of the object */
    static ExpandExt parse(XContentParser parser) throws IOException {
        return new ExpandExt(parser.mapOrdered());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeMap(added);
        }
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.field(NAME, added);
    }

    /** What was added; callers must not modify it. */
    public Map<String, Object> added() {
        return added;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ExpandExt that && added.equals(that.added);
    }

    @Override
    public int hashCode() {
        return added.hashCode();
    }
}

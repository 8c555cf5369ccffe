/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

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

/** Facets in the {@code ext} part of a search response, as {@link FacetsReader#read} returns them. Immutable. */
public final class FacetsExt extends SearchExtBuilder {

    /** The key in {@code ext}. */
    public static final String NAME = "latent_facets";

    private final Map<String, Object> facets;

    /** @param facets the facets: strings, numbers, lists and maps; not copied */
    public FacetsExt(Map<String, Object> facets) {
        this.facets = Objects.requireNonNull(facets);
    }

    static FacetsExt read(StreamInput in) throws IOException {
        try (FrameInput frame = FrameInput.open(in)) {
            return new FacetsExt(frame.readMap());
        }
    }

    /** The registration of this extension with a node. */
    public static SearchPlugin.SearchExtSpec<FacetsExt> spec() {
        return new SearchPlugin.SearchExtSpec<>(NAME, FacetsExt::read, FacetsExt::parse);
    }

    /** @param parser a parser at the start of the object */
    static FacetsExt parse(XContentParser parser) throws IOException {
        return new FacetsExt(parser.mapOrdered());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            frame.writeMap(facets);
        }
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return builder.field(NAME, facets);
    }

    /** The facets; callers must not modify them. */
    public Map<String, Object> facets() {
        return facets;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FacetsExt that && facets.equals(that.facets);
    }

    @Override
    public int hashCode() {
        return facets.hashCode();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.search.PinnedField;
import io.latentfacets.search.SearchServices;
import io.latentfacets.search.ShardField;
import io.latentfacets.search.UnavailableQuery;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.lucene.search.Query;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.common.lucene.search.Queries;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryBuilder;
import org.opensearch.index.query.QueryRewriteContext;
import org.opensearch.index.query.QueryShardContext;
import org.opensearch.index.query.WithFieldName;
import org.opensearch.plugins.SearchPlugin;

/**
 * The query {@code {"latent_region":{"field":"latent","x":[0.2,0.4],"y":[-0.2,0]}}}, or with a {@code polygon}. It
 * matches the documents that lie there on the map of the active generation, all with the same score.
 */
public final class LatentRegionQueryBuilder extends AbstractQueryBuilder<LatentRegionQueryBuilder>
        implements WithFieldName {

    public static final String NAME = "latent_region";

    private final Supplier<SearchServices> services;
    private final PinnedField target;
    private final Region region;

    LatentRegionQueryBuilder(PinnedField target, Region region, Supplier<SearchServices> services) {
        this.services = Objects.requireNonNull(services);
        this.target = target;
        this.region = region;
    }

    LatentRegionQueryBuilder(StreamInput in, Supplier<SearchServices> services) throws IOException {
        super(in);
        this.services = Objects.requireNonNull(services);
        try (FrameInput frame = FrameInput.open(in)) {
            target = new PinnedField(frame);
            region = Region.read(frame);
        }
    }

    /** The registration of this query with a node. */
    public static SearchPlugin.QuerySpec<LatentRegionQueryBuilder> spec(Supplier<SearchServices> services) {
        return new SearchPlugin.QuerySpec<>(
                NAME, in -> new LatentRegionQueryBuilder(in, services), parser -> fromXContent(parser, services));
    }

    @Override
    protected void doWriteTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            target.writeTo(frame);
            region.writeTo(frame);
        }
    }

    /** Parses the query strictly: refuses unknown keys and bad values. */
    static LatentRegionQueryBuilder fromXContent(XContentParser parser, Supplier<SearchServices> services)
            throws IOException {
        StrictMap body = StrictMap.of(NAME, parser);
        String field = body.string(PinnedField.FIELD);
        Region region = Region.parse(body);
        double boost = body.number("boost", 0, Float.MAX_VALUE, DEFAULT_BOOST);
        String name = body.string("_name", null);
        body.noOtherKeys();
        return new LatentRegionQueryBuilder(new PinnedField(field), region, services)
                .boost((float) boost)
                .queryName(name);
    }

    @Override
    protected void doXContent(XContentBuilder builder, Params params) throws IOException {
        builder.startObject(NAME).field(PinnedField.FIELD, target.field());
        region.toXContent(builder, params);
        printBoostAndQueryName(builder);
        builder.endObject();
    }

    @Override
    protected QueryBuilder doRewrite(QueryRewriteContext context) {
        PinnedField rewritten = target.rewrite(context, services.get().pins());
        if (rewritten.equals(target)) {
            return this;
        }
        if (rewritten.pin() != null) {
            // Labels do not change the matches: leave them out of cache keys.
            rewritten = rewritten.with(rewritten.field(), rewritten.pin().withoutEdits());
        }
        return new LatentRegionQueryBuilder(rewritten, region, services)
                .boost(boost())
                .queryName(queryName());
    }

    @Override
    protected Query doToQuery(QueryShardContext context) throws IOException {
        ShardField field;
        try {
            field = services.get().shards().onShard(target, context, NAME);
        } catch (OpenSearchStatusException e) {
            return new UnavailableQuery(e);
        }
        if (field == null) {
            return Queries.newMatchNoDocsQuery("no field [" + target.field() + "]");
        }
        if (field.generation() == null) {
            return Queries.newMatchNoDocsQuery(
                    "no active generation of model [" + field.pin().model() + "]");
        }
        field.requireMap(NAME);
        return new LatentRegionQuery(field, region);
    }

    @Override
    public String fieldName() {
        return target.field();
    }

    PinnedField target() {
        return target;
    }

    @Override
    protected boolean doEquals(LatentRegionQueryBuilder other) {
        return target.equals(other.target) && region.equals(other.region);
    }

    @Override
    protected int doHashCode() {
        return Objects.hash(target, region);
    }

    @Override
    public String getWriteableName() {
        return NAME;
    }
}

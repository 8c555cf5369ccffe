/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.neighbors;

import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.index.query.QueryBuilder;

/**
 * The content of a query for neighbours. Immutable.
 *
 * @param k the number of neighbours per shard, 1 to {@value #MAX_K}; with diversity, of all shards
 * @param target the text, documents or latent whose neighbours to find
 * @param include whether the documents of {@code like} and {@code unlike} may be among the neighbours
 * @param filter the query that neighbours must match; null for none
 * @param diversity how much the neighbours must differ, in [0, 1]; see {@link Diversity}
 */
record NeighborQuestion(int k, NeighborTarget target, boolean include, QueryBuilder filter, double diversity)
        implements Writeable, ToXContentFragment {

    static final int DEFAULT_K = 10;
    static final int MAX_K = 10_000;

    static final String DIVERSITY = "diversity";

    private static final String K = "k";
    private static final String FILTER = "filter";
    private static final String INCLUDE = "include";

    /** Reads its keys of the query's body; leaves others to the caller. */
    static NeighborQuestion parse(StrictMap body) {
        int k = body.integer(K, 1, MAX_K, DEFAULT_K);
        NeighborTarget target = NeighborTarget.parse(body);
        boolean include = body.bool(INCLUDE, false);
        for (String key : List.of(INCLUDE, Examples.UNLIKE)) {
            if (body.has(key) && !body.has(NeighborTarget.LIKE)) {
                throw body.failure(
                        body.name(key) + " goes with [" + NeighborTarget.LIKE + "] only: "
                                + StrictMap.shown(body.value(key)),
                        null);
            }
        }
        double diversity = body.number(DIVERSITY, 0, 1, 0);
        if (diversity > 0 && k > DiverseNeighbors.MAX_K) {
            throw body.bad(K, "in [1, " + DiverseNeighbors.MAX_K + "] with [" + DIVERSITY + "]", k);
        }
        return new NeighborQuestion(k, target, include, body.query(FILTER), diversity);
    }

    static NeighborQuestion read(StreamInput in) throws IOException {
        return new NeighborQuestion(
                in.readVInt(),
                NeighborTarget.read(in),
                in.readBoolean(),
                in.readOptionalNamedWriteable(QueryBuilder.class),
                in.readDouble());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeVInt(k);
        target.writeTo(out);
        out.writeBoolean(include);
        out.writeOptionalNamedWriteable(filter);
        out.writeDouble(diversity);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        builder.field(K, k);
        target.toXContent(builder, params);
        if (include) {
            builder.field(INCLUDE, true);
        }
        if (filter != null) {
            builder.field(FILTER, filter, params);
        }
        if (diversity > 0) {
            builder.field(DIVERSITY, diversity);
        }
        return builder;
    }

    NeighborQuestion with(NeighborTarget other) {
        return new NeighborQuestion(k, other, include, filter, diversity);
    }

    NeighborQuestion with(QueryBuilder other) {
        return new NeighborQuestion(k, target, include, other, diversity);
    }

    /** The question for the candidates from which diverse neighbours are chosen. */
    NeighborQuestion forCandidates() {
        return new NeighborQuestion(DiverseNeighbors.candidates(k), target, include, filter, 0);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.async.Listeners;
import io.latentfacets.field.ClusterColumns;
import io.latentfacets.field.LatentVectorFieldType;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import java.io.IOException;
import java.util.function.BiFunction;
import org.apache.lucene.document.IntPoint;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PointValues;
import org.apache.lucene.search.IndexSearcher;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.index.Index;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.mapper.MappedFieldType;
import org.opensearch.index.query.QueryShardContext;

/** Resolves a search's pinned field on a shard: mapping, loaded generation, columns. Thread-safe. */
public final class ShardFields {

    private final BiFunction<String, Index, Coverage> coverage;
    private final Generations generations;
    private final ClusterColumns columns;

    /** @param coverage whether an index is bound to a model, for a shard whose search has no pin */
    public ShardFields(Generations generations, ClusterColumns columns, BiFunction<String, Index, Coverage> coverage) {
        this.coverage = coverage;
        this.generations = generations;
        this.columns = columns;
    }

    /**
     * Returns the field and its generation on a shard; null if this index does not have the field.
     *
     * @param who the name of the query or aggregation, for messages
     * @throws IllegalArgumentException if the field has another type or belongs to another model than the pin's
     * @throws OpenSearchStatusException 503 if the generation is not loaded, which happens only if no rewrite could
     *     load it
     */
    public ShardField onShard(PinnedField target, QueryShardContext context, String who) throws IOException {
        if (target.field() == null) {
            throw new IllegalArgumentException("[field] of [" + who + "] is required here");
        }
        LatentVectorFieldType type = mapped(target, context, who);
        if (type == null) {
            return null;
        }
        Pin pin = target.pin();
        if (pin == null) {
            // The request does not name this generation, so a cached response could outlive it.
            context.setIsCacheable(false);
            pin = new Pin(
                    type.model(),
                    generations.active(type.model()),
                    coverage(target, type.model(), context),
                    generations.edits(type.model()));
        }
        if (pin.generation() == 0) {
            return new ShardField(type.name(), pin, null, columns);
        }
        if (!pin.model().equals(type.model())) {
            throw new IllegalArgumentException("the field [" + target.field() + "] belongs to model [" + type.model()
                    + "] here and to [" + pin.model() + "] elsewhere; search the indices of one model at a time");
        }
        Generation generation = generations.loaded(pin.model(), pin.generation());
        if (generation == null) {
            generations.load(pin.model(), pin.generation(), Listeners.ignoring());
            throw new OpenSearchStatusException(
                    "generation [" + pin.generation() + "] of model [" + pin.model()
                            + "] is being loaded on this node, try again",
                    RestStatus.SERVICE_UNAVAILABLE);
        }
        if (lacksGeneration(type, generation, context)) {
            context.setIsCacheable(false);
        }
        return new ShardField(type.name(), pin, generation, columns);
    }

    /** How many of the searched indices are bound to a model; without a pin, whether this shard's index is. */
    public Coverage coverage(PinnedField target, String model, QueryShardContext context) {
        return target.pin() == null
                ? coverage.apply(model, context.index())
                : target.pin().coverage();
    }

    /**
     * Returns the type of the field on a shard; null if this index does not have the field.
     *
     * @param who the name of the query or aggregation, for messages
     * @throws IllegalArgumentException if the field has another type
     */
    public static LatentVectorFieldType mapped(PinnedField target, QueryShardContext context, String who) {
        MappedFieldType mapped = context.fieldMapper(target.field());
        if (mapped == null) {
            return null;
        }
        if (mapped.unwrap() instanceof LatentVectorFieldType type) {
            return type;
        }
        throw new IllegalArgumentException("[field] of [" + who + "] must be of type [latent_vector], ["
                + target.field() + "] is of type [" + mapped.typeName() + "]");
    }

    /**
     * Whether documents of this shard may carry a generation that this node has not loaded. Counts can then change
     * without a change of the index.
     */
    private boolean lacksGeneration(LatentVectorFieldType type, Generation pinned, QueryShardContext context)
            throws IOException {
        if (context.getIndexReader() == null) {
            return false;
        }
        for (LeafReaderContext leaf : context.getIndexReader().leaves()) {
            PointValues points = leaf.reader().getPointValues(type.generationField());
            if (points == null) {
                continue;
            }
            int lowest = IntPoint.decodeDimension(points.getMinPackedValue(), 0);
            int highest = IntPoint.decodeDimension(points.getMaxPackedValue(), 0);
            int own = pinned.encoderGeneration();
            boolean others = lowest != own || highest != own;
            for (int number = lowest; others && number <= highest; number++) {
                if (number != own && generations.loaded(pinned.model(), number) == null) {
                    return true;
                }
                // Do not walk a gap of many generations.
                if (number - lowest > 16) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether documents of a shard carry a newer encoder generation and none carries this one any more. */
    public static boolean isPast(LatentVectorFieldType type, int generation, QueryShardContext context)
            throws IOException {
        if (context.getIndexReader() == null) {
            return false;
        }
        boolean newer = false;
        for (LeafReaderContext leaf : context.getIndexReader().leaves()) {
            PointValues points = leaf.reader().getPointValues(type.generationField());
            newer |= points != null && IntPoint.decodeDimension(points.getMaxPackedValue(), 0) > generation;
        }
        if (!newer) {
            return false;
        }
        // Points of deleted documents stay for a while, so only a search finds the live ones. The context's own
        // searcher is not ready while its query is built.
        IndexSearcher searcher = new IndexSearcher(context.getIndexReader());
        String field = type.generationField();
        return searcher.count(IntPoint.newRangeQuery(field, generation + 1, Integer.MAX_VALUE)) > 0
                && searcher.count(IntPoint.newExactQuery(field, generation)) == 0;
    }
}

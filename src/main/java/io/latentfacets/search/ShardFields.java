/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import io.latentfacets.async.Listeners;
import io.latentfacets.field.LatentVectorFieldType;
import io.latentfacets.field.column.ClusterColumns;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.Terms;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;
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
            pin = Pin.active(
                    generations,
                    type.model(),
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
        if (generation == null || !pin.means(generation)) {
            generations.load(pin.model(), pin.generation(), Listeners.ignoring());
            throw new OpenSearchStatusException(
                    "generation [" + pin.generation() + "] of model [" + pin.model()
                            + "] is being loaded on this node, try again",
                    RestStatus.SERVICE_UNAVAILABLE);
        }
        if (lacksGeneration(type, generation, context)) {
            context.setIsCacheable(false);
        }
        return new ShardField(type.name(), pin, generation.curated(pin.edits().curation()), columns);
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
        // no field is named by dots alone, and core fails with an internal error when it looks for one
        boolean named = target.field().chars().anyMatch(letter -> letter != '.');
        MappedFieldType mapped = named ? context.fieldMapper(target.field()) : null;
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
     * Whether documents of this shard may carry a latent of a known encoder whose generation this node has not loaded.
     * Counts can then change without a change of the index. Latents of unknown encoders change no count.
     */
    private boolean lacksGeneration(LatentVectorFieldType type, Generation pinned, QueryShardContext context)
            throws IOException {
        if (context.getIndexReader() == null) {
            return false;
        }
        Set<BytesRef> away = new HashSet<>();
        for (Generations.Known known : generations.known(pinned.model())) {
            if (!known.encoder().equals(pinned.encoder())
                    && generations.loaded(pinned.model(), known.number()) == null) {
                away.add(new BytesRef(known.encoder().toString()));
            }
        }
        for (LeafReaderContext leaf : away.isEmpty()
                ? List.<LeafReaderContext>of()
                : context.getIndexReader().leaves()) {
            Terms terms = leaf.reader().terms(type.encoderField());
            for (BytesRef term : terms == null ? Set.<BytesRef>of() : away) {
                if (terms.iterator().seekExact(term)) {
                    return true;
                }
            }
        }
        return false;
    }

    /**
     * Whether documents of a shard have been encoded anew since an encoder made their latents: some are of a newer
     * encoder of the model, and none is of this one any more. All known encoders are newer than an unknown one.
     */
    public boolean isPast(LatentVectorFieldType type, EncoderId encoder, QueryShardContext context) throws IOException {
        if (context.getIndexReader() == null) {
            return false;
        }
        List<BytesRef> newer = new ArrayList<>();
        for (Generations.Known known : generations.known(type.model())) { // ascending by number
            if (known.encoder().equals(encoder)) {
                newer.clear();
            } else {
                newer.add(new BytesRef(known.encoder().toString()));
            }
        }
        // Terms of deleted documents stay for a while, so only a search finds the live ones. The context's own searcher
        // is not ready while its query is built.
        IndexSearcher searcher = new IndexSearcher(context.getIndexReader());
        return searcher.count(new TermQuery(new Term(type.encoderField(), encoder.toString()))) == 0
                && searcher.count(new TermInSetQuery(type.encoderField(), newer)) > 0;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.io.IOException;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;

/** Assigns each requested document from its latent until the built column exists. Not thread-safe. */
final class LookupColumn extends DocumentLookup<BuiltColumn> implements ClusterColumn {
    private final LatentAssigner assigner;
    private final boolean similarity;

    private int ordinal;
    private byte nearness;

    /**
     * @param segment the segment, unwrapped
     * @param similarity whether the caller uses {@link #isAtLeast}
     * @param ready supplies the built column; null until it exists
     * @param began runs once, at the first lookup
     */
    LookupColumn(
            LeafReader segment,
            String field,
            LatentAssigner assigner,
            boolean similarity,
            Supplier<BuiltColumn> ready,
            Runnable began) {
        super(segment, field, ready, began);
        this.assigner = assigner;
        this.similarity = similarity;
    }

    @Override
    public int ordinal(int asked) throws IOException {
        BuiltColumn built = at(asked);
        return built == null ? ordinal : built.ordinal(asked);
    }

    @Override
    public boolean isAtLeast(int asked, int threshold) throws IOException {
        BuiltColumn built = at(asked);
        return built == null ? (nearness & 0xFF) >= threshold : built.isAtLeast(asked, threshold);
    }

    @Override
    void read(BytesRef latent) {
        int cluster = latent == null ? -1 : assigner.assign(latent);
        ordinal = cluster + 1;
        nearness = similarity && cluster >= 0 ? BuiltColumn.quantize(assigner.similarity()) : 0;
    }

    @Override
    public boolean counted() {
        return false;
    }

    @Override
    public int count(int asked) {
        throw new IllegalStateException("a column that is looked up does not know how many documents have [" + asked
                + "] without looking at all");
    }

    @Override
    public DocIdSetIterator documents(byte[] ordinals) {
        throw new IllegalStateException(
                "a column that is looked up does not know its documents without looking at all");
    }

    @Override
    public Set<Integer> missing() {
        return Set.copyOf(assigner.missing());
    }
}

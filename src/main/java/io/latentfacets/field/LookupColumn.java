/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import java.io.IOException;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReader;

/**
 * Assigns each requested document from its latent, and switches to the built column once that exists. Documents may
 * come in any order, but a step backwards reopens the doc values. Not thread-safe.
 */
final class LookupColumn implements ClusterColumn {
    /**
     * The number of lookups between two checks for the built column. One check costs about as much as a few lookups.
     */
    private static final int LOOK_EVERY = 1024;

    private final LeafReader segment;
    private final String field;
    private final LatentAssigner assigner;
    private final boolean similarity;
    private final Supplier<BuiltColumn> ready;
    private final Runnable began;

    private BuiltColumn built;
    private BinaryDocValues latents;
    private int lookups;
    private int doc = -1;
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
        this.segment = segment;
        this.field = field;
        this.assigner = assigner;
        this.similarity = similarity;
        this.ready = ready;
        this.began = began;
    }

    @Override
    public int ordinal(int asked) throws IOException {
        if (built == null && asked != doc) {
            lookUp(asked);
        }
        return built == null ? ordinal : built.ordinal(asked);
    }

    @Override
    public boolean isAtLeast(int asked, int threshold) throws IOException {
        if (built == null && asked != doc) {
            lookUp(asked);
        }
        return built == null ? (nearness & 0xFF) >= threshold : built.isAtLeast(asked, threshold);
    }

    private void lookUp(int asked) throws IOException {
        if (++lookups == 1) {
            began.run();
        }
        if (lookups % LOOK_EVERY == 0) {
            built = ready.get();
            if (built != null) {
                return;
            }
        }
        if (latents == null || latents.docID() > asked) {
            latents = segment.getBinaryDocValues(field);
        }
        int cluster = latents != null && latents.advanceExact(asked) ? assigner.assign(latents.binaryValue()) : -1;
        doc = asked;
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
    public Set<Integer> missing() {
        return Set.copyOf(assigner.missing());
    }
}

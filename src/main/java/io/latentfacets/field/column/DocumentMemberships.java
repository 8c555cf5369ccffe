/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.io.IOException;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.BytesRef;

/**
 * The memberships of a segment's documents in the clusters of the pinned generation, computed from the stored latent of
 * each document that is asked for: nothing is kept. Documents may come in any order, but a step backwards reopens the
 * doc values. Not thread-safe.
 */
public final class DocumentMemberships extends DocumentLookup<Void> {
    private final LatentAssigner assigner;
    private final double[] memberships;
    private boolean has;

    /**
     * @param segment the segment, unwrapped
     * @param clusters the number of clusters of the pinned generation
     */
    DocumentMemberships(LeafReader segment, String field, LatentAssigner assigner, int clusters) {
        super(segment, field, () -> null, () -> {});
        this.assigner = assigner;
        this.memberships = new double[clusters];
    }

    /**
     * Returns the memberships of a document, {@code [clusters]}, each 0 to 1, all together at most 1; null if it has no
     * latent that a known generation assigns. The next call overwrites the array.
     */
    public double[] of(int doc) throws IOException {
        at(doc);
        return has ? memberships : null;
    }

    @Override
    void read(BytesRef latent) {
        has = latent != null && assigner.memberships(latent, memberships);
    }
}

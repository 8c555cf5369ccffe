/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.io.IOException;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.search.DocIdSetIterator;

/** Computes a {@link BuiltColumn} in one pass over a segment's latents. Stateless. */
final class ColumnFiller {
    /** The number of documents between two checks: a few milliseconds with many clusters. */
    private static final int ASK_EVERY = 1024;

    /** The number of latents from which pairs are worth the arrays that they take. */
    private static final int PAIRED_FROM = 512;

    private ColumnFiller() {}

    /**
     * @param latents the segment's latents; null if the segment has none
     * @param check runs at intervals; throws to stop
     */
    static BuiltColumn fill(
            BinaryDocValues latents, LatentAssigner assigner, BuiltColumn.Builder column, Runnable check)
            throws IOException {
        if (latents == null) {
            return column.build(assigner.missing(), 0);
        }
        boolean paired = latents.cost() >= PAIRED_FROM;
        int assigned = 0;
        for (int doc = latents.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = latents.nextDoc()) {
            if (++assigned % ASK_EVERY == 0) {
                check.run();
            }
            assigner.assign(doc, latents.binaryValue(), column, paired);
        }
        assigner.finish(column);
        return column.build(assigner.missing(), assigner.unknown());
    }
}

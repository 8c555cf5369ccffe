/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.store.AlreadyClosedException;

/** Computes a {@link BuiltColumn} in one pass over a segment's latents. Stateless. */
final class ColumnFiller {
    /** A few milliseconds with many clusters. */
    private static final int ASK_EVERY = 1024;

    private ColumnFiller() {}

    /**
     * @param latents may be null: a segment without any
     * @param stop asked now and then whether to go on
     * @throws AlreadyClosedException if it was to stop
     */
    static BuiltColumn fill(
            BinaryDocValues latents, LatentAssigner assigner, BuiltColumn.Builder column, BooleanSupplier stop)
            throws IOException {
        if (latents == null) {
            return column.build(assigner.missing());
        }
        int assigned = 0;
        for (int doc = latents.nextDoc(); doc != DocIdSetIterator.NO_MORE_DOCS; doc = latents.nextDoc()) {
            if (++assigned % ASK_EVERY == 0 && stop.getAsBoolean()) {
                throw new AlreadyClosedException("nobody needs this cluster column any more");
            }
            int cluster = assigner.assign(latents.binaryValue());
            if (cluster >= 0) {
                column.assign(doc, cluster, column.similarity() ? assigner.similarity() : 0f);
            }
        }
        return column.build(assigner.missing());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.FixedBitSet;

/**
 * The documents of a built column that have some ordinals. Lucene reads queries that match many documents in windows of
 * bits, and this fills a window in one pass over the column. Not thread-safe.
 */
final class ColumnDocuments extends DocIdSetIterator {
    private final BuiltColumn column;
    private final byte[] ordinals;
    private final long cost;
    private int doc = -1;

    /** @param ordinals 1 at each ordinal that is asked for, else 0; one for each ordinal of the column */
    ColumnDocuments(BuiltColumn column, byte[] ordinals) {
        this.column = column;
        this.ordinals = ordinals;
        long documents = 0;
        for (int ordinal = 0; ordinal < ordinals.length; ordinal++) {
            documents += ordinals[ordinal] == 0 ? 0 : column.count(ordinal);
        }
        this.cost = documents;
    }

    @Override
    public int docID() {
        return doc;
    }

    @Override
    public int nextDoc() {
        return advance(doc + 1);
    }

    @Override
    public int advance(int target) {
        int next = target >= column.size() ? column.size() : column.next(ordinals, target);
        doc = next == column.size() ? NO_MORE_DOCS : next;
        return doc;
    }

    @Override
    public void intoBitSet(int upTo, FixedBitSet bits, int offset) {
        if (doc < upTo && doc != NO_MORE_DOCS) {
            column.mark(ordinals, doc, Math.min(upTo, column.size()), bits, offset);
            advance(upTo);
        }
    }

    @Override
    public long cost() {
        return cost;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search;

import java.io.IOException;
import org.opensearch.search.aggregations.LeafBucketCollector;

/**
 * Collects the documents of a segment in blocks, for one bucket of the parent and without aggregations below. A loop
 * over a block is several times as fast as a call for each document through core's layers. Whoever makes one calls
 * {@link #flush} before the next segment and at the end. Not thread-safe.
 */
public final class DocumentBlocks extends LeafBucketCollector {
    /** The largest number of documents in a block. */
    public static final int SIZE = 128;

    /** Takes a block of documents. */
    @FunctionalInterface
    public interface Taker {
        /**
         * @param documents the documents' numbers in the segment, ascending; overwritten by the next block
         * @param count how many of them, from the first on
         */
        void take(int[] documents, int count) throws IOException;
    }

    private final Taker taker;
    private final int[] documents = new int[SIZE];
    private int count;

    public DocumentBlocks(Taker taker) {
        this.taker = taker;
    }

    @Override
    public void collect(int doc, long owningBucketOrd) throws IOException {
        documents[count++] = doc;
        if (count == SIZE) {
            flush();
        }
    }

    /** As {@link #collect}: core recommends this override, so that the compiler makes a loop for this class alone. */
    @Override
    public void collectRange(int min, int max) throws IOException {
        for (int doc = min; doc < max; doc++) {
            collect(doc, 0);
        }
    }

    /** Passes on what is left. */
    public void flush() throws IOException {
        int last = count;
        count = 0;
        if (last > 0) {
            taker.take(documents, last);
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import java.io.IOException;
import java.util.function.Supplier;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.util.BytesRef;

/**
 * Reads each requested document's latent, and switches to the built column once that exists. Documents may come in any
 * order, but a step backwards reopens the doc values. Not thread-safe.
 */
abstract class DocumentLookup<C> {
    /**
     * The number of lookups between two checks for the built column. One check costs about as much as a few lookups.
     */
    private static final int LOOK_EVERY = 1024;

    private final LeafReader segment;
    private final String field;
    private final Supplier<C> ready;
    private final Runnable began;

    private C built;
    private BinaryDocValues latents;
    private int lookups;
    private int doc = -1;

    /**
     * @param segment the segment, unwrapped
     * @param ready supplies the built column; null until it exists
     * @param began runs once, at the first lookup
     */
    DocumentLookup(LeafReader segment, String field, Supplier<C> ready, Runnable began) {
        this.segment = segment;
        this.field = field;
        this.ready = ready;
        this.began = began;
    }

    /** Returns the built column if it exists; otherwise reads the document and returns null. */
    final C at(int asked) throws IOException {
        if (built == null && asked != doc) {
            lookUp(asked);
        }
        return built;
    }

    /** Keeps what the latent of the current document says; null for a document without a latent. */
    abstract void read(BytesRef latent);

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
        read(latents != null && latents.advanceExact(asked) ? latents.binaryValue() : null);
        doc = asked;
    }
}

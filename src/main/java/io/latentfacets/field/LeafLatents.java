/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import java.io.IOException;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;

/**
 * The latents of one segment that one encoder made; those of others cannot be compared with them and are passed over.
 * Goes forward only; one thread.
 */
public final class LeafLatents {
    private final BinaryDocValues values;
    private final int encoderGeneration;
    private final byte[] latent;

    private LeafLatents(BinaryDocValues values, int encoderGeneration, int dims) {
        this.values = values;
        this.encoderGeneration = encoderGeneration;
        this.latent = new byte[dims];
    }

    /**
     * @param encoderGeneration that latents must carry
     * @param dims length that they must have
     * @return null where the segment – as this reader shows it – has no such field
     */
    public static LeafLatents of(LeafReader reader, String field, int encoderGeneration, int dims) throws IOException {
        if (reader.getFieldInfos().fieldInfo(field) == null) {
            return null;
        }
        BinaryDocValues values = reader.getBinaryDocValues(field);
        return values == null ? null : new LeafLatents(values, encoderGeneration, dims);
    }

    /** Documents with a latent of any encoder. */
    public DocIdSetIterator documents() {
        return values;
    }

    /** Whether a document, not before the one of the last call, has a latent of this encoder. */
    public boolean advanceExact(int doc) throws IOException {
        return values.advanceExact(doc) && read();
    }

    /** Whether the document that {@link #documents} stands at has a latent of this encoder. */
    public boolean read() throws IOException {
        BytesRef value = values.binaryValue();
        if (LatentDocValue.generation(value) != encoderGeneration || LatentDocValue.dims(value) != latent.length) {
            return false;
        }
        LatentDocValue.copyLatent(value, latent);
        return true;
    }

    /** The latent that was read last, int8[dims]; written over by the next. */
    public byte[] latent() {
        return latent;
    }
}

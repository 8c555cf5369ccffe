/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.model.EncoderId;
import java.io.IOException;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.util.BytesRef;

/**
 * The latents of one segment that one encoder made. Skips latents of other encoders, which are not comparable. Moves
 * forward only. Not thread-safe.
 */
public final class LeafLatents {
    private final BinaryDocValues values;
    private final long encoder;
    private final byte[] latent;

    private LeafLatents(BinaryDocValues values, long encoder, int dims) {
        this.values = values;
        this.encoder = encoder;
        this.latent = new byte[dims];
    }

    /**
     * @param encoder the fingerprint that latents must carry; with {@link EncoderId#NONE} none does
     * @param dims the length that latents must have
     * @return the latents; null if the segment, as this reader shows it, does not have the field
     */
    public static LeafLatents of(LeafReader reader, String field, EncoderId encoder, int dims) throws IOException {
        if (reader.getFieldInfos().fieldInfo(field) == null) {
            return null;
        }
        BinaryDocValues values = reader.getBinaryDocValues(field);
        return values == null ? null : new LeafLatents(values, encoder.bits(), dims);
    }

    /** The documents with a latent of any encoder. */
    public DocIdSetIterator documents() {
        return values;
    }

    /**
     * Moves to a document and reads its latent. The document must not be before that of the last call.
     *
     * @return whether it has a latent of this encoder
     */
    public boolean advanceExact(int doc) throws IOException {
        return values.advanceExact(doc) && read();
    }

    /**
     * Reads the latent of the current document of {@link #documents}.
     *
     * @return whether it has a latent of this encoder
     */
    public boolean read() throws IOException {
        BytesRef value = values.binaryValue();
        if (!isOwn(value)) {
            return false;
        }
        LatentDocValue.copyLatent(value, latent);
        return true;
    }

    /**
     * Reads the latents of documents, one after the other. None of them may be before the document of the last call.
     *
     * @param documents the documents, ascending
     * @param count how many of them, from the first on
     * @param into receives the latents of those that have one of this encoder, int8[…][dims]
     * @return how many those are
     */
    public int read(int[] documents, int count, byte[] into) throws IOException {
        int found = 0;
        for (int i = 0; i < count; i++) {
            if (values.advanceExact(documents[i])) {
                BytesRef value = values.binaryValue();
                if (isOwn(value)) {
                    LatentDocValue.copyLatent(value, into, found++ * latent.length);
                }
            }
        }
        return found;
    }

    private boolean isOwn(BytesRef value) {
        return encoder != 0 && LatentDocValue.dims(value) == latent.length && LatentDocValue.encoder(value) == encoder;
    }

    /** The number of dimensions of the latents. */
    public int dims() {
        return latent.length;
    }

    /** The latent read last, int8[dims]. The next read overwrites the array. */
    public byte[] latent() {
        return latent;
    }
}

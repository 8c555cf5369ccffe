/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.drift;

import io.latentfacets.text.ReadDocument;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A document that the model represents badly: it is far from every centroid, or the vocabulary does not know an unusual
 * share of its words. Immutable; nobody may write to the latent.
 *
 * @param key a random number. Of many documents a sketch keeps those with the least keys, which is a uniform sample
 *     however the sketches were merged
 * @param index the index that the document was written to
 * @param id the id of the document; empty if it had none yet
 * @param latent the quantised latent, {@code [dims]}
 * @param words its most characteristic words, the best first, at most {@value #MOST_WORDS}
 */
public record OddDocument(long key, String index, String id, byte[] latent, List<ReadDocument.Word> words) {

    /** The largest number of words of a document. */
    public static final int MOST_WORDS = 24;

    /** The longest text of a word, an index or an id, in characters; longer words are cut. */
    static final int LONGEST = 512;

    private static final int MOST_DIMS = 1 << 12;

    public OddDocument {
        words = words.stream()
                .limit(MOST_WORDS)
                .map(word -> new ReadDocument.Word(cut(word.term()), cut(word.surface())))
                .toList();
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeLong(key);
        out.writeUTF(index);
        out.writeUTF(id);
        out.writeInt(latent.length);
        out.write(latent);
        out.writeByte(words.size());
        for (ReadDocument.Word word : words) {
            out.writeUTF(word.term());
            out.writeUTF(word.surface());
        }
    }

    static OddDocument readFrom(DataInput in) throws IOException {
        long key = in.readLong();
        String index = in.readUTF();
        String id = in.readUTF();
        int dims = in.readInt();
        if (dims < 1 || dims > MOST_DIMS) {
            throw new IOException("corrupt statistics of drift: a latent of [" + dims + "] dimensions");
        }
        byte[] latent = new byte[dims];
        in.readFully(latent);
        int count = in.readUnsignedByte();
        if (count > MOST_WORDS) {
            throw new IOException("corrupt statistics of drift: a document of [" + count + "] words");
        }
        List<ReadDocument.Word> words = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            words.add(new ReadDocument.Word(in.readUTF(), in.readUTF()));
        }
        return new OddDocument(key, index, id, latent, words);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A noun phrase that the documents of a vocabulary use, such as {@code public keys}. Labels are made of them; they are
 * no entries, and the network does not know them.
 *
 * @param words the vocabulary ids of its words, two to {@link #MOST_WORDS}, in order
 * @param surface the phrase as people write it
 * @param docFreq the number of documents that contain the phrase
 * @param logShare the mean over its words of the logarithm of the share of these forms of the word, singular and plural
 *     together: vocabulary entries stand for all forms of a word, and a phrase has one ("polygonal", "polygons")
 */
public record NounPhrase(List<Integer> words, String surface, int docFreq, float logShare) {
    /** The largest number of words. */
    public static final int MOST_WORDS = 4;

    public NounPhrase {
        words = List.copyOf(words);
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(words.size());
        for (int word : words) {
            out.writeInt(word);
        }
        out.writeUTF(surface);
        out.writeInt(docFreq);
        out.writeFloat(logShare);
    }

    /** @param entries the number of entries of the vocabulary */
    static NounPhrase readFrom(DataInput in, int entries) throws IOException {
        int length = in.readInt();
        if (length < 2 || length > MOST_WORDS) {
            throw new IOException("corrupt vocabulary: a noun phrase of " + length + " words");
        }
        List<Integer> words = new ArrayList<>(length);
        for (int w = 0; w < length; w++) {
            int word = in.readInt();
            if (word < 0 || word >= entries) {
                throw new IOException("corrupt vocabulary: a noun phrase has the word " + word);
            }
            words.add(word);
        }
        NounPhrase phrase = new NounPhrase(words, in.readUTF(), in.readInt(), in.readFloat());
        if (phrase.docFreq < 1 || !(phrase.logShare <= 0)) {
            throw new IOException("corrupt vocabulary: " + phrase);
        }
        return phrase;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.tokens.IdPairs;
import io.latentfacets.text.tokens.TermIds;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.util.RamUsageEstimator;

/**
 * The words and phrases of a generation. Ids are 0 … size-1: first the words, then the phrases, each in order of
 * descending document frequency. Immutable and thread-safe.
 */
public final class Vocabulary {
    private static final int VERSION = 3;
    /** The first format, without languages and boilerplate. */
    private static final int FIRST = 1;
    /** The first format with nouns and noun phrases. */
    private static final int WITH_NOUNS = 3;

    private static final int MAX_SIZE = 1 << 20;

    /**
     * One entry.
     *
     * @param term the analyzed entry, see {@link Vocabulary#term}
     * @param surface the entry as people most often wrote it
     * @param docFreq the number of documents that contain the entry
     * @param logUnigram the natural logarithm of the entry's share of all weighted counts
     * @param first the id of the first word of a phrase, -1 for a word
     * @param second the id of the second word of a phrase, -1 for a word
     * @param language the name of the entry's language, empty if the entry belongs to none
     * @param boilerplate whether the entry is boilerplate, see {@link #isBoilerplate}
     * @param noun whether the entry can be a noun, see {@link #isNoun}
     */
    record Entry(
            String term,
            String surface,
            int docFreq,
            float logUnigram,
            int first,
            int second,
            String language,
            boolean boilerplate,
            boolean noun) {
        boolean phrase() {
            return first >= 0;
        }
    }

    private final long documents;
    private final Entry[] entries;
    private final float[] idf;
    private final TermIds ids;
    private final IdPairs phrases;
    private final List<NounPhrase> nounPhrases;

    /** @param nounPhrases the noun phrases, most frequent first; their words are entries */
    Vocabulary(long documents, List<Entry> list, List<NounPhrase> nounPhrases) {
        this.nounPhrases = List.copyOf(nounPhrases);
        this.documents = documents;
        this.entries = list.toArray(Entry[]::new);
        this.idf = new float[entries.length];
        // A shingle analyzer's word may equal the term of a phrase; the word has the lower id and keeps the term.
        this.ids = new TermIds(list.stream().map(Entry::term).toList());
        this.phrases = new IdPairs((int) list.stream().filter(Entry::phrase).count(), entries.length);
        for (int i = 0; i < entries.length; i++) {
            Entry e = entries[i];
            idf[i] = (float) (Math.log((1.0 + documents) / (1.0 + e.docFreq)) + 1);
            if (e.phrase()) {
                phrases.put(e.first, e.second, i);
            }
        }
    }

    /** Number of entries. */
    public int size() {
        return entries.length;
    }

    Entry entry(int id) {
        return entries[id];
    }

    /**
     * The analyzed entry: a word as the analyzer emits it, such as {@code barrel}, or two such words with a space
     * between, such as {@code crude oil}.
     */
    public String term(int id) {
        return entries[id].term;
    }

    /** The form to show: the entry as people most often wrote it, such as {@code barrels}. */
    public String surface(int id) {
        return entries[id].surface;
    }

    /** Number of documents of the training corpus that contain the entry. */
    public int docFreq(int id) {
        return entries[id].docFreq;
    }

    /**
     * The language of nearly all texts that contain the entry, named like its analyzer. Empty if the language is not
     * known or the entry has none, as with proper names.
     */
    public String language(int id) {
        return entries[id].language;
    }

    /**
     * Whether the entry belongs to the form of documents rather than to their subject, like a signature or a column
     * heading. Such an entry says nothing in a label.
     */
    public boolean isBoilerplate(int id) {
        return entries[id].boilerplate;
    }

    /**
     * Whether the entry can be a noun by where it stands in texts, see {@link NounPhraseMiner}, or, of a pair, a noun
     * phrase. Always true in a vocabulary of an earlier format. Verbs and adverbs cannot; many adjectives can.
     */
    public boolean isNoun(int id) {
        return entries[id].noun;
    }

    /** The ids of the words that an entry consists of: two for a pair of words, else its own. */
    public int[] words(int id) {
        return entries[id].phrase() ? new int[] {entries[id].first, entries[id].second} : new int[] {id};
    }

    /**
     * The noun phrases that the training corpus uses, highest document frequency first. Empty in a vocabulary of an
     * earlier format, and where the definition wants no phrases.
     */
    public List<NounPhrase> nounPhrases() {
        return nounPhrases;
    }

    /** Whether the entry is a pair of words. */
    public boolean isPhrase(int id) {
        return entries[id].phrase();
    }

    /** Number of documents of the training corpus, empty ones included. */
    public long documents() {
        return documents;
    }

    /** ln((1 + documents) / (1 + docFreq)) + 1, the smoothed inverse document frequency of scikit-learn. */
    public float idf(int id) {
        return idf[id];
    }

    /**
     * {@link #idf(int)} of each entry.
     *
     * @return a fresh array, {@code [size()]}
     */
    public float[] inverseFrequencies() {
        return idf.clone();
    }

    /**
     * The weight of each entry in the encoder's input: {@link #idf(int)} for a word, 0 for a phrase. Phrases are for
     * labels: the input already counts their words. A phrase in one half of a document would also reveal to the network
     * that its words are in the other half.
     *
     * @return a fresh array, {@code [size()]}
     */
    public float[] inputWeights() {
        float[] weights = idf.clone();
        for (int i = 0; i < weights.length; i++) {
            if (entries[i].phrase()) {
                weights[i] = 0;
            }
        }
        return weights;
    }

    /**
     * The natural logarithm of each entry's share of all weighted counts of the training corpus.
     *
     * @return a fresh array, {@code [size()]}
     */
    public float[] logUnigram() {
        float[] log = new float[entries.length];
        for (int i = 0; i < log.length; i++) {
            log[i] = entries[i].logUnigram;
        }
        return log;
    }

    /** Id of an analyzed term, -1 if unknown. */
    public int id(String term) {
        return ids.get(term);
    }

    /** {@link #id(String)} of the term of the first characters. */
    int id(char[] term, int length) {
        return ids.get(term, length);
    }

    /** Id of the phrase made of two words, -1 if they form none. */
    int phrase(int first, int second) {
        return phrases.get(first, second);
    }

    /** Estimated heap size of this vocabulary, in bytes. */
    public long ramBytes() {
        long bytes = 64 + 4L * idf.length;
        for (Entry e : entries) {
            bytes += 48 + 8 + RamUsageEstimator.sizeOf(e.term) + RamUsageEstimator.sizeOf(e.surface);
        }
        for (NounPhrase phrase : nounPhrases) {
            bytes += 120 + 20L * phrase.words().size() + RamUsageEstimator.sizeOf(phrase.surface());
        }
        return bytes + ids.ramBytes() + phrases.ramBytes();
    }

    /** Writes everything {@link #readFrom} needs. */
    public void writeTo(DataOutput out) throws IOException {
        out.writeInt(VERSION);
        out.writeLong(documents);
        out.writeInt(entries.length);
        for (Entry e : entries) {
            out.writeUTF(e.term);
            out.writeUTF(e.surface);
            out.writeInt(e.docFreq);
            out.writeFloat(e.logUnigram);
            out.writeInt(e.first);
            out.writeInt(e.second);
            out.writeUTF(e.language);
            out.writeBoolean(e.boilerplate);
            out.writeBoolean(e.noun);
        }
        out.writeInt(nounPhrases.size());
        for (NounPhrase phrase : nounPhrases) {
            phrase.writeTo(out);
        }
    }

    /**
     * Reads what {@link #writeTo} of this or an earlier version wrote.
     *
     * @throws IOException if reading fails, or if the data is not a valid vocabulary
     */
    public static Vocabulary readFrom(DataInput in) throws IOException {
        int version = in.readInt();
        if (version < FIRST || version > VERSION) {
            throw new IOException("vocabulary version must be in [" + FIRST + ", " + VERSION + "]: " + version);
        }
        long documents = in.readLong();
        int size = in.readInt();
        if (documents < 0 || size < 0 || size > MAX_SIZE) {
            throw new IOException("corrupt vocabulary: " + documents + " documents, " + size + " entries");
        }
        Entry[] entries = new Entry[size];
        for (int i = 0; i < size; i++) {
            Entry e = new Entry(
                    in.readUTF(),
                    in.readUTF(),
                    in.readInt(),
                    in.readFloat(),
                    in.readInt(),
                    in.readInt(),
                    version == FIRST ? "" : in.readUTF().intern(),
                    version != FIRST && in.readBoolean(),
                    version < WITH_NOUNS || in.readBoolean());
            boolean word = e.first == -1 && e.second == -1;
            boolean phrase = e.first >= 0 && e.first < i && e.second >= 0 && e.second < i;
            if ((!word && !phrase) || e.docFreq < 0 || !Float.isFinite(e.logUnigram)) {
                throw new IOException("corrupt vocabulary: entry " + i + " is " + e);
            }
            entries[i] = e;
        }
        return new Vocabulary(
                documents, List.of(entries), version < WITH_NOUNS ? List.of() : readNounPhrases(in, entries.length));
    }

    private static List<NounPhrase> readNounPhrases(DataInput in, int entries) throws IOException {
        int size = in.readInt();
        if (size < 0 || size > MAX_SIZE) {
            throw new IOException("corrupt vocabulary: " + size + " noun phrases");
        }
        List<NounPhrase> phrases = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            phrases.add(NounPhrase.readFrom(in, entries));
        }
        return phrases;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.lucene.util.ArrayUtil;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.BytesRefBuilder;
import org.apache.lucene.util.BytesRefHash;

/**
 * The distinct terms and forms of a corpus, collected while {@link CorpusBuilder} reads it. A <em>form</em> is a term
 * together with one way of writing it. {@link Spill} stores forms, so that labels can later show a phrase as it was
 * written. Each term and each form takes a few dozen bytes. Not thread-safe.
 */
final class Lexicon {
    /** Beyond this many forms the lexicon accepts no new word. A word that first occurs so late is rare. */
    static final int MAX_FORMS = 4_000_000;

    /** Separates the term from the surface in the key of a form. This byte never occurs in UTF-8. */
    private static final byte SEPARATOR = (byte) 0xff;

    private final BytesRefHash terms = new BytesRefHash();
    private final BytesRefHash forms = new BytesRefHash();
    private final BytesRefBuilder key = new BytesRefBuilder();
    private final BytesRefBuilder written = new BytesRefBuilder();
    private final int maxForms;
    private int[] formTerm = new int[1024];
    private int[] formCount = new int[1024];
    private int[] docFreq = new int[1024];
    private int[] lastDoc = new int[1024];
    private int[] firstForm = new int[1024];
    private long words;

    Lexicon(int maxForms) {
        this.maxForms = maxForms;
    }

    /**
     * Counts one occurrence in document {@code doc}.
     *
     * @return the id of the form. If the lexicon is full, a new form of a known term counts as the first form of that
     *     term, and a new term gives -1
     */
    int add(String term, String surface, int doc) {
        int form = form(term, surface);
        if (form < 0) {
            return -1;
        }
        formCount[form]++;
        words++;
        int id = formTerm[form];
        if (lastDoc[id] != doc) {
            lastDoc[id] = doc;
            docFreq[id]++;
        }
        return form;
    }

    private int form(String term, String surface) {
        key.copyChars(term);
        int termLength = key.length();
        key.append(SEPARATOR);
        written.copyChars(surface);
        key.append(written);
        if (forms.size() >= maxForms) {
            int known = forms.find(key.get());
            key.setLength(termLength);
            int id = known >= 0 ? -1 : terms.find(key.get());
            return id >= 0 ? firstForm[id] : known;
        }
        int form = forms.add(key.get());
        if (form < 0) {
            return -1 - form;
        }
        key.setLength(termLength);
        int id = terms.add(key.get());
        if (id < 0) {
            id = -1 - id;
        } else {
            docFreq = ArrayUtil.grow(docFreq, id + 1);
            lastDoc = ArrayUtil.grow(lastDoc, id + 1);
            firstForm = ArrayUtil.grow(firstForm, id + 1);
            lastDoc[id] = -1;
            firstForm[id] = form;
        }
        formTerm = ArrayUtil.grow(formTerm, form + 1);
        formCount = ArrayUtil.grow(formCount, form + 1);
        formTerm[form] = id;
        return form;
    }

    int terms() {
        return terms.size();
    }

    int forms() {
        return forms.size();
    }

    /** Number of words counted. */
    long words() {
        return words;
    }

    /** The heap of the lexicon, in bytes. */
    long ramBytes() {
        long integers = (long) formTerm.length + formCount.length + docFreq.length + lastDoc.length + firstForm.length;
        return terms.ramBytesUsed() + forms.ramBytesUsed() + integers * Integer.BYTES;
    }

    int termOf(int form) {
        return formTerm[form];
    }

    int docFreq(int term) {
        return docFreq[term];
    }

    String term(int term) {
        return terms.get(term, new BytesRef()).utf8ToString();
    }

    String surface(int form) {
        BytesRef bytes = forms.get(form, new BytesRef());
        int separator = bytes.offset;
        while (bytes.bytes[separator] != SEPARATOR) {
            separator++;
        }
        separator++;
        return new BytesRef(bytes.bytes, separator, bytes.offset + bytes.length - separator).utf8ToString();
    }

    /**
     * Chooses the surface to show for each of the given terms.
     *
     * @param wanted the ids of the terms
     * @return the surfaces by term id, {@code [terms()]}; {@code null} for terms that are not in {@code wanted}
     */
    String[] surfaces(int[] wanted) {
        String[] surfaces = new String[terms()];
        written(wanted).forEach((term, ways) -> surfaces[term] = Surfaces.choose(ways));
        return surfaces;
    }

    /** How often each of the given terms is written in which way, by term id. */
    Map<Integer, Map<String, Integer>> written(int[] wanted) {
        boolean[] want = new boolean[terms()];
        for (int term : wanted) {
            want[term] = true;
        }
        Map<Integer, Map<String, Integer>> counts = HashMap.newHashMap(wanted.length);
        for (int form = 0; form < forms(); form++) {
            if (want[formTerm[form]]) {
                counts.computeIfAbsent(formTerm[form], t -> new HashMap<>())
                        .merge(surface(form), formCount[form], Integer::sum);
            }
        }
        return counts;
    }

    /** The number of occurrences of each term, {@code [terms()]}. */
    long[] counts() {
        long[] counts = new long[terms()];
        for (int form = 0; form < forms(); form++) {
            counts[formTerm[form]] += formCount[form];
        }
        return counts;
    }

    /** Ids of all terms with a document frequency in [min, max], highest frequency first, ties in code point order. */
    int[] select(int min, int max) {
        BytesRef a = new BytesRef();
        BytesRef b = new BytesRef();
        return IntStream.range(0, terms())
                .filter(t -> docFreq[t] >= min && docFreq[t] <= max)
                .boxed()
                .sorted((x, y) -> docFreq[x] != docFreq[y]
                        ? Integer.compare(docFreq[y], docFreq[x])
                        : terms.get(x, a).compareTo(terms.get(y, b)))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}

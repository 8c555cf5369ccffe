/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.arithmetic.Workers;
import io.latentfacets.text.PhraseMiner.Phrase;
import io.latentfacets.text.Vocabulary.Entry;
import io.latentfacets.text.language.Language;
import io.latentfacets.text.language.LanguageCounts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Selects the vocabulary of a corpus from its lexicon and its spill, then counts the corpus in that vocabulary. Single
 * use; not thread-safe.
 */
final class VocabularyBuilder {
    /** Receives the bags of the documents, in order. */
    interface Rows {
        void add(Bow bow) throws IOException;
    }

    /** At most one entry in this many is a phrase. */
    private static final int PHRASE_SHARE = 5;

    /** At most so many noun phrases as the largest vocabulary has entries, divided by this number. */
    private static final int NOUN_PHRASE_SHARE = 2;

    /** In a small corpus the minimum document frequency is the number of documents divided by this number. */
    private static final int SMALL = 50;

    private final TextOptions options;
    private final Lexicon lexicon;
    private final Spill spill;
    private final int documents;
    private final Workers workers;
    private final float[] unseenShares;

    VocabularyBuilder(TextOptions options, Lexicon lexicon, Spill spill, int documents, Workers workers) {
        this.options = options;
        this.lexicon = lexicon;
        this.spill = spill;
        this.documents = documents;
        this.workers = workers;
        this.unseenShares = new float[documents];
    }

    /**
     * The share of each document's words that the vocabulary would not know without the document; NaN for a document
     * without words. Complete after {@link #build}.
     */
    float[] unseenShares() {
        return unseenShares;
    }

    /**
     * Learns the vocabulary and passes the bag of every document to {@code rows}.
     *
     * @throws IllegalArgumentException if no word is within the bounds of the options
     */
    Vocabulary build(Rows rows) throws IOException {
        int min = Math.min(options.minDocFreq(), Math.max(1, documents / SMALL));
        int max = (int) Math.floor(options.maxDocRatio() * documents);
        int[] words = lexicon.select(min, max);
        if (words.length == 0) {
            throw new IllegalArgumentException(nothingToLearn(min, max));
        }
        words = Arrays.copyOf(words, Math.min(words.length, options.vocabularySize()));
        int[] idOfForm = idOfForm(words);
        List<Phrase> phrases = options.phrases() ? phrases(words, idOfForm, min) : List.of();
        int kept = Math.min(words.length, options.vocabularySize() - phrases.size());
        if (kept < words.length) {
            words = Arrays.copyOf(words, kept);
            idOfForm = idOfForm(words);
            phrases = phrases.stream()
                    .filter(p -> p.first() < kept && p.second() < kept)
                    .toList();
        }
        // without one of its documents, a word of this frequency would not be in the vocabulary
        int rare = words.length + phrases.size() < options.vocabularySize()
                ? min
                : lexicon.docFreq(words[words.length - 1]);
        NounPhraseMiner nouns = new NounPhraseMiner(words, idOfForm, lexicon, phrases);
        List<NounPhrase> nounPhrases = nouns.mine(
                spill, Math.max(min, 2), options.phrases() ? options.vocabularySize() / NOUN_PHRASE_SHARE : 0);
        Vocabulary draft = new Vocabulary(documents, entries(words, idOfForm, phrases, nouns), nounPhrases);
        return count(draft, idOfForm, rare, rows);
    }

    private int[] idOfForm(int[] words) {
        int[] idOfTerm = new int[lexicon.terms()];
        Arrays.fill(idOfTerm, -1);
        for (int id = 0; id < words.length; id++) {
            idOfTerm[words[id]] = id;
        }
        int[] idOfForm = new int[lexicon.forms()];
        Arrays.setAll(idOfForm, form -> idOfTerm[lexicon.termOf(form)]);
        return idOfForm;
    }

    private List<Phrase> phrases(int[] words, int[] idOfForm, int minDocFreq) throws IOException {
        long[] termCounts = lexicon.counts();
        long[] counts = Arrays.stream(words).mapToLong(t -> termCounts[t]).toArray();
        int limit = Math.min(options.vocabularySize() / PHRASE_SHARE, words.length / (PHRASE_SHARE - 1));
        return new PhraseMiner(idOfForm, counts, lexicon.words()).mine(spill, minDocFreq, limit);
    }

    private List<Entry> entries(int[] words, int[] idOfForm, List<Phrase> phrases, NounPhraseMiner nouns)
            throws IOException {
        String[] surfaces = lexicon.surfaces(words);
        BigramWords bigrams =
                new BigramWords(Arrays.stream(words).mapToObj(lexicon::term).toArray(String[]::new), idOfForm, spill);
        String[] shown = new String[words.length];
        Arrays.setAll(shown, id -> surfaces[words[id]]);
        boolean[] isNoun = nouns.nouns(shown);
        List<Entry> entries = new ArrayList<>(words.length + phrases.size());
        for (int id = 0; id < words.length; id++) {
            String term = lexicon.term(words[id]);
            String surface = bigrams.isPiece(id) ? bigrams.word(id) : surfaces[words[id]];
            entries.add(new Entry(term, surface, lexicon.docFreq(words[id]), 0, -1, -1, "", false, isNoun[id]));
        }
        for (Phrase p : phrases) {
            String term = entries.get(p.first()).term() + " "
                    + entries.get(p.second()).term();
            entries.add(new Entry(term, term, p.docFreq(), 0, p.first(), p.second(), "", false, nouns.isNoun(p)));
        }
        return entries;
    }

    /**
     * Counts the corpus and passes each bag to {@code rows}. Then completes the entries with what only counts can give:
     * the unigram log probability, the language and the boilerplate flag of each entry, and the surface of each phrase.
     *
     * @param rare the largest document frequency of a word that depends on each of its documents to be in the
     *     vocabulary
     */
    private Vocabulary count(Vocabulary draft, int[] idOfForm, int rare, Rows rows) throws IOException {
        double[] totals = new double[draft.size()];
        LanguageCounts languages = new LanguageCounts(draft.size());
        Map<Integer, Map<Long, Integer>> written = new HashMap<>();
        Spill.Visitor counter = new Spill.Visitor() {
            private final BagBuilder bag = new BagBuilder(draft);
            private int previous;
            private Language language;
            private int document;
            private int read;
            private int unseen;

            @Override
            public void field(float weight, Language language) {
                bag.field(weight);
                this.language = language;
            }

            @Override
            public void word(int form, boolean adjacent) {
                int phrase = bag.word(idOfForm[form], adjacent);
                read++;
                unseen += idOfForm[form] < 0 || draft.docFreq(idOfForm[form]) <= rare ? 1 : 0;
                languages.add(idOfForm[form], language);
                if (phrase >= 0) {
                    languages.add(phrase, language);
                    written.computeIfAbsent(phrase, p -> new HashMap<>())
                            .merge(PairCounts.key(previous, form), 1, Integer::sum);
                }
                previous = form;
            }

            @Override
            public void endDocument() throws IOException {
                workers.checkOthers();
                Bow bow = bag.build();
                for (int i = 0; i < bow.size(); i++) {
                    totals[bow.id(i)] += bow.count(i);
                }
                rows.add(bow);
                unseenShares[document++] = read == 0 ? Float.NaN : (float) unseen / read;
                read = 0;
                unseen = 0;
            }
        };
        AtomicReference<Boilerplate> found = new AtomicReference<>();
        try {
            workers.run(
                    2,
                    part -> { // neither needs the other
                        try {
                            if (part == 0) {
                                spill.replay(counter);
                            } else {
                                found.set(new Boilerplate(draft, lexicon, idOfForm, spill, workers::checkOthers));
                            }
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        Boilerplate boilerplate = found.get();
        double logTotal = Math.log(Arrays.stream(totals).sum());
        List<Entry> entries = new ArrayList<>(draft.size());
        for (int id = 0; id < draft.size(); id++) {
            Entry e = draft.entry(id);
            String surface = e.phrase() ? surface(written.get(id)) : e.surface();
            float logUnigram = (float) (Math.log(totals[id]) - logTotal);
            entries.add(new Entry(
                    e.term(),
                    surface,
                    e.docFreq(),
                    logUnigram,
                    e.first(),
                    e.second(),
                    languages.name(id),
                    boilerplate.contains(id),
                    e.noun()));
        }
        return new Vocabulary(documents, entries, draft.nounPhrases());
    }

    private String surface(Map<Long, Integer> pairs) {
        Map<String, Integer> forms = new HashMap<>();
        pairs.forEach((pair, n) -> forms.merge(
                Surfaces.join(lexicon.surface((int) (pair >>> 32)), lexicon.surface(pair.intValue())),
                n,
                Integer::sum));
        return Surfaces.choose(forms);
    }

    private String nothingToLearn(int min, int max) {
        if (lexicon.terms() == 0) {
            return "nothing to learn from: none of [" + documents
                    + "] documents has a word in the fields of [source.fields]";
        }
        boolean rare = lexicon.select(min, documents).length == 0;
        return "nothing to learn from: of [" + lexicon.terms() + "] distinct words in [" + documents
                + "] documents none is in at least [" + min + "] and at most [" + max + "] of them; "
                + (rare
                        ? "lower [text.min_doc_freq]: " + options.minDocFreq()
                        : "raise [text.max_doc_ratio]: " + options.maxDocRatio());
    }
}

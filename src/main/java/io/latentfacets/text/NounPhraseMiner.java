/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.Language;
import java.io.IOException;
import java.nio.IntBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Finds nouns and noun phrases by where words stand, without a tagger. A <em>run</em> is a series of adjacent words,
 * which function words and punctuation bound (the candidates of RAKE; Rose et al., 2010). A number, or a word that
 * introduces nouns, stands before some of the runs ({@link io.latentfacets.text.language.Introducers}). In these runs,
 * the first word opens a noun phrase and the last one closes it: {@code the [public key] of}. Verbs, participles and
 * adverbs hardly ever do either. How often a word does is compared with the share of all runs that are introduced,
 * because titles have few articles.
 *
 * <p>A noun phrase is a part of runs with two to four different words of the vocabulary, the first of which often opens
 * and the last of which often closes a noun phrase, and which is often the end of its run.
 *
 * <p>The miner replays the words four times: to count parts in a table of fixed size (as {@link PhraseMiner} does), to
 * count where words stand, to count exactly those parts that are frequent enough by the table, and how the chosen ones
 * are written. Memory is 4 MB, 16 bytes a form and about 200 bytes for each of at most a few ten thousand parts. The
 * order of documents decides nothing.
 */
final class NounPhraseMiner {
    /** The smallest number of times that a noun opens or closes a phrase, as a share of what is usual for a word. */
    private static final double NOUN = 0.2;

    /** As {@link #NOUN}, for a pair of words: names rarely follow an article. */
    private static final double NOUN_PAIR = 0.1;

    private static final double OPENS = 0.25;
    private static final double CLOSES = 0.4;

    /** The smallest share of a phrase's occurrences at the end of a run. */
    private static final double AT_END = 0.3;

    private static final int SCALE = 1 << 16;

    private static final int TABLE_BITS = 21;

    /** The largest number of slots of the table whose parts are counted exactly. */
    private static final int MOST_SLOTS = 1 << 15;

    private final int[] words;
    private final int[] idOfForm;
    private final Lexicon lexicon;
    private final int[] opens;
    private final int[] closes;
    private final long[] expected; // in units of 1 / SCALE: sums of integers do not depend on their order
    private final Map<Long, Pair> pairs = new HashMap<>();

    /** Where a pair of words stands. */
    private static final class Pair {
        private int opens;
        private int closes;
        private long expected;
    }

    private static final class Part {
        private int occurrences;
        private int atEnd;
        private int docFreq;
        private int lastDoc = -1;
    }

    /**
     * @param words the lexicon's term of each vocabulary word
     * @param idOfForm the vocabulary id of each form, -1 for words outside the vocabulary
     * @param lexicon the forms of the corpus
     * @param phrases the pairs of the vocabulary
     */
    NounPhraseMiner(int[] words, int[] idOfForm, Lexicon lexicon, List<PhraseMiner.Phrase> phrases) {
        this.words = words;
        this.idOfForm = idOfForm;
        this.lexicon = lexicon;
        this.opens = new int[lexicon.forms()];
        this.closes = new int[lexicon.forms()];
        this.expected = new long[lexicon.forms()];
        phrases.forEach(phrase -> pairs.put(PairCounts.key(phrase.first(), phrase.second()), new Pair()));
    }

    /**
     * By vocabulary id, whether the word, in the form that is shown, can be a noun: it is one by where it stands, or it
     * only occurs in texts of languages whose introducers are not known. Works after {@link #mine}.
     *
     * @param surfaces the form of each word that is shown
     */
    boolean[] nouns(String[] surfaces) {
        int[] led = new int[surfaces.length];
        int[] ended = new int[surfaces.length];
        double[] usual = new double[surfaces.length];
        for (int form = 0; form < idOfForm.length; form++) {
            int id = idOfForm[form];
            if (id >= 0 && Surfaces.lower(lexicon.surface(form)).equals(Surfaces.lower(surfaces[id]))) {
                led[id] += opens[form];
                ended[id] += closes[form];
                usual[id] += expected(form);
            }
        }
        boolean[] nouns = new boolean[surfaces.length];
        for (int id = 0; id < nouns.length; id++) {
            nouns[id] = Math.max(led[id], ended[id]) >= NOUN * usual[id];
        }
        return nouns;
    }

    /** Whether a pair of the vocabulary can be a noun, by where it stands. Works after {@link #mine}. */
    boolean isNoun(PhraseMiner.Phrase phrase) {
        Pair pair = pairs.get(PairCounts.key(phrase.first(), phrase.second()));
        return Math.max(pair.opens, pair.closes) >= NOUN_PAIR * pair.expected / SCALE;
    }

    /** How often the form would open, or close, a noun phrase if it did so as often as any run is introduced. */
    private double expected(int form) {
        return (double) expected[form] / SCALE;
    }

    private boolean opens(int form) {
        return opens[form] > 0 && opens[form] >= OPENS * expected(form);
    }

    private boolean closes(int form) {
        return closes[form] > 0 && closes[form] >= CLOSES * expected(form);
    }

    /**
     * Finds the noun phrases in at least {@code minDocFreq} documents, highest document frequency first, at most
     * {@code limit}.
     */
    List<NounPhrase> mine(Spill spill, int minDocFreq, int limit) throws IOException {
        short[] table = new short[1 << TABLE_BITS];
        CountRuns counts = new CountRuns(table);
        spill.replay(counts);
        spill.replay(new CountForms(counts));
        int floor = floor(table, minDocFreq);
        Map<IntBuffer, Part> counted = new HashMap<>();
        spill.replay(new Runs(idOfForm) {
            @Override
            void run(int[] ids, int[] forms, int length, boolean introduced) {
                Runs.parts(ids, length, (from, to) -> {
                    if (table[slot(ids, from, to)] >= floor && opens(forms[from]) && closes(forms[to - 1])) {
                        Part part = counted.computeIfAbsent(copy(ids, from, to), key -> new Part());
                        part.occurrences++;
                        part.atEnd += to == length ? 1 : 0;
                        part.docFreq += part.lastDoc == document ? 0 : 1;
                        part.lastDoc = document;
                    }
                });
            }
        });
        List<IntBuffer> chosen = counted.entrySet().stream()
                .filter(e ->
                        e.getValue().docFreq >= minDocFreq && e.getValue().atEnd >= AT_END * e.getValue().occurrences)
                .sorted(Comparator.comparingInt((Map.Entry<IntBuffer, Part> e) -> -e.getValue().docFreq)
                        .thenComparing(Map.Entry::getKey))
                .limit(limit)
                .map(Map.Entry::getKey)
                .toList();
        Map<IntBuffer, String> surfaces = surfaces(spill, chosen);
        Map<Integer, Map<String, Integer>> written = lexicon.written(words);
        List<NounPhrase> phrases = new ArrayList<>(chosen.size());
        for (IntBuffer ids : chosen) {
            phrases.add(new NounPhrase(
                    IntStream.of(ids.array()).boxed().toList(),
                    surfaces.get(ids),
                    counted.get(ids).docFreq,
                    logShare(ids.array(), surfaces.get(ids), written)));
        }
        return phrases;
    }

    /** Counts the runs by language, and all parts of runs in a table. */
    private final class CountRuns extends Runs {
        private final short[] table;
        private final long[] runs = new long[Language.values().length + 1];
        private final long[] introductions = new long[runs.length];

        CountRuns(short[] table) {
            super(idOfForm);
            this.table = table;
        }

        @Override
        void run(int[] ids, int[] forms, int length, boolean introduced) {
            runs[language]++;
            introductions[language] += introduced ? 1 : 0;
            Runs.parts(ids, length, (from, to) -> {
                int slot = slot(ids, from, to);
                if (table[slot] < Short.MAX_VALUE) {
                    table[slot]++;
                }
            });
        }

        /** The share of the runs of a language that are introduced. */
        double share(int number) {
            return (double) introductions[number] / runs[number];
        }
    }

    /** Counts where the forms stand. */
    private final class CountForms extends Runs {
        private final CountRuns counts;

        CountForms(CountRuns counts) {
            super(idOfForm);
            this.counts = counts;
        }

        @Override
        void run(int[] ids, int[] forms, int length, boolean introduced) {
            long usual = Math.round(SCALE * counts.share(language));
            for (int i = 0; i < length; i++) {
                expected[forms[i]] += usual;
            }
            if (introduced) {
                opens[forms[0]]++;
                closes[forms[length - 1]]++;
            }
            for (int i = 1; i < length; i++) {
                Pair pair = ids[i - 1] < 0 || ids[i] < 0 ? null : pairs.get(PairCounts.key(ids[i - 1], ids[i]));
                if (pair != null) {
                    pair.expected += usual;
                    pair.opens += introduced && i == 1 ? 1 : 0;
                    pair.closes += introduced && i == length - 1 ? 1 : 0;
                }
            }
        }
    }

    /** The number in the table from which parts are counted exactly: at least {@code minDocFreq}. */
    private static int floor(short[] table, int minDocFreq) {
        int[] slots = new int[Short.MAX_VALUE + 1];
        for (short count : table) {
            slots[count]++;
        }
        int floor = Short.MAX_VALUE;
        int above = slots[floor];
        while (floor > Math.clamp(minDocFreq, 1, Short.MAX_VALUE) && above + slots[floor - 1] <= MOST_SLOTS) {
            floor--;
            above += slots[floor];
        }
        return floor;
    }

    private Map<IntBuffer, String> surfaces(Spill spill, List<IntBuffer> chosen) throws IOException {
        Map<IntBuffer, Map<IntBuffer, Integer>> written = HashMap.newHashMap(chosen.size());
        chosen.forEach(ids -> written.put(ids, new HashMap<>()));
        spill.replay(new Runs(idOfForm) {
            @Override
            void run(int[] ids, int[] forms, int length, boolean introduced) {
                Runs.parts(ids, length, (from, to) -> {
                    Map<IntBuffer, Integer> ways = written.get(IntBuffer.wrap(ids, from, to - from));
                    if (ways != null && opens(forms[from]) && closes(forms[to - 1])) {
                        ways.merge(copy(forms, from, to), 1, Integer::sum);
                    }
                });
            }
        });
        Map<IntBuffer, String> surfaces = HashMap.newHashMap(chosen.size());
        written.forEach((ids, ways) -> surfaces.put(ids, surface(ways)));
        return surfaces;
    }

    private String surface(Map<IntBuffer, Integer> ways) {
        Map<String, Integer> counts = new HashMap<>();
        ways.forEach((forms, n) -> counts.merge(
                IntStream.of(forms.array())
                        .mapToObj(lexicon::surface)
                        .reduce(Surfaces::join)
                        .orElseThrow(),
                n,
                Integer::sum));
        return Surfaces.plural(counts, Surfaces.choose(counts));
    }

    /** See {@link NounPhrase#logShare}. */
    private float logShare(int[] ids, String surface, Map<Integer, Map<String, Integer>> written) {
        String[] forms = Surfaces.lower(surface).split(" ", -1);
        double sum = 0;
        for (int i = 0; i < forms.length; i++) {
            String singular = forms[i].endsWith("s") ? forms[i].substring(0, forms[i].length() - 1) : forms[i];
            long all = 0;
            long same = 0;
            for (Map.Entry<String, Integer> way : written.get(words[ids[i]]).entrySet()) {
                String form = Surfaces.lower(way.getKey());
                all += way.getValue();
                same += form.equals(singular) || form.equals(singular + "s") ? way.getValue() : 0;
            }
            sum += Math.log(Math.max(1, same) / (double) all);
        }
        return (float) Math.min(0, sum / forms.length);
    }

    private static IntBuffer copy(int[] values, int from, int to) {
        return IntBuffer.wrap(Arrays.copyOfRange(values, from, to));
    }

    private static int slot(int[] ids, int from, int to) {
        long hash = 0;
        for (int i = from; i < to; i++) {
            hash = PairCounts.mix(hash + ids[i]);
        }
        return (int) (hash >>> (64 - TABLE_BITS));
    }
}

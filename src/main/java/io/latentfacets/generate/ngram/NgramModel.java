/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate.ngram;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * An interpolated trigram model of some documents' sentences, with the weights of Witten and Bell (1991): p(w|uv) =
 * (c(uvw) + t(uv) · p(w|v)) / (c(uv) + t(uv)), where t is the number of different words that follow; in the same way
 * p(w|v) from p(w), which is the share of w among all tokens and ends of sentences. Upper and lower case are the same;
 * a word is shown in its most frequent form within sentences. Immutable and thread-safe.
 */
public final class NgramModel {

    /** The end of a sentence. */
    static final int END = 0;
    /** What is before the first token of a sentence. */
    static final int START = 1;

    private static final int FIRST_TOKEN = 2;

    private final List<String> tokens;
    private final Map<Long, Followers> followers;
    private final Followers unigrams;
    private final List<int[]> documents;

    /** What follows a context, and how often; by token, so that the order is always the same. */
    private static final class Followers {
        private final TreeMap<Integer, Integer> counts = new TreeMap<>();
        private int total;

        void add(int token) {
            counts.merge(token, 1, Integer::sum);
            total++;
        }

        double smoothed(int token, double lower) {
            int types = counts.size();
            return (counts.getOrDefault(token, 0) + types * lower) / (total + types);
        }
    }

    private NgramModel(List<String> tokens, Map<Long, Followers> followers, Followers unigrams, List<int[]> documents) {
        this.tokens = tokens;
        this.followers = followers;
        this.unigrams = unigrams;
        this.documents = documents;
    }

    /**
     * Learns from documents.
     *
     * @param documents the tokens of each sentence of each document, as {@link Tokens#of} makes them
     */
    public static NgramModel of(List<List<List<String>>> documents) {
        Map<String, Integer> ids = new HashMap<>();
        List<Map<String, Integer>> forms = new ArrayList<>(List.of(Map.of(), Map.of()));
        Map<Long, Followers> followers = new HashMap<>();
        Followers unigrams = new Followers();
        List<int[]> texts = new ArrayList<>();
        for (List<List<String>> document : documents) {
            List<Integer> words = new ArrayList<>();
            for (List<String> sentence : document) {
                int before = START;
                int last = START;
                for (int i = 0; i <= sentence.size(); i++) {
                    int next = END;
                    if (i < sentence.size()) {
                        String token = sentence.get(i);
                        next = ids.computeIfAbsent(token.toLowerCase(Locale.ROOT), key -> {
                            forms.add(new TreeMap<>());
                            return ids.size() + FIRST_TOKEN;
                        });
                        // the capital at the beginning of a sentence says little
                        forms.get(next).merge(token, i == 0 ? 1 : 100, Integer::sum);
                        if (Tokens.isWord(token)) {
                            words.add(next);
                        }
                    }
                    followers
                            .computeIfAbsent(context(before, last), key -> new Followers())
                            .add(next);
                    followers
                            .computeIfAbsent(context(-1, last), key -> new Followers())
                            .add(next);
                    unigrams.add(next);
                    before = last;
                    last = next;
                }
            }
            texts.add(words.stream().mapToInt(Integer::intValue).toArray());
        }
        List<String> tokens = new ArrayList<>(List.of("", ""));
        for (Map<String, Integer> form : forms.subList(FIRST_TOKEN, forms.size())) {
            tokens.add(form.entrySet().stream()
                    .max(Map.Entry.comparingByValue())
                    .orElseThrow()
                    .getKey());
        }
        return new NgramModel(tokens, followers, unigrams, texts);
    }

    private static long context(int before, int last) {
        return (long) before << Integer.SIZE | last;
    }

    /** The tokens by number, in the form in which they are shown; the first two are no tokens. */
    public List<String> tokens() {
        return tokens;
    }

    /** Whether there is nothing to sample. */
    public boolean isEmpty() {
        return tokens.size() == FIRST_TOKEN;
    }

    /** The number of a token in any case; −1 if no document has it. */
    int id(String token) {
        for (int id = FIRST_TOKEN; id < tokens.size(); id++) {
            if (tokens.get(id).equalsIgnoreCase(token)) {
                return id;
            }
        }
        return -1;
    }

    /** The words of each document, without commas and ends of sentences; nobody writes to them. */
    List<int[]> documents() {
        return documents;
    }

    /** p(w|uv). */
    double probability(int before, int last, int token) {
        double lower = unigrams.total == 0 ? 0 : unigrams.counts.getOrDefault(token, 0) / (double) unigrams.total;
        for (Followers each : contexts(before, last)) {
            lower = each.smoothed(token, lower);
        }
        return lower;
    }

    /** What follows the last token alone, then what follows both; no entry for a context that was never seen. */
    private List<Followers> contexts(int before, int last) {
        List<Followers> known = new ArrayList<>(2);
        for (long context : new long[] {context(-1, last), context(before, last)}) {
            Followers of = followers.get(context);
            if (of != null) {
                known.add(of);
            }
        }
        return known;
    }

    /** The tokens and ends that follow the last token somewhere, ascending. */
    List<Integer> after(int last) {
        Followers of = followers.get(context(-1, last));
        return of == null ? List.of() : List.copyOf(of.counts.keySet());
    }

    /** All tokens and the end of a sentence, ascending. */
    List<Integer> all() {
        return List.copyOf(unigrams.counts.keySet());
    }

    /** The heap that a model of so many characters of text takes at most, in bytes. */
    public static long bytes(long characters) {
        // a token has five characters or more on average with its blank, and makes up to two contexts of 150 bytes each
        return 1024 + 80 * characters;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.util.automaton.CharacterRunAutomaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.RegExp;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;

/**
 * Patterns that exclude words. Each pattern is a Lucene regular expression, as in the {@code regexp} query and in
 * {@code terms} aggregations. A pattern must match the whole word and ignores case. Each pattern is a deterministic
 * automaton, so a match takes time linear in the length of the word. Immutable and thread-safe.
 */
public final class TermPatterns {
    private static final int MAX_PATTERNS = 1000;
    private static final int MAX_LENGTH = 1000;
    private static final int MAX_STATES = 10_000;

    /** The largest number of states of all patterns together: a request may have many, each of them large. */
    private static final int MAX_ALL_STATES = 50_000;

    private final List<String> sources;
    private final List<CharacterRunAutomaton> automata;

    private TermPatterns(List<String> sources, List<CharacterRunAutomaton> automata) {
        this.sources = List.copyOf(sources);
        this.automata = automata;
    }

    /** The patterns as they were given. */
    public List<String> sources() {
        return sources;
    }

    /**
     * Compiles the patterns.
     *
     * @param key the name of the setting, for messages
     * @param patterns the patterns, at most 1000, each of 1 to 1000 characters
     * @throws IllegalArgumentException if there are too many patterns, if all of them together are too large, or if one
     *     of them cannot be used; the message names the key
     */
    public static TermPatterns of(String key, List<String> patterns) {
        if (patterns.size() > MAX_PATTERNS) {
            throw new IllegalArgumentException(
                    "[" + key + "] must have at most " + MAX_PATTERNS + " patterns: " + patterns.size());
        }
        List<RegExp> parsed = new ArrayList<>(patterns.size());
        long all = 0;
        for (String pattern : patterns) {
            RegExp regExp = parse(key, pattern);
            long states = states(regExp);
            if (states > MAX_STATES) {
                throw new IllegalArgumentException("[" + key + "] patterns must have at most " + MAX_STATES
                        + " characters once their repetitions are written out: [" + pattern + "]");
            }
            all += states;
            parsed.add(regExp);
        }
        // before the first automaton is made, because each takes memory
        if (all > MAX_ALL_STATES) {
            throw new IllegalArgumentException("[" + key + "] patterns must have at most " + MAX_ALL_STATES
                    + " characters in all once their repetitions are written out: " + all);
        }
        List<CharacterRunAutomaton> automata = new ArrayList<>(patterns.size());
        for (int i = 0; i < patterns.size(); i++) {
            automata.add(compile(key, patterns.get(i), parsed.get(i)));
        }
        return new TermPatterns(patterns, List.copyOf(automata));
    }

    /**
     * The number of states, about, of the automaton that Lucene makes of an expression before its own limit applies. A
     * repetition copies what it repeats, and repetitions multiply: {@code ((a{99}){99}){99}} has a million.
     */
    private static long states(RegExp regExp) {
        if (regExp == null) {
            return 0;
        }
        long first = states(regExp.exp1);
        long second = states(regExp.exp2);
        long own =
                switch (regExp.kind) {
                    case REGEXP_REPEAT_MIN -> times(first, (long) regExp.min + 1);
                    case REGEXP_REPEAT_MINMAX -> times(first, regExp.max);
                    case REGEXP_INTERSECTION -> times(first, second);
                    default -> first + second;
                };
        long literal = regExp.s == null ? 2 : 2L + regExp.s.length();
        return own + literal;
    }

    private static long times(long states, long factor) {
        return states > 0 && factor > MAX_STATES / states ? MAX_STATES + 1 : states * factor;
    }

    private static RegExp parse(String key, String pattern) {
        if (pattern.isEmpty() || pattern.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "[" + key + "] patterns must have 1 to " + MAX_LENGTH + " characters: " + pattern.length());
        }
        try {
            return new RegExp(pattern.toLowerCase(Locale.ROOT).equals(pattern) ? pattern : fold(pattern));
        } catch (IllegalArgumentException | StackOverflowError e) {
            throw bad(key, pattern, e);
        }
    }

    private static IllegalArgumentException bad(String key, String pattern, Throwable e) {
        return new IllegalArgumentException(
                "[" + key + "] must be a regular expression: [" + pattern + "] (" + e.getMessage() + ")", e);
    }

    private static CharacterRunAutomaton compile(String key, String pattern, RegExp regExp) {
        try {
            return new CharacterRunAutomaton(
                    Operations.determinize(regExp.toAutomaton(), Operations.DEFAULT_DETERMINIZE_WORK_LIMIT));
        } catch (IllegalArgumentException | TooComplexToDeterminizeException e) {
            throw bad(key, pattern, e);
        }
    }

    /** Converts to lower case, except after a backslash, where {@code \D} and {@code \d} mean different things. */
    private static String fold(String pattern) {
        StringBuilder folded = new StringBuilder(pattern.length());
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            folded.append(i > 0 && pattern.charAt(i - 1) == '\\' ? c : Character.toLowerCase(c));
        }
        return folded.toString();
    }

    public boolean isEmpty() {
        return automata.isEmpty();
    }

    /** Whether any pattern matches the whole of {@code term}, or one of its words if it is a phrase. */
    public boolean matchesAny(String term) {
        if (matches(term)) {
            return true;
        }
        for (int from = 0, to = term.indexOf(' '); to >= 0 && !automata.isEmpty(); from = to + 1) {
            to = term.indexOf(' ', from);
            if (matches(term.substring(from, to < 0 ? term.length() : to))) {
                return true;
            }
        }
        return false;
    }

    /** Whether any pattern matches the whole of {@code word}. */
    public boolean matches(String word) {
        if (automata.isEmpty()) {
            return false;
        }
        String lower = word.toLowerCase(Locale.ROOT);
        for (CharacterRunAutomaton automaton : automata) {
            if (automaton.run(lower)) {
                return true;
            }
        }
        return false;
    }
}

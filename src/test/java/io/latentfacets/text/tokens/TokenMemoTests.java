/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import static org.hamcrest.Matchers.both;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.opensearch.test.OpenSearchTestCase;

/** What the memo remembers is right, and hostile tokens cost neither time nor memory. */
public class TokenMemoTests extends OpenSearchTestCase {
    private static final long FACTOR = 0x9e3779b97f4a7c15L;

    /** The crafted words begin in this many places of a table, a power of two. */
    private static final int WINDOW_BITS = 4;

    private static final int WORDS = 4_000;

    public void testRemembersWordsInEveryWriting() {
        for (long seed : new long[] {0, 1, -1, FACTOR, randomLong()}) {
            TokenMemo memo = new TokenMemo(seed);
            List<String> words = new ArrayList<>();
            for (String word : words(new Random(seed), 100)) {
                words.addAll(List.of(word, word.toUpperCase(Locale.ROOT), word + "'s", "é" + word, word + 1));
            }
            int held = 0;
            for (int i = 0; i < words.size(); i++) {
                put(memo, words.get(i), 1, 2 * i + 1);
                put(memo, words.get(i), 2, 2 * i + 2);
            }
            for (int i = 0; i < words.size(); i++) {
                held += check(memo, words.get(i), 1, 2 * i + 1) + check(memo, words.get(i), 2, 2 * i + 2);
            }
            assertThat(held, greaterThan(2 * words.size() * 7 / 10));
        }
    }

    /** A text whose words all begin in a few places of the table, made by somebody who knows its factor. */
    public void testCraftedWordsHaveFewPlaces() {
        List<String> crafted = crafted();
        List<String> ordinary = words(random(), 1_000);
        TokenMemo memo = new TokenMemo(FACTOR);
        growUp(memo);
        long before = memo.bytes();
        putAll(memo, crafted);
        int most = (1 << WINDOW_BITS) + TokenMemo.PROBES - 1;
        assertThat(held(memo, crafted), lessThanOrEqualTo(most));
        assertThat("one table", memo.bytes(), equalTo(before));
        putAll(memo, ordinary);
        assertThat(held(memo, ordinary), greaterThan(ordinary.size() * 95 / 100));
        // words without a place are counted, so that another table comes
        for (int put = 0; put < 1 << TokenMemo.PLACE_BITS; put += crafted.size()) {
            putAll(memo, crafted);
            assertThat(held(memo, crafted), lessThanOrEqualTo(2 * most));
            assertThat(held(memo, ordinary), greaterThan(ordinary.size() * 95 / 100));
        }
        assertThat("two tables", memo.bytes(), both(greaterThan(before)).and(lessThan((long) TokenMemo.MAX_BYTES)));
    }

    public void testCraftedWordsDoNotFitAnotherMemo() {
        List<String> crafted = crafted();
        TokenMemo memo = new TokenMemo();
        growUp(memo);
        putAll(memo, crafted);
        assertThat(held(memo, crafted), greaterThan(WORDS * 95 / 100));
    }

    public void testAFewWordsTakeLittleMemory() {
        TokenMemo memo = new TokenMemo();
        List<String> words = words(random(), 200);
        putAll(memo, words);
        assertThat(held(memo, words), greaterThan(words.size() * 95 / 100));
        assertThat(memo.bytes(), lessThan(16_384L));
    }

    public void testManyWordsTakeNoMoreThanTheBound() {
        TokenMemo memo = new TokenMemo();
        for (int round = 0; round < 10; round++) {
            List<String> words = words(random(), 20_000);
            putAll(memo, words);
            words.forEach(word -> put(memo, word + "'s", 0, 1));
            assertThat(held(memo, words), greaterThan(words.size() * 90 / 100));
            assertThat(memo.bytes(), lessThanOrEqualTo((long) TokenMemo.MAX_BYTES));
        }
    }

    private static void growUp(TokenMemo memo) {
        putAll(memo, words(new Random(1), (1 << TokenMemo.PLACE_BITS) / 16 * 7));
    }

    private static List<String> crafted() {
        Random random = new Random(3);
        List<String> crafted = new ArrayList<>();
        while (crafted.size() < WORDS) {
            char[] word = word(random);
            long key = TokenMemo.key(word, 0, word.length);
            if (TokenMemo.place(key, FACTOR, TokenMemo.PLACE_BITS) >>> WINDOW_BITS == 5) {
                crafted.add(new String(word));
            }
        }
        return crafted;
    }

    private static List<String> words(Random random, int count) {
        Set<String> words = new LinkedHashSet<>();
        while (words.size() < count) {
            words.add(new String(word(random)));
        }
        return new ArrayList<>(words);
    }

    private static char[] word(Random random) {
        char[] word = new char[8];
        for (int i = 0; i < word.length; i++) {
            word[i] = (char) ('a' + random.nextInt(26));
        }
        return word;
    }

    private static void putAll(TokenMemo memo, List<String> words) {
        words.forEach(word -> put(memo, word, 0, value(word)));
    }

    private static int held(TokenMemo memo, List<String> words) {
        return words.stream()
                .mapToInt(word -> check(memo, word, 0, value(word)))
                .sum();
    }

    private static int value(String word) {
        return word.hashCode() | 1;
    }

    private static void put(TokenMemo memo, String word, int kind, int value) {
        char[] chars = word.toCharArray();
        memo.put(chars, 0, chars.length, TokenMemo.key(chars, 0, chars.length), kind, value);
    }

    /** 1 if the memo holds a word, 0 if not. */
    private static int check(TokenMemo memo, String word, int kind, int value) {
        char[] chars = word.toCharArray();
        int found = memo.get(chars, 0, chars.length, TokenMemo.key(chars, 0, chars.length), kind);
        if (found == TokenMemo.NONE) {
            return 0;
        }
        assertEquals(word, value, found);
        return 1;
    }
}

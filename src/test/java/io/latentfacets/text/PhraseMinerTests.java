/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.junit.Test;

public final class PhraseMinerTests {
    @Test
    public void testNpmiKnownAnswers() {
        // Always together: 1. Independent: ln 1 = 0. Twice as often as by chance, in a tenth of all cases: ln 2 / ln
        // 10.
        assertThat(PhraseMiner.npmi(10, 10, 10, 1000), closeTo(1, 1e-12));
        assertThat(PhraseMiner.npmi(10, 100, 100, 1000), closeTo(0, 1e-12));
        assertThat(PhraseMiner.npmi(100, 200, 250, 1000), closeTo(Math.log(2) / Math.log(10), 1e-12));
        assertThat(PhraseMiner.npmi(10, 10, 10, 10), equalTo(1.0));
    }

    @Test
    public void testPairCountsAgreeWithHashMap() {
        Random random = new Random(7);
        PairCounts pairs = new PairCounts();
        Map<Long, Long> counts = new HashMap<>();
        Map<Long, Set<Integer>> docs = new HashMap<>();
        for (int doc = 0; doc < 300; doc++) {
            for (int i = 0; i < 100; i++) {
                int a = (int) Math.abs(random.nextGaussian() * 60);
                int b = random.nextInt(80);
                pairs.add(a, b, doc);
                counts.merge(PairCounts.key(a, b), 1L, Long::sum);
                docs.computeIfAbsent(PairCounts.key(a, b), k -> new HashSet<>()).add(doc);
            }
        }
        assertThat(pairs.size(), equalTo(counts.size()));
        List<Long> seen = new ArrayList<>();
        pairs.forEach((first, second, count, docFreq) -> {
            long key = PairCounts.key(first, second);
            seen.add(key);
            assertThat(count, equalTo(counts.get(key)));
            assertThat(docFreq, equalTo(docs.get(key).size()));
        });
        assertThat(seen, equalTo(counts.keySet().stream().sorted().toList()));
    }

    @Test
    public void testFindsWhatBruteForceFinds() throws IOException {
        int vocabulary = 40;
        Random random = new Random(11);
        long[] counts = new long[vocabulary];
        long words = 0;
        Map<Long, Long> together = new HashMap<>();
        Map<Long, Set<Integer>> docs = new HashMap<>();
        try (ByteBuffersDirectory directory = new ByteBuffersDirectory();
                Spill spill = new Spill(directory)) {
            for (int doc = 0; doc < 400; doc++) {
                spill.field(1, null);
                int previous = -1;
                for (int i = 0; i < 30; i++) {
                    // Every third word leads to a certain other one, most of the time.
                    int word = previous >= 0 && previous % 3 == 0 && random.nextInt(4) > 0
                            ? (previous + 7) % vocabulary
                            : random.nextInt(vocabulary + 5);
                    boolean adjacent = i > 0 && random.nextInt(10) > 0;
                    spill.word(word, adjacent);
                    words++;
                    if (word < vocabulary) {
                        counts[word]++;
                        if (adjacent && previous >= 0 && previous < vocabulary && previous != word) {
                            together.merge(PairCounts.key(previous, word), 1L, Long::sum);
                            docs.computeIfAbsent(PairCounts.key(previous, word), k -> new HashSet<>())
                                    .add(doc);
                        }
                    }
                    previous = word;
                }
                spill.endDocument();
            }
            spill.finish();
            int[] idOfForm = IntStream.range(0, vocabulary + 5)
                    .map(f -> f < vocabulary ? f : -1)
                    .toArray();
            List<PhraseMiner.Phrase> mined = new PhraseMiner(idOfForm, counts, words).mine(spill, 20, 1000);
            Map<Long, Integer> expected = new HashMap<>();
            for (Map.Entry<Long, Set<Integer>> e : docs.entrySet()) {
                int first = (int) (e.getKey() >>> 32);
                int second = e.getKey().intValue();
                double npmi = PhraseMiner.npmi(together.get(e.getKey()), counts[first], counts[second], words);
                if (e.getValue().size() >= 20 && npmi >= PhraseMiner.MIN_NPMI) {
                    expected.put(e.getKey(), e.getValue().size());
                }
            }
            Map<Long, Integer> found = new HashMap<>();
            mined.forEach(p -> found.put(PairCounts.key(p.first(), p.second()), p.docFreq()));
            assertThat(expected.size(), greaterThan(5));
            assertThat(found, equalTo(expected));
            assertThat(new PhraseMiner(idOfForm, counts, words).mine(spill, 20, 3), equalTo(mined.subList(0, 3)));
        }
    }
}

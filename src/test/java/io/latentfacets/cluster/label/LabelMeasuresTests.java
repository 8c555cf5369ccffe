/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import io.latentfacets.text.Bow;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.util.FixedBitSet;
import org.junit.Test;

public class LabelMeasuresTests {

    private static Bow bow(int... ids) {
        float[] ones = new float[ids.length];
        Arrays.fill(ones, 1);
        return new Bow(ids, ones);
    }

    @Test
    public void countsByHand() {
        LabelMeasures.Counts counts = new LabelMeasures.Counts(List.of(new int[] {3, 1}, new int[] {1, 7, 3}));
        counts.add(bow(1, 3));
        counts.add(bow(1, 2, 7));
        counts.add(bow(2));
        counts.add(Bow.EMPTY);
        assertEquals(4, counts.documents());
        assertEquals(2, counts.documents(1));
        assertEquals(1, counts.documents(3));
        assertEquals("words of no list are not counted", 0, counts.documents(2));
        assertEquals(1, counts.documents(1, 3));
        assertEquals(1, counts.documents(3, 1));
        assertEquals(1, counts.documents(7, 1));
        assertEquals(0, counts.documents(7, 3));
        assertThrows(IllegalArgumentException.class, () -> counts.documents(2, 1));
    }

    /** Compares the counts with plain bit sets: one bit per document and word. */
    @Test
    public void countsEqualThoseOfBitSets() {
        Random random = new Random(11);
        for (int round = 0; round < 50; round++) {
            int words = 2 + random.nextInt(40);
            int documents = 1 + random.nextInt(200);
            List<int[]> topics = new ArrayList<>();
            for (int t = random.nextInt(8); t >= 0; t--) {
                topics.add(random.ints(0, words)
                        .distinct()
                        .limit(random.nextInt(1 + Math.min(words, LabelMeasures.TOP_TERMS)))
                        .toArray());
            }
            LabelMeasures.Counts counts = new LabelMeasures.Counts(topics);
            FixedBitSet[] occurs = new FixedBitSet[words];
            Arrays.setAll(occurs, word -> new FixedBitSet(documents));
            for (int d = 0; d < documents; d++) {
                int[] ids = IntStream.range(0, words)
                        .filter(word -> random.nextInt(3) == 0)
                        .toArray();
                counts.add(bow(ids));
                for (int id : ids) {
                    occurs[id].set(d);
                }
            }
            assertEquals(documents, counts.documents());
            for (int[] topic : topics) {
                for (int a = 0; a < topic.length; a++) {
                    assertEquals(occurs[topic[a]].cardinality(), counts.documents(topic[a]));
                    for (int b = 0; b < a; b++) {
                        assertEquals(
                                FixedBitSet.intersectionCount(occurs[topic[a]], occurs[topic[b]]),
                                counts.documents(topic[a], topic[b]));
                    }
                }
            }
        }
    }
}

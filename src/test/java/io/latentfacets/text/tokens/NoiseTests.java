/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.util.Random;
import org.opensearch.test.OpenSearchTestCase;

/** Texts with many addresses take no more memory than others, and are read the same. */
public class NoiseTests extends OpenSearchTestCase {
    private static final int REPEATS = 3 * Noise.MOST;

    /** The answers for a text of many equal parts are those for a few parts. */
    public void testManyStretchesTakeBoundedMemory() {
        for (String part : new String[] {
            "a@b ", "a@b<", "word ab@cd.ef, http://a.b/c?d=e and article <1@x.y> prose ", "<x@y>z@w,", "://< ", "@ a ",
        }) {
            String few = part.repeat(40);
            Noise whole = Noise.of(few);
            Noise noise = Noise.of(part.repeat(REPEATS));
            int middle = part.length() * 20;
            for (int repeat = 40; repeat < REPEATS - 40; repeat += 61) {
                int shift = repeat * part.length() - middle;
                for (int at = 0; at < part.length(); at++) {
                    int position = middle + at;
                    boolean expected = whole.covers(position, position + 2);
                    assertThat(part + repeat, noise.covers(position + shift, position + shift + 2), equalTo(expected));
                }
            }
            assertThat(noise.ramBytes(), lessThanOrEqualTo(8L * Noise.MOST));
        }
    }

    public void testGoingBackGivesTheSame() {
        String part = "word ab@cd.ef, <x@y>z@w ";
        Noise noise = Noise.of(part.repeat(REPEATS));
        Random random = random();
        for (int i = 0; i < 50; i++) {
            int start = random.nextInt(REPEATS) * part.length();
            assertFalse(noise.covers(start, start + 4));
            assertTrue(noise.covers(start + 5, start + 7));
            assertTrue(noise.covers(start + 16, start + 18));
        }
        assertFalse(noise.isEmpty());
    }
}

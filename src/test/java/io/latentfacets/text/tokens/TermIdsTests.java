/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text.tokens;

import static org.hamcrest.Matchers.equalTo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.opensearch.test.OpenSearchTestCase;

/** Finds what a map finds. */
public class TermIdsTests extends OpenSearchTestCase {
    public void testFindsWhatAMapFinds() {
        Random random = random();
        for (int size : new int[] {0, 1, 2, 3, 4, 5, 63, 64, 65, 5_000}) {
            List<String> terms = new ArrayList<>();
            Map<String, Integer> map = new HashMap<>();
            for (int i = 0; i < size; i++) {
                String term = term(random);
                map.putIfAbsent(term, i);
                terms.add(term);
            }
            TermIds ids = new TermIds(terms);
            terms.forEach(term -> assertThat(term, ids.get(term), equalTo(map.get(term))));
            for (int i = 0; i < 5_000; i++) {
                String term = term(random);
                int id = map.getOrDefault(term, -1);
                assertThat(term, ids.get(term), equalTo(id));
                assertThat(term, ids.get((term + "x").toCharArray(), term.length()), equalTo(id));
            }
            assertThat(ids.get(""), equalTo(map.getOrDefault("", -1)));
        }
    }

    private static String term(Random random) {
        StringBuilder term = new StringBuilder();
        for (int length = random.nextInt(5); length > 0; length--) {
            term.append("abcdeé\u4e00 ".charAt(random.nextInt(8)));
        }
        return term.toString();
    }
}

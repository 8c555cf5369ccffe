/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.util.Map;
import java.util.TreeMap;
import org.opensearch.test.OpenSearchTestCase;

/** Bags of long documents: the sums are those of the order of occurrence, and memory follows the different words. */
public class BagBuilderTests extends OpenSearchTestCase {
    public void testLongDocuments() {
        for (int different : new int[] {3, 1000, BagBuilder.MANY, 3 * BagBuilder.MANY}) {
            BagBuilder bag = new BagBuilder(null);
            for (int words : new int[] {10, BagBuilder.MANY - 1, BagBuilder.MANY, BagBuilder.MANY + 1, 300_000}) {
                Map<Integer, Float> expected = new TreeMap<>();
                for (int i = 0; i < words; i++) {
                    float weight = random().nextFloat() + 0.01f;
                    int id = random().nextInt(different);
                    bag.field(weight);
                    bag.add(id);
                    expected.merge(id, weight, Float::sum);
                }
                Bow built = bag.build();
                assertThat(built.size(), equalTo(expected.size()));
                int i = 0;
                for (Map.Entry<Integer, Float> each : expected.entrySet()) {
                    assertThat(built.id(i), equalTo(each.getKey()));
                    assertThat(built.count(i++), equalTo(each.getValue()));
                }
                assertThat(bag.bytes(), lessThanOrEqualTo(12L * Math.max(BagBuilder.MANY, 4 * different)));
            }
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field.column;

import org.apache.lucene.tests.util.LuceneTestCase;

public class PlacesTests extends LuceneTestCase {

    public void testKeepsBothAxes() {
        for (int i = 0; i < 1000; i++) {
            float x = random().nextFloat() * 2 - 1;
            float y = random().nextFloat() * 2 - 1;
            int place = Places.of(x, y);
            assertNotEquals(Places.NONE, place);
            assertEquals(x, Places.middle(Places.x(place)), 1.0 / Places.STEPS + 1e-7);
            assertEquals(y, Places.middle(Places.y(place)), 1.0 / Places.STEPS + 1e-7);
        }
        assertEquals(Places.STEPS - 1, Places.x(Places.of(1f, -1f)));
        assertEquals(0, Places.y(Places.of(1f, -1f)));
    }

    /** What somebody copies from a response, with the rounding of a float, still lies on the same side. */
    public void testAnEdgeIsHalfAStepFromEveryPlace() {
        for (int i = 0; i < 1000; i++) {
            int step = random().nextInt(Places.STEPS);
            assertEquals(step, Places.edgeAt(Places.edge(step)));
            assertEquals(step, Places.edgeAt((float) Places.edge(step)));
            assertEquals(.5, (Places.middle(step) - Places.edge(step)) * Places.STEPS / 2, 1e-6);
            assertEquals(step, Places.step(Places.middle(step)));
        }
    }
}

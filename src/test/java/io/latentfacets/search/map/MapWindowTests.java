/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.field.column.Places;
import java.util.Map;
import org.opensearch.test.OpenSearchTestCase;

public class MapWindowTests extends OpenSearchTestCase {

    private static MapWindow randomWindow() {
        double x = randomDoubleBetween(-1.2, .9, true);
        double y = randomDoubleBetween(-1.2, .9, true);
        double side = Math.pow(10, randomDoubleBetween(-4, .3, true));
        Bounds bounds = new Bounds(new Span(x, x + side), new Span(y, y + side / randomIntBetween(1, 4)));
        return MapWindow.of(bounds, randomIntBetween(1, 256), 0);
    }

    private static int place() {
        return Places.of(randomIntBetween(0, Places.STEPS - 1), randomIntBetween(0, Places.STEPS - 1));
    }

    /** Powers of two up to 256 divide the map without a rest. */
    public void testGridsOfTheWholeMap() {
        for (int grid = 1; grid <= 256; grid *= 2) {
            MapWindow window = MapWindow.of(Bounds.ALL, grid, 0);
            assertEquals((long) grid * grid, window.cells());
            assertEquals(Bounds.ALL, window.bounds());
            assertEquals(2.0 / grid, window.width(), 1e-12);
        }
    }

    public void testCellsOfAGivenSide() {
        MapWindow window = MapWindow.of(Bounds.ALL, 64, .5);
        assertEquals(4, window.columns());
        assertEquals(4, window.rows());
        assertEquals(0, window.cell(0));
        assertEquals(15, window.cell(Places.of(Places.STEPS - 1, Places.STEPS - 1)));
        assertEquals(-.75, window.middleX(0), 1e-12);
        assertEquals(.75, window.middleY(15), 1e-12);
        assertEquals("3/2", window.key(11));
    }

    public void testThereIsNothingBelowASteps() {
        Bounds tiny = new Bounds(new Span(.1, .1 + 10 * 2.0 / Places.STEPS), new Span(0, 1e-9));
        MapWindow window = MapWindow.of(tiny, 64, 0);
        assertEquals(10, window.columns());
        assertEquals(1, window.rows());
        assertEquals(1, window.wide());
    }

    /** The promise to a client: what a filter with a cell's edges finds is what the cell counts. */
    public void testACellIsTheRegionWithItsEdges() {
        for (int round = 0; round < 200; round++) {
            MapWindow window = randomWindow();
            for (int i = 0; i < 200; i++) {
                int place = place();
                int cell = window.cell(place);
                boolean inside = Region.rectangle(window.bounds()).contains(place);
                assertEquals(inside, cell != MapWindow.OUTSIDE);
                int other = inside && randomBoolean() ? cell : randomIntBetween(0, window.cells() - 1);
                // a client may keep no more digits than a float has
                boolean rounded = randomBoolean();
                double x = window.middleX(other);
                double y = window.middleY(other);
                Span across = span(x, window.width(), rounded);
                Span up = span(y, window.height(), rounded);
                assertEquals(
                        other == cell, Region.rectangle(new Bounds(across, up)).contains(place));
                Region polygon = Region.polygon(new double[] {
                    across.from(), up.from(), across.to(), up.from(), across.to(), up.to(), across.from(), up.to()
                });
                assertEquals(other == cell, polygon.contains(place));
            }
        }
    }

    private static Span span(double middle, double extent, boolean rounded) {
        double from = middle - extent / 2;
        double to = middle + extent / 2;
        return rounded ? new Span((float) from, (float) to) : new Span(from, to);
    }

    public void testAConcavePolygon() {
        // a U: the notch in the middle is open at the top
        Region region =
                Region.polygon(new double[] {-.5, -.5, .5, -.5, .5, .5, .2, .5, .2, 0, -.2, 0, -.2, .5, -.5, .5});
        Map<double[], Boolean> points = Map.of(
                new double[] {0, -.3}, true,
                new double[] {0, .3}, false,
                new double[] {-.3, .3}, true,
                new double[] {.3, .3}, true,
                new double[] {.6, 0}, false);
        points.forEach((point, within) -> assertEquals(
                (boolean) within, region.contains(Places.of(Places.step(point[0]), Places.step(point[1])))));
        assertFalse(region.contains(Places.NONE));
    }
}

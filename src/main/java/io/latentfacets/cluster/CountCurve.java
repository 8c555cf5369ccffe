/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The scores from which a number of clusters was decided, ascending by count; empty when the number was given.
 *
 * @param points what was tried, ascending by count
 * @param chosen the count that was decided on, 0 when the number was given
 */
public record CountCurve(List<Point> points, int chosen) {
    /** The number was given: nothing was tried. */
    public static final CountCurve NONE = new CountCurve(List.of(), 0);

    /**
     * @param count a number of clusters that was tried
     * @param score how well the points fall into that many clusters; only comparable within one curve
     */
    public record Point(int count, double score) {}

    public CountCurve {
        points = List.copyOf(points);
    }

    /**
     * The other counts, best score first. The score alone decides the order; see
     * {@link io.latentfacets.cluster.fit.CountChooser} for what else counts.
     */
    public List<Integer> runnersUp() {
        return points.stream()
                .filter(p -> p.count() != chosen)
                .sorted(Comparator.comparingDouble(Point::score).reversed())
                .map(Point::count)
                .toList();
    }

    void writeTo(DataOutput out) throws IOException {
        out.writeInt(chosen);
        out.writeInt(points.size());
        for (Point p : points) {
            out.writeInt(p.count());
            out.writeDouble(p.score());
        }
    }

    static CountCurve readFrom(DataInput in) throws IOException {
        int chosen = in.readInt();
        int size = Wire.readSize(in, 1 << 16, "curve points");
        List<Point> points = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            points.add(new Point(in.readInt(), in.readDouble()));
        }
        return new CountCurve(points, chosen);
    }
}

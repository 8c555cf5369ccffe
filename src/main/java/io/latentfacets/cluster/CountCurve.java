/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The scores by which a number of clusters was chosen.
 *
 * @param points the counts that were tried, ascending; empty if the definition sets the count
 * @param chosen the count that was chosen, 0 if the definition sets the count
 */
public record CountCurve(List<Point> points, int chosen) {
    /** The curve of a definition that sets the count. */
    public static final CountCurve NONE = new CountCurve(List.of(), 0);

    /**
     * @param count the number of clusters
     * @param score how well that many clusters suit the documents; higher is better, comparable within one curve only
     */
    public record Point(int count, double score) {}

    public CountCurve {
        points = List.copyOf(points);
    }

    /**
     * The other counts, best score first. Only the score decides this order; the chosen count is in the middle of those
     * that score well ({@link io.latentfacets.cluster.fit.CountChooser}), and may itself have a lower score.
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

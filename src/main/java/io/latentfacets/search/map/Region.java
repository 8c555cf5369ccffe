/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.field.column.Places;
import io.latentfacets.strict.StrictMap;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/** A part of the map: a rectangle, or a polygon. Immutable. */
final class Region implements Writeable, ToXContentFragment {
    static final String POLYGON = "polygon";
    private static final int MIN_CORNERS = 3;
    static final int MAX_CORNERS = 1000;

    /** The rectangle, or the one around the polygon. */
    private final Bounds bounds;
    /** The coordinates of the corners, x and y in turn; null for a rectangle. */
    private final double[] corners;

    private final int left;
    private final int right;
    private final int bottom;
    private final int top;

    private Region(Bounds bounds, double[] corners) {
        this.bounds = bounds;
        this.corners = corners;
        this.left = bounds.x().firstStep();
        this.right = bounds.x().stepBehind();
        this.bottom = bounds.y().firstStep();
        this.top = bounds.y().stepBehind();
    }

    static Region rectangle(Bounds bounds) {
        return new Region(bounds, null);
    }

    /** @param corners the coordinates of at least three corners, x and y in turn; the last joins the first */
    static Region polygon(double[] corners) {
        return new Region(new Bounds(span(corners, 0), span(corners, 1)), corners);
    }

    private static Span span(double[] corners, int axis) {
        double from = corners[axis];
        double to = corners[axis];
        for (int i = axis; i < corners.length; i += 2) {
            from = Math.min(from, corners[i]);
            to = Math.max(to, corners[i]);
        }
        return new Span(from, to);
    }

    static Region read(StreamInput in) throws IOException {
        return in.readBoolean() ? polygon(in.readDoubleArray()) : rectangle(Bounds.read(in));
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeBoolean(corners != null);
        if (corners != null) {
            out.writeDoubleArray(corners);
        } else {
            bounds.writeTo(out);
        }
    }

    /** Reads {@code "x"} and {@code "y"}, or {@code "polygon"}, and leaves other keys to the caller. */
    static Region parse(StrictMap body) {
        if (!body.has(POLYGON)) {
            if (!body.has(Bounds.X) && !body.has(Bounds.Y)) {
                throw body.failure(
                        body.name(Bounds.X) + " and " + body.name(Bounds.Y) + ", or " + body.name(POLYGON)
                                + ", are required",
                        null);
            }
            return rectangle(new Bounds(Span.parse(body, Bounds.X), Span.parse(body, Bounds.Y)));
        }
        for (String key : List.of(Bounds.X, Bounds.Y)) {
            if (body.has(key)) {
                throw body.failure(
                        body.name(key) + " and " + body.name(POLYGON) + " exclude each other: give one of them", null);
            }
        }
        return polygon(corners(body));
    }

    private static double[] corners(StrictMap body) {
        String must = "a list of " + MIN_CORNERS + " to " + MAX_CORNERS + " corners [x, y], numbers from -"
                + (int) Span.FURTHEST + " to " + (int) Span.FURTHEST;
        if (!(body.value(POLYGON) instanceof List<?> listed)
                || listed.size() < MIN_CORNERS
                || listed.size() > MAX_CORNERS) {
            throw body.bad(POLYGON, must, body.value(POLYGON));
        }
        double[] corners = new double[2 * listed.size()];
        for (int i = 0; i < listed.size(); i++) {
            if (!(listed.get(i) instanceof List<?> corner)
                    || corner.size() != 2
                    || !(corner.get(0) instanceof Number x)
                    || !(corner.get(1) instanceof Number y)
                    || !(Math.abs(x.doubleValue()) <= Span.FURTHEST)
                    || !(Math.abs(y.doubleValue()) <= Span.FURTHEST)) {
                throw body.bad(POLYGON, must, listed.get(i));
            }
            corners[2 * i] = x.doubleValue();
            corners[2 * i + 1] = y.doubleValue();
        }
        return corners;
    }

    /** Whether a place lies in the region. */
    boolean contains(int place) {
        if (place == Places.NONE) {
            return false;
        }
        int x = Places.x(place);
        int y = Places.y(place);
        return x >= left && x < right && y >= bottom && y < top && (corners == null || isWithin(x, y));
    }

    /** Whether a ray from a place to the right crosses the polygon's border an odd number of times. */
    private boolean isWithin(int xStep, int yStep) {
        double x = Places.middle(xStep);
        double y = Places.middle(yStep);
        boolean within = false;
        for (int i = 0, j = corners.length - 2; i < corners.length; j = i, i += 2) {
            double fromY = corners[j + 1];
            double toY = corners[i + 1];
            if (fromY > y != toY > y && x < corners[j] + (y - fromY) / (toY - fromY) * (corners[i] - corners[j])) {
                within = !within;
            }
        }
        return within;
    }

    /** The number of corners of the polygon; 0 for a rectangle. */
    int corners() {
        return corners == null ? 0 : corners.length / 2;
    }

    /** Writes the keys of the region into the open object. */
    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        if (corners == null) {
            return bounds.toXContent(builder, params);
        }
        List<List<Double>> listed = new ArrayList<>();
        for (int i = 0; i < corners.length; i += 2) {
            listed.add(List.of(corners[i], corners[i + 1]));
        }
        return builder.field(POLYGON, listed);
    }

    @Override
    public String toString() {
        return corners == null
                ? "x " + bounds.x().shown() + ", y " + bounds.y().shown()
                : "polygon " + Arrays.toString(corners);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Region that && bounds.equals(that.bounds) && Arrays.equals(corners, that.corners);
    }

    @Override
    public int hashCode() {
        return 31 * bounds.hashCode() + Arrays.hashCode(corners);
    }
}

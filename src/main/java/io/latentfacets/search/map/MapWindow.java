/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.field.column.Places;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;

/**
 * The cells of a part of the map. Their edges lie between whole steps of {@link Places}, so a region filter with the
 * edges of a cell, rounded or not, finds the documents of the cell. Cells are numbered by rows, from the lowest x and y
 * on. Immutable.
 *
 * @param x the first step of the first column
 * @param y the first step of the first row
 * @param wide the number of steps across a cell
 * @param high the number of steps up a cell
 */
record MapWindow(int x, int y, int wide, int high, int columns, int rows) implements Writeable {
    /** Not a cell: the place lies outside. */
    static final int OUTSIDE = -1;

    /**
     * @param grid the number of cells along each axis
     * @param cell the side of a cell; 0 if {@code grid} decides
     */
    static MapWindow of(Bounds bounds, int grid, double cell) {
        int x = bounds.x().firstStep();
        int y = bounds.y().firstStep();
        int across = Math.max(1, bounds.x().stepBehind() - x);
        int up = Math.max(1, bounds.y().stepBehind() - y);
        int side = (int) Math.max(1, Math.round(cell * Places.STEPS / 2));
        int wide = cell > 0 ? side : Math.ceilDiv(across, grid);
        int high = cell > 0 ? side : Math.ceilDiv(up, grid);
        return new MapWindow(x, y, wide, high, Math.ceilDiv(across, wide), Math.ceilDiv(up, high));
    }

    static MapWindow read(StreamInput in) throws IOException {
        return new MapWindow(in.readInt(), in.readInt(), in.readVInt(), in.readVInt(), in.readVInt(), in.readVInt());
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        out.writeInt(x);
        out.writeInt(y);
        out.writeVInt(wide);
        out.writeVInt(high);
        out.writeVInt(columns);
        out.writeVInt(rows);
    }

    /** The number of cells. */
    int cells() {
        return columns * rows;
    }

    /** Returns the cell of a place; {@link #OUTSIDE} if it lies in none. */
    int cell(int place) {
        int across = Places.x(place) - x;
        int up = Places.y(place) - y;
        if (across < 0 || up < 0) {
            return OUTSIDE;
        }
        int column = across / wide;
        int row = up / high;
        return column < columns && row < rows ? row * columns + column : OUTSIDE;
    }

    /** The rectangle that all cells cover. */
    Bounds bounds() {
        return new Bounds(
                new Span(Places.edge(x), Places.edge(x + (long) columns * wide)),
                new Span(Places.edge(y), Places.edge(y + (long) rows * high)));
    }

    /** The x of the middle of a cell. */
    double middleX(int cell) {
        int column = cell % columns;
        return Places.edge(x) + (column + .5) * width();
    }

    /** The y of the middle of a cell. */
    double middleY(int cell) {
        int row = cell / columns;
        return Places.edge(y) + (row + .5) * height();
    }

    /** The extent of a cell along x. */
    double width() {
        return 2.0 * wide / Places.STEPS;
    }

    /** The extent of a cell along y. */
    double height() {
        return 2.0 * high / Places.STEPS;
    }

    /** Returns the name of a cell: its column and row. */
    String key(int cell) {
        return cell % columns + "/" + cell / columns;
    }
}

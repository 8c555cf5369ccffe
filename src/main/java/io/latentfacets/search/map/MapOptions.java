/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.map;

import io.latentfacets.strict.Option;
import io.latentfacets.strict.OptionGroup;
import io.latentfacets.strict.OptionType;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.wire.FrameInput;
import io.latentfacets.wire.FrameOutput;
import java.io.IOException;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.common.io.stream.Writeable;
import org.opensearch.core.xcontent.ToXContentFragment;
import org.opensearch.core.xcontent.XContentBuilder;

/**
 * The options of the aggregation {@code latent_map}. Immutable.
 *
 * @param grid the number of cells along each axis of the bounds, 1 to {@value #MAX_GRID}; not used if {@code cell} is
 *     given
 * @param cell the side of a cell; 0 if {@code grid} decides
 * @param bounds the part of the map to divide into cells
 * @param size the largest number of returned cells, 1 to {@value #MAX_CELLS}
 */
record MapOptions(int grid, double cell, Bounds bounds, int size) implements Writeable, ToXContentFragment {
    static final int MAX_GRID = 256;
    static final int MAX_CELLS = MAX_GRID * MAX_GRID;

    static final MapOptions DEFAULTS = new MapOptions(64, 0, Bounds.ALL, MAX_CELLS);

    private static final Option<MapOptions, Integer> GRID = new Option<>(
            "grid",
            OptionType.integer(1, MAX_GRID),
            MapOptions::grid,
            "cells along each axis of the bounds. A cell has at least the size of a step, 1/65,280 of the map");
    private static final Option<MapOptions, Double> CELL = new Option<>(
            "cell",
            OptionType.number("above 0, to 2"),
            MapOptions::cell,
            "none",
            "in place of `grid`: the side of a cell, rounded to whole steps; the bounds may have " + MAX_GRID
                    + " cells along an axis");
    private static final Option<MapOptions, Bounds> BOUNDS = new Option<>(
            "bounds",
            Bounds.TYPE,
            MapOptions::bounds,
            "the whole map, −1 to 1",
            "the part of the map to divide, widened to whole cells. Documents outside are counted in"
                    + " `outside_doc_count`");
    private static final Option<MapOptions, Integer> SIZE = new Option<>(
            "size",
            OptionType.integer(1, MAX_CELLS),
            MapOptions::size,
            "every cell",
            "cells with the most documents; documents of other cells are counted in `sum_other_doc_count`");

    static final OptionGroup<MapOptions> OPTIONS = new OptionGroup<>(DEFAULTS, GRID, CELL, BOUNDS, SIZE);

    private MapOptions(OptionGroup.Values<MapOptions> values) {
        this(values.get(GRID), values.get(CELL), values.get(BOUNDS), values.get(SIZE));
    }

    static MapOptions read(StreamInput in) throws IOException {
        try (FrameInput frame = FrameInput.open(in)) {
            return new MapOptions(OPTIONS.read(frame));
        }
    }

    @Override
    public void writeTo(StreamOutput out) throws IOException {
        try (FrameOutput frame = new FrameOutput(out)) {
            OPTIONS.write(frame, this);
        }
    }

    /** Reads the options and leaves other keys to the caller. */
    static MapOptions parse(StrictMap body) {
        if (body.has(GRID.key()) && body.has(CELL.key())) {
            throw body.failure(
                    body.name(GRID.key()) + " and " + body.name(CELL.key()) + " exclude each other: give one of them",
                    null);
        }
        if (body.has(CELL.key())) {
            double cell = body.number(CELL.key(), 0);
            if (!(cell > 0 && cell <= 2)) {
                throw body.bad(CELL.key(), "a number above 0, to 2", body.value(CELL.key()));
            }
        }
        MapOptions options = new MapOptions(OPTIONS.parse(body));
        MapWindow window = options.window();
        if (Math.max(window.columns(), window.rows()) > MAX_GRID) {
            throw body.bad(
                    CELL.key(),
                    "at least 1/" + MAX_GRID + " of each side of [" + BOUNDS.key() + "], which have ["
                            + window.columns() + "] by [" + window.rows() + "] cells otherwise",
                    body.value(CELL.key()));
        }
        return options;
    }

    /** The cells. */
    MapWindow window() {
        return MapWindow.of(bounds, grid, cell);
    }

    @Override
    public XContentBuilder toXContent(XContentBuilder builder, Params params) throws IOException {
        return OPTIONS.show(builder, this, option -> !option.equals(cell > 0 ? GRID : CELL));
    }
}

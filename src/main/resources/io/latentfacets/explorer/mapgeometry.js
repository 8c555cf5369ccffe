/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Geometry of the map. The world is [-1, 1] × [-1, 1] with y up; the screen has pixels with y down. A camera is
 * `{x, y, scale}`: the world's point in the middle of the screen, and pixels per unit. All functions are pure.
 */

/** The camera that shows the whole world on a screen of this size. */
export const wholeWorld = (width, height) => ({ x: 0, y: 0, scale: Math.min(width, height) / 2 });

export const toScreen = (camera, width, height, x, y) => [width / 2 + (x - camera.x) * camera.scale, height / 2 - (y - camera.y) * camera.scale];

export const toWorld = (camera, width, height, px, py) => [camera.x + (px - width / 2) / camera.scale, camera.y - (py - height / 2) / camera.scale];

/** d3-zoom's transform of a screen → the camera. At its identity the camera shows the whole world. */
export function cameraOf(transform, width, height) {
  const scale = (Math.min(width, height) / 2) * transform.k;
  return { scale, x: (width / 2 - transform.x - (width / 2) * transform.k) / scale, y: -(height / 2 - transform.y - (height / 2) * transform.k) / scale };
}

/** The other way round. */
export function transformOf(camera, width, height) {
  const k = camera.scale / (Math.min(width, height) / 2);
  return { k, x: width / 2 - (width / 2) * k - camera.x * camera.scale, y: height / 2 - (height / 2) * k + camera.y * camera.scale };
}

/** The part of the world that the screen shows, as a square within the world, so that cells are square. */
export function windowOf(camera, width, height) {
  const side = Math.min(2, Math.max(width, height) / camera.scale);
  const range = (middle) => {
    const low = Math.min(1 - side, Math.max(-1, middle - side / 2));
    return [round(low), round(Math.min(1, low + side))];
  };
  return { x: range(camera.x), y: range(camera.y) };
}

/**
 * How many cells an axis: of about `pixels` each, a multiple of 16. At most 176: two such grids stay below the 65,535
 * buckets that a search may return.
 */
export function gridOf(bounds, camera, pixels = 6) {
  const cells = ((bounds.x[1] - bounds.x[0]) * camera.scale) / pixels;
  return Math.min(176, Math.max(32, Math.round(cells / 16) * 16));
}

export const round = (value) => Math.round(value * 1e5) / 1e5;

/** The rectangle between two points of the world, as latent_region takes it. */
export const rectangle = ([ax, ay], [bx, by]) => ({
  x: [round(Math.min(ax, bx)), round(Math.max(ax, bx))], y: [round(Math.min(ay, by)), round(Math.max(ay, by))],
});

/** A drawn line with fewer corners: none nearer than `tolerance` to the line between its neighbours, at most `most`. */
export function simplify(points, tolerance, most = 100) {
  const keep = new Set([0, points.length - 1]);
  const walk = (from, to) => {
    let farthest = -1;
    let distance = tolerance;
    for (let i = from + 1; i < to; i++) {
      const d = fromLine(points[i], points[from], points[to]);
      if (d > distance) {
        [farthest, distance] = [i, d];
      }
    }
    if (farthest > 0) {
      keep.add(farthest);
      walk(from, farthest);
      walk(farthest, to);
    }
  };
  walk(0, points.length - 1);
  const simple = [...keep].sort((a, b) => a - b).map((i) => points[i]);
  return simple.length > most ? simplify(points, tolerance * 1.5, most) : simple;
}

function fromLine([x, y], [ax, ay], [bx, by]) {
  const length = Math.hypot(bx - ax, by - ay);
  return length === 0 ? Math.hypot(x - ax, y - ay) : Math.abs((by - ay) * x - (bx - ax) * y + bx * ay - by * ax) / length;
}

/**
 * Places labels, the biggest first: each where it overlaps none before it and lies within the screen; others are left
 * out. A label may give way upwards or downwards by one line.
 *
 * @param labels `{px, py, width, height, weight}`: the wanted middle on the screen
 * @return those with a place, each with `left` and `top`
 */
export function placeLabels(labels, width, height, gap = 4) {
  const placed = [];
  const free = (box) => box.left >= 0 && box.top >= 0 && box.left + box.width <= width && box.top + box.height <= height
    && placed.every((other) => box.left + box.width + gap <= other.left || other.left + other.width + gap <= box.left
      || box.top + box.height + gap <= other.top || other.top + other.height + gap <= box.top);
  for (const label of [...labels].sort((a, b) => b.weight - a.weight)) {
    if (label.px < -label.width / 2 || label.px > width + label.width / 2 || label.py < 0 || label.py > height) {
      continue;
    }
    const left = Math.min(Math.max(0, label.px - label.width / 2), width - label.width);
    for (const shift of [0, -1, 1]) {
      const box = { ...label, left, top: label.py - label.height / 2 + shift * (label.height + gap) };
      if (free(box)) {
        placed.push(box);
        break;
      }
    }
  }
  return placed;
}

/** The cell at a point of the world, or undefined. */
export function cellAt(map, [x, y]) {
  if (!map.index) {
    const index = new Map(map.cells.map((cell) => [cellKey(map, cell.x, cell.y), cell]));
    Object.defineProperty(map, 'index', { value: index });
  }
  return map.index.get(cellKey(map, x, y));
}

const cellKey = (map, x, y) => `${Math.floor((x - map.bounds.x[0]) / map.cell.x)},${Math.floor((y - map.bounds.y[0]) / map.cell.y)}`;

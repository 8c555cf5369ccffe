/* SPDX-License-Identifier: Apache-2.0 */
/** The canvas of the map: draws grids and labels, and turns gestures into a camera, a hovered cell and regions. */
import { cameraOf, cellAt, placeLabels, rectangle, simplify, toScreen, toWorld, transformOf, wholeWorld } from './mapgeometry.js';
import { Pixels, rgbOf } from './pixels.js';
import { color } from './ui.js';

const { d3 } = globalThis;
const MOST_ZOOM = 64;
/** Milliseconds without a gesture before the server counts the new window. */
const REST = 180;
/** Of a cell whose documents are in no cluster. */
const NO_COLOR = '#888888';

const mostOf = (map) => map.cells.reduce((most, cell) => Math.max(most, cell.doc_count), 1);

export class MapCanvas {
  /**
   * @param canvas the element, which is this object's alone
   * @param events functions `moved(camera)` after a gesture has come to rest, `hovered(cell, px, py)`, cell may be
   *     undefined, `selected(region)` with what latent_region takes
   */
  constructor(canvas, events) {
    this.canvas = canvas;
    this.context = canvas.getContext('2d');
    this.events = events;
    this.mode = 'pan';
    this.data = { all: null, found: null, labels: [], region: null };
    this.zoom = d3.zoom().scaleExtent([0.8, MOST_ZOOM])
      .filter((event) => this.mode === 'pan' && !event.shiftKey && !event.button)
      .on('zoom', (event) => this.zoomed(event.transform));
    this.selection = d3.select(canvas).call(this.zoom).on('dblclick.zoom', null);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(canvas);
    canvas.addEventListener('pointerdown', (event) => this.press(event));
    canvas.addEventListener('pointermove', (event) => this.move(event));
    canvas.addEventListener('pointerup', (event) => this.release(event));
    canvas.addEventListener('pointercancel', () => this.drop());
    canvas.addEventListener('pointerleave', () => events.hovered());
    canvas.addEventListener('keydown', (event) => this.key(event));
  }

  dispose() {
    this.observer.disconnect();
    clearTimeout(this.timer);
  }

  /** What to draw: grids as the server counts them, labels `{x, y, text, key, weight}`, and a region to outline. */
  show(data) {
    if (Object.keys(data).some((name) => data[name] !== this.data[name])) {
      this.data = { ...this.data, ...data };
      this.schedule();
    }
  }

  get camera() {
    return cameraOf(d3.zoomTransform(this.canvas), this.width, this.height);
  }

  look(camera) {
    const { k, x, y } = transformOf(camera, this.width, this.height);
    this.zoom.transform(this.selection, d3.zoomIdentity.translate(x, y).scale(k));
  }

  /** Shows everything again. */
  reset() {
    this.look(wholeWorld(this.width, this.height));
  }

  by(factor) {
    this.zoom.scaleBy(this.selection, factor);
  }

  resize() {
    const box = this.canvas.getBoundingClientRect();
    if (!box.width || !box.height) {
      return;
    }
    const before = this.width ? this.camera : null;
    [this.width, this.height] = [box.width, box.height];
    const density = devicePixelRatio || 1;
    this.canvas.width = Math.round(box.width * density);
    this.canvas.height = Math.round(box.height * density);
    this.zoom.translateExtent([[-this.width * 0.25, -this.height * 0.25], [this.width * 1.25, this.height * 1.25]]);
    this.look(before ?? this.events.start() ?? wholeWorld(this.width, this.height));
    if (!before) {
      clearTimeout(this.timer);
      this.events.moved(this.camera);
    }
  }

  zoomed() {
    this.schedule();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.events.moved(this.camera), REST);
  }

  schedule() {
    if (!this.frame && this.width) {
      this.frame = requestAnimationFrame(() => {
        this.frame = 0;
        this.draw();
      });
    }
  }

  draw() {
    const begun = performance.now();
    const { context, width, height, data } = this;
    const density = devicePixelRatio || 1;
    const style = getComputedStyle(this.canvas);
    context.setTransform(density, 0, 0, density, 0, 0);
    context.clearRect(0, 0, width, height);
    this.view = this.camera;
    this.cells(density, style);
    if (data.region) {
      this.outline(data.region, style.getPropertyValue('--ink'));
    }
    if (this.drawn?.length > 1) {
      this.outline({ polygon: this.drawn.map((point) => toWorld(this.view, width, height, ...point)) }, style.getPropertyValue('--accent'));
    }
    this.labels(style);
    this.canvas.dataset.drawMillis = (performance.now() - begun).toFixed(1);
    this.canvas.dataset.cells = (data.all?.cells.length ?? 0) + (data.found?.cells.length ?? 0);
  }

  /** Both grids, in the pixels of the device. */
  cells(density, style) {
    const { context, canvas, data } = this;
    if (!canvas.width || !canvas.height) {
      return;
    }
    if (this.pixels?.width !== canvas.width || this.pixels.height !== canvas.height) {
      this.pixels = new Pixels(canvas.width, canvas.height);
    }
    this.pixels.clear();
    if (data.all) {
      this.squares(data.all, density, rgbOf(style.getPropertyValue('--soft')));
    }
    if (data.found) {
      this.discs(data.found, density);
    }
    context.putImageData(new ImageData(this.pixels.data, canvas.width, canvas.height), 0, 0);
  }

  /** A grid as squares of one colour, the more opaque the more documents. */
  squares(map, density, rgb) {
    const [width, height] = [map.cell.x, map.cell.y].map((side) => side * this.view.scale * density);
    const scale = Math.log1p(mostOf(map));
    for (const cell of map.cells) {
      const [px, py] = toScreen(this.view, this.width, this.height, cell.x, cell.y);
      this.pixels.rectangle(px * density, py * density, width, height, rgb, 0.06 + 0.26 * (Math.log1p(cell.doc_count) / scale));
    }
  }

  /** A grid as discs in the colour of the dominant cluster, the larger the more documents, paler where mixed. */
  discs(map, density) {
    const most = Math.min(map.cell.x, map.cell.y) * this.view.scale * 0.5;
    const scale = Math.sqrt(mostOf(map));
    const colors = new Map();
    for (const cell of map.cells) {
      if (!colors.has(cell.cluster)) {
        colors.set(cell.cluster, rgbOf(cell.cluster ? color(cell.cluster) : NO_COLOR));
      }
      const [px, py] = toScreen(this.view, this.width, this.height, cell.x, cell.y);
      const radius = Math.max(1.4, most * (0.5 + 0.5 * (Math.sqrt(cell.doc_count) / scale)));
      this.pixels.disc(px * density, py * density, radius * density, colors.get(cell.cluster), 0.45 + 0.5 * (cell.share ?? 1));
    }
  }

  outline(region, stroke) {
    const { context, view } = this;
    const points = region.polygon ?? [[region.x[0], region.y[0]], [region.x[1], region.y[0]], [region.x[1], region.y[1]], [region.x[0], region.y[1]]];
    context.beginPath();
    points.forEach(([x, y], i) => context[i ? 'lineTo' : 'moveTo'](...toScreen(view, this.width, this.height, x, y)));
    context.closePath();
    context.lineWidth = 2;
    context.setLineDash([6, 4]);
    context.strokeStyle = stroke;
    context.stroke();
    context.setLineDash([]);
    context.fillStyle = stroke;
    context.globalAlpha = 0.05;
    context.fill();
    context.globalAlpha = 1;
  }

  labels(style) {
    const { context, view } = this;
    const most = this.data.labels.reduce((max, label) => Math.max(max, label.weight), 1);
    const sized = this.data.labels.map((label) => {
      const size = 11.5 + 4.5 * Math.sqrt(label.weight / most);
      context.font = `600 ${size}px ${style.fontFamily}`;
      const [px, py] = toScreen(view, this.width, this.height, label.x, label.y);
      return { ...label, px, py, size, width: context.measureText(label.text).width + 6, height: size * 1.25 };
    });
    const placed = placeLabels(sized, this.width, this.height);
    context.textBaseline = 'middle';
    context.lineJoin = 'round';
    for (const label of placed) {
      context.font = `600 ${label.size}px ${style.fontFamily}`;
      context.strokeStyle = style.getPropertyValue('--card');
      context.lineWidth = 4;
      context.globalAlpha = 0.9;
      context.strokeText(label.text, label.left + 3, label.top + label.height / 2);
      context.globalAlpha = 1;
      context.fillStyle = style.getPropertyValue('--ink');
      context.fillText(label.text, label.left + 3, label.top + label.height / 2);
    }
    this.canvas.dataset.labels = placed.length;
  }

  // ---- gestures

  at(event) {
    const box = this.canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  world(point) {
    return toWorld(this.camera, this.width, this.height, ...point);
  }

  press(event) {
    if (event.button || (this.mode === 'pan' && !event.shiftKey)) {
      return;
    }
    this.canvas.setPointerCapture(event.pointerId);
    this.start = this.at(event);
    this.drawn = [this.start];
    this.events.hovered();
  }

  move(event) {
    const point = this.at(event);
    if (!this.drawn) {
      const cell = event.buttons ? undefined : this.data.found && cellAt(this.data.found, this.world(point));
      this.events.hovered(cell, ...point);
      return;
    }
    const [[ax, ay], [bx, by]] = [this.start, point];
    this.drawn = this.mode === 'lasso' ? [...this.drawn, point] : [[ax, ay], [bx, ay], [bx, by], [ax, by]];
    this.schedule();
  }

  release(event) {
    const { drawn, start, mode } = this;
    const end = this.at(event);
    this.drop();
    if (!drawn || Math.hypot(...[0, 1].map((i) => Math.max(...drawn.map((p) => p[i])) - Math.min(...drawn.map((p) => p[i])))) < 6) {
      return;
    }
    this.events.selected(mode === 'lasso' ? { polygon: simplify(drawn, 1.5).map((point) => this.world(point).map((v) => Math.round(v * 1e4) / 1e4)) }
      : rectangle(this.world(start), this.world(end)));
  }

  drop() {
    this.drawn = null;
    this.schedule();
  }

  key(event) {
    const step = 60;
    const pans = { ArrowLeft: [step, 0], ArrowRight: [-step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] };
    const { k } = d3.zoomTransform(this.canvas);
    if (pans[event.key]) {
      this.zoom.translateBy(this.selection, ...pans[event.key].map((pixels) => pixels / k));
    } else if (event.key === '+' || event.key === '=') {
      this.by(1.5);
    } else if (event.key === '-') {
      this.by(1 / 1.5);
    } else if (event.key === '0') {
      this.reset();
    } else if (event.key === 'Escape' && this.drawn) {
      this.drop();
    } else {
      return;
    }
    event.preventDefault();
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
/** The map view: the collection in grey, what is found in the colours of its topics. The server counts every grid. */
import { html, nothing } from './lit-html.js';
import { calls } from './api.js';
import { withFilter } from './state.js';
import { filterClause, hitText, isNarrowed, sourceFields, stateQuery } from './query.js';
import { curlButton, dot, marked, number, percent, problem } from './ui.js';
import { indexOf } from './searchbar.js';
import { MapCanvas } from './mapcanvas.js';
import { gridOf, round, windowOf } from './mapgeometry.js';

/** Milliseconds over one cell before its titles are asked for. */
const HOVER = 150;
const MODES = [['pan', 'Move'], ['rectangle', 'Rectangle'], ['lasso', 'Lasso']];

export const title = (state) => (state.q ? `Map of ${state.q}` : 'Map');

const fresh = () => ({ mode: 'pan', bounds: null, grid: 0, hover: null, canvas: null, window: '' });

/** Before the canvas knows its size there is nothing to ask for. */
const UNMEASURED = { busy: true };

export function view(ctx, model) {
  const { state } = ctx;
  const local = ctx.local('map', fresh());
  const index = indexOf(state, model);
  const narrowed = isNarrowed(state);
  const request = () => calls.search(index, mapBody(state, model, local.bounds, local.grid));
  const key = JSON.stringify([state.model, model.active_generation, index, state.q, state.filters, state.diversity, local.bounds, local.grid]);
  const slot = local.bounds ? ctx.data('map', key, (signal) => ctx.send(request(), signal)) : UNMEASURED;
  local.model = model;
  local.index = index;
  local.narrowed = narrowed;
  local.slot = slot;
  const found = slot.value?.aggregations?.map;
  return html`
    ${slot.error ? failed(ctx, slot) : nothing}
    <section class="map-view ${slot.error ? 'hidden' : ''}" aria-label="Map">
      <div class="map-tools">
        <div class="switch" role="group" aria-label="What dragging does">${MODES.map(([name, label]) => html`<button data-test=${`mode-${name}`}
          aria-pressed=${local.mode === name} @click=${() => setMode(ctx, name)}>${label}</button>`)}</div>
        <div class="switch" role="group" aria-label="Zoom">
          <button data-test="zoom-in" aria-label="Zoom in" @click=${() => local.canvas?.by(1.6)}>+</button>
          <button data-test="zoom-out" aria-label="Zoom out" @click=${() => local.canvas?.by(1 / 1.6)}>−</button>
          <button data-test="zoom-reset" @click=${() => local.canvas?.reset()}>Whole</button></div>
        <p class="map-total" role="status" data-test="map-total">${slot.value ? summary(slot.value, narrowed) : 'Counting …'}</p>
        ${slot.value ? curlButton(ctx, request(), 'this map') : nothing}
      </div>
      <div class="map-columns"><div class="map-frame">
        <canvas id="map-canvas" data-test="map" tabindex="0" role="application" data-mode=${local.mode}
          aria-label="Map of the documents. Arrow keys move it, plus and minus zoom, 0 shows everything. The topics are listed below."></canvas>
        ${slot.busy ? html`<span class="map-busy"><span class="spinner"></span></span>` : nothing}
        ${tip(ctx, model, local)}
      </div>
      ${slot.value ? legend(ctx, slot.value) : nothing}</div>
      <p class="hint">Drag to move, wheel or pinch to zoom. Shift and drag, or Rectangle and Lasso, filter by a region.
        ${found?.unplaced_doc_count ? html` <span data-test="unplaced">${number(found.unplaced_doc_count)} documents have no place: they have no latent of the active encoder.</span>` : nothing}</p>
    </section>`;
}

/** Requests both grids and the labels in one search. */
export function mapBody(state, model, bounds, grid) {
  const field = model.target_field;
  const map = { latent_map: { field, grid, bounds } };
  return {
    size: 0, track_total_hits: true, query: stateQuery(state, model),
    aggs: {
      map, topics: { latent_clusters: { field, size: 1000, terms: 3 } },
      ...(isNarrowed(state) ? { all: { global: {}, aggs: { map } } } : {}),
    },
  };
}

function summary(answer, narrowed) {
  const total = answer.hits.total.value;
  return html`<strong>${number(total)}</strong> documents${narrowed && answer.aggregations.all ? html` <span class="hint">of ${number(answer.aggregations.all.doc_count)}</span>` : nothing}`;
}

function failed(ctx, slot) {
  const noMap = slot.error.status === 400 && /needs a map, and generation/.test(slot.error.message);
  return html`${problem(slot.error, slot.retry)}${noMap ? html`<p class="notice centre" data-test="train-again">Generations of earlier builds have no map.
    <a class="button" href=${ctx.link({ view: 'model' })}>Train again</a></p>` : nothing}`;
}

function setMode(ctx, mode) {
  const local = ctx.local('map', fresh());
  local.mode = mode;
  if (local.canvas) {
    local.canvas.mode = mode;
  }
  ctx.update();
}

/** The topics as a list: for the keyboard, and for labels that found no place. */
function legend(ctx, answer) {
  const { buckets } = answer.aggregations.topics;
  return html`<ul class="legend" aria-label="Topics on the map" data-test="legend">${buckets.map((bucket) => html`<li><button class="chip" data-test="legend-pick" data-key=${bucket.key}
    @click=${() => ctx.go({ filters: withFilter(ctx.state.filters, { t: 'cluster', key: bucket.key, label: bucket.label }) })}>${dot(bucket.key)}<span>${bucket.label}</span><span class="hint">${number(bucket.doc_count)}</span></button></li>`)}</ul>`;
}

/** What is in the cell under the pointer. */
function tip(ctx, model, local) {
  const { hover } = local;
  if (!hover) {
    return nothing;
  }
  const buckets = local.slot?.value?.aggregations?.topics?.buckets ?? [];
  const { cluster } = hover.cell;
  const label = buckets.find((bucket) => bucket.key === cluster)?.label ?? cluster ?? 'no topic';
  return html`<div class="map-tip" data-test="map-tip" role="status">
    <p>${cluster ? dot(cluster) : nothing} <strong>${label}</strong> <span class="hint">${cluster ? `${percent(hover.cell.share)} of ` : ''}${number(hover.cell.doc_count)}</span></p>
    ${hover.titles ? html`<ul>${hover.titles.map((each) => html`<li>${marked(each)}</li>`)}</ul>` : html`<p class="hint">…</p>`}
  </div>`;
}

export function after(ctx) {
  const local = ctx.local('map', fresh());
  const element = document.getElementById('map-canvas');
  if (!element) {
    local.canvas?.dispose();
    local.canvas = null;
    return;
  }
  if (local.canvas?.canvas !== element) {
    local.canvas?.dispose();
    local.canvas = new MapCanvas(element, events(ctx, local));
    local.canvas.mode = local.mode;
  }
  const answer = local.slot?.value?.aggregations;
  local.canvas.show({
    found: answer?.map ?? null,
    all: (local.narrowed && answer?.all?.map) || null,
    labels: labelsOf(answer, local),
    region: ctx.state.filters.find((filter) => filter.t === 'region') ?? null,
    theme: document.documentElement.dataset.theme,
  });
  follow(ctx, local);
  placeTip(local);
}

/** Shows the window of the address if it is another than the one that gestures have written there. */
function follow(ctx, local) {
  const { window } = ctx.state;
  if (local.canvas.width && window !== local.window) {
    local.window = window;
    const camera = parsedWindow(window);
    if (camera) {
      local.canvas.look(camera);
    } else {
      local.canvas.reset();
    }
  }
}

function labelsOf(answer, local) {
  if (local.labelled !== answer) {
    local.labelled = answer;
    local.labels = (answer?.topics?.buckets ?? []).filter((bucket) => typeof bucket.x === 'number')
      .map((bucket) => ({ x: bucket.x, y: bucket.y, text: bucket.label, key: bucket.key, weight: bucket.doc_count }));
  }
  return local.labels ?? [];
}

function events(ctx, local) {
  return {
    start: () => parsedWindow(ctx.state.window),
    moved(camera) {
      const { width, height } = local.canvas;
      const bounds = windowOf(camera, width, height);
      const grid = gridOf(bounds, camera);
      if (JSON.stringify([bounds, grid]) !== JSON.stringify([local.bounds, local.grid])) {
        Object.assign(local, { bounds, grid });
      }
      const whole = Math.abs(camera.scale * 2 - Math.min(width, height)) < 1;
      local.window = whole ? '' : [camera.x, camera.y, camera.scale].map(round).join(',');
      ctx.go({ window: local.window }, true);
    },
    hovered: (cell, px, py) => hovered(ctx, local, cell, px, py),
    selected(region) {
      setMode(ctx, 'pan');
      ctx.go({ filters: withFilter(ctx.state.filters, { t: 'region', ...region }) });
    },
  };
}

function parsedWindow(text) {
  const [x, y, scale] = text.split(',').map(Number);
  return scale > 0 && Number.isFinite(x) && Number.isFinite(y) ? { x, y, scale } : null;
}

function hovered(ctx, local, cell, px, py) {
  if (cell === local.hover?.cell) {
    if (cell) {
      Object.assign(local.hover, { px, py });
      placeTip(local);
    }
    return;
  }
  clearTimeout(local.timer);
  local.abort?.abort();
  local.hover = cell ? { cell, px, py, titles: null } : null;
  ctx.update();
  if (cell) {
    const { hover } = local;
    local.abort = new AbortController();
    local.timer = setTimeout(() => titles(ctx, local, hover, local.abort.signal), HOVER);
  }
}

async function titles(ctx, local, hover, signal) {
  const { model, index, slot } = local;
  const map = slot.value.aggregations.map;
  const field = model.target_field;
  const range = (middle, size) => [middle - size / 2, middle + size / 2];
  const region = { t: 'region', x: range(hover.cell.x, map.cell.x), y: range(hover.cell.y, map.cell.y) };
  try {
    const answer = await ctx.send(calls.search(index, {
      size: 5, track_total_hits: false, _source: { excludes: [field] },
      query: { bool: { must: [stateQuery(ctx.state, model)], filter: [filterClause(region, field)] } },
    }), signal);
    hover.titles = answer.hits.hits.map((hit) => hitText(hit, sourceFields(model)).title.slice(0, 90));
  } catch (error) {
    if (error.name === 'AbortError') {
      return;
    }
    hover.titles = [error.message];
  }
  ctx.update();
}

/** Beside the pointer, within the frame. */
function placeTip(local) {
  const tipElement = document.querySelector('.map-tip');
  if (tipElement && local.hover && local.canvas) {
    const { px, py } = local.hover;
    const { width, height } = local.canvas;
    tipElement.style.left = `${Math.max(0, Math.min(px + 14, width - tipElement.offsetWidth - 4))}px`;
    tipElement.style.top = `${py + 14 + tipElement.offsetHeight > height ? Math.max(0, py - tipElement.offsetHeight - 14) : py + 14}px`;
  }
}

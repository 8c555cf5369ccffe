/* SPDX-License-Identifier: Apache-2.0 */
/** Topics over time, for any date field: a stream of the largest, and one small chart each. */
import { html, nothing, svg } from './lit-html.js';
import { calls } from './api.js';
import { withFilter } from './state.js';
import { fieldsOf, stateQuery } from './query.js';
import { color, curlButton, dot, empty, number, percent, shown, sparkline } from './ui.js';
import { indexOf } from './searchbar.js';

/** Calendar intervals with their usual length in milliseconds. */
const INTERVALS = [['hour', 3.6e6], ['day', 8.64e7], ['week', 6.048e8], ['month', 2.63e9], ['quarter', 7.89e9], ['year', 3.156e10]];
const MOST_TIMES = 60;
const IN_STREAM = 12;
const ORDERS = { size: ['largest first', (each) => each.count], rising: ['rising first', (each) => each.growth ?? 0], falling: ['falling first', (each) => -(each.growth ?? 0)] };

export const title = (state) => (state.q ? `Trends of ${state.q}` : 'Trends');

export function view(ctx, model) {
  const { state } = ctx;
  const index = indexOf(state, model);
  return shown(dateFields(ctx, index), ({ names }) => (names.length ? dated(ctx, model, index, names)
    : empty('No date field', 'Topics over time need documents with a date, and these indices have no date field. Choose another index.')), 'Reading the fields');
}

/** A slot with the names of the date fields of an index. */
export function dateFields(ctx, index) {
  const slot = ctx.data('dates', index, (signal) => ctx.send(calls.fields(index), signal)
    .then((caps) => ({ of: index, names: fieldsOf(caps).filter((field) => ['date', 'date_nanos'].includes(field.type)).map((field) => field.name) })));
  return slot.value && slot.value.of !== index ? { ...slot, value: undefined } : slot;
}

function dated(ctx, model, index, names) {
  const { state } = ctx;
  const field = names.includes(state.date) ? state.date : names[0];
  const key = JSON.stringify([state.model, model.active_generation, index, state.q, state.filters, field]);
  const range = ctx.data('trend-range', key, (signal) => ctx.send(calls.search(index,
    { size: 0, query: stateQuery(state, model), aggs: { range: { stats: { field } } } }), signal).then((answer) => ({ of: key, ...answer.aggregations.range })));
  return shown(range.value && range.value.of !== key ? { ...range, value: undefined } : range, (dates) => (dates.count ? charts(ctx, model, index, field, names, dates, key)
    : empty('Nothing to see', 'No document that matches has a date in this field.', html`<button @click=${() => ctx.go({ q: '', filters: [] })}>Show everything</button>`)), 'Reading the dates');
}

/** The shortest interval that makes few enough charts' points of this range. */
export const fitting = (millis) => (INTERVALS.find(([, length]) => millis / length <= MOST_TIMES) ?? INTERVALS.at(-1))[0];

function charts(ctx, model, index, field, names, dates, key) {
  const { state } = ctx;
  const offered = INTERVALS.filter(([, length]) => (dates.max - dates.min) / length <= 1000).map(([name]) => name);
  const interval = offered.includes(state.interval) ? state.interval : fitting(dates.max - dates.min);
  const call = calls.facets(index, {
    search: { size: 0, track_total_hits: true, query: stateQuery(state, model), aggs: { times: { date_histogram: { field, calendar_interval: interval } } } },
    facets: { field: model.target_field, size: 60, terms: 4, trend: { field, interval } },
  });
  const slot = ctx.data('trends', `${key}/${interval}`, (signal) => ctx.send(call, signal));
  const local = ctx.local('trends', { order: 'size' });
  return html`<section class=${slot.busy ? 'busy' : ''} aria-label="Topics over time" aria-busy=${slot.busy}>
    <form class="inline-form" @submit=${(event) => event.preventDefault()}>
      <label><span>Date</span><select data-test="trend-date" @change=${(event) => ctx.go({ date: event.target.value })}>${names.map((name) => html`<option ?selected=${name === field}>${name}</option>`)}</select></label>
      <label><span>By</span><select data-test="trend-interval" @change=${(event) => ctx.go({ interval: event.target.value })}>${offered.map((name) => html`<option ?selected=${name === interval}>${name}</option>`)}</select></label>
      <label><span>Order</span><select data-test="trend-order" @change=${(event) => {
        local.order = event.target.value;
        ctx.update();
      }}>${Object.entries(ORDERS).map(([name, [text]]) => html`<option value=${name} ?selected=${name === local.order}>${text}</option>`)}</select></label>
      ${curlButton(ctx, call, 'these trends')}
    </form>
    ${shown(slot, (answer) => timed(ctx, answer, interval, local.order), 'Counting')}
  </section>`;
}

function timed(ctx, answer, interval, order) {
  const times = (answer.aggregations?.times?.buckets ?? []).map((each) => ({ t: each.key, count: each.doc_count }));
  const at = new Map(times.map((each, i) => [each.t, i]));
  const topics = answer.facets.clusters.map((cluster) => {
    const values = times.map(() => 0);
    (cluster.trend ?? []).forEach((each) => {
      const i = at.get(typeof each.t === 'number' ? each.t : Date.parse(each.t));
      if (i !== undefined) {
        values[i] = each.count;
      }
    });
    return { ...cluster, values };
  });
  if (!topics.length) {
    return empty('No topic', 'No document that matches has a topic.');
  }
  const sorted = [...topics].sort((a, b) => ORDERS[order][1](b) - ORDERS[order][1](a));
  return html`${times.length > 2 ? stream(topics.slice(0, IN_STREAM), times, interval) : nothing}
    <ul class="multiples" data-test="trends">${sorted.map((topic) => small(ctx, topic))}</ul>`;
}

const day = (t, interval) => new Date(t).toLocaleString(undefined, interval === 'hour' ? { dateStyle: 'medium', timeStyle: 'short' } : { dateStyle: 'medium' });

/** The largest topics one above the other, with as little wiggle as possible. */
function stream(topics, times, interval) {
  const { d3 } = globalThis;
  const rows = times.map((time, i) => Object.fromEntries(topics.map((topic) => [topic.key, topic.values[i]])));
  const layers = d3.stack().keys(topics.map((topic) => topic.key)).offset(d3.stackOffsetWiggle).order(d3.stackOrderInsideOut)(rows);
  const y = d3.scaleLinear([d3.min(layers, (layer) => d3.min(layer, (d) => d[0])), d3.max(layers, (layer) => d3.max(layer, (d) => d[1]))], [218, 2]);
  const x = d3.scaleLinear([0, times.length - 1], [0, 1000]);
  const area = d3.area().x((d, i) => x(i)).y0((d) => y(d[0])).y1((d) => y(d[1])).curve(d3.curveMonotoneX);
  const label = new Map(topics.map((topic) => [topic.key, topic.label]));
  return html`<figure class="stream panel"><svg viewBox="0 0 1000 220" preserveAspectRatio="none" role="img" data-test="stream"
      aria-label=${`The ${topics.length} largest topics from ${day(times[0].t, interval)} to ${day(times.at(-1).t, interval)}; each has a chart of its own below`}>
      ${layers.map((layer) => svg`<path d=${area(layer)} fill=${color(layer.key)} class="layer"><title>${label.get(layer.key)}</title></path>`)}</svg>
    <figcaption class="hint"><span>${day(times[0].t, interval)}</span><span>${day(times.at(-1).t, interval)}</span></figcaption>
    <ul class="stream-legend">${topics.map((topic) => html`<li>${dot(topic.key)} ${topic.label}</li>`)}</ul></figure>`;
}

function small(ctx, topic) {
  const most = Math.max(...topic.values);
  const said = `${topic.label}: ${number(topic.count)} documents, at most ${number(most)} at a time${growth(topic) ? `, ${growth(topic)}` : ''}`;
  return html`<li class="panel" data-test="trend" data-key=${topic.key}>
    <div class="panel-head"><a href=${ctx.link({ view: 'cluster', key: topic.key })}>${dot(topic.key)} ${topic.label}</a><span class="hint">${number(topic.count)}</span></div>
    ${sparkline(topic.values, said, topic.key)}
    <div class="panel-head"><span class="hint">${growth(topic) ?? ''}</span><button class="quiet" aria-label=${`Filter by ${topic.label}`}
      @click=${() => ctx.go({ filters: withFilter(ctx.state.filters, { t: 'cluster', key: topic.key, label: topic.label }) })}>Filter</button></div></li>`;
}

/** The share in the later half of the time against that in the earlier half. */
function growth({ growth: value }) {
  if (typeof value !== 'number' || Math.abs(value) < 0.05) {
    return null;
  }
  return value > 0 ? `▲ share up by ${percent(value)}` : `▼ share down by ${percent(-value)}`;
}

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
const MOST_TIMES = 1000;
const IN_SPARKLINE = 40;
const IN_STREAM = 12;
const IN_CHARTS = 60;
const total = (each) => each.count + each.before_count;
/** The order of the charts: that of the answer puts what is no chance first. */
const ORDERS = {
  trend: ['clearest trend first', null],
  size: ['largest first', total],
  rising: ['rising first', (each) => each.change],
  falling: ['falling first', (each) => -each.change],
};
const VERDICTS = { rising: '▲ rising', falling: '▼ falling', new: '● new', gone: '○ gone' };

export const title = (state) => (state.q ? `Trends of ${state.q}` : 'Trends');

export function view(ctx, model) {
  const { state } = ctx;
  const index = indexOf(state, model);
  return shown(dateFields(ctx, index), ({ names }) => (names.length ? dated(ctx, model, index, names)
    : empty('No date field', 'Topics over time need documents with a date, and these indices have no date field. Choose another index.')), 'Reading the fields');
}

/** The names of the fields that are dates in every index that has them. */
function datesOf(fields) {
  const isDate = (field) => ['date', 'date_nanos'].includes(field.type);
  const others = new Set(fields.filter((field) => !isDate(field)).map((field) => field.name));
  return [...new Set(fields.filter((field) => isDate(field) && !others.has(field.name)).map((field) => field.name))];
}

/** A slot with the names of the date fields of an index. */
export function dateFields(ctx, index) {
  const slot = ctx.data('dates', index, (signal) => ctx.send(calls.fields(index), signal)
    .then((caps) => ({ of: index, names: datesOf(fieldsOf(caps)) })));
  return slot.value && slot.value.of !== index ? { ...slot, value: undefined } : slot;
}

/**
 * A slot with what the facets of an index need for small charts over time: `{field, interval}`, or null for an index
 * without dates. It asks once for each index.
 */
export function timeline(ctx, index) {
  const dates = dateFields(ctx, index);
  const field = dates.value?.names[0];
  if (!field) {
    return { busy: dates.busy && !dates.error, value: null };
  }
  const slot = ctx.data('timeline', JSON.stringify([index, field]), (signal) => ctx.send(calls.search(index,
    { size: 0, aggs: { range: { stats: { field } } } }), signal).then(({ aggregations: { range } }) => ({ of: index, charts: range.count ? { field, interval: fitting(range.max - range.min) } : null })));
  const known = slot.value?.of === index;
  return { busy: !known && !slot.error, value: known ? slot.value.charts : null };
}

/** The shortest interval that divides a time into few enough points of a small chart. */
export const fitting = (millis) => (INTERVALS.find(([, length]) => millis / length <= IN_SPARKLINE) ?? INTERVALS.at(-1))[0];

function dated(ctx, model, index, names) {
  const { state } = ctx;
  const field = names.includes(state.date) ? state.date : names[0];
  const body = {
    index: index.split(','), field, latent_field: model.target_field, query: stateQuery(state, model), size: IN_CHARTS,
    ...(state.interval ? { interval: state.interval } : {}),
  };
  const call = calls.of('POST', model.model, '_trends', body);
  const key = JSON.stringify([model.active_generation, body]);
  const slot = ctx.data('trends', key, (signal) => ctx.send(call, signal));
  const local = ctx.local('trends', { order: 'trend' });
  const offered = offeredFor(slot.value, state.interval);
  return html`<section class=${slot.busy ? 'busy' : ''} aria-label="Topics over time" aria-busy=${slot.busy}>
    <form class="inline-form" @submit=${(event) => event.preventDefault()}>
      <label><span>Date</span><select data-test="trend-date" @change=${(event) => ctx.go({ date: event.target.value, interval: '' })}>${names.map((name) => html`<option ?selected=${name === field}>${name}</option>`)}</select></label>
      <label><span>By</span><select data-test="trend-interval" @change=${(event) => ctx.go({ interval: event.target.value })}>
        <option value="" ?selected=${!state.interval}>what suits</option>${offered.map((name) => html`<option ?selected=${name === state.interval}>${name}</option>`)}</select></label>
      <label><span>Order</span><select data-test="trend-order" @change=${(event) => {
        local.order = event.target.value;
        ctx.update();
      }}>${Object.entries(ORDERS).map(([name, [text]]) => html`<option value=${name} ?selected=${name === local.order}>${text}</option>`)}</select></label>
      ${curlButton(ctx, call, 'these trends')}
    </form>
    ${shown(slot, (answer) => timed(ctx, answer, local.order), 'Counting')}
  </section>`;
}

/** The intervals that make few enough charts' points of the time that an answer covers, and the present one. */
export function offeredFor(answer, present) {
  const times = answer?.intervals ?? [];
  const millis = times.length > 1 ? times.at(-1).t - times[0].t : 0;
  return INTERVALS.filter(([name, length]) => name === present || millis / length <= MOST_TIMES).map(([name]) => name);
}

function timed(ctx, answer, order) {
  const { trends: topics, intervals: times } = answer;
  if (!topics.length) {
    return empty('Nothing to see', 'No document that matches has a date in this field and a topic.',
      html`<button @click=${() => ctx.go({ q: '', filters: [] })}>Show everything</button>`);
  }
  const by = ORDERS[order][1];
  const sorted = by ? [...topics].sort((a, b) => by(b) - by(a)) : topics;
  const largest = [...topics].sort((a, b) => total(b) - total(a)).slice(0, IN_STREAM);
  return html`${answer.before ? html`<p class="hint" data-test="trend-window">Shares from ${between(answer.window)} compared with ${between(answer.before)}.
      ${topics.some(verdict) ? 'A trend is a difference that chance alone would hardly make.' : 'No topic differs by more than chance.'}</p>` : nothing}
    ${times.length > 2 ? stream(largest, times) : nothing}
    <ul class="multiples" data-test="trends">${sorted.map((topic) => small(ctx, topic, times))}</ul>`;
}

/** A day, or an hour where there are several a day; of UTC, in which the server counts. */
function moment(t) {
  return new Date(t).toLocaleString(undefined, { timeZone: 'UTC', dateStyle: 'medium', ...(t % 8.64e7 ? { timeStyle: 'short' } : {}) });
}

/** A stretch of time, whose end is exclusive. */
const between = ({ from, to }) => `${moment(from)} – ${moment(to)}`;

/** The largest topics one above the other, with as little wiggle as possible. */
function stream(topics, times) {
  const { d3 } = globalThis;
  const rows = times.map((time, i) => Object.fromEntries(topics.map((topic) => [topic.key, topic.series[i]])));
  const layers = d3.stack().keys(topics.map((topic) => topic.key)).offset(d3.stackOffsetWiggle).order(d3.stackOrderInsideOut)(rows);
  const y = d3.scaleLinear([d3.min(layers, (layer) => d3.min(layer, (d) => d[0])), d3.max(layers, (layer) => d3.max(layer, (d) => d[1]))], [218, 2]);
  const x = d3.scaleLinear([0, times.length - 1], [0, 1000]);
  const area = d3.area().x((d, i) => x(i)).y0((d) => y(d[0])).y1((d) => y(d[1])).curve(d3.curveMonotoneX);
  const label = new Map(topics.map((topic) => [topic.key, topic.label]));
  return html`<figure class="stream panel"><svg viewBox="0 0 1000 220" preserveAspectRatio="none" role="img" data-test="stream"
      aria-label=${`The ${topics.length} largest topics from ${moment(times[0].t)} to ${moment(times.at(-1).t)}; each has a chart of its own below`}>
      ${layers.map((layer) => svg`<path d=${area(layer)} fill=${color(layer.key)} class="layer"><title>${label.get(layer.key)}</title></path>`)}</svg>
    <figcaption class="hint"><span>${moment(times[0].t)}</span><span>${moment(times.at(-1).t)}</span></figcaption>
    <ul class="stream-legend">${topics.map((topic) => html`<li>${dot(topic.key)} ${topic.label}</li>`)}</ul></figure>`;
}

function small(ctx, topic, times) {
  const said = `${topic.label}: ${number(total(topic))} documents, ${verdict(topic) ?? 'no clear trend'}`;
  return html`<li class="panel" data-test="trend" data-key=${topic.key} data-trend=${topic.trend}>
    <div class="panel-head"><a href=${ctx.link({ view: 'cluster', key: topic.key })}>${dot(topic.key)} ${topic.label}</a><span class="hint">${number(total(topic))}</span></div>
    ${sparkline(topic.series, said, topic.key)}
    <p class="hint">${verdict(topic) ?? nothing}${topic.burst && times.length > 2 ? html`${verdict(topic) ? html`<br>` : nothing}burst of ${number(topic.burst.count)}, ${between(topic.burst)}` : nothing}</p>
    <div class="panel-head"><span></span><button class="quiet" aria-label=${`Filter by ${topic.label}`}
      @click=${() => ctx.go({ filters: withFilter(ctx.state.filters, { t: 'cluster', key: topic.key, label: topic.label }) })}>Filter</button></div></li>`;
}

/** What the test says; null if the difference may be chance. */
function verdict({ trend, share, before_share: before }) {
  return VERDICTS[trend] ? `${VERDICTS[trend]}: ${percent(before)} → ${percent(share)}` : null;
}

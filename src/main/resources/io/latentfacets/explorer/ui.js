/* SPDX-License-Identifier: Apache-2.0 */
/** Parts that views share. Texts go through lit-html's escaping; nothing here makes markup of them. */
import { html, nothing, svg } from './lit-html.js';
import { curl } from './api.js';
import { split } from './query.js';

/** Ten colours that differ for all common kinds of colour blindness, after Paul Tol's bright and vibrant schemes. */
const COLORS = ['#4477aa', '#ee6677', '#228833', '#ccbb44', '#66ccee', '#aa3377', '#ee7733', '#44aa99', '#8c6bb1', '#997700'];

/** Of parents, which stand for several colours. */
const GREY = '#7d8796';

/** The same colours again, darker and then lighter: mixed with so much of black or white. */
const TONES = [[0, 0], [0, 0.38], [255, 0.42]];

/** The colour of a cluster, `#rrggbb`: by the number in its key, so that it stays the same from view to view. */
export function color(key) {
  if (String(key).startsWith('p')) {
    return GREY;
  }
  // the parts of topics have numbers of their own
  const number = (Number(String(key).replace(/^\D+/, '')) || 0) + (String(key).startsWith('s') ? COLORS.length + 5 : 0);
  const [other, share] = TONES[Math.floor(number / COLORS.length) % TONES.length];
  const hex = COLORS[number % COLORS.length];
  return `#${[1, 3, 5].map((i) => Math.round(parseInt(hex.slice(i, i + 2), 16) * (1 - share) + other * share).toString(16).padStart(2, '0')).join('')}`;
}

export const number = (value) => (value ?? 0).toLocaleString('en');

export function percent(share) {
  const value = (share ?? 0) * 100;
  return `${value >= 10 || value === 0 ? Math.round(value) : value.toPrecision(2)} %`;
}

export function decimal(value, digits = 2) {
  return typeof value === 'number' ? value.toFixed(digits) : '–';
}

export function duration(millis) {
  const seconds = Math.round(millis / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

export const date = (millis) => new Date(millis).toLocaleString();

/** A dot in the colour of a cluster; decoration only. */
export const dot = (key) => html`<svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="5" fill=${color(key)}></circle></svg>`;

/** A bar from 0 to 1. */
export const bar = (value, key) => html`<svg class="bar" preserveAspectRatio="none" viewBox="0 0 100 4" aria-hidden="true">
  <rect class="track" width="100" height="4"></rect>
  <rect width=${Math.min(100, Math.max(0.5, value * 100))} height="4" fill=${key === undefined ? 'currentColor' : color(key)}></rect></svg>`;

/** A text with its matches marked. */
export const marked = (text) => split(text).map((part) => (part.match ? html`<mark>${part.text}</mark>` : part.text));

/** A button that copies a call for a shell. `what` distinguishes it for screen readers and tests. */
export function curlButton(ctx, call, what) {
  return call ? html`<button class="quiet" data-test="copy-curl" aria-label=${`Copy as curl: ${what}`}
    @click=${() => copy(ctx, curl(call))}>Copy as curl</button>` : nothing;
}

/** Copies a text, or shows it where the browser does not let pages copy (a page without TLS that is not on localhost). */
export async function copy(ctx, text) {
  try {
    await navigator.clipboard.writeText(text);
    ctx.toast('Copied.');
  } catch {
    const dialog = document.getElementById('copy-dialog');
    dialog.querySelector('textarea').value = text;
    dialog.showModal();
    dialog.querySelector('textarea').select();
  }
}

export const loading = (what = 'Loading') => html`<p class="loading" role="status" data-test="loading"><span class="spinner" aria-hidden="true"></span>${what} …</p>`;

/** An empty place that says what to do next. */
export const empty = (title, text, actions = nothing) => html`<div class="empty" data-test="empty"><h2>${title}</h2><p>${text}</p>${actions}</div>`;

/** What went wrong, and what to do next. */
export function problem(error, retry) {
  const [title, advice] = explained(error);
  return html`<div class="problem" role="alert" tabindex="-1" data-test="problem" data-status=${error.status ?? ''}>
    <h2>${title}</h2>
    <p class="reason">${error.message}</p>
    <p>${advice}</p>
    ${retry ? html`<button data-test="retry" @click=${retry}>Try again</button>` : nothing}
  </div>`;
}

function explained({ status }) {
  switch (status) {
    case 0:
      return ['No answer', 'The node has stopped, or the network is down. Start it, or open this page on another node.'];
    case 401:
      return ['Not logged in', 'Reload the page and log in. If nothing asks you, open it where your login is, such as a proxy.'];
    case 403:
      return ['Not permitted', 'Your roles do not allow this call. Somebody who manages roles can grant the permission that the message names.'];
    case 404:
      return ['Not found', 'It may have been deleted or renamed. Choose another model or index above.'];
    case 409:
      return ['Not now', 'The state of the model does not allow this. The message says why; its page shows its state.'];
    case 429:
      return ['Too busy', 'The node has no memory or too many requests. Wait a little.'];
    case 503:
      return ['Not available', 'The engine of the node did not start, or its index is not there yet. See the node’s statistics.'];
    case undefined:
      return ['This does not work yet', 'Correct the input.'];
    default:
      return [status >= 500 ? 'The server failed' : 'The request was refused', status >= 500 ? 'The log of the node says more.' : 'Change what the message names.'];
  }
}

/** What a slot of data shows: its view, or why not yet. A stale value stays while the next one loads. */
export function shown(slot, view, what) {
  if (slot.error) {
    return problem(slot.error, slot.retry);
  }
  return slot.value === undefined ? loading(what) : view(slot.value);
}

/** A line of values with its area, 100 wide and 24 high. `label` is its text for screen readers. */
export function sparkline(values, label, key, max = Math.max(...values)) {
  const x = (i) => (values.length < 2 ? 50 : (i * 100) / (values.length - 1));
  const y = (value) => 23 - (max > 0 ? (value * 22) / max : 0);
  const line = values.map((value, i) => `${x(i).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
  return html`<svg class="sparkline" viewBox="0 0 100 24" preserveAspectRatio="none"
      role=${label ? 'img' : nothing} aria-label=${label || nothing} aria-hidden=${label ? nothing : 'true'}>
    ${svg`<polygon points=${`0,24 ${line} 100,24`} fill=${color(key)} fill-opacity="0.25"></polygon>
    <polyline points=${line} fill="none" stroke=${color(key)} stroke-width="1.5" vector-effect="non-scaling-stroke"></polyline>`}
  </svg>`;
}

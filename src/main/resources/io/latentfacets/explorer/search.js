/* SPDX-License-Identifier: Apache-2.0 */
/** The search view: topics and hits. */
import { html, nothing } from './lit-html.js';
import { calls } from './api.js';
import { chips, chipsBody, hitText, isNarrowed, searchBody, sourceFields, stateQuery } from './query.js';
import { curlButton, dot, empty, loading, marked, number, shown } from './ui.js';
import { facetList } from './facets.js';
import { hitActions } from './examples.js';
import { indexOf } from './searchbar.js';
import { timeline } from './trends.js';
import { summaryButton, summaryPanel } from './summary.js';
import { whyButton, whyPanel } from './why.js';
import { relatedButton, relatedPanel } from './words.js';

const PAGE = 10;

export const title = (state) => state.q || 'Search';

export function view(ctx, model) {
  const { state } = ctx;
  const index = indexOf(state, model);
  const charts = timeline(ctx, index);
  if (charts.busy) {
    return loading('Reading the fields');
  }
  const key = JSON.stringify([state.model, index, state.q, state.filters, state.scope, state.clusters, state.from, state.diversity, charts.value]);
  let call = null;
  const slot = ctx.data('search', key, (signal) => ctx.send(request(), signal));
  if (slot.error && isUnattached(slot.error)) {
    return empty('No document has a topic yet', 'The model has learned, and is not attached to this index. Attach it: its documents get their topics then.',
      html`<a class="button" href=${ctx.link({ view: 'model' })}>Go to the model</a>`);
  }
  return html`<div class="columns ${slot.busy ? 'busy' : ''}" aria-busy=${slot.busy}>
    ${shown(slot, (answer) => html`${facetList(ctx, model, answer)}${hits(ctx, model, answer, index, request)}`, 'Searching')}
  </div>`;

  function request() {
    call ??= calls.facets(index, searchBody(state, model, PAGE, charts.value));
    return call;
  }
}

/** Whether the server says that the index has no field for latents: nobody has attached it. */
const isUnattached = ({ status, message }) => status === 400 && /must be a field of type \[latent_vector\]/.test(message);

function hits(ctx, model, answer, index, request) {
  const { state } = ctx;
  const found = answer.hits.hits;
  const total = answer.hits.total?.value ?? 0;
  const from = Number(state.from) || 0;
  const fields = sourceFields(model);
  const where = ctx.data('chips', JSON.stringify([state.model, model.active_generation, index, found.map((hit) => [hit._index, hit._id])]), (signal) => (found.length
    ? ctx.send(calls.search(index, chipsBody(found, model.target_field)), signal).then(chips) : new Map()));
  return html`<section class="hits" aria-label="Results">
    <div class="hits-head">
      <p role="status" data-test="total"><strong>${number(total)}</strong> documents <span class="hint">in ${number(answer.took)} ms</span></p>
      <div class="actions">${found.length ? summaryButton(ctx, 'search') : nothing}${relatedButton(ctx)}${curlButton(ctx, request(), 'this search')}</div>
    </div>
    ${relatedPanel(ctx, model)}
    ${found.length ? summaryPanel(ctx, model, 'search', { index: index.split(','), query: stateQuery(state, model) }) : nothing}
    ${answer._shards?.failed ? html`<p class="notice warn">${answer._shards.failed} of ${answer._shards.total} shards failed: these results are incomplete.</p>` : nothing}
    ${found.length ? html`<ol class="hit-list" start=${from + 1}>${found.map((hit) => row(ctx, model, hit, fields, where.value))}</ol>` : none(ctx)}
    ${total > PAGE ? pages(ctx, from, total) : nothing}
  </section>`;
}

function row(ctx, model, hit, fields, where) {
  const { title: heading, snippets } = hitText(hit, fields);
  const cluster = where?.get(`${hit._index}/${hit._id}`);
  return html`<li class="hit" data-test="hit" data-id=${hit._id}>
    <h3>${marked(heading)}</h3>
    ${snippets.map((each) => html`<p class="snippet">${marked(each)}</p>`)}
    <div class="hit-foot">
      ${cluster ? html`<a class="chip" data-test="hit-cluster" href=${ctx.link({ view: 'cluster', key: cluster.key })}>${dot(cluster.key)}<span>${cluster.label}</span></a>`
        : where ? html`<span class="hint">no topic</span>` : nothing}
      ${cluster ? whyButton(ctx, hit, cluster.key) : nothing}
      ${hitActions(ctx, hit, heading)}
      <span class="hint id">${hit._index} / ${hit._id}</span>
    </div>
    ${cluster ? whyPanel(ctx, model, hit, cluster) : nothing}
  </li>`;
}

function none(ctx) {
  const { state } = ctx;
  return isNarrowed(state)
    ? empty('Nothing found', state.filters.length ? 'Remove a filter, or use fewer words.' : 'Use fewer or other words. All words must match; write OR between them to need one.',
      html`<button data-test="reset" @click=${() => ctx.go({ q: '', filters: [] })}>Show everything</button>`)
    : empty('This index is empty', 'Index documents, and come back.');
}

function pages(ctx, from, total) {
  const last = Math.min(total, 10000);
  return html`<nav class="pages" aria-label="Pages">
    <button ?disabled=${from === 0} data-test="previous" @click=${() => ctx.go({ from: String(Math.max(0, from - PAGE)) })}>‹ Previous</button>
    <span>${number(from + 1)}–${number(Math.min(from + PAGE, total))}</span>
    <button ?disabled=${from + PAGE >= last} data-test="next" @click=${() => ctx.go({ from: String(from + PAGE) })}>Next ›</button>
  </nav>`;
}

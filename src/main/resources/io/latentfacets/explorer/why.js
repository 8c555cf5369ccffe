/* SPDX-License-Identifier: Apache-2.0 */
/** “Why is this document in this topic”, from the explanation of the query latent_cluster. */
import { html, nothing } from './lit-html.js';
import { calls } from './api.js';
import { bar, curlButton, decimal, shown } from './ui.js';

const id = (hit) => `${hit._index}/${hit._id}`;

export function whyButton(ctx, hit, key) {
  const open = ctx.local('why', { of: null });
  const isOpen = open.of === id(hit);
  return key === undefined ? nothing : html`<button class="quiet" data-test="why" aria-expanded=${isOpen} @click=${() => {
    open.of = isOpen ? null : id(hit);
    ctx.update();
  }}>Why here?</button>`;
}

export function whyPanel(ctx, model, hit, cluster) {
  if (ctx.local('why', { of: null }).of !== id(hit)) {
    return nothing;
  }
  const call = calls.explain(hit._index, hit._id,
    { query: { latent_cluster: { field: model.target_field, clusters: [cluster.key] } } });
  const slot = ctx.data('why', `${state(ctx)}/${id(hit)}/${cluster.key}`, (signal) => ctx.send(call, signal));
  return html`<div class="why" data-test="why-panel">${shown(slot, (answer) => explained(ctx, answer.explanation, call), 'Explaining')}</div>`;
}

const state = (ctx) => ctx.state.model;

function explained(ctx, explanation, call) {
  const parts = explanation?.details ?? [];
  const words = parts.find((part) => part.details?.length)?.details ?? [];
  const most = Math.max(...words.map((word) => word.value), 1e-9);
  return html`
    <div class="why-head"><p>${explanation?.description ?? 'The server has no explanation.'}</p>${curlButton(ctx, call, 'this explanation')}</div>
    <dl>${parts.filter((part) => !part.details?.length).map((part) => html`<div><dt>${part.description}</dt><dd>${decimal(part.value)}</dd></div>`)}</dl>
    ${words.length ? html`<p class="hint">Its own words, by the similarity that it loses without each:</p>
      <ul class="words">${words.map((word) => html`<li><span>${word.description}</span>${bar(word.value / most)}<span class="hint">${decimal(word.value, 3)}</span></li>`)}</ul>` : nothing}`;
}

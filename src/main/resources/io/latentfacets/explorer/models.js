/* SPDX-License-Identifier: Apache-2.0 */
/** The list of models. */
import { html, nothing } from './lit-html.js';
import { calls } from './api.js';
import { curlButton, date, empty, number, shown } from './ui.js';

export const title = () => 'Models';

export function view(ctx, list) {
  return html`
    <div class="panel-head"><h1>Models</h1>
      <div class="actions">${curlButton(ctx, calls.models(), 'the list of models')}
        <button @click=${list.retry} data-test="refresh-models">Refresh</button>
        <a class="button primary" href=${ctx.link({ view: 'create' })} data-test="create-model">Create a model</a></div></div>
    ${shown(list, (models) => (models.length ? html`<ul class="cards" data-test="models">${models.map((model) => card(ctx, model))}</ul>`
      : empty('No model yet', 'A model learns from an index what its documents are about. It takes a minute.',
        html`<a class="button" href=${ctx.link({ view: 'create' })} data-test="create-first">Create a model</a>`)), 'Reading the models')}`;
}

function card(ctx, model) {
  const generation = model.generation ?? {};
  return html`<li class="panel" data-test="model-card" data-model=${model.model}>
    <div class="panel-head"><h2><a href=${ctx.link({ view: 'model', model: model.model, index: '', filters: [] })}>${model.model}</a></h2>${stateChip(model.state)}</div>
    <p class="hint">${[model.index].flat().join(', ')} → ${model.target_field}</p>
    ${model.active_generation ? html`<dl class="facts">
      <div><dt>topics</dt><dd>${number(generation.clusters)}</dd></div>
      <div><dt>learned from</dt><dd>${number(generation.documents)} documents</dd></div>
      <div><dt>generation</dt><dd>${model.active_generation} (${number(model.generations)} stored)</dd></div>
      <div><dt>trained</dt><dd>${date(generation.created)}</dd></div></dl>` : html`<p>Not trained yet.</p>`}
    ${model.error ? html`<p class="notice warn">${model.error}</p>` : nothing}
    <div class="actions">
      <a class="button" href=${ctx.link({ view: 'model', model: model.model, index: '', filters: [] })} data-test="open-model">Details</a>
      ${model.active_generation ? html`<a class="button" href=${ctx.link({ view: 'search', model: model.model, index: '', q: '', filters: [] })}>Search</a>
        <a class="button" href=${ctx.link({ view: 'map', model: model.model, index: '', q: '', filters: [] })}>Map</a>` : nothing}</div>
  </li>`;
}

/** A state in words and in a shape, not in colour alone. */
export function stateChip(state) {
  const marks = { ready: '●', training: '◐', created: '○', failed: '✕', green: '●', yellow: '◐', red: '✕', unknown: '○' };
  return html`<span class="state" data-state=${state} data-test="state">${marks[state] ?? '○'} ${state}</span>`;
}

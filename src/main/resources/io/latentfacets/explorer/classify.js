/* SPDX-License-Identifier: Apache-2.0 */
/** A text that somebody types, what a classifier says of it, and why. */
import { html, nothing } from './lit-html.js';
import { calls, part } from './api.js';
import { documentOf, sourceFields } from './query.js';
import { bar, curlButton, percent, shown } from './ui.js';

const LABELS = 5;

export function classifyPanel(ctx, model, classifier) {
  const name = classifier.classifier;
  const local = ctx.local(`classify/${model.model}/${name}`, { asked: null });
  const fields = sourceFields(model);
  const submit = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    const values = fields.map((field) => [field, data.get(field)?.trim() ?? '']);
    local.asked = values.some(([, text]) => text) ? documentOf(values) : null;
    ctx.forget('classified');
    ctx.update();
  };
  return html`<div class="classify" data-test="classify"><h3>Try ${name}</h3>
    ${classifier.state === 'ready' ? html`<form @submit=${submit} class="classify-form">
        ${fields.map((field, i) => html`<label><span>${field}</span>${i === fields.length - 1
    ? html`<textarea name=${field} rows="4" data-test="classify-text"></textarea>` : html`<input name=${field} data-test="classify-field" autocomplete="off">`}</label>`)}
        <p class="actions"><button data-test="classify-submit">Classify</button></p></form>
      ${local.asked ? answered(ctx, model, name, local.asked) : nothing}`
    : html`<p class="hint">A stale classifier cannot be applied: train it again.</p>`}</div>`;
}

function answered(ctx, model, name, document) {
  const call = calls.of('POST', model.model, `_classifiers/${part(name)}/_classify`, { docs: [document], size: LABELS, why: true });
  const slot = ctx.data('classified', JSON.stringify(call), (signal) => ctx.send(call, signal));
  return html`<div role="status" class="classified">${shown(slot, ({ docs: [{ labels, why }] }) => (labels.length ? html`
    <div><ul class="words" data-test="labels" aria-label="Labels and their probabilities">${labels.map((each) => html`<li><span>${each.label}</span>${bar(each.probability)}<span>${percent(each.probability)}</span></li>`)}</ul></div>
    <div>${why?.length ? html`<p class="hint">The words that speak for “${labels[0].label}”${labels[1] ? ` rather than “${labels[1].label}”` : ''}:</p>
      <ul class="words" data-test="classify-why">${why.map((each) => html`<li><span>${each.term}</span>${bar(Math.max(0, each.weight) / Math.max(...why.map((one) => one.weight), 1e-9))}<span class="hint">${each.weight.toFixed(2)}</span></li>`)}</ul>`
    : html`<p class="hint">No single word carried the decision.</p>`}</div>`
    : html`<p data-test="no-label">The model knows no word of this text, so nothing can be said of it.</p>`), 'Classifying')}
    ${curlButton(ctx, call, 'this classification')}</div>`;
}

/* SPDX-License-Identifier: Apache-2.0 */
/** Seeds: subjects that people name before a training, and what came of them. */
import { html, nothing } from './lit-html.js';
import { calls, part } from './api.js';
import { definitionOf, rowsOf, seedsOf } from './edits.js';
import { curlButton, dot, number, shown } from './ui.js';

/** Rows of subjects that can be edited: `[{label, terms, ids}]`, `terms` as one text. `changed` is called after each edit. */
export function seedRows(rows, changed) {
  const set = (row, name) => (event) => {
    row[name] = event.target.value;
    changed();
  };
  const remove = (row) => () => {
    rows.splice(rows.indexOf(row), 1);
    changed();
  };
  const add = () => {
    rows.push({ label: '', terms: '' });
    changed();
    setTimeout(() => [...document.querySelectorAll('[data-test="seed-terms"]')].at(-1)?.focus());
  };
  return html`<div class="seeds" data-test="seeds">
    ${rows.map((row, i) => html`<div class="seed-row" role="group" aria-label=${`Subject ${i + 1}`}>
      <label><span>Words of the subject, with commas between</span><input data-test="seed-terms" .value=${row.terms} placeholder="oil, opec, crude oil" autocomplete="off" @input=${set(row, 'terms')}></label>
      <label><span>Name (empty: its words)</span><input data-test="seed-label" .value=${row.label} maxlength="200" autocomplete="off" @input=${set(row, 'label')}></label>
      <button type="button" class="quiet" data-test="seed-remove" aria-label=${`Remove subject ${i + 1}`} @click=${remove(row)}>×</button>
      ${row.ids?.length ? html`<p class="hint">and ${number(row.ids.length)} example documents</p>` : nothing}</div>`)}
    <button type="button" data-test="seed-add" @click=${add}>Add a subject</button></div>`;
}

export function seedsPanel(ctx, model) {
  const seeds = model.clusters?.seeds ?? [];
  const local = ctx.local(`seeds/${model.model}`, { rows: null, former: [] });
  const call = calls.of('GET', model.model, `generations/${part(String(model.active_generation))}`);
  const edit = () => {
    Object.assign(local, { rows: local.rows ? null : rowsOf(seeds), former: seeds });
    ctx.update();
  };
  return html`<section class="panel wide" aria-label="Subjects of your own" data-test="seeds-panel">
    <div class="panel-head"><h2>Subjects of your own</h2><div class="actions">${seeds.length && model.active_generation ? curlButton(ctx, call, 'what came of the subjects') : nothing}
      <button data-test="edit-seeds" aria-expanded=${Boolean(local.rows)} @click=${edit}>${seeds.length ? 'Edit' : 'Name some'}</button></div></div>
    <p class="hint">Name a subject by a few words, and a training makes a topic for it, if the documents support it.</p>
    ${local.rows ? editor(ctx, model, local) : nothing}
    ${seeds.length && !model.active_generation ? outcome(ctx, seeds, {}) : seeds.length ? shown(ctx.data('seeds', `${model.model}/${model.active_generation}`, (signal) => ctx.send(call, signal)), (one) => outcome(ctx, seeds, one), 'Reading the generation') : nothing}
  </section>`;
}

function editor(ctx, model, local) {
  const act = ctx.local('act', { error: null, busy: false });
  const save = (train) => ctx.act(async () => {
    // a PUT replaces the whole definition: what somebody else has changed of it goes along
    const now = await ctx.send(calls.model(model.model));
    let definition;
    try {
      definition = definitionOf(now, seedsOf(local.rows), local.former);
    } catch (error) {
      ctx.refresh('model');
      throw error;
    }
    await ctx.send(calls.putModel(model.model, definition));
    local.rows = null;
    ctx.refresh('model');
    if (train) {
      await ctx.send(calls.of('POST', model.model, '_train', { mode: now.active_generation ? 'clusters' : 'full' }));
      ctx.refresh('training');
    }
    ctx.toast(train ? 'Saved. The training has begun.' : 'Saved. The next training uses them.');
  });
  const submit = (event) => {
    event.preventDefault();
    save(event.submitter?.value === 'train');
  };
  return html`<form @submit=${submit}>${seedRows(local.rows, ctx.update)}
    <p class="actions"><button class="primary" value="train" data-test="seeds-train" ?disabled=${act.busy}>${model.active_generation ? 'Save and train the topics' : 'Save and train'}</button>
      <button value="save" data-test="seeds-save" ?disabled=${act.busy}>Save</button></p></form>`;
}

/** Each subject with its topic, or why there is none. */
function outcome(ctx, seeds, generation) {
  const found = new Map((generation.seeds ?? []).map((each) => [each.label, each]));
  return html`<ul class="plain seed-list" data-test="seed-list">${seeds.map((seed) => {
    const came = found.get(seed.label);
    return html`<li data-test="seed" data-supported=${came ? came.supported : nothing}>
      <span><strong>${seed.label}</strong> <span class="hint">${(seed.terms ?? []).join(', ')}${seed.ids?.length ? ` and ${seed.ids.length} documents` : ''}</span>
        ${came && !came.supported ? html`<p class="notice warn">Not supported, so there is no topic: ${came.why}</p>` : nothing}
        ${came?.unknown_terms?.length ? html`<p class="hint">Not found: ${came.unknown_terms.join(', ')}</p>` : nothing}</span>
      ${came?.supported ? html`<a data-test="seed-topic" href=${ctx.link({ view: 'cluster', key: came.key })}>${dot(came.key)} ${number(came.documents)} documents</a>`
    : came ? nothing : html`<span class="hint">not in the active generation: train</span>`}</li>`;
  })}</ul>`;
}

/* SPDX-License-Identifier: Apache-2.0 */
/** The classifiers of a model: how good they are, training one, deleting one, and trying one on a text. */
import { html, nothing } from './lit-html.js';
import { calls, part } from './api.js';
import { fieldsOf, sourceFields, textQuery } from './query.js';
import { classifyPanel } from './classify.js';
import { bar, curlButton, date, decimal, number, percent, shown } from './ui.js';
import { stateChip } from './models.js';
import { indexOf } from './searchbar.js';

/** Milliseconds between two looks at the training of a classifier. */
const POLL = 1000;
const LABEL_TYPES = ['keyword', 'constant_keyword', 'boolean', 'byte', 'short', 'integer', 'long'];

const fresh = () => ({ open: '', form: false, deleting: '', training: null, error: '' });
const localOf = (ctx, model) => ctx.local(`classifiers/${model.model}`, fresh());

export function classifiersPanel(ctx, model) {
  const call = calls.of('GET', model.model, '_classifiers');
  const local = localOf(ctx, model);
  const slot = ctx.data('classifiers', `${model.model}/${model.active_generation}`, (signal) => ctx.send(call, signal));
  return html`<section class="panel wide" aria-label="Classifiers" data-test="classifiers">
    <div class="panel-head"><h2>Classifiers</h2>${curlButton(ctx, call, 'the classifiers')}</div>
    <p class="hint">A classifier predicts a field, such as a category, for documents that lack it. A few labelled documents of each class go a long way.</p>
    ${shown(slot, ({ classifiers }) => html`
      ${classifiers.length ? table(ctx, model, local, classifiers) : html`<p data-test="no-classifier">None yet.</p>`}
      ${classifiers.some((each) => each.classifier === local.open) ? html`${details(ctx, model, local.open)}${classifyPanel(ctx, model, classifiers.find((each) => each.classifier === local.open))}` : nothing}
      ${trainingOf(ctx, model, local)}`, 'Reading the classifiers')}
  </section>`;
}

function table(ctx, model, local, classifiers) {
  const open = (name) => {
    local.open = local.open === name ? '' : name;
    ctx.update();
  };
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Table of classifiers"><table class="stacked" data-test="classifier-table">
    <thead><tr><th scope="col">name</th><th scope="col">state</th><th scope="col">predicts</th><th scope="col">learned from</th>
      <th scope="col" title="share of documents that get the right label">accuracy</th><th scope="col" title="mean over labels, so that rare ones count as much">macro-F1</th>
      <th scope="col" title="mean distance between a probability and the share of right ones; 0 is best">calibration error</th><td></td></tr></thead>
    <tbody>${classifiers.map((each) => html`<tr data-test="classifier" data-name=${each.classifier}>
      <th scope="row"><strong>${each.classifier}</strong></th>
      <td>${stateChip(each.state)}${each.state === 'stale' ? html`<p class="hint">of another encoder than the active one, so it is applied nowhere</p>` : nothing}${each.error ? html`<p class="hint">${each.error}</p>` : nothing}</td>
      <td data-label="predicts">${each.label_field} <span class="hint">${number(each.label_count)} labels${each.multi_label ? ', several a document' : ''}</span></td>
      <td data-label="learned from">${number(each.documents)}${each.several_labels ? html` <span class="hint">${number(each.several_labels)} left out: several labels</span>` : nothing}<p class="hint">${each.features}, ${date(each.created)}</p></td>
      <td data-label="accuracy" data-measure="accuracy">${decimal(each.accuracy, 3)}</td><td data-label="macro-F1" data-measure="macro_f1">${decimal(each.macro_f1, 3)}</td><td data-label="calibration error" data-measure="calibration_error">${decimal(each.calibration_error, 3)}</td>
      <td><div class="actions"><button data-test="open-classifier" aria-expanded=${local.open === each.classifier} aria-label=${`Try ${each.classifier}, and see its labels`} @click=${() => open(each.classifier)}>Try</button>${remove(ctx, model, local, each.classifier)}</div></td></tr>`)}</tbody></table></div>
    <p class="hint">Measured on documents that were left out of the learning.</p>`;
}

/** A second click deletes, so that none does by chance. */
function remove(ctx, model, local, name) {
  const sure = local.deleting === name;
  const click = () => {
    local.deleting = sure ? '' : name;
    ctx.update();
    if (sure) {
      ctx.act(async () => {
        await ctx.send(calls.of('DELETE', model.model, `_classifiers/${part(name)}`));
        ctx.stale('classifiers');
        ctx.toast(`Deleted ${name}.`);
      });
    }
  };
  return html`<button class=${sure ? 'danger' : 'quiet'} data-test="delete-classifier" aria-label=${sure ? `Really delete ${name}` : `Delete ${name}`} @click=${click}
    @blur=${() => setTimeout(() => {
      local.deleting = '';
      ctx.update();
    }, 300)}>${sure ? 'Really delete' : 'Delete'}</button>`;
}

/** What it takes for what: each label, and the pairs that it confuses. */
function details(ctx, model, name) {
  const call = calls.of('GET', model.model, `_classifiers/${part(name)}`);
  const slot = ctx.data('classifier', `${model.model}/${model.active_generation}/${name}`, (signal) => ctx.send(call, signal));
  const current = slot.value && slot.value.classifier !== name ? { ...slot, value: undefined } : slot;
  return html`<details class="lineage" data-test="classifier-details"><summary>Labels and confusions of ${name}</summary>${shown(current, (one) => html`
    <div class="scroll" tabindex="0" role="region" aria-label="Table of labels"><table><thead><tr><th scope="col">label</th><th scope="col">documents</th><th scope="col">found</th><th scope="col">right of those called so</th></tr></thead>
      <tbody>${one.labels.map((each) => html`<tr><th scope="row">${each.label}</th><td>${number(each.documents)}</td><td>${share(each.right, each.missed)}</td><td>${share(each.right, each.wrong)}</td></tr>`)}</tbody></table></div>
    ${one.confusions?.length ? html`<h3>Most often confused</h3><ul class="plain">${one.confusions.slice(0, 10).map((each) => html`<li><span>${each.label} taken for <strong>${each.predicted}</strong></span><span class="hint">${number(each.documents)}</span></li>`)}</ul>` : nothing}
    ${curlButton(ctx, call, 'this classifier')}`, 'Reading the classifier')}</details>`;
}

const share = (right, other) => (right + other ? html`${percent(right / (right + other))}${bar(right / (right + other))}` : '–');

function trainingOf(ctx, model, local) {
  const { training } = local;
  if (training) {
    return html`<div class="outcome" role="status" data-test="classifier-training"><span>Training ${training.name} … ${Math.round((Date.now() - training.since) / 1000)} s</span>
      <progress aria-label=${`Training of ${training.name}`}></progress>
      <button class="quiet" @click=${() => ctx.act(() => ctx.send(calls.cancel(training.task)))}>Cancel</button></div>`;
  }
  return html`${local.error ? html`<p class="notice warn" role="alert" data-test="classifier-error">${local.error}</p>` : nothing}
    ${local.form ? form(ctx, model, local) : html`<p><button data-test="new-classifier" @click=${() => {
      local.form = true;
      ctx.update();
    }}>Train a classifier</button></p>`}`;
}

function form(ctx, model, local) {
  const act = ctx.local('act', { error: null, busy: false });
  const index = indexOf({ index: '' }, model);
  const fields = ctx.data('label-fields', index, (signal) => ctx.send(calls.fields(index), signal)
    .then((caps) => fieldsOf(caps).filter((field) => LABEL_TYPES.includes(field.type)).map((field) => field.name.replace(/\.keyword$/, ''))));
  const submit = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    const query = data.get('query').trim();
    ctx.act(async () => {
      const body = {
        label_field: data.get('label_field').trim(), features: data.get('features'),
        ...(data.get('multi_label') ? { multi_label: true } : {}),
        ...(query ? { query: textQuery(query, sourceFields(model, true)) } : {}),
      };
      const name = data.get('name');
      const { task } = await ctx.send(calls.of('PUT', model.model, `_classifiers/${part(name)}`, body));
      Object.assign(local, { form: false, error: '', training: { task, name, since: Date.now() } });
      watch(ctx, model, local);
    });
  };
  return html`<form class="inline-form classifier-form" @submit=${submit} data-test="classifier-form">
    <label><span>Name</span><input name="name" data-test="classifier-name" required pattern="[a-z0-9][a-z0-9_.\\-]{0,99}" title="lowercase letters, digits, - _ ." autocomplete="off"></label>
    <label><span>Field to predict</span><input name="label_field" list="label-fields" data-test="classifier-field" required autocomplete="off">
      <datalist id="label-fields">${(fields.value ?? []).map((name) => html`<option value=${name}></option>`)}</datalist></label>
    <label><span>Reads</span><select name="features" data-test="classifier-features"><option value="latent">latents: fast, good with few labels</option><option value="latent+words">latents and words: better with many</option></select></label>
    <label class="grow"><span>Learn only from (words, or query DSL in braces; empty: all)</span><input name="query" data-test="classifier-query" autocomplete="off" spellcheck="false"></label>
    <label class="check"><input type="checkbox" name="multi_label"> a document may have several labels</label>
    <p class="actions"><button class="primary" data-test="train-classifier" ?disabled=${act.busy}>Train</button>
      <button type="button" class="quiet" @click=${() => {
    local.form = false;
    ctx.update();
  }}>Cancel</button></p></form>`;
}

/** Asks for the task until it has ended. */
async function watch(ctx, model, local) {
  try {
    const answer = await ctx.send(calls.task(local.training.task));
    if (answer.completed) {
      local.error = answer.error ? answer.error.caused_by?.reason ?? answer.error.reason : '';
      local.open = answer.error ? local.open : local.training.name;
      local.training = null;
      ctx.stale('classifiers', 'classifier', 'classified');
    }
  } catch (error) {
    local.training = null;
    local.error = `It may still be in training: ${error.message}`;
    ctx.stale('classifiers');
  }
  ctx.update();
  if (local.training) {
    setTimeout(() => watch(ctx, model, local), POLL);
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
/** The page of one model: training, indices, generations, evaluation, drift and schedule. */
import { html, nothing } from './lit-html.js';
import { calls } from './api.js';
import { empty, problem, shown } from './ui.js';
import { attachPanel } from './attach.js';
import { classifiersPanel } from './classifiers.js';
import { evaluatePanel } from './evaluate.js';
import { generationsPanel } from './generations.js';
import { driftPanel, refreshPanel } from './health.js';
import { seedsPanel } from './seeds.js';
import { stateChip } from './models.js';
import { isRunning, trainingCall, trainingPanel } from './training.js';

/** Milliseconds between two looks at a training. */
const POLL = 1000;

export const title = (state) => `Model ${state.model}`;

export function view(ctx) {
  const { state } = ctx;
  if (!state.model) {
    return empty('No model chosen', 'Choose one in the list.', html`<a class="button" href=${ctx.link({ view: 'models' })}>Models</a>`);
  }
  const slot = ctx.data('model', state.model, (signal) => ctx.send(calls.model(state.model), signal));
  const current = slot.value && slot.value.model !== state.model ? { ...slot, value: undefined } : slot;
  return html`<p class="back"><a href=${ctx.link({ view: 'models' })}>‹ Models</a></p>${shown(current, (model) => page(ctx, model), 'Reading the model')}`;
}

function page(ctx, model) {
  const act = ctx.local('act', { error: null, busy: false });
  const training = ctx.data('training', model.model, (signal) => ctx.send(trainingCall(model.model), signal));
  const learned = model.active_generation > 0;
  return html`
    <div class="panel-head"><h1>${model.model} ${stateChip(model.state)}</h1>
      ${learned ? html`<div class="actions"><a class="button" data-test="to-search" href=${ctx.link({ view: 'search' })}>Search</a><a class="button" href=${ctx.link({ view: 'map' })}>Map</a></div>` : nothing}</div>
    <p class="hint">Learns ${[model.source.fields].flat().join(', ')} of ${[model.source.index].flat().join(', ')} into ${model.target_field}.</p>
    ${model.error ? html`<p class="notice warn" data-test="model-error">${model.error}</p>` : nothing}
    ${act.error ? problem(act.error) : nothing}
    ${learned || isRunning(training.value) ? nothing : html`<p class="notice warn">Next: train it. Then attach it to the index, so that its documents get their topics.</p>`}
    <div class="panels">
      ${trainingPanel(ctx, model, training)}
      ${attachPanel(ctx, model)}
      ${generationsPanel(ctx, model)}
      ${seedsPanel(ctx, model)}
      ${learned ? html`${driftPanel(ctx, model)}${refreshPanel(ctx, model)}${evaluatePanel(ctx, model)}${classifiersPanel(ctx, model)}` : nothing}
    </div>`;
}

/** Looks again while a training runs, and reads the model anew when it has ended. */
export function after(ctx) {
  const local = ctx.local('polling', { timer: 0, running: null });
  const slot = ctx.peek('training');
  const running = !slot?.busy && isRunning(slot?.value) ? ctx.state.model : null;
  if (local.running === ctx.state.model && slot?.value && !slot.busy && !running) {
    ctx.forget('search', 'chips', 'map', 'cluster', 'clusters', 'heat', 'evaluate', 'seeds');
    ctx.refresh('model', 'models');
  }
  if (!slot?.busy) {
    local.running = running;
  }
  if (running && !local.timer) {
    local.timer = setTimeout(() => {
      local.timer = 0;
      if (ctx.state.view === 'model') {
        ctx.refresh('training');
      }
    }, POLL);
  }
}

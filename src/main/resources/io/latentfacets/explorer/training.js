/* SPDX-License-Identifier: Apache-2.0 */
/** The training of a model: start, watch, cancel. */
import { html, nothing, svg } from './lit-html.js';
import { calls } from './api.js';
import { curlButton, decimal, duration, number, shown } from './ui.js';

const ENDED = ['none', 'done', 'failed', 'cancelled', 'not_activated'];
const PHASES = ['waiting', 'reading', 'vocabulary', 'training', 'clustering', 'evaluating', 'publishing', 'reencoding'];

export const isRunning = (training) => Boolean(training) && !ENDED.includes(training.phase);

export const trainingCall = (model) => calls.of('GET', model, '_training');

export function trainingPanel(ctx, model, slot) {
  return html`<section class="panel" aria-label="Training" data-test="training">
    <div class="panel-head"><h2>Training</h2>${curlButton(ctx, trainingCall(model.model), 'the state of the training')}</div>
    ${shown(slot, (training) => html`
      ${isRunning(training) ? progress(ctx, model, training) : last(training)}
      ${training.history?.length > 1 ? curve(training.history) : nothing}
      ${isRunning(training) ? nothing : start(ctx, model)}`, 'Reading the training')}
  </section>`;
}

function progress(ctx, model, training) {
  return html`
    <p data-test="phase" data-phase=${training.phase}><strong>${training.phase}</strong>
      ${training.phase === 'training' && training.epochs ? ` · epoch ${training.epoch} of ${training.epochs}` : ''}
      ${training.loss?.total ? ` · loss ${decimal(training.loss.total)}` : ''}
      ${training.waiting_for ? ` · waits for ${training.waiting_for}` : ''}</p>
    <progress max="100" value=${training.percent ?? 0} aria-label="Progress of the training"></progress>
    <p class="hint">${Math.round(training.percent ?? 0)} % · ${number(training.documents_read)} documents · ${duration(training.elapsed_ms ?? 0)}
      ${training.eta_ms === undefined ? nothing : html` · <span data-test="eta">about ${duration(training.eta_ms)} left</span>`}</p>
    <ol class="steps" aria-label="Phases">${PHASES.map((phase) => html`<li aria-current=${phase === training.phase ? 'step' : nothing}>${phase}</li>`)}</ol>
    <button data-test="cancel-training" @click=${() => ctx.act(() => cancel(ctx, model))}>Cancel the training</button>`;
}

/** A training is a task of its own on whichever node makes it; its description names the model. */
async function cancel(ctx, model) {
  const { nodes } = await ctx.send(calls.trainings());
  const tasks = Object.values(nodes ?? {}).flatMap((node) => Object.entries(node.tasks));
  const found = tasks.find(([, task]) => task.description?.startsWith(`train latent model [${model.model}]`));
  if (!found) {
    throw new Error('The training has ended, or waits for a node: nothing to cancel yet.');
  }
  await ctx.send(calls.cancel(found[0]));
  ctx.toast('Cancelled. It stops at the end of its step.');
  ctx.refresh('training');
}

function last(training) {
  const said = {
    none: 'Never trained.', done: `Done: ${number(training.documents_read)} documents in ${duration(training.elapsed_ms ?? 0)}.`,
    failed: 'The last training failed.', cancelled: 'The last training was cancelled.', not_activated: 'The last training made a worse generation. It is kept and not active.',
  };
  return html`<p data-test="phase" data-phase=${training.phase}>${said[training.phase] ?? training.phase}</p>
    ${training.error ? html`<p class="notice warn" data-test="training-error">${training.error}</p>` : nothing}
    ${(training.left ?? []).map((left) => html`<p class="notice warn">${left.index}: ${number(left.documents)} documents are not re-encoded. ${left.reason}</p>`)}`;
}

function start(ctx, model) {
  const act = ctx.local('act', { error: null, busy: false });
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const body = { mode: form.get('mode') };
    if (body.mode !== 'clusters') {
      body.start = form.get('start');
    }
    if (form.get('force')) {
      body.force = true;
    }
    ctx.act(async () => {
      await ctx.send(calls.of('POST', model.model, '_train', body));
      ctx.refresh('training', 'model');
    });
  };
  const learned = model.active_generation > 0;
  return html`<form @submit=${submit} class="inline-form">
    <label><span>Learn</span><select name="mode" data-test="train-mode"><option value="full">all of it</option>${learned ? html`<option value="clusters">topics only</option>` : nothing}</select></label>
    <label><span>Begin</span><select name="start" data-test="train-start"><option value="cold">anew</option>${learned ? html`<option value="auto">as the plugin decides</option><option value="warm">from the active generation</option>` : nothing}</select></label>
    ${learned ? html`<label class="check"><input type="checkbox" name="force"> activate even if worse</label>` : nothing}
    <button class="primary" data-test="train" ?disabled=${act.busy}>Train</button></form>`;
}

/** The loss of each epoch, and that on held-out documents if there are some. */
function curve(history) {
  const [width, height] = [600, 140];
  const lines = [['loss', 'loss', '#4477aa'], ['held_out', 'held-out documents', '#ee7733']]
    .map(([name, label, stroke]) => ({ label, stroke, values: history.map((each) => each[name]) })).filter((line) => line.values.some(Number.isFinite));
  const x = (i) => 4 + (i * (width - 8)) / Math.max(1, history.length - 1);
  const points = ({ values }) => {
    const known = values.filter(Number.isFinite);
    const [low, high] = [Math.min(...known), Math.max(...known)];
    return values.map((value, i) => (Number.isFinite(value) ? `${x(i).toFixed(1)},${(height - 6 - ((value - low) / (high - low || 1)) * (height - 12)).toFixed(1)}` : '')).filter(Boolean).join(' ');
  };
  const stages = history.flatMap((each, i) => (i && each.stage !== history[i - 1].stage ? [x(i - 0.5)] : []));
  const range = (line) => line.values.filter(Number.isFinite);
  const said = lines.map((line) => `${line.label} from ${decimal(range(line)[0])} to ${decimal(range(line).at(-1))}`).join(', ');
  return html`<figure class="curve"><svg viewBox="0 0 600 140" preserveAspectRatio="none" role="img" data-test="loss-curve" aria-label=${`${history.length} epochs: ${said}`}>
      ${svg`${stages.map((at) => svg`<line x1=${at} x2=${at} y1="0" y2="140" class="stage"></line>`)}
      ${lines.map((line) => svg`<polyline points=${points(line)} fill="none" stroke=${line.stroke} stroke-width="2" vector-effect="non-scaling-stroke"></polyline>`)}`}
    </svg>
    <figcaption class="hint">${lines.map((line) => html`<span><svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><circle cx="5" cy="5" r="5" fill=${line.stroke}></circle></svg> ${line.label} ${decimal(range(line)[0])} → ${decimal(range(line).at(-1))}</span>`)}
      <span>${history.length} epochs, each line in its own range; upright lines part the stages</span></figcaption></figure>`;
}


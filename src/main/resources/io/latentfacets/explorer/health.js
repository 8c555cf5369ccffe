/* SPDX-License-Identifier: Apache-2.0 */
/** Drift of a model and its schedule. */
import { html, nothing } from './lit-html.js';
import { calls } from './api.js';
import { curlButton, date, decimal, number, shown } from './ui.js';
import { stateChip } from './models.js';

const SIGNALS = { out_of_vocabulary: 'words that the model does not know', similarity: 'similarity to the nearest topic', unassigned: 'documents of no topic', cluster_shares: 'change of the shares of topics' };
const ADVICE = { none: 'Nothing to do.', clusters: 'New topics suffice: train “topics only”.', full: 'The model must learn again: train “all of it”.' };

export function driftPanel(ctx, model) {
  const call = calls.of('GET', model.model, '_drift');
  const slot = ctx.data('drift', `${model.model}/${model.active_generation}`, (signal) => ctx.send(call, signal));
  return html`<section class="panel" aria-label="Drift" data-test="drift">
    <div class="panel-head"><h2>Drift</h2>${curlButton(ctx, call, 'the drift')}</div>
    ${shown(slot, (drift) => html`
      <p>${stateChip(drift.status)} ${drift.reason ?? ADVICE[drift.advice] ?? drift.advice}</p>
      <p class="hint">${drift.documents ? `${number(drift.documents)} documents since ${date(drift.since)}` : 'No document has come since the training.'}</p>
      ${Object.keys(drift.signals ?? {}).length ? html`<div class="scroll"><table><thead><tr><th scope="col">signal</th><th scope="col">now</th><th scope="col">learned</th><th scope="col">alarm at</th></tr></thead>
        <tbody>${Object.entries(drift.signals).map(([name, signal]) => html`<tr class=${signal.alarm ? 'alarm' : ''}><th scope="row">${SIGNALS[name] ?? name}${signal.alarm ? ' ▲' : ''}</th>
          <td>${decimal(signal.value, 3)}</td><td>${decimal(signal.learned, 3)}</td><td>${decimal(signal.threshold, 3)}</td></tr>`)}</tbody></table></div>` : nothing}
      ${drift.new_subjects?.length ? html`<h3>New subjects</h3><ul class="plain">${drift.new_subjects.map((each) => html`<li><span>${each.terms.map((term) => term.term ?? term).join(', ')}</span><span class="hint">${number(each.documents)} documents</span></li>`)}</ul>` : nothing}
      ${drift.unreachable_nodes?.length ? html`<p class="notice warn">Documents of nodes that did not answer are missing.</p>` : nothing}`, 'Comparing documents')}
  </section>`;
}

export function refreshPanel(ctx, model) {
  const call = calls.of('GET', model.model, '_refresh');
  const act = ctx.local('act', { error: null, busy: false });
  const slot = ctx.data('refresh', model.model, (signal) => ctx.send(call, signal));
  const set = (what) => ctx.act(async () => {
    await ctx.send(calls.of('POST', model.model, `_refresh/${what}`));
    ctx.refresh('refresh');
  });
  return html`<section class="panel" aria-label="Schedule" data-test="refresh">
    <div class="panel-head"><h2>Schedule</h2>${curlButton(ctx, call, 'the schedule')}</div>
    ${shown(slot, (refresh) => {
    const scheduled = refresh.interval || refresh.on_drift || refresh.online;
    return html`
      <p>${scheduled ? html`${refresh.interval ? `Every ${refresh.interval}. ` : ''}${refresh.on_drift ? 'When documents drift. ' : ''}${refresh.online ? `Topics follow the stream, half-life ${refresh.online.half_life}.` : ''}`
    : 'None: the model learns again only when somebody trains it. Set refresh in its definition.'}</p>
      ${refresh.paused ? html`<p class="notice warn">Paused.</p>` : nothing}
      ${refresh.next_run ? html`<p class="hint">Next run ${date(refresh.next_run)}: ${refresh.why}</p>` : nothing}
      ${refresh.running ? html`<p>Running since ${date(refresh.running.start)}: ${refresh.running.mode}, ${refresh.running.why}</p>` : nothing}
      ${refresh.runs?.length ? html`<ul class="plain">${refresh.runs.map((run) => html`<li><span>${run.mode}: <strong>${run.verdict}</strong> ${run.why} ${run.message ?? ''}</span><span class="hint">${date(run.start)}</span></li>`)}</ul>` : nothing}
      ${scheduled ? html`<button data-test=${refresh.paused ? 'resume' : 'pause'} ?disabled=${act.busy} @click=${() => set(refresh.paused ? '_resume' : '_pause')}>${refresh.paused ? 'Resume' : 'Pause'}</button>` : nothing}`;
  }, 'Reading the schedule')}
  </section>`;
}

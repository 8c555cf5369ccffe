/* SPDX-License-Identifier: Apache-2.0 */
/** Attaching a model to indices, and re-encoding, with progress. */
import { html, nothing } from './lit-html.js';
import { calls } from './api.js';
import { curlButton, number } from './ui.js';

export function attachPanel(ctx, model) {
  const local = ctx.local(`attach/${model.model}`, { index: [model.source?.index ?? []].flat().join(','), task: null, result: null });
  const act = ctx.local('act', { error: null, busy: false });
  const bound = [model.bound ?? []].flat();
  const body = { index: local.index.split(',').map((each) => each.trim()).filter(Boolean) };
  const attach = (event) => {
    event.preventDefault();
    run(ctx, local, calls.of('POST', model.model, '_attach', body));
  };
  return html`<section class="panel" aria-label="Indices" data-test="attach-panel">
    <div class="panel-head"><h2>Indices</h2>${curlButton(ctx, calls.of('POST', model.model, '_attach', body), 'the attaching')}</div>
    <p class="hint">Attaching adds the field <code>${model.target_field}</code> and the ingest pipeline, and encodes what is there. It changes no other field.</p>
    <p>${bound.length ? html`Searches of these get the model’s words: ${bound.map((each) => html`<span class="chip">${each}</span> `)}` : 'Bound to no index.'}</p>
    ${(model.next ?? []).map((each) => html`<p class=${each.result === 'not_attached' ? 'notice warn' : 'hint'}>${each.name}: next index ${each.result.replace('_', ' ')}${each.reason ? `. ${each.reason}` : ''}</p>`)}
    <form class="inline-form" @submit=${attach}>
      <label class="grow"><span>Index, pattern, alias or data stream</span><input data-test="attach-index" .value=${local.index} required
        @input=${(event) => { local.index = event.target.value; }} @change=${ctx.update}></label>
      <button data-test="attach" ?disabled=${act.busy || local.task}>Attach</button>
      ${model.active_generation ? html`<button type="button" data-test="reencode" ?disabled=${act.busy || local.task}
        @click=${() => run(ctx, local, calls.of('POST', model.model, '_reencode'))}>Re-encode</button>` : nothing}
    </form>
    ${local.task ? progress(local) : nothing}
    ${local.result ? outcome(local.result) : nothing}
  </section>`;
}

function progress({ status }) {
  const total = status?.total ?? 0;
  const done = (status?.updated ?? 0) + (status?.noops ?? 0) + (status?.version_conflicts ?? 0);
  return html`<progress data-test="attach-progress" max=${Math.max(1, total)} value=${done} aria-label="Documents encoded"></progress>
    <p class="hint" role="status">${number(done)} of ${number(total)} documents encoded</p>`;
}

function outcome(result) {
  const left = result.left ?? [];
  return html`<p role="status" data-test="attach-result">${number(result.updated ?? 0)} documents encoded${left.length ? `, ${left.length} indices with something left` : ''}.</p>
    ${left.map((each) => html`<p class="notice warn">${each.index}: ${number(each.documents)} left. ${each.reason}</p>`)}`;
}

function run(ctx, local, call) {
  return ctx.act(async () => {
    local.result = null;
    const answer = await ctx.send(call);
    ctx.refresh('model', 'models');
    if (!answer.task || typeof answer.updated === 'number') {
      local.result = answer;
      return;
    }
    local.task = answer.task;
    watch(ctx, local);
  });
}

/** Asks for the task until it has ended. Its result stays in `_tasks`. */
async function watch(ctx, local) {
  try {
    const answer = await ctx.send(calls.task(local.task));
    local.status = answer.task?.status;
    if (answer.completed) {
      local.result = answer.response ?? {};
      local.task = null;
      if (answer.error) {
        ctx.toast(answer.error.reason ?? 'The task failed.');
      }
      ctx.forget('search', 'chips', 'map');
    }
  } catch (error) {
    local.task = null;
    ctx.toast(error.message);
  }
  ctx.update();
  if (local.task) {
    setTimeout(() => watch(ctx, local), 1000);
  }
}

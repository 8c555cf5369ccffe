/* SPDX-License-Identifier: Apache-2.0 */
/** The generations of a model side by side: measures, decision, lineage, activation. */
import { html, nothing } from './lit-html.js';
import { calls, part } from './api.js';
import { curlButton, date, decimal, duration, number, percent, shown } from './ui.js';

/** The rows: a name, what it says, how to show it, and whether more is better (1), less is (-1), or neither. */
const ROWS = [
  ['documents', 'documents learned from', (g) => number(g.documents), 0],
  ['clusters', 'topics', (g) => number(g.clusters), 0],
  ['vocabulary', 'words', (g) => number(g.vocabulary_size), 0],
  ['silhouette', 'silhouette: how far apart topics are', (g) => decimal(g.metrics?.silhouette, 3), 1],
  ['coherence', 'coherence: words of a topic belong together', (g) => decimal(g.metrics?.coherence, 3), 1],
  ['diversity', 'diversity: topics differ in words', (g) => decimal(g.metrics?.diversity, 3), 1],
  ['unassigned_share', 'documents without a topic', (g) => percent(g.metrics?.unassigned_share), -1],
  ['kept_share', 'documents that kept their topic', (g) => (g.metrics?.kept_share === undefined ? '–' : percent(g.metrics.kept_share)), 0],
  ['held_out_loss', 'loss on held-out documents', (g) => decimal(g.metrics?.held_out_loss, 3), 0],
  ['encoder', 'encoder of generation', (g) => g.encoder_generation, 0],
  ['start', 'began', (g) => g.decision?.start ?? '–', 0],
  ['seconds', 'took', (g) => duration((g.seconds ?? 0) * 1000), 0],
  ['created', 'made', (g) => date(g.created), 0],
  ['why', 'why', (g) => g.decision?.why ?? '–', 0],
  ['verdict', 'verdict', (g) => g.decision?.verdict ?? '–', 0],
];

export function generationsPanel(ctx, model) {
  const list = [...model.generations].sort((a, b) => b.generation - a.generation);
  const shownOne = ctx.state.generation || String(list[0]?.generation ?? '');
  return html`<section class="panel wide" aria-label="Generations" data-test="generations">
    <div class="panel-head"><h2>Generations</h2>${curlButton(ctx, calls.model(model.model), 'this model')}</div>
    ${list.length ? html`<div class="scroll" tabindex="0" role="region" aria-label="Table of generations"><table>
      <thead><tr><th scope="col"><span class="sr">measure</span></th>${list.map((each) => head(ctx, model, each, shownOne))}</tr></thead>
      <tbody>${ROWS.map((row) => measures(row, list))}</tbody></table></div>
      ${lineagePanel(ctx, model, shownOne)}`
    : html`<p class="hint">None yet. The first training makes generation 1.</p>`}
  </section>`;
}

function head(ctx, model, generation, shownOne) {
  const act = ctx.local('act', { error: null, busy: false });
  const active = generation.generation === model.active_generation;
  const number1 = generation.generation;
  return html`<th scope="col" data-test="generation" data-generation=${number1} data-active=${active}>
    <span class="gen">${number1}${generation.minor_of ? ` (moved ${generation.minor_of})` : ''}</span>
    ${active ? html`<span class="state" data-state="ready">● active</span>`
    : html`<button data-test="activate" ?disabled=${act.busy} aria-label=${`Activate generation ${number1}`} @click=${() => activate(ctx, model, generation)}>Activate</button>`}
    <button class="quiet" data-test="lineage" aria-pressed=${String(number1) === shownOne} aria-label=${`Lineage of generation ${number1}`} @click=${() => ctx.go({ generation: String(number1) }, true)}>Lineage</button></th>`;
}

function activate(ctx, model, generation) {
  const active = model.generations.find((each) => each.generation === model.active_generation);
  const other = active && active.encoder !== generation.encoder;
  return ctx.act(async () => {
    await ctx.send(calls.of('POST', model.model, '_activate', { generation: generation.generation }));
    ctx.forget('search', 'chips', 'map', 'cluster', 'clusters');
    ctx.refresh('model', 'models');
    ctx.toast(other ? 'Active. It has another encoder: re-encode the documents below.' : 'Active.');
  });
}

function measures([name, text, show, better], list) {
  const values = list.map((each) => each.metrics?.[name]);
  const known = values.filter(Number.isFinite);
  const best = better && known.length > 1 && Math.max(...known) !== Math.min(...known) ? (better > 0 ? Math.max(...known) : Math.min(...known)) : null;
  return html`<tr><th scope="row">${text}</th>${list.map((each, i) => html`<td class=${best !== null && values[i] === best ? 'best' : ''} data-measure=${name}>${show(each)}
    ${best !== null && values[i] === best ? html`<span class="hint">best</span>` : nothing}
    ${name === 'verdict' && each.decision?.reason ? html`<p class="hint">${each.decision.reason}</p>` : nothing}</td>`)}</tr>`;
}

function lineagePanel(ctx, model, generation) {
  const call = calls.of('GET', model.model, `generations/${part(generation)}`);
  const slot = ctx.data('generation', `${model.model}/${generation}`, (signal) => ctx.send(call, signal));
  return html`<details class="lineage" ?open=${Boolean(ctx.state.generation)} data-test="lineage-panel"><summary>Lineage and definition of generation ${generation}</summary>
    ${shown(slot, (one) => html`
      ${one.lineage?.length ? html`<p class="hint">Compared with generation ${one.decision?.compared_with ?? '–'}: ${counts(one.lineage)}</p>
        <ul class="lineage-list">${one.lineage.map((each) => html`<li data-event=${each.event}><code>${each.key}</code> <strong>${each.event}</strong>
          ${each.from?.length ? html`from ${each.from.join(', ')}` : nothing}<span class="hint">${typeof each.overlap === 'number' ? ` overlap ${percent(each.overlap)}` : ''}</span></li>`)}</ul>`
      : html`<p class="hint">The first of its kind: nothing to compare with.</p>`}
      ${(one.decision?.not_kept ?? []).map((each) => html`<p class="notice warn" data-test="not-kept">${each}</p>`)}
      ${one.decision?.start_why ? html`<p class="hint">${one.decision.start_why}</p>` : nothing}
      <pre>${JSON.stringify(one.definition ?? {}, null, 2)}</pre>
      ${curlButton(ctx, call, 'this generation')}`, 'Reading the generation')}
  </details>`;
}

function counts(lineage) {
  const byEvent = new Map();
  lineage.forEach((each) => byEvent.set(each.event, (byEvent.get(each.event) ?? 0) + 1));
  return [...byEvent].map(([event, count]) => `${count} ${event}`).join(', ');
}

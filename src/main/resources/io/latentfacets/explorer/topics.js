/* SPDX-License-Identifier: Apache-2.0 */
/** All topics of a model in one list, hidden ones too: to find one, and to merge, split, hide and pin them. */
import { html, nothing } from './lit-html.js';
import { calls } from './api.js';
import { isSingle, isSplit, matching, nameOf, outline } from './edits.js';
import { chooser, curationOf, mergeBar, outcome, putAll, splitForm, topicsOf } from './curation.js';
import { bar, curlButton, dot, number, percent, shown } from './ui.js';

const WORDS = 6;

export const title = () => 'Topics';

export function view(ctx, model) {
  const call = calls.of('GET', model.model, 'clusters?sentences=false');
  return html`
    <div class="panel-head"><h1>Topics of ${model.model}</h1>
      <div class="actions">${curlButton(ctx, call, 'the topics')}<a class="button" href=${ctx.link({ view: 'search' })}>Search</a></div></div>
    <p class="hint">Correct what was learned: merge topics that are one, split one that is several, name, hide or pin them. Nothing is
      trained, each change can be taken back, and it outlives trainings.</p>
    ${shown(topicsOf(ctx, model), ({ list }) => page(ctx, model, list), 'Reading the topics')}`;
}

function page(ctx, model, list) {
  const local = ctx.local('topics', { find: '' });
  const { chosen } = curationOf(ctx);
  const clusters = list.filter((each) => chosen.has(each.key));
  const rows = matching(outline(list), local.find);
  const find = (event) => {
    local.find = event.target.value;
    ctx.update();
  };
  return html`
    <div class="topic-tools">
      <label class="find"><span>Find a topic</span><input type="search" data-test="find-topic" .value=${local.find} @input=${find} autocomplete="off"
        placeholder="a name, a word, a key"></label>
      ${mergeBar(ctx, batch(ctx, clusters))}
      ${outcome(ctx)}
    </div>
    ${rows.length ? html`<ul class="topic-list" data-test="topic-list">${rows.map(({ cluster, depth }) => row(ctx, cluster, depth, list))}</ul>`
      : html`<p class="notice" data-test="no-topic">No topic has “${local.find}” in its name, words or note.</p>`}`;
}

/** What can be done with those that are chosen, besides merging. */
function batch(ctx, clusters) {
  if (!clusters.length) {
    return nothing;
  }
  const { busy } = curationOf(ctx);
  const all = (text, patch, done) => html`<button data-test=${`all-${text.toLowerCase()}`} ?disabled=${Boolean(busy)} @click=${() => putAll(ctx, clusters, patch, done)}>${text}</button>`;
  const many = clusters.length === 1 ? `“${nameOf(clusters[0])}”` : `${clusters.length} topics`;
  return html`
    ${clusters.every((each) => each.hidden) ? all('Show', { hidden: false }, `Facets show ${many} again.`) : all('Hide', { hidden: true }, `Facets hide ${many}.`)}
    ${clusters.every((each) => each.pinned) ? all('Unpin', { pinned: false }, `Trainings need not keep ${many}.`) : all('Pin', { pinned: true }, `Trainings keep ${many}.`)}
    ${clusters.length === 1 && isSingle(clusters[0]) && !clusters[0].merged?.length ? splitForm(ctx, clusters[0]) : nothing}`;
}

function row(ctx, cluster, depth, list) {
  const name = nameOf(cluster);
  return html`<li data-test="topic-row" data-key=${cluster.key} data-depth=${Math.min(depth, 3)} class=${cluster.hidden ? 'is-hidden' : ''}>
    ${isSingle(cluster) ? chooser(ctx, { key: cluster.key, label: name, size: cluster.size }) : html`<span class="choose"></span>`}
    <div class="topic-name"><a href=${ctx.link({ view: 'cluster', key: cluster.key })} data-test="topic-link">${dot(cluster.key)}<span>${name}</span></a>
      <span class="badges">${badges(cluster, list)}</span>
      <p class="hint">${(cluster.terms ?? []).slice(0, WORDS).map((each) => each.term).join(' · ')}</p>
      ${cluster.note ? html`<p class="note">${cluster.note}</p>` : nothing}</div>
    <div class="topic-size"><span>${number(cluster.size)} <span class="hint">${percent(cluster.share)}</span></span>${bar(cluster.share, cluster.key)}</div></li>`;
}

/** What people have done with a topic, in words. */
export function badges(cluster, list = []) {
  const partOf = list.find((each) => each.key === cluster.parent && isSplit(each));
  const said = [
    cluster.hidden ? 'hidden' : null, cluster.pinned ? 'pinned' : null,
    cluster.merged?.length ? `merged with ${cluster.merged.join(', ')}` : null,
    isSplit(cluster) ? `split into ${cluster.children.length}` : null,
    partOf ? `part of ${nameOf(partOf)}` : null,
    cluster.custom_label ? 'renamed' : null,
  ];
  return said.filter(Boolean).map((text) => html`<span class="badge" data-test="badge">${text}</span> `);
}

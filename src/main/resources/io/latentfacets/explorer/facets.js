/* SPDX-License-Identifier: Apache-2.0 */
/** The list of topics beside the hits: parents with their clusters, in both scopes. */
import { html, nothing } from './lit-html.js';
import { withFilter } from './state.js';
import { hasParts, seriesOf, tree } from './query.js';
import { chooser, curationOf, mergeBar, outcome, topicsOf } from './curation.js';
import { bar, dot, number, percent, sparkline } from './ui.js';

const COUNTS = ['auto', '4', '6', '8', '12', '16', '24'];

export function facetList(ctx, model, answer) {
  const { state } = ctx;
  const { facets } = answer;
  const results = facets.scope === 'results';
  const parents = answer.aggregations?.parents?.buckets ?? [];
  const top = results ? facets.clusters.map((each) => ({ ...each, children: [] }))
    : tree(facets.clusters, parents, hasParts(facets.clusters, parents) ? topicsOf(ctx, model).value?.list : []);
  const series = seriesOf(facets.clusters);
  const curation = curationOf(ctx);
  const choose = () => {
    curation.choosing = !curation.choosing;
    curation.chosen.clear();
    ctx.update();
  };
  const open = ctx.local('facets', { open: new Set() }).open;
  return html`
    <section class="facets" aria-label="Topics" data-test="facets" data-scope=${facets.scope}>
      <div class="facets-head">
        <h2>Topics</h2>
        <div class="switch" role="group" aria-label="Topics of what">
          ${[['corpus', 'Collection'], ['results', 'Results']].map(([name, label]) => html`<button data-test=${`scope-${name}`}
            aria-pressed=${state.scope === name} @click=${() => ctx.go({ scope: name }, false)}>${label}</button>`)}
        </div>
      </div>
      <p class="hint">${results ? 'Found among just these results.' : 'Learned from the whole collection.'}
        ${results ? html`<label>How many <select data-test="result-clusters" @change=${(event) => ctx.go({ clusters: event.target.value })}>
          ${COUNTS.map((each) => html`<option ?selected=${each === state.clusters}>${each}</option>`)}</select></label>` : nothing}</p>
      ${results ? nothing : html`<p class="facet-tools"><button class="quiet" data-test="choose-topics" aria-pressed=${curation.choosing} @click=${choose}>Merge topics</button>
        <a href=${ctx.link({ view: 'topics' })} data-test="all-topics">All topics</a></p>
        ${curation.choosing ? mergeBar(ctx) : nothing}${outcome(ctx)}`}
      ${facets.bound === false ? html`<p class="notice">This index is not bound to the model, so topics have keys and no words. Attach the index on the model’s page.</p>` : nothing}
      ${top.length ? html`<ul>${top.map((each) => (each.children.length ? parent(ctx, each, open) : row(ctx, each, facets, series)))}</ul>`
        : html`<p class="notice">${answer.hits.total?.value ? 'No result has a topic. If they are new, wait a little; else re-encode on the model’s page.' : 'No results, so no topics.'}</p>`}
      ${facets.unassigned ? html`<p class="hint" data-test="unassigned">${number(facets.unassigned)} without a topic</p>` : nothing}
      ${facets.other ? html`<p class="hint">${number(facets.other)} in topics not shown</p>` : nothing}
    </section>`;

  function parent(context, group, opened) {
    const expanded = curation.choosing || opened.has(group.key) || group.children.some(isPicked);
    const toggle = () => {
      opened[expanded ? 'delete' : 'add'](group.key);
      context.update();
    };
    return html`<li class="group" data-test="parent" data-key=${group.key}>
      <div class="group-head">
        <button class="toggle" aria-expanded=${expanded} aria-label=${`Topics in ${group.label}`} @click=${toggle}>${expanded ? '▾' : '▸'}</button>
        ${body(context, group, facets, true, null)}
      </div>
      ${expanded ? html`<ul>${group.children.map((child) => (child.children?.length ? parent(context, child, opened) : row(context, child, facets, series)))}</ul>` : nothing}
    </li>`;
  }

  function isPicked({ key, children = [] }) {
    return state.filters.some((filter) => filter.key === key && (filter.t === 'result') === results) || children.some(isPicked);
  }
}

function row(ctx, cluster, facets, series) {
  return html`<li data-test="facet" data-key=${cluster.key}>${body(ctx, cluster, facets, false, series.get(cluster.key))}</li>`;
}

/** @param values the counts over time; without, there is no chart */
function body(ctx, cluster, facets, isParent, values) {
  const { state } = ctx;
  const results = facets.scope === 'results';
  const filter = results
    ? { t: 'result', key: cluster.key, label: cluster.label, partition: facets.partition }
    : { t: 'cluster', key: cluster.key, label: cluster.label };
  const isOn = state.filters.some((each) => each.t === filter.t && each.key === filter.key && each.partition === filter.partition);
  const terms = (cluster.terms ?? []).map((each) => each.term).join(' · ');
  const pick = () => ctx.go({ filters: isOn ? state.filters.filter((each) => each.t !== filter.t || each.key !== filter.key) : withFilter(state.filters, filter) });
  return html`
    <div class="facet">
      ${curationOf(ctx).choosing && !isParent && !results ? chooser(ctx, { key: cluster.key, label: cluster.label, size: cluster.count }) : nothing}
      <button class="facet-pick" data-test="facet-pick" aria-pressed=${isOn} title=${terms} @click=${pick}>
        <span class="facet-line"><span class="facet-label">${isParent && cluster.key.startsWith('p') ? nothing : dot(cluster.key)}<span>${cluster.label}</span></span>
          <span class="facet-count">${number(cluster.count)}<span class="sr"> documents</span></span></span>
        <span class="facet-line">${bar(cluster.share, isParent && cluster.key.startsWith('p') ? undefined : cluster.key)}
          <span class="facet-figures">${percent(cluster.share)}${lift(cluster.lift)}</span></span>
        ${values ? sparkline(values, '', cluster.key) : nothing}
      </button>
      ${results ? nothing : html`<a class="about" href=${ctx.link({ view: 'cluster', key: cluster.key })} data-test="about-cluster" aria-label=${`About ${cluster.label}`}>›</a>`}
    </div>`;
}

/** How many times as frequent as in the whole collection; once is no news. */
function lift(value) {
  return value && Math.abs(value - 1) >= 0.05
    ? html` · <span title="times as frequent as in the collection">${value >= 10 ? Math.round(value) : value.toPrecision(2)}× usual</span>` : nothing;
}

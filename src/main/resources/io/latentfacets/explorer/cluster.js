/* SPDX-License-Identifier: Apache-2.0 */
/** The page of one cluster or parent: what it is about, what is near, what is in it, and its name. */
import { html, nothing } from './lit-html.js';
import { calls, part } from './api.js';
import { at, cut, hitText, sourceFields } from './query.js';
import { bar, curlButton, dot, empty, marked, number, percent, problem, shown, sparkline } from './ui.js';
import { indexOf } from './searchbar.js';
import { dateFields } from './trends.js';
import { whyButton, whyPanel } from './why.js';

const NEAREST = 5;

export const title = (state) => `Topic ${state.key}`;

export function view(ctx, model) {
  const { state } = ctx;
  if (!state.key) {
    return empty('No topic chosen', 'Choose one in the list of topics.', html`<a class="button" href=${ctx.link({ view: 'search' })}>Topics</a>`);
  }
  const version = `${state.model}/${model.active_generation}`;
  const call = calls.of('GET', state.model, `clusters/${part(state.key)}`);
  const one = ctx.data('cluster', `${version}/${state.key}`, (signal) => ctx.send(call, signal));
  const all = ctx.data('clusters', version, (signal) => ctx.send(calls.of('GET', state.model, 'clusters?sentences=false'), signal));
  const current = one.value?.key === state.key ? one : { ...one, value: undefined };
  return html`
    <p class="back"><a href=${ctx.link({ view: 'search', key: '' })} data-test="back">‹ ${state.q ? `Results of “${state.q}”` : 'All topics'}</a></p>
    ${shown(current, (cluster) => page(ctx, model, cluster, all, call), 'Reading the topic')}
    ${current.error ? documents(ctx, model, { key: state.key }) : nothing}`;
}

function page(ctx, model, cluster, all, call) {
  return html`
    <article class="topic" data-test="topic" data-key=${cluster.key}>
      ${heading(ctx, model, cluster)}
      <p class="figures"><span><strong>${number(cluster.size)}</strong> documents learned from</span>
        <span><strong>${percent(cluster.share)}</strong> of the collection</span>
        <a class="button" data-test="filter-by" href=${ctx.link({ view: 'search', key: '', q: '', filters: [{ t: 'cluster', key: cluster.key, label: nameOf(cluster) }] })}>Search in it</a>
        ${curlButton(ctx, call, 'this topic')}</p>
      <div class="topic-columns">
        <section aria-label="Words"><h2>Words</h2>${words(cluster)}</section>
        ${cluster.children ? nothing : html`<section aria-label="Sentences"><h2>In its own sentences</h2>${sentences(cluster)}</section>`}
        <section aria-label="Other topics">${shown(all, (list) => relatives(ctx, cluster, list), 'Reading the topics')}</section>
      </div>
      ${overTime(ctx, model, cluster)}
      ${documents(ctx, model, cluster)}
    </article>`;
}

export const nameOf = (cluster) => cluster.custom_label ?? cluster.label;

function heading(ctx, model, cluster) {
  const local = ctx.local('rename', { key: null });
  const act = ctx.local('act', { error: null, busy: false });
  const editing = local.key === cluster.key;
  const put = (body) => ctx.act(async () => {
    await ctx.send(calls.of('PUT', model.model, `clusters/${part(cluster.key)}`, body));
    local.key = null;
    ctx.forget('cluster', 'clusters', 'search', 'chips');
    ctx.toast('Saved. Searches use it at once.');
  });
  const keep = cluster.custom_label ? { label: cluster.custom_label } : {};
  const save = (event) => {
    event.preventDefault();
    const label = new FormData(event.target).get('label').trim();
    put({ ...(label && label !== cluster.label ? { label } : {}), hidden: cluster.hidden });
  };
  const edit = () => {
    local.key = editing ? null : cluster.key;
    ctx.update();
    setTimeout(() => document.getElementById('rename')?.select());
  };
  return html`<header class="topic-head">
    ${editing ? html`<form @submit=${save} class="rename">
        <label><span class="sr">Name of the topic</span><input id="rename" name="label" data-test="rename-input" maxlength="200" .value=${nameOf(cluster)}></label>
        <button data-test="rename-save" ?disabled=${act.busy}>Save</button>
        <button type="button" class="quiet" @click=${edit}>Cancel</button>
        <span class="hint">Empty: the learned name, “${cluster.label}”.</span>
      </form>`
    : html`<h1>${dot(cluster.key)}<span data-test="topic-label">${nameOf(cluster)}</span> <code>${cluster.key}</code></h1>
      <div class="actions"><button data-test="rename" @click=${edit}>Rename</button>
        <button data-test="hide" aria-pressed=${cluster.hidden} ?disabled=${act.busy} @click=${() => put({ ...keep, hidden: !cluster.hidden })}>${cluster.hidden ? 'Show in facets' : 'Hide in facets'}</button></div>`}
    ${cluster.custom_label && !editing ? html`<p class="hint">Learned name: ${cluster.label}</p>` : nothing}
    ${cluster.hidden ? html`<p class="notice">Hidden: facets count its documents among “other”.</p>` : nothing}
    ${act.error ? problem(act.error) : nothing}
  </header>`;
}

function words(cluster) {
  const most = cluster.terms?.[0]?.weight || 1;
  return html`<ul class="words" data-test="terms">${(cluster.terms ?? []).slice(0, 20).map((each) => html`<li><span>${each.term}</span>${bar(each.weight / most, cluster.key)}</li>`)}</ul>`;
}

function sentences(cluster) {
  if (!cluster.exemplar_sentences) {
    return html`<p class="hint">Not known: the documents nearest to its centre are gone, or you may not read them.</p>`;
  }
  return cluster.exemplar_sentences.length ? cluster.exemplar_sentences.map((each) => html`<blockquote data-test="sentence"><p>${each.sentence}</p><footer>${each._id}</footer></blockquote>`)
    : html`<p class="hint">Its documents have no sentence that can stand by itself.</p>`;
}

function relatives(ctx, cluster, list) {
  const link = (each) => html`<li><a data-test="related" href=${ctx.link({ key: each.key })}>${dot(each.key)}<span>${nameOf(each)}</span></a><span class="hint">${number(each.size)}</span></li>`;
  const byKey = new Map(list.map((each) => [each.key, each]));
  const parent = byKey.get(cluster.parent);
  const siblings = (parent?.children ?? cluster.children ?? []).filter((key) => key !== cluster.key).map((key) => byKey.get(key)).filter(Boolean);
  const distance = (each) => Math.hypot(each.x - cluster.x, each.y - cluster.y);
  const near = list.filter((each) => !each.children === !cluster.children && each.key !== cluster.key && !siblings.includes(each))
    .sort((a, b) => distance(a) - distance(b)).slice(0, NEAREST);
  return html`
    ${parent ? html`<h2>Part of</h2><ul class="plain">${link(parent)}</ul>` : nothing}
    ${siblings.length ? html`<h2>${cluster.children ? 'Topics in it' : 'Beside it'}</h2><ul class="plain">${siblings.map(link)}</ul>` : nothing}
    ${near.length ? html`<h2>Nearest on the map</h2><ul class="plain">${near.map(link)}</ul>` : nothing}`;
}

/** Its documents by date, where they have one. */
function overTime(ctx, model, cluster) {
  const index = indexOf(ctx.state, model);
  const field = dateFields(ctx, index).value?.names[0];
  if (!field) {
    return nothing;
  }
  const call = calls.search(index, {
    size: 0, query: { bool: { filter: [{ latent_cluster: { field: model.target_field, clusters: [cluster.key] } }] } },
    aggs: { times: { auto_date_histogram: { field, buckets: 60 } } },
  });
  const slot = ctx.data('topic-times', JSON.stringify(call), (signal) => ctx.send(call, signal));
  const buckets = slot.value?.aggregations?.times?.buckets ?? [];
  const day = (bucket) => new Date(bucket.key).toLocaleDateString(undefined, { dateStyle: 'medium', timeZone: 'UTC' });
  return buckets.length < 2 ? nothing : html`<section class="topic-times" aria-label="Over time" data-test="topic-times">
    <div class="hits-head"><h2>Over time, by ${field}</h2>${curlButton(ctx, call, 'these times')}</div>
    ${sparkline(buckets.map((each) => each.doc_count), `From ${day(buckets[0])} to ${day(buckets.at(-1))}, at most ${number(Math.max(...buckets.map((each) => each.doc_count)))} documents at a time`, cluster.key)}
    <p class="hint ends"><span>${day(buckets[0])}</span><span>${day(buckets.at(-1))}</span></p></section>`;
}

function documents(ctx, model, cluster) {
  const index = indexOf(ctx.state, model);
  const field = model.target_field;
  const inIt = { latent_cluster: { field, clusters: [cluster.key] } };
  const call = calls.search(index, {
    size: 10, track_total_hits: true, _source: { excludes: [field] },
    query: { bool: { filter: [inIt], should: cluster.exemplars?.length ? [{ ids: { values: cluster.exemplars } }] : [] } },
    // who may not read the topic itself still gets its label and words from a search
    ...(cluster.label ? {} : { aggs: { topic: { latent_clusters: { field, size: 1, terms: 10 } } } }),
  });
  const slot = ctx.data('topic-documents', JSON.stringify(call), (signal) => ctx.send(call, signal));
  const fields = sourceFields(model);
  return html`<section class="topic-documents" aria-label="Documents"><div class="hits-head"><h2>Documents${cluster.exemplars?.length ? ', the most typical first' : ''}</h2>${curlButton(ctx, call, 'these documents')}</div>
    ${shown(slot, (answer) => html`${(answer.aggregations?.topic?.buckets ?? []).map((topic) => html`<p data-test="topic-label">${dot(topic.key)} <strong>${topic.label}</strong> <span class="hint">${topic.terms.map((each) => each.term).join(' · ')}</span></p>`)}<p role="status" class="hint" data-test="topic-total">${number(answer.hits.total.value)} in ${index}</p>
      <ol class="hit-list">${answer.hits.hits.map((hit) => {
    const text = hitText(hit, fields);
    return html`<li class="hit" data-test="hit"><h3>${marked(text.title)}</h3>
          <p class="snippet">${cut(String(fields.map((name) => at(hit._source, name)).filter((value) => value && value !== text.title).at(-1) ?? ''), 220)}</p>
          <div class="hit-foot">${whyButton(ctx, hit, cluster.key)}<span class="hint id">${hit._index} / ${hit._id}</span></div>
          ${whyPanel(ctx, model, hit, cluster)}</li>`;
  })}</ol>`, 'Searching')}
  </section>`;
}

/* SPDX-License-Identifier: Apache-2.0 */
/** The page of one cluster or parent: what it is about, what is near, what is in it, and its name. */
import { html, nothing } from './lit-html.js';
import { calls, part } from './api.js';
import { at, cut, hitText, sourceFields } from './query.js';
import { isSingle, isSplit, nameOf } from './edits.js';
import { topicsOf } from './curation.js';
import { heading } from './edit.js';
import { bar, curlButton, dot, empty, marked, number, percent, shown, sparkline } from './ui.js';
import { hitActions } from './examples.js';
import { indexOf } from './searchbar.js';
import { dateFields } from './trends.js';
import { summaryButton, summaryPanel } from './summary.js';
import { whyButton, whyPanel } from './why.js';
import { nearWords } from './words.js';

const NEAREST = 5;

export const title = (state) => `Topic ${state.key}`;

export function view(ctx, model) {
  const { state } = ctx;
  if (!state.key) {
    return empty('No topic chosen', 'Choose one in the list of topics.', html`<a class="button" href=${ctx.link({ view: 'topics' })}>Topics</a>`);
  }
  const version = `${state.model}/${model.active_generation}`;
  const call = calls.of('GET', state.model, `clusters/${part(state.key)}`);
  const one = ctx.data('cluster', `${version}/${state.key}`, (signal) => ctx.send(call, signal));
  const all = topicsOf(ctx, model);
  // the key of a topic that was merged means the one that counts for it
  const current = one.value?.key === state.key || one.value?.merged?.includes(state.key) ? one : { ...one, value: undefined };
  return html`
    <p class="back"><a href=${ctx.link({ view: 'search', key: '' })} data-test="back">‹ ${state.q ? `Results of “${state.q}”` : 'Search'}</a> <a href=${ctx.link({ view: 'topics', key: '' })} data-test="to-topics">All topics</a></p>
    ${shown(current, (cluster) => page(ctx, model, cluster, all, call), 'Reading the topic')}
    ${current.error ? documents(ctx, model, { key: state.key }) : nothing}`;
}

function page(ctx, model, cluster, all, call) {
  return html`
    <article class="topic" data-test="topic" data-key=${cluster.key}>
      ${heading(ctx, cluster, all.value?.list)}
      <p class="figures"><span><strong>${number(cluster.size)}</strong> documents learned from</span>
        <span><strong>${percent(cluster.share)}</strong> of the collection</span>
        <a class="button" data-test="filter-by" href=${ctx.link({ view: 'search', key: '', q: '', filters: [{ t: 'cluster', key: cluster.key, label: nameOf(cluster) }] })}>Search in it</a>
        ${summaryButton(ctx, `topic/${cluster.key}`)}${curlButton(ctx, call, 'this topic')}</p>
      ${summaryPanel(ctx, model, `topic/${cluster.key}`, { index: indexOf(ctx.state, model).split(','), cluster: cluster.key })}
      <div class="topic-columns">
        <section aria-label="Words"><h2>Words</h2>${words(ctx, model, cluster)}</section>
        ${cluster.children ? nothing : html`<section aria-label="Sentences"><h2>In its own sentences</h2>${sentences(cluster)}</section>`}
        <section aria-label="Other topics">${shown(all, ({ list }) => relatives(ctx, cluster, list), 'Reading the topics')}</section>
      </div>
      ${overTime(ctx, model, cluster)}
      ${documents(ctx, model, cluster)}
    </article>`;
}

function words(ctx, model, cluster) {
  const local = ctx.local('topic-word', { key: '', term: '' });
  const terms = (cluster.terms ?? []).slice(0, 20);
  const most = terms[0]?.weight || 1;
  const open = local.key === cluster.key ? local.term : '';
  const show = (term) => {
    Object.assign(local, { key: cluster.key, term: open === term ? '' : term });
    ctx.forget('near-words');
    ctx.update();
  };
  return html`<p class="hint">Choose a word to see those near to it.</p>
    <ul class="words" data-test="terms">${terms.map(({ term, weight }) => html`<li><button class="quiet" data-test="term" aria-expanded=${open === term} @click=${() => show(term)}>${term}</button>${bar(weight / most, cluster.key)}</li>
    ${open === term ? html`<li class="whole">${nearWords(ctx, model, term, [], (word) => ctx.go({ view: 'search', q: /\s/.test(word) ? `"${word}"` : word, filters: [] }), 'Search for')}</li>` : nothing}`)}</ul>`;
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
  const known = (keys) => (keys ?? []).map((key) => byKey.get(key)).filter((each) => each && each !== cluster && each.key !== cluster.key);
  const children = known(cluster.children);
  const siblings = known(parent?.children);
  const distance = (each) => Math.hypot(each.x - cluster.x, each.y - cluster.y);
  const isGroup = Boolean(cluster.children) && !isSplit(cluster);
  const near = list.filter((each) => (isGroup ? each.children && !isSplit(each) : isSingle(each)) && each.key !== cluster.key && !siblings.includes(each) && !children.includes(each))
    .sort((a, b) => distance(a) - distance(b)).slice(0, NEAREST);
  return html`
    ${parent ? html`<h2>Part of</h2><ul class="plain">${link(parent)}</ul>` : nothing}
    ${children.length ? html`<h2>Topics in it</h2><ul class="plain" data-test="children">${children.map(link)}</ul>` : nothing}
    ${siblings.length ? html`<h2>Beside it</h2><ul class="plain">${siblings.map(link)}</ul>` : nothing}
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
          <div class="hit-foot">${whyButton(ctx, hit, cluster.key)}${hitActions(ctx, hit, text.title)}<span class="hint id">${hit._index} / ${hit._id}</span></div>
          ${whyPanel(ctx, model, hit, cluster)}</li>`;
  })}</ol>`, 'Searching')}
  </section>`;
}

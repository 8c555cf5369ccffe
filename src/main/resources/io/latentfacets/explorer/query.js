/* SPDX-License-Identifier: Apache-2.0 */
/** From what a person has typed and picked to request bodies. All functions are pure. */
import { nameOf } from './edits.js';
import { isExample } from './state.js';

/** Tags around matches: control characters, which no sane text contains, so that markup in documents stays text. */
const OPEN = '\u0001';
const CLOSE = '\u0002';

/** How many documents are like the examples: with diversity of all shards together, else of each. */
const NEIGHBORS = 100;

export const TITLES = ['title', 'subject', 'name', 'headline'];

/**
 * The query for a text: query_string syntax, or query DSL if it begins with a brace.
 *
 * @throws Error with a readable message if the DSL is no JSON object
 */
export function textQuery(text, fields) {
  const trimmed = text.trim();
  if (!trimmed || trimmed === '*') {
    return { match_all: {} };
  }
  if (trimmed.startsWith('{')) {
    let body;
    try {
      body = JSON.parse(trimmed);
    } catch (e) {
      throw new Error(`This is no JSON: ${e.message}`);
    }
    return body.query ?? body;
  }
  return { query_string: { query: trimmed, fields, type: 'cross_fields', default_operator: 'AND', lenient: true } };
}

/** The clause of a filter. */
export function filterClause(filter, field) {
  switch (filter.t) {
    case 'cluster':
      return { latent_cluster: { field, clusters: [filter.key] } };
    case 'result':
      return { latent_cluster: { field, clusters: [filter.key], partition: filter.partition } };
    case 'region':
      return { latent_region: filter.polygon ? { field, polygon: filter.polygon } : { field, x: filter.x, y: filter.y } };
    default:
      throw new Error(`no clause for ${filter.t}`);
  }
}

/** The whole query of a state: the text, the examples for and against, and the filters. */
export function stateQuery(state, model) {
  const field = model.target_field;
  const text = textQuery(state.q, sourceFields(model, true));
  const clauses = state.filters.filter((each) => !isExample(each)).map((each) => filterClause(each, field));
  const like = examples(state, 'like');
  if (!like.length) { // an example against says nothing without one for
    return clauses.length ? { bool: { must: [text], filter: clauses } } : text;
  }
  const unlike = examples(state, 'unlike');
  const diversity = Math.min(1, Math.max(0, Number(state.diversity) || 0));
  const among = text.match_all ? clauses : [text, ...clauses];
  return {
    latent_neighbors: {
      field, k: NEIGHBORS, like, ...(unlike.length ? { unlike } : {}), ...(diversity ? { diversity } : {}),
      ...(among.length ? { filter: { bool: { filter: among } } } : {}),
    },
  };
}

/** The examples of one side, as the query latent_neighbors takes them. */
export const examples = (state, side) => state.filters.filter((each) => each.t === side)
  .map((each) => (each.text ? { text: each.text } : { _index: each.index, _id: each.id }));

/** Whether the state asks for less than everything. */
export const isNarrowed = (state) => Boolean(state.q.trim() && state.q.trim() !== '*') || state.filters.length > 0;

/** The fields that a model learns from, without their weights or with them. */
export function sourceFields(model, weighted = false) {
  const fields = [model.source?.fields ?? []].flat();
  return weighted ? fields : fields.map((each) => each.split('^')[0]);
}

/** What the search view sends: hits and facets, with small charts `{field, interval}` over time or without. */
export function searchBody(state, model, size = 10, charts = null) {
  const field = model.target_field;
  const fields = sourceFields(model);
  const results = state.scope === 'results';
  const options = { field, scope: state.scope, size: results ? 100 : 1000, terms: 6, ...(charts ? { trend: charts } : {}) };
  if (results && state.clusters !== 'auto') {
    options.clusters = Number(state.clusters);
  }
  const search = {
    query: stateQuery(state, model), from: Number(state.from) || 0, size, track_total_hits: true,
    _source: { excludes: [field] },
    highlight: {
      pre_tags: [OPEN], post_tags: [CLOSE], require_field_match: false, number_of_fragments: 2, fragment_size: 200,
      no_match_size: 240, fields: Object.fromEntries(fields.map((each) => [each, {}])),
    },
  };
  if (!results) {
    search.aggs = { parents: { latent_clusters: { field, level: 'parents', size: 1000, terms: 3 } } };
  }
  return { search, facets: options };
}

/** Asks which clusters these hits are in: they do not carry it. */
export function chipsBody(hits, field) {
  const ids = [...new Set(hits.map((hit) => hit._id))];
  return {
    size: 0, query: { ids: { values: ids } },
    aggs: {
      topics: {
        latent_clusters: { field, size: 1000, terms: 0 },
        aggs: { hits: { top_hits: { size: Math.min(100, ids.length * 2), _source: false } } },
      },
    },
  };
}

/** From the answer to chipsBody: `index/id` → `{key, label}`. */
export function chips(answer) {
  const found = new Map();
  for (const bucket of answer.aggregations?.topics?.buckets ?? []) {
    bucket.hits.hits.hits.forEach((hit) => found.set(`${hit._index}/${hit._id}`, bucket));
  }
  return found;
}

/** Splits a highlighted text into `{text, match}`; other control characters disappear. */
export function split(text) {
  const parts = [];
  let match = false;
  for (const piece of String(text).split(/([\u0001\u0002])/)) {
    if (piece === OPEN || piece === CLOSE) {
      match = piece === OPEN;
    } else if (piece) {
      parts.push({ text: piece, match });
    }
  }
  return parts;
}

/** The title of a hit, and what else to show of it, both perhaps with tags. */
export function hitText(hit, fields) {
  const source = hit._source ?? {};
  const marked = hit.highlight ?? {};
  const field = [...TITLES, ...fields].find((name) => typeof at(source, name) === 'string' && at(source, name).trim());
  const whole = field ? at(source, field) : hit._id;
  // a highlight of a long title is a part of it
  const fragment = marked[field]?.[0];
  const title = fragment && plain(fragment).length >= whole.length ? fragment : cut(whole, 160);
  const body = fields.filter((name) => name !== field).flatMap((name) => marked[name] ?? []);
  return { title, snippets: body.length ? body.slice(0, 3) : whole.length > 160 ? (marked[field] ?? [whole.slice(160, 400)]) : [] };
}

/** A text of at most so many characters, with a sign that there was more. */
export const cut = (text, most) => (text.length > most ? `${text.slice(0, most).trimEnd()} …` : text);

const plain = (text) => text.replaceAll(OPEN, '').replaceAll(CLOSE, '');

/** The value at a dotted path; of an array the first. */
export function at(source, path) {
  const value = path in source ? source[path] : path.split('.').reduce((each, name) => each?.[name], source);
  return Array.isArray(value) ? value[0] : value;
}

/** The words of a search; none of query DSL, fields, wildcards or operators. */
export function wordsOf(text) {
  if (text.trim().startsWith('{')) {
    return [];
  }
  return [...new Set(text.split(/\s+/).filter((each) => !/^(AND|OR|NOT)$/.test(each)).map((each) => each.replace(/^[("+]+|[)",;.]+$/g, ''))
    .filter((each) => /^[\p{L}\p{N}][\p{L}\p{N}'’-]*$/u.test(each)))];
}

/** A document with texts at dotted paths, `[[path, text]]`; empty texts are left out. */
export function documentOf(values) {
  const document = {};
  for (const [path, text] of values.filter(([, each]) => each)) {
    const names = path.split('.');
    const last = names.pop();
    names.reduce((each, name) => (each[name] ??= {}), document)[last] = text;
  }
  return document;
}

/**
 * Facets as a tree: parents with their clusters, in the order of the parents; clusters without one stand alone. A topic
 * that was split is a parent below its own: it has no bucket, so its count is that of its parts.
 *
 * @param known the model's clusters, for the names and places of those that were split; without, their keys will do
 */
export function tree(clusters, parents, known = []) {
  const infos = new Map(known.map((each) => [each.key, each]));
  const groups = new Map(parents.map((parent) => [parent.key, { ...parent, count: parent.doc_count, children: [] }]));
  const top = [...groups.values()];
  const groupOf = (key) => {
    if (!groups.has(key)) {
      const info = infos.get(key);
      const group = { key, label: info ? nameOf(info) : key, terms: info?.terms, count: 0, share: 0, children: [] };
      groups.set(key, group);
      (info?.parent ? groupOf(info.parent).children : top).push(group);
    }
    return groups.get(key);
  };
  for (const cluster of clusters) {
    if (cluster.parent) {
      groupOf(cluster.parent).children.push(cluster);
    } else if (groups.has(cluster.key)) {
      Object.assign(groups.get(cluster.key), cluster);
    } else {
      top.push({ ...cluster, children: [] });
    }
  }
  const withBucket = new Set(parents.map((parent) => parent.key));
  const sum = (group) => {
    const below = (group.children ?? []).map(sum);
    group.children?.sort((one, other) => other.count - one.count);
    if (below.length && !withBucket.has(group.key)) {
      group.count = below.reduce((all, each) => all + each.count, 0);
      group.share = below.reduce((all, each) => all + (each.share ?? 0), 0);
    }
    return group;
  };
  return top.map(sum).filter((each) => each.count > 0);
}

/** Whether facets have parts of topics that were split. */
export const hasParts = (clusters, parents) => clusters.some((each) => each.parent && !parents.some((parent) => parent.key === each.parent));

/** The counts of each cluster at every time at which one of them has documents: `key` → values. */
export function seriesOf(clusters) {
  const times = [...new Set(clusters.flatMap((cluster) => (cluster.trend ?? []).map((each) => each.t)))].sort((a, b) => a - b);
  const at = new Map(times.map((t, i) => [t, i]));
  return new Map(times.length < 3 ? [] : clusters.map((cluster) => {
    const values = times.map(() => 0);
    (cluster.trend ?? []).forEach((each) => { values[at.get(each.t)] = each.count; });
    return [cluster.key, values];
  }));
}

/** The fields of an index, from _field_caps: `[{name, type, aggregatable}]`, those of the server's own left out. */
export function fieldsOf(caps) {
  return Object.entries(caps.fields ?? {}).flatMap(([name, types]) => Object.values(types)
    .filter((each) => !each.metadata_field && !name.startsWith('_'))
    .map((each) => ({ name, type: each.type, aggregatable: each.aggregatable })));
}

/** A definition for a model of an index: text fields, a title twice as heavy; no sub-fields, which have the same text. */
export function defaultDefinition(index, fields) {
  const leaves = new Set(fields.filter((field) => !['object', 'nested'].includes(field.type)).map((field) => field.name));
  const isSub = (name) => leaves.has(name.split('.').slice(0, -1).join('.'));
  const texts = fields.filter((field) => ['text', 'match_only_text'].includes(field.type) && !isSub(field.name)).map((field) => field.name);
  const isTitle = (name) => TITLES.includes(name.split('.').at(-1));
  const ordered = [...texts.filter(isTitle), ...texts.filter((name) => !isTitle(name))];
  return { source: { index: [index], fields: ordered.map((name) => (isTitle(name) && texts.length > 1 ? `${name}^2` : name)) } };
}

/**
 * How words come and go along a way: the most probable words of each step, `[{term, values}]`, those that are strongest
 * early first. A word that a step does not list has 0 there.
 *
 * @param each how many words of a step
 */
export function trail(samples, each) {
  const terms = [...new Set(samples.flatMap(({ words }) => [...words].sort((a, b) => b.probability - a.probability).slice(0, each).map(({ term }) => term)))];
  const rows = terms.map((term) => ({ term, values: samples.map(({ words }) => words.find((word) => word.term === term)?.probability ?? 0) }));
  const middle = ({ values }) => values.reduce((sum, value, i) => sum + i * value, 0) / values.reduce((sum, value) => sum + value, 0);
  return rows.sort((a, b) => middle(a) - middle(b));
}

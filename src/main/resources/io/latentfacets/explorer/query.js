/* SPDX-License-Identifier: Apache-2.0 */
/** From what a person has typed and picked to request bodies. All functions are pure. */

/** Tags around matches: control characters, which no sane text contains, so that markup in documents stays text. */
const OPEN = '\u0001';
const CLOSE = '\u0002';

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

/** The whole query of a state: the text, the documents to be like, and the filters. */
export function stateQuery(state, model) {
  const field = model.target_field;
  const text = textQuery(state.q, sourceFields(model, true));
  const clauses = state.filters.filter((each) => each.t !== 'like').map((each) => filterClause(each, field));
  const like = state.filters.find((each) => each.t === 'like');
  if (like) {
    const among = text.match_all ? clauses : [text, ...clauses];
    return {
      latent_neighbors: {
        field, k: 100, like: { _index: like.index, _id: like.id },
        ...(among.length ? { filter: { bool: { filter: among } } } : {}),
      },
    };
  }
  return clauses.length ? { bool: { must: [text], filter: clauses } } : text;
}

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

/** Facets as a tree: parents with their clusters, in the order of the parents; clusters without one stand alone. */
export function tree(clusters, parents) {
  const groups = new Map(parents.map((parent) => [parent.key, { ...parent, count: parent.doc_count, children: [] }]));
  const top = [...groups.values()];
  for (const cluster of clusters) {
    const group = cluster.parent && groups.get(cluster.parent);
    if (group) {
      group.children.push(cluster);
    } else if (groups.has(cluster.key)) {
      Object.assign(groups.get(cluster.key), cluster);
    } else {
      top.push({ ...cluster, children: [] });
    }
  }
  return top.filter((each) => each.count > 0);
}

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

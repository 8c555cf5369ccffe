/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The state of the page, which its address holds behind the `#`: `#/map?model=topics&q=http&f={…}`. Nothing of it is
 * sent to the server with the page. All functions are pure.
 *
 * State: `view` and the parameters of PARAMS as strings; `filters`, an array of
 * `{t: 'cluster', key, label}`, `{t: 'result', key, label, partition}`, `{t: 'region', x, y}`,
 * `{t: 'region', polygon}`, and the examples for and against, `{t: 'like' | 'unlike', index, id, label}` or
 * `{t: 'like' | 'unlike', text}`.
 */

export const VIEWS = ['search', 'map', 'trends', 'topics', 'cluster', 'way', 'models', 'model', 'create'];

/** What an address may hold, with the values that it leaves out. */
const PARAMS = {
  model: '', index: '', q: '', scope: 'corpus', clusters: 'auto', from: '0', key: '', date: '', interval: '',
  generation: '', label: '', window: '', diversity: '0', a: '', b: '', steps: '7', at: '0',
};

/** Parameters that describe a place within one search, and lose their sense with the next one. */
const OF_SEARCH = ['from'];

export function parse(hash) {
  const [path, query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const params = new URLSearchParams(query);
  const state = { view: VIEWS.includes(path) ? path : 'search', filters: [] };
  for (const [name, fallback] of Object.entries(PARAMS)) {
    state[name] = params.get(name) ?? fallback;
  }
  for (const text of params.getAll('f')) {
    const filter = parsed(text);
    if (isFilter(filter)) {
      state.filters.push(filter);
    }
  }
  return state;
}

export function format(state) {
  const params = new URLSearchParams();
  for (const [name, fallback] of Object.entries(PARAMS)) {
    if (state[name] && state[name] !== fallback) {
      params.set(name, state[name]);
    }
  }
  state.filters.forEach((filter) => params.append('f', JSON.stringify(filter)));
  const query = params.toString();
  return `#/${state.view}${query ? `?${query}` : ''}`;
}

/** The state after a change; a new search begins with its first page. */
export function changed(state, patch) {
  const next = { ...state, ...patch };
  if (['q', 'filters', 'model', 'index', 'diversity'].some((name) => name in patch)) {
    OF_SEARCH.filter((name) => !(name in patch)).forEach((name) => { next[name] = PARAMS[name]; });
  }
  if ('model' in patch && patch.model !== state.model) {
    Object.assign(next, { filters: patch.filters ?? [], window: '', key: patch.key ?? '' });
  }
  return next;
}

/** Whether a filter is an example, for or against. */
export const isExample = (filter) => filter.t === 'like' || filter.t === 'unlike';

/** Adds a filter; a place on the map replaces the former one, and an example for becomes one against. */
export function withFilter(filters, filter) {
  return [...filters.filter((each) => !isSame(each, filter)), filter];
}

/** Whether one takes the place of the other. */
export function isSame(one, other) {
  if (isExample(other)) {
    return isExample(one) && one.index === other.index && one.id === other.id && one.text === other.text;
  }
  return one.t === other.t && (other.t === 'region' || (one.key === other.key && one.partition === other.partition));
}

/** The words on the chip of a filter. */
export function filterLabel(filter) {
  switch (filter.t) {
    case 'region':
      return filter.polygon ? `lasso of ${filter.polygon.length} corners` : 'rectangle on the map';
    case 'like':
    case 'unlike':
      return filter.text ? `“${filter.text}”` : filter.label || filter.id;
    default:
      return filter.label || filter.key;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isText = (value) => value === undefined || typeof value === 'string';
const areNumbers = (values, length) => Array.isArray(values) && (!length || values.length === length) && values.every(Number.isFinite);

function isFilter(filter) {
  if (!isText(filter?.label)) {
    return false;
  }
  switch (filter?.t) {
    case 'cluster':
      return typeof filter.key === 'string';
    case 'result':
      return typeof filter.key === 'string' && typeof filter.partition === 'string';
    case 'region':
      return filter.polygon ? Array.isArray(filter.polygon) && filter.polygon.every((corner) => areNumbers(corner, 2)) : areNumbers(filter.x, 2) && areNumbers(filter.y, 2);
    case 'like':
    case 'unlike':
      return typeof filter.text === 'string' ? Boolean(filter.text.trim()) : typeof filter.index === 'string' && typeof filter.id === 'string';
    default:
      return false;
  }
}

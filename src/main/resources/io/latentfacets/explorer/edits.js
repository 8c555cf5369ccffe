/* SPDX-License-Identifier: Apache-2.0 */
/** What people change of topics, as bodies of requests. All functions are pure. */

export const nameOf = (cluster) => cluster.custom_label ?? cluster.label;

/** Whether a parent is a topic that somebody has split: learned parents have keys of their own. */
export const isSplit = (cluster) => Boolean(cluster.children) && !String(cluster.key).startsWith('p');

/** Whether a topic can be merged with others and split: parents cannot. */
export const isSingle = (cluster) => !cluster.children;

/** The whole edit of a topic after a change. A PUT replaces all of it, so what is not changed goes along. */
export function edited(cluster, patch) {
  const now = { label: cluster.custom_label, hidden: cluster.hidden, pinned: cluster.pinned, note: cluster.note, ...patch };
  const body = {};
  if (now.label) { // one that is like the learned name stays: the next training may learn another
    body.label = now.label;
  }
  if (now.note) {
    body.note = now.note;
  }
  return { ...body, ...(now.hidden ? { hidden: true } : {}), ...(now.pinned ? { pinned: true } : {}) };
}

/**
 * A merge of chosen topics. The largest one's key counts for all, so that filters and links to it keep their sense.
 *
 * @param chosen `[{key, size}]`, at least two
 */
export function mergeBody(chosen, label) {
  const keys = [...chosen].sort((a, b) => (b.size ?? 0) - (a.size ?? 0)).map((each) => each.key);
  return { keys, ...(label?.trim() ? { label: label.trim() } : {}) };
}

/**
 * The calls that take a merge back, `[path, body]` one after another: all are released, and what had been merged before
 * is merged again.
 *
 * @param keys the keys that were merged, the one that counts first
 * @param before the topics as they were, perhaps none if the caller may not read them
 */
export function mergeUndo(keys, before) {
  const again = before.filter((each) => keys.includes(each.key) && each.merged?.length)
    .map((each) => ['clusters/_merge', { keys: [each.key, ...each.merged], label: each.label }]);
  return [['clusters/_unmerge', { key: keys[0] }], ...again];
}

/** Topics below their parents, largest first, at any depth: `[{cluster, depth}]`. */
export function outline(list) {
  const byKey = new Map(list.map((each) => [each.key, each]));
  const below = new Map();
  for (const each of list) {
    const parent = byKey.has(each.parent) ? each.parent : '';
    below.set(parent, [...(below.get(parent) ?? []), each]);
  }
  const rows = [];
  const add = (key, depth) => (below.get(key) ?? []).sort((a, b) => (b.size ?? 0) - (a.size ?? 0)).forEach((cluster) => {
    rows.push({ cluster, depth });
    if (depth < 20) {
      add(cluster.key, depth + 1);
    }
  });
  add('', 0);
  return rows;
}

/** The rows with a text in their name, key, words or note, and the parents above them. */
export function matching(rows, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) {
    return rows;
  }
  const says = ({ cluster }) => [nameOf(cluster), cluster.key, cluster.note ?? '', ...(cluster.terms ?? []).slice(0, 10).map((each) => each.term)]
    .some((each) => String(each).toLowerCase().includes(wanted));
  const kept = new Set(rows.filter(says).map((row) => row.cluster.key));
  for (const { cluster } of [...rows].reverse()) {
    if (kept.has(cluster.key) && cluster.parent) {
      kept.add(cluster.parent);
    }
  }
  return rows.filter((row) => kept.has(row.cluster.key));
}

/** The keys of a definition; what else a model shows of itself is no part of it. */
const DEFINITION = ['preset', 'source', 'target_field', 'text', 'vae', 'clusters', 'refresh'];

/**
 * The definition of a model with other subjects of people.
 *
 * @param model as the server has it now
 * @param former the subjects that were changed; others in the model are somebody else's, and stay
 */
export function definitionOf(model, seeds, former) {
  if (JSON.stringify(model.clusters?.seeds ?? []) !== JSON.stringify(former)) {
    throw new Error('Somebody else has changed the subjects meanwhile. Note down yours, close this form, and edit theirs.');
  }
  const definition = Object.fromEntries(DEFINITION.filter((name) => name in model).map((name) => [name, model[name]]));
  const { seeds: before, ...clusters } = model.clusters ?? {};
  return { ...definition, clusters: { ...clusters, ...(seeds.length ? { seeds } : {}) } };
}

/** Rows of a form as subjects of a definition; empty rows are left out. Terms that nobody has touched stay, commas and all. */
export function seedsOf(rows) {
  const termsOf = ({ terms, was }) => (was && terms === textOf(was) ? was : terms.split(/[,;\n]/).map((each) => each.trim()).filter(Boolean));
  return rows.map((row) => ({ label: row.label.trim(), terms: termsOf(row), ids: row.ids }))
    .filter((each) => each.label || each.terms.length || each.ids?.length)
    .map(({ label, terms, ids }) => ({ ...(label ? { label } : {}), ...(terms.length ? { terms } : {}), ...(ids?.length ? { ids } : {}) }));
}

/** Subjects of a definition as rows of a form. */
export const rowsOf = (seeds) => seeds.map(({ label = '', terms = [], ids }) => ({ label, terms: textOf(terms), was: terms, ids }));

const textOf = (terms) => terms.join(', ');

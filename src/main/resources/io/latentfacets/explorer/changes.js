/* SPDX-License-Identifier: Apache-2.0 */
/** Changes of topics: one at a time, each of one model, and none that takes back what others have saved meanwhile. */
import { edited } from './edits.js';

/** What is chosen and changed of one model's topics. */
export const fresh = (model) => ({ model, place: '', choosing: false, chosen: new Map(), done: null, error: null, busy: '', since: 0, abort: null, run: null });

/** Begins a change; returns what ends it, or null while another one is under way. */
export function begin(local, busy, abort = null) {
  if (local.busy) {
    return null;
  }
  const run = {};
  Object.assign(local, { busy, error: null, done: null, since: Date.now(), abort, run });
  return run;
}

/** Ends a change with its outcome, `{done}` or `{error}`; false if it is no news here: the page shows another model since. */
export function end(local, run, outcome) {
  if (local.run !== run) {
    return false;
  }
  Object.assign(local, { busy: '', abort: null, run: null, ...outcome });
  return true;
}

/**
 * Changes a part of a topic's edit. A PUT replaces all of the edit, so the rest of it is read just before.
 *
 * @param ask sends the GET or PUT of one topic: `ask(method, key, body)`
 * @param patch what changes: `label`, `hidden`, `pinned`, `note`
 * @returns what takes back these parts, and no others
 */
export async function save(ask, key, patch) {
  const now = await ask('GET', key);
  if (now.key !== key) {
    throw new Error(`“${key}” was merged meanwhile: “${now.key}” counts for it.`);
  }
  const before = edited(now, {});
  const after = edited(now, patch);
  if (JSON.stringify(before) === JSON.stringify(after)) {
    return async () => {};
  }
  await ask('PUT', key, after);
  const former = Object.fromEntries(Object.keys(patch).map((name) => [name, before[name]]));
  return () => save(ask, key, former);
}

/** The same change of several topics, one after another; returns what takes all back. */
export async function saveAll(ask, keys, patch) {
  const undos = [];
  for (const key of keys) {
    undos.push(await save(ask, key, patch));
  }
  return async () => {
    for (const undo of undos) {
      await undo();
    }
  };
}

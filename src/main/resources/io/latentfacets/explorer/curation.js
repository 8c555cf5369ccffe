/* SPDX-License-Identifier: Apache-2.0 */
/** Choosing topics to merge, splitting one, and taking both back. Searches see each change at once. */
import { html, nothing } from './lit-html.js';
import { calls, part } from './api.js';
import { begin, end, fresh, save, saveAll } from './changes.js';
import { mergeBody, mergeUndo, nameOf } from './edits.js';
import { dot, number, problem } from './ui.js';

/** What shows topics, and is asked for again after a change of them. */
const SHOWS_TOPICS = ['cluster', 'clusters', 'search', 'chips', 'map', 'trends', 'topic-documents', 'topic-times', 'why', 'heat', 'way'];

const COUNTS = ['auto', '2', '3', '4', '5', '6', '8', '10', '12', '16', '20'];

/** Longer than the server's own default: a large topic is divided by a sample of its documents. */
const SPLIT_TIMEOUT = '2m';

/** What is being changed; of one model only. */
export function curationOf(ctx) {
  const { model, view, key } = ctx.state;
  const local = ctx.local('curation', fresh(''));
  if (local.model !== model) {
    Object.assign(local, fresh(model));
  }
  if (local.place !== `${view}/${key}`) { // what went wrong elsewhere is no news here
    Object.assign(local, { place: `${view}/${key}`, error: null });
  }
  return local;
}

/** A slot with all topics of a model, `{of, list}`; what it holds of another model is none. */
export function topicsOf(ctx, model) {
  const call = calls.of('GET', model.model, 'clusters?sentences=false');
  const slot = ctx.data('clusters', `${model.model}/${model.active_generation}`, (signal) => ctx.send(call, signal).then((list) => ({ of: model.model, list })));
  return slot.value && slot.value.of !== model.model ? { ...slot, value: undefined } : slot;
}

/**
 * Runs a change, unless another one is under way: says how it goes, what went wrong, and how to take it back.
 *
 * @param run `run(signal)` returns `{text, undo}`; it sends all to the model that is shown when it begins
 */
async function change(ctx, busy, run, canStop = false) {
  const local = curationOf(ctx);
  const mine = begin(local, busy, canStop ? new AbortController() : null);
  if (!mine) {
    return;
  }
  ctx.update();
  const tick = setInterval(ctx.update, 1000);
  let outcome;
  try {
    outcome = { done: await run(local.abort?.signal) };
  } catch (error) {
    outcome = { error: error.name === 'AbortError' ? null : error };
  }
  clearInterval(tick);
  ctx.stale(...SHOWS_TOPICS);
  curationOf(ctx); // forgets the change if another model is shown by now
  if (end(local, mine, outcome)) {
    if (outcome.done) {
      local.chosen.clear();
    }
    // what was pressed may be gone; who uses the keyboard goes on at the outcome
    setTimeout(() => document.querySelector('[data-test="outcome"], #main [role=alert]')?.focus());
  }
  ctx.update();
}

/** Reads and writes topics of one model, whichever is shown when the answer comes. */
const asking = (ctx, model) => (method, key, body) => ctx.send(calls.of(method, model, `clusters/${part(key)}${method === 'GET' ? '?sentences=false' : ''}`, body));

/** Changes the edit of a topic: its name, whether it is hidden or pinned, a note. */
export async function put(ctx, cluster, patch) {
  await save(asking(ctx, ctx.state.model), cluster.key, patch);
  ctx.stale(...SHOWS_TOPICS);
}

/** The same change of several topics, one after another; the list shows those that were made before one failed. */
export function putAll(ctx, clusters, patch, text) {
  const ask = asking(ctx, ctx.state.model);
  return change(ctx, 'Saving', async () => ({ text, undo: await saveAll(ask, clusters.map((each) => each.key), patch) }));
}

function merge(ctx, label) {
  const { chosen, model } = curationOf(ctx);
  const list = [...chosen.values()];
  const names = list.map((each) => `“${each.label}”`).join(', ');
  return change(ctx, 'Merging', async () => {
    // who may merge and not read topics loses no more than merges within merges when taking it back
    const before = await ctx.send(calls.of('GET', model, 'clusters?sentences=false')).catch(() => []);
    // what facets count is of the search only
    const sizes = new Map(before.map((each) => [each.key, each.size]));
    const body = mergeBody(list.map((each) => ({ key: each.key, size: sizes.get(each.key) ?? each.size })), label);
    const answer = await ctx.send(calls.of('POST', model, 'clusters/_merge', body));
    if (ctx.state.model === model && ctx.state.view === 'cluster' && body.keys.includes(ctx.state.key)) {
      ctx.go({ key: answer.key }, true); // the key of a part has no page of its own
    }
    return {
      text: `Merged ${names} into “${answer.clusters?.[0]?.label ?? body.label ?? body.keys[0]}”.`, key: answer.key,
      undo: () => inTurn(ctx, model, mergeUndo(body.keys, before)),
    };
  });
}

/** Sends `[path, body]` one after another. */
async function inTurn(ctx, model, list) {
  for (const [path, body] of list) {
    await ctx.send(calls.of('POST', model, path, body));
  }
}

export const split = (ctx, cluster, count) => change(ctx, 'Dividing its documents', async (signal) => {
  const { model } = ctx.state;
  const path = `clusters/${part(cluster.key)}`;
  const answer = await ctx.send(calls.of('POST', model, `${path}/_split?timeout=${SPLIT_TIMEOUT}`, { count }), signal);
  return {
    text: `Split “${nameOf(cluster)}” into ${number(answer.clusters.length)} parts.`, parts: answer.clusters,
    undo: () => inTurn(ctx, model, [[`${path}/_unsplit`, {}]]),
  };
}, true);

export const unsplit = (ctx, cluster) => change(ctx, 'Joining its parts', async () => {
  await ctx.send(calls.of('POST', ctx.state.model, `clusters/${part(cluster.key)}/_unsplit`, {}));
  return { text: `“${nameOf(cluster)}” is one topic again.` };
});

/** Releases all that a topic counts for, or one of them. */
export const unmerge = (ctx, key) => change(ctx, 'Releasing', async () => {
  const answer = await ctx.send(calls.of('POST', ctx.state.model, 'clusters/_unmerge', { key }));
  return { text: 'They are topics of their own again.', parts: answer.clusters };
});

/** A box to choose a topic by. */
export function chooser(ctx, { key, label, size }) {
  const { chosen } = curationOf(ctx);
  const toggle = () => {
    if (!chosen.delete(key)) {
      chosen.set(key, { key, label, size });
    }
    ctx.update();
  };
  return html`<label class="choose"><input type="checkbox" data-test="choose" data-key=${key} .checked=${chosen.has(key)} @change=${toggle}><span class="sr">Choose ${label}</span></label>`;
}

/** What is chosen, and the merge of it. `more` are further actions. */
export function mergeBar(ctx, more = nothing) {
  const local = curationOf(ctx);
  const list = [...local.chosen.values()];
  const submit = (event) => {
    event.preventDefault();
    merge(ctx, new FormData(event.target).get('label'));
  };
  const clear = () => {
    local.chosen.clear();
    ctx.update();
  };
  return html`<section class="merge-bar" aria-label="Chosen topics" data-test="merge-bar">
    <p role="status">${list.length ? html`<strong>${list.length}</strong> chosen` : 'Choose topics that belong together.'}</p>
    ${list.length ? html`<ul class="chosen">${list.map((each) => html`<li class="chip">${dot(each.key)}<span>${each.label}</span></li>`)}</ul>` : nothing}
    ${list.length > 1 ? html`<form class="inline-form" @submit=${submit}>
      <label class="grow"><span>Name of all together (empty: that of the largest)</span><input name="label" data-test="merge-label" maxlength="200" autocomplete="off"></label>
      <button class="primary" data-test="merge" ?disabled=${Boolean(local.busy)}>Merge</button></form>` : nothing}
    ${list.length ? html`<div class="actions">${more}<button class="quiet" data-test="clear-chosen" @click=${clear}>Choose none</button></div>` : nothing}
  </section>`;
}

/** How the last change went, with a way back. */
export function outcome(ctx) {
  const local = curationOf(ctx);
  if (local.busy) {
    return html`<div class="outcome" role="status" data-test="curating"><span>${local.busy} … ${Math.round((Date.now() - local.since) / 1000)} s</span>
      <progress aria-label=${local.busy}></progress>
      ${local.abort ? html`<button class="quiet" data-test="stop" @click=${() => local.abort.abort()}>Stop</button>` : nothing}</div>`;
  }
  if (local.error) {
    return problem(local.error);
  }
  const { done } = local;
  if (!done) {
    return nothing;
  }
  const undo = () => change(ctx, 'Taking it back', async () => {
    await done.undo();
    return { text: 'Taken back.' };
  });
  const close = () => {
    local.done = null;
    ctx.update();
  };
  return html`<div class="outcome" data-test="outcome" tabindex="-1"><p role="status">${done.text} Searches, the map and filters use it at once.</p>
    ${done.parts?.length > 1 ? html`<ul class="chosen">${done.parts.map((each) => html`<li><a class="chip" data-test="part" href=${ctx.link({ view: 'cluster', key: each.key })}>${dot(each.key)}<span>${each.label}</span><span class="hint">${number(each.size)}</span></a></li>`)}</ul>` : nothing}
    <div class="actions">${done.undo ? html`<button data-test="undo" @click=${undo}>Undo</button>` : nothing}
      <button class="quiet" aria-label="Close this message" data-test="close-outcome" @click=${close}>Close</button></div></div>`;
}

/** Choosing into how many parts a topic is split. */
export function splitForm(ctx, cluster) {
  const { busy } = curationOf(ctx);
  const submit = (event) => {
    event.preventDefault();
    const count = new FormData(event.target).get('count');
    split(ctx, cluster, count === 'auto' ? 'auto' : Number(count));
  };
  return html`<form class="inline-form" @submit=${submit}>
    <label><span>Parts</span><select name="count" data-test="split-count">${COUNTS.map((each) => html`<option value=${each}>${each === 'auto' ? 'as many as there are' : each}</option>`)}</select></label>
    <button data-test="split" ?disabled=${Boolean(busy)}>Split</button></form>`;
}

/* SPDX-License-Identifier: Apache-2.0 */
/** The head of a topic's page, where its name, note and state are changed, and where it is merged and split. */
import { html, nothing } from './lit-html.js';
import { isSingle, isSplit, nameOf } from './edits.js';
import { chooser, curationOf, mergeBar, outcome, put, splitForm, unmerge, unsplit } from './curation.js';
import { dot, problem } from './ui.js';

const fresh = (key) => ({ key, open: '' });

/** What is open on the page of this topic: `name`, `note`, `merge` or `split`. */
function stateOf(ctx, cluster) {
  const local = ctx.local('edit', fresh(''));
  if (local.key !== cluster.key) {
    leaveMerge(ctx, local);
    Object.assign(local, fresh(cluster.key));
  }
  return local;
}

/** What a page has chosen by itself does not stay chosen elsewhere. */
function leaveMerge(ctx, local) {
  if (local.open === 'merge') {
    curationOf(ctx).chosen.clear();
  }
}

export function heading(ctx, cluster, all) {
  const local = stateOf(ctx, cluster);
  const act = ctx.local('act', { error: null, busy: false });
  const save = (patch) => ctx.act(async () => {
    await put(ctx, cluster, patch);
    if (local.key === cluster.key) {
      local.open = '';
    }
    ctx.toast('Saved. Searches use it at once.');
  });
  const open = (what, focus) => {
    leaveMerge(ctx, local);
    local.open = local.open === what ? '' : what;
    ctx.update();
    setTimeout(() => document.getElementById(focus)?.select());
  };
  const toggle = (what, text, name, focus = '') => html`<button data-test=${name} aria-expanded=${local.open === what} @click=${() => open(what, focus)}>${text}</button>`;
  return html`<header class="topic-head">
    ${local.open === 'name' ? rename(cluster, act, save, () => open('name'))
    : html`<h1>${dot(cluster.key)}<span data-test="topic-label">${nameOf(cluster)}</span> <code>${cluster.key}</code></h1>
      <div class="actions">${toggle('name', 'Rename', 'rename', 'rename')}
        ${isSingle(cluster) ? toggle('merge', 'Merge', 'open-merge') : nothing}
        ${isSingle(cluster) && !cluster.merged?.length ? toggle('split', 'Split', 'open-split') : nothing}
        <button data-test="hide" aria-pressed=${cluster.hidden} ?disabled=${act.busy} @click=${() => save({ hidden: !cluster.hidden })}>${cluster.hidden ? 'Show in facets' : 'Hide in facets'}</button>
        <button data-test="pin" aria-pressed=${Boolean(cluster.pinned)} ?disabled=${act.busy} title="A training keeps a pinned topic" @click=${() => save({ pinned: !cluster.pinned })}>${cluster.pinned ? 'Pinned' : 'Pin'}</button>
        ${toggle('note', cluster.note ? 'Edit the note' : 'Add a note', 'edit-note', 'note')}</div>`}
    ${cluster.custom_label && local.open !== 'name' ? html`<p class="hint">Learned name: ${cluster.label}</p>` : nothing}
    ${cluster.hidden ? html`<p class="notice">Hidden: facets count its documents among “other”.</p>` : nothing}
    ${local.open === 'note' ? noteForm(cluster, act, save, () => open('note')) : cluster.note ? html`<p class="note" data-test="note">${cluster.note}</p>` : nothing}
    ${act.error ? problem(act.error) : nothing}
  </header>
  <div class="curation">
    ${local.open === 'split' && isSingle(cluster) ? html`<p class="hint">Its documents are divided by what they are about. It becomes the parent of the parts, and filters by it still find all of them.</p>${splitForm(ctx, cluster)}` : nothing}
    ${local.open === 'merge' && isSingle(cluster) ? partners(ctx, cluster, all) : nothing}
    ${isSplit(cluster) ? html`<p class="notice" data-test="is-split">Somebody has split it into ${cluster.children.length} parts. <button data-test="unsplit" ?disabled=${Boolean(curationOf(ctx).busy)} @click=${() => unsplit(ctx, cluster)}>Make it one again</button></p>` : nothing}
    ${cluster.merged?.length ? merged(ctx, cluster) : nothing}
    ${outcome(ctx)}
  </div>`;
}

function rename(cluster, act, save, cancel) {
  const submit = (event) => {
    event.preventDefault();
    const label = new FormData(event.target).get('label').trim();
    if (label === nameOf(cluster)) {
      cancel(); // a learned name that nobody has changed stays a learned one
    } else {
      save({ label });
    }
  };
  return html`<form @submit=${submit} class="rename">
    <label><span class="sr">Name of the topic</span><input id="rename" name="label" data-test="rename-input" maxlength="200" .value=${nameOf(cluster)}></label>
    <button data-test="rename-save" ?disabled=${act.busy}>Save</button>
    <button type="button" class="quiet" @click=${cancel}>Cancel</button>
    <span class="hint">Empty: the learned name, “${cluster.label}”.</span>
  </form>`;
}

function noteForm(cluster, act, save, cancel) {
  const submit = (event) => {
    event.preventDefault();
    save({ note: new FormData(event.target).get('note').trim() });
  };
  return html`<form @submit=${submit} class="note-form">
    <label><span>Note: what somebody should know about this topic. Only the pages of topics show it.</span><textarea id="note" name="note" data-test="note-input" rows="3" maxlength="2000" .value=${cluster.note ?? ''}></textarea></label>
    <p class="actions"><button data-test="note-save" ?disabled=${act.busy}>Save</button><button type="button" class="quiet" @click=${cancel}>Cancel</button></p>
  </form>`;
}

/** The topics that a topic counts for, and their release. */
function merged(ctx, cluster) {
  const { busy } = curationOf(ctx);
  return html`<div class="notice" data-test="is-merged"><p>It counts for other topics as well:</p>
    <ul class="chosen">${cluster.merged.map((key) => html`<li class="chip">${dot(key)}<span>${key}</span><button aria-label=${`Release ${key}`} data-test="release" ?disabled=${Boolean(busy)} @click=${() => unmerge(ctx, key)}>×</button></li>`)}</ul>
    <button data-test="unmerge" ?disabled=${Boolean(busy)} @click=${() => unmerge(ctx, cluster.key)}>Release all</button></div>`;
}

/** The topics to merge this one with, nearest on the map first; it is chosen itself. */
function partners(ctx, cluster, all) {
  const { chosen } = curationOf(ctx);
  const self = { key: cluster.key, label: nameOf(cluster), size: cluster.size };
  if (!chosen.has(cluster.key)) {
    chosen.set(cluster.key, self);
  }
  const distance = (each) => Math.hypot(each.x - cluster.x, each.y - cluster.y);
  const near = (all ?? []).filter((each) => isSingle(each) && each.key !== cluster.key).sort((a, b) => distance(a) - distance(b));
  return html`${mergeBar(ctx)}<ul class="partners" data-test="partners" aria-label="Topics, nearest on the map first">${near.map((each) => html`<li>
    ${chooser(ctx, { key: each.key, label: nameOf(each), size: each.size })}${dot(each.key)}<span>${nameOf(each)}</span></li>`)}</ul>`;
}

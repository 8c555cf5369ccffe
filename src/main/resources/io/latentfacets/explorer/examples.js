/* SPDX-License-Identifier: Apache-2.0 */
/** Searching by example: documents and texts for and against, and the two ends of a way between documents. */
import { html, nothing } from './lit-html.js';
import { filterLabel, isExample, isSame, withFilter } from './state.js';

const SIDES = [['like', 'More like'], ['unlike', 'Less like']];

const local = (ctx) => ctx.local('examples', { open: false });

/** Where a way between two documents begins; none if nobody has chosen. */
const start = (ctx) => ctx.local('way-start', { model: '', id: '', label: '' });

const plain = (text) => String(text).replace(/[\u0001\u0002]/g, '');

/** The buttons of a hit: as an example for, as one against, as an end of a way. */
export function hitActions(ctx, hit, title) {
  const label = plain(title).slice(0, 60);
  const { filters } = ctx.state;
  const from = start(ctx);
  const example = (t, text) => {
    const filter = { t, index: hit._index, id: hit._id, label };
    const isOn = filters.some((each) => each.t === t && isSame(each, filter));
    return html`<button class="quiet" data-test=${t} aria-pressed=${isOn} aria-label=${`${text} this: ${label}`}
      @click=${() => ctx.go({ view: 'search', a: '', b: '', at: '0', filters: isOn ? filters.filter((each) => !isSame(each, filter)) : withFilter(filters, filter) })}>${text} this</button>`;
  };
  const begun = from.id && from.model === ctx.state.model;
  const begin = () => {
    Object.assign(from, { model: ctx.state.model, id: hit._id, label });
    ctx.update();
  };
  const end = () => {
    const a = from.id;
    from.id = '';
    ctx.go({ view: 'way', a, b: hit._id, at: '0' });
  };
  return html`${example('like', 'More like')}${example('unlike', 'Less like')}
    ${begun && from.id === hit._id ? html`<span class="hint">the way begins here</span>`
    : html`<button class="quiet" data-test=${begun ? 'way-to' : 'way-from'} aria-label=${`${begun ? 'Way to' : 'Way from'} here: ${label}`} @click=${begun ? end : begin}>${begun ? 'Way to here' : 'Way from here'}</button>`}`;
}

/** Opens the tray before there is an example. */
export function trayToggle(ctx) {
  const { open } = local(ctx);
  return ctx.state.filters.some(isExample) ? nothing : html`<button type="button" class="quiet" data-test="by-example" aria-expanded=${open} @click=${() => {
    local(ctx).open = !open;
    ctx.update();
  }}>By example</button>`;
}

/** What the search is for and against, how diverse it is, and the way back. */
export function tray(ctx) {
  const { filters } = ctx.state;
  const has = filters.some(isExample);
  const from = start(ctx);
  const waits = from.id && from.model === ctx.state.model;
  return html`${has || local(ctx).open ? html`<section class="tray" aria-label="Examples" data-test="tray">
      ${SIDES.map(([side, text]) => chips(ctx, side, text))}
      ${textForm(ctx)}
      ${has ? diversity(ctx) : nothing}
      ${has ? among(ctx) : nothing}
    </section>` : nothing}
    ${waits ? html`<p class="tray" role="status" data-test="way-start">The way begins at “${from.label}”. Choose “Way to here” at another document.
      <button class="quiet" data-test="way-cancel" @click=${() => {
    from.id = '';
    ctx.update();
  }}>Cancel</button></p>` : nothing}`;
}

function chips(ctx, side, text) {
  const { filters } = ctx.state;
  const list = filters.filter((each) => each.t === side);
  return html`<div class="tray-side"><h2 id=${`tray-${side}`}>${text}</h2>
    ${list.length ? html`<ul class="chosen" aria-labelledby=${`tray-${side}`}>${list.map((each) => html`<li class="chip" data-test=${`example-${side}`}><span>${filterLabel(each)}</span>
      <button aria-label=${`Remove the example ${filterLabel(each)}`} data-test="remove-example" @click=${() => ctx.go({ filters: filters.filter((other) => other !== each) })}>×</button></li>`)}</ul>`
    : html`<span class="hint">${side === 'like' ? 'no example yet' : 'nothing'}</span>`}</div>`;
}

function textForm(ctx) {
  const submit = (event) => {
    event.preventDefault();
    const text = new FormData(event.target).get('text').trim();
    if (text) {
      const t = event.submitter?.value ?? 'like';
      event.target.reset();
      ctx.go({ filters: withFilter(ctx.state.filters, { t, text: text.slice(0, 500) }) });
    }
  };
  return html`<form class="tray-text" @submit=${submit}><label class="grow"><span class="sr">A text as an example</span>
    <input name="text" data-test="example-text" maxlength="500" autocomplete="off" placeholder="or a text, in your own words"></label>
    <button value="like" data-test="text-like">More like it</button><button value="unlike" data-test="text-unlike">Less like it</button></form>`;
}

function diversity(ctx) {
  const { diversity: value } = ctx.state;
  const said = Number(value) ? `${Math.round(Number(value) * 100)} %` : 'off';
  return html`<label class="slider"><span>How much they differ from each other</span>
    <input type="range" min="0" max="1" step="0.1" data-test="diversity" .value=${value} aria-valuetext=${said} @change=${(event) => ctx.go({ diversity: event.target.value }, true)}>
    <output>${said}</output></label>`;
}

/** Among which documents the neighbours are, and back to the search without them. */
function among(ctx) {
  const { q, filters } = ctx.state;
  const narrowing = filters.filter((each) => !isExample(each)).length;
  const parts = [q.trim() ? `match “${q.trim()}”` : '', narrowing ? `pass ${narrowing === 1 ? 'the filter' : `${narrowing} filters`}` : ''].filter(Boolean);
  const missing = !filters.some((each) => each.t === 'like');
  return html`<div class="tray-foot"><p class=${missing ? 'notice warn' : 'hint'} data-test="among">${missing ? 'Add an example for: “less like” only says what to avoid beside it.'
    : `The nearest documents${parts.length ? ` of those that ${parts.join(' and ')}` : ' of all'}, without the examples.`}</p>
    <div class="actions">${parts.length && !missing ? html`<button class="quiet" data-test="among-all" @click=${() => ctx.go({ q: '', filters: filters.filter(isExample) })}>Look among all</button>` : nothing}
      <button class="quiet" data-test="leave-examples" @click=${() => {
    local(ctx).open = false;
    ctx.go({ filters: filters.filter((each) => !isExample(each)), diversity: '0' });
  }}>Back to the search</button></div></div>`;
}

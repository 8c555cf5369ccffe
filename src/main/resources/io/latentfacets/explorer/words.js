/* SPDX-License-Identifier: Apache-2.0 */
/** The words that are near to a word in what the model has learned. */
import { html, nothing } from './lit-html.js';
import { calls, part } from './api.js';
import { wordsOf } from './query.js';
import { bar, curlButton, number, shown } from './ui.js';

const MOST = 12;

/**
 * A panel of the words near to one.
 *
 * @param context up to 20 words that say in which sense it is meant
 * @param pick gets a word that somebody chooses
 * @param does what choosing does, for screen readers: “Add” or “Search for”
 */
export function nearWords(ctx, model, word, context, pick, does) {
  const query = new URLSearchParams({ size: MOST, ...(context.length ? { context: context.slice(0, 20).join(',') } : {}) });
  const call = calls.of('GET', model.model, `terms/${part(word)}?${query}`);
  const slot = ctx.data('near-words', JSON.stringify([call, model.active_generation]), (signal) => ctx.send(call, signal));
  return html`<div class="near-words" data-test="near-words" aria-busy=${slot.busy}>
    ${shown(slot, (answer) => html`<div class="why-head"><p class="hint">Near to <strong>${answer.term}</strong>${context.length ? html` in the sense of ${context.join(', ')}` : nothing}: goes with the same documents. ${answer.notice ?? ''}</p>${curlButton(ctx, call, 'these words')}</div>
      <ul class="words">${answer.terms.map((each) => html`<li><button class="quiet" data-test="near-word" aria-label=${`${does} ${each.term}`} @click=${() => pick(each.term)}>${each.term}</button>${bar(each.similarity)}<span class="hint">${number(each.doc_freq)}<span class="sr"> documents learned from have it</span></span></li>`)}</ul>`, 'Looking for words')}
  </div>`;
}

/** The words near to those of the search; choosing one finds its documents as well. */
export function relatedButton(ctx) {
  const local = ctx.local('related', { open: false });
  return wordsOf(ctx.state.q).length ? html`<button class="quiet" data-test="related-words" aria-expanded=${local.open} @click=${() => {
    local.open = !local.open;
    ctx.update();
  }}>Related words</button>` : nothing;
}

export function relatedPanel(ctx, model) {
  const local = ctx.local('related', { open: false });
  const words = wordsOf(ctx.state.q);
  if (!local.open || !words.length) {
    return nothing;
  }
  const pick = (term) => ctx.go({ q: `(${ctx.state.q.trim()}) OR ${/\s/.test(term) ? `"${term}"` : term}` });
  return html`<section class="panel" aria-label="Related words">${nearWords(ctx, model, words[0], words.slice(1), pick, 'Find as well:')}</section>`;
}

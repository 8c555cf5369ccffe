/* SPDX-License-Identifier: Apache-2.0 */
/** What documents say in a few of their own sentences: those of a search, or of a topic. */
import { html, nothing } from './lit-html.js';
import { calls } from './api.js';
import { curlButton, number, percent, shown } from './ui.js';

const LENGTHS = ['3', '5', '8', '12'];

const stateOf = (ctx) => ctx.local('summary', { of: '', sentences: '5' });

/** Opens the summary of a source; `id` says which one it is on this page. */
export function summaryButton(ctx, id) {
  const local = stateOf(ctx);
  const isOpen = local.of === id;
  return html`<button class="quiet" data-test="summarize" aria-expanded=${isOpen} @click=${() => {
    local.of = isOpen ? '' : id;
    ctx.forget('summary');
    ctx.update();
  }}>Summarize</button>`;
}

/** @param source `{query}`, `{cluster}` or `{ids}`, perhaps with `index` */
export function summaryPanel(ctx, model, id, source) {
  const local = stateOf(ctx);
  if (local.of !== id) {
    return nothing;
  }
  const call = calls.of('POST', model.model, '_summarize', { ...source, sentences: Number(local.sentences) });
  const slot = ctx.data('summary', JSON.stringify([call, model.active_generation]), (signal) => ctx.send(call, signal));
  return html`<section class="panel summary ${slot.busy ? 'busy' : ''}" aria-label="Summary" aria-busy=${slot.busy} data-test="summary">
    <div class="panel-head"><h2>In their own sentences</h2><div class="actions">
      <label class="short"><span>Sentences</span> <select data-test="summary-length" @change=${(event) => {
    local.sentences = event.target.value;
    ctx.update();
  }}>${LENGTHS.map((each) => html`<option ?selected=${each === local.sentences}>${each}</option>`)}</select></label>
      ${curlButton(ctx, call, 'this summary')}</div></div>
    ${shown(slot, (answer) => html`
      ${answer.sentences.length ? answer.sentences.map((each) => html`<blockquote data-test="summary-sentence"><p>${each.text}</p><footer>${each._id}</footer></blockquote>`)
    : html`<p class="hint">These documents have no sentence that can stand by itself.</p>`}
      <p class="hint" data-test="summary-kept">Chosen from the ${number(answer.documents)} best documents.${typeof answer.kept === 'number' ? ` Meaning kept: ${percent(answer.kept)}, the cosine between these sentences and the documents.` : ''}
        ${answer.timed_out ? ' A search took too long, so some documents are missing.' : ''}</p>`, 'Reading the documents')}
  </section>`;
}

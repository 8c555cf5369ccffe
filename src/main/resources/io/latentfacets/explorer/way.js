/* SPDX-License-Identifier: Apache-2.0 */
/** The way from one document to another through the space of the model: a slider, and what is at each step. */
import { html, nothing, svg } from './lit-html.js';
import { calls } from './api.js';
import { at, cut, hitText, sourceFields, trail } from './query.js';
import { hitActions } from './examples.js';
import { indexOf } from './searchbar.js';
import { bar, color, curlButton, decimal, dot, empty, shown } from './ui.js';

const STEPS = ['3', '5', '7', '9', '11', '15', '20'];
const WORDS = 12;
const NEAR = 4;

export const title = () => 'The way between two documents';

const fieldOf = (model) => ({ _source: { excludes: [model.target_field] } });

export function view(ctx, model) {
  const { state } = ctx;
  if (!state.a || !state.b || state.a === state.b) {
    return empty('Choose two documents', 'In the results, “Way from here” at one document, and “Way to here” at another one.',
      html`<a class="button" href=${ctx.link({ view: 'search' })}>Search</a>`);
  }
  const steps = Math.min(20, Math.max(2, Math.round(Number(state.steps)) || 7));
  const call = calls.of('POST', model.model, '_generate', {
    ...(state.index ? { index: state.index } : {}), between: [state.a, state.b], steps, words: WORDS, documents: NEAR,
  });
  const key = JSON.stringify([call, model.active_generation]);
  const slot = ctx.data('way', key, (signal) => ctx.send(call, signal));
  return html`<p class="back"><a href=${ctx.link({ view: 'search', a: '', b: '', at: '0' })} data-test="back">‹ ${state.q ? `Results of “${state.q}”` : 'Search'}</a></p>
    <div class="panel-head"><h1>${title()}</h1>${curlButton(ctx, call, 'this way')}</div>
    <div class="way ${slot.busy ? 'busy' : ''}" aria-busy=${slot.busy}>${shown(slot, (answer) => page(ctx, model, answer, steps), 'Going from one to the other')}</div>`;
}

function page(ctx, model, answer, steps) {
  const { state } = ctx;
  const { samples } = answer;
  const step = Math.min(samples.length - 1, Math.max(0, Math.round(Number(state.at)) || 0));
  const sample = samples[step];
  const index = indexOf(state, model);
  const ids = [...new Set([state.a, state.b, ...samples.flatMap((each) => each.documents.map((near) => near._id))])];
  const call = calls.search(index, { size: Math.min(500, ids.length * 2), query: { ids: { values: ids } }, ...fieldOf(model) });
  const texts = ctx.data('way-texts', JSON.stringify([index, ids]), (signal) => ctx.send(call, signal)
    .then(({ hits }) => new Map(hits.hits.map((hit) => [hit._id, textOf(hit, sourceFields(model))]))));
  const titleOf = (id) => texts.value?.get(id)?.title ?? id;
  return html`
    ${answer.timed_out ? html`<p class="notice warn">A search took too long: some of this is incomplete.</p>` : nothing}
    <div class="way-ends"><p><span class="hint">from</span> <strong data-test="way-a">${titleOf(state.a)}</strong></p>
      <p><span class="hint">to</span> <strong data-test="way-b">${titleOf(state.b)}</strong></p></div>
    ${strip(samples, step)}
    <input class="way-slider" type="range" min="0" max=${samples.length - 1} step="1" data-test="way-slider" aria-label="Step of the way" .value=${String(step)}
      aria-valuetext=${`Step ${step + 1} of ${samples.length}: ${sample.clusters[0]?.label ?? 'no topic'}`} @input=${(event) => ctx.go({ at: event.target.value }, true)}>
    <div class="way-foot"><p role="status" data-test="way-step">Step <strong>${step + 1}</strong> of ${samples.length}${place(step, samples.length)}</p>
      <div class="actions"><label class="short"><span>Steps</span> <select data-test="way-steps" @change=${(event) => ctx.go({ steps: event.target.value, at: String(Math.round((step * (event.target.value - 1)) / (samples.length - 1))) }, true)}>
        ${[...new Set([...STEPS, String(steps)])].map((each) => html`<option ?selected=${Number(each) === steps}>${each}</option>`)}</select></label>
        <button data-test="way-swap" @click=${() => ctx.go({ a: state.b, b: state.a, at: String(samples.length - 1 - step) })}>Other way round</button></div></div>
    <div class="way-columns">
      <section class="panel" aria-label="Expected words"><h2>Words expected here</h2>${words(sample)}</section>
      <section class="panel" aria-label="Nearest topics and a text"><h2>Nearest topics</h2>
        <ul class="words" data-test="way-clusters">${sample.clusters.map((each) => html`<li><a href=${ctx.link({ view: 'cluster', key: each.key })}>${dot(each.key)} ${each.label}</a>${bar(each.similarity, each.key)}<span class="hint">${decimal(each.similarity)}</span></li>`)}</ul>
        ${sample.text === undefined ? nothing : html`<h2>A text made up for this point</h2><blockquote data-test="way-text"><p>${sample.text || '–'}</p>
          <footer>Made of what documents near here say. It states nothing, about nobody.</footer></blockquote>`}</section>
      <section class="panel" aria-label="Nearest documents"><h2>Nearest documents</h2>
        <ol class="near" data-test="way-documents">${sample.documents.map((each) => near(ctx, each, texts.value?.get(each._id), titleOf))}</ol></section>
    </div>
    ${samples.length > 2 ? course(samples, step) : nothing}`;
}

const place = (step, count) => (step === 0 ? ': the first document' : step === count - 1 ? ': the second document' : '');

/** The title of a hit, and the beginning of its last text. */
function textOf(hit, fields) {
  const { title } = hitText(hit, fields);
  const body = fields.map((name) => at(hit._source ?? {}, name)).filter((value) => value && value !== title).at(-1);
  return { title, body: body ? cut(String(body), 160) : '' };
}

function near(ctx, document, text, titleOf) {
  const title = titleOf(document._id);
  return html`<li data-test="way-document"><p><strong>${title}</strong> <span class="hint">${decimal(document.similarity)}</span></p>
    ${text?.body ? html`<p class="snippet">${text.body}</p>` : nothing}
    <div class="hit-foot">${hitActions(ctx, document, title)}</div></li>`;
}

function words(sample) {
  const most = Math.max(...sample.words.map((each) => each.probability), 1e-9);
  return html`<p class="hint">The most telling first; of each its share of all words.</p>
    <ul class="words" data-test="way-words">${sample.words.map((each) => html`<li><span>${each.term}</span>${bar(each.probability / most)}<span class="hint">${decimal(each.probability * 100, 1)} %</span></li>`)}</ul>`;
}

/** The nearest topic of every step, in its colour; the list of topics says the same in words. */
function strip(samples, step) {
  const width = 100 / samples.length;
  const names = samples.map((each) => each.clusters[0]?.label ?? 'no topic').filter((name, i, all) => name !== all[i - 1]);
  return html`<svg class="way-strip" viewBox="0 0 100 6" preserveAspectRatio="none" role="img" data-test="way-strip" aria-label=${`Topics on the way: ${names.join(', then ')}`}>
    ${svg`${samples.map((each, i) => svg`<rect x=${i * width} width=${width} height="6" fill=${each.clusters[0] ? color(each.clusters[0].key) : '#7d8796'} fill-opacity=${i === step ? 1 : 0.45}></rect>`)}`}</svg>`;
}

/** How words come and go: a row a word, a column a step, the darker the more probable. */
function course(samples, step) {
  const rows = trail(samples, 4);
  const most = Math.max(...rows.flatMap((row) => row.values), 1e-9);
  return html`<section class="panel" aria-label="Words along the way"><h2>Words along the way</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Table of words and steps"><table class="heat way-course" data-test="way-course">
      <thead><tr><td></td>${samples.map((each, i) => html`<th scope="col" aria-current=${i === step ? 'step' : nothing}>${i + 1}</th>`)}</tr></thead>
      <tbody>${rows.map((row) => html`<tr><th scope="row">${row.term}</th>${row.values.map((value) => {
    const said = `${decimal(value * 100, 1)} %`;
    return html`<td title=${said}><svg viewBox="0 0 28 22" role="img" aria-label=${said}>${svg`<rect width="28" height="22" class="heat-cell" fill-opacity=${Math.sqrt(value / most).toFixed(3)}></rect>`}</svg></td>`;
  })}</tr>`)}</tbody></table></div></section>`;
}

/* SPDX-License-Identifier: Apache-2.0 */
/** Compares topics with a keyword field: measures, and a heat map of classes × topics. */
import { html, nothing, svg } from './lit-html.js';
import { calls } from './api.js';
import { fieldsOf } from './query.js';
import { curlButton, decimal, empty, number, percent, shown } from './ui.js';
import { indexOf } from './searchbar.js';

const MOST_CLASSES = 30;

export function evaluatePanel(ctx, model) {
  const { state } = ctx;
  const index = indexOf({ index: '' }, model);
  const local = ctx.local('evaluate', { asked: '' });
  const fields = ctx.data('evaluate-fields', index, (signal) => ctx.send(calls.fields(index), signal)
    .then((caps) => fieldsOf(caps).filter((field) => ['keyword', 'boolean'].includes(field.type) && field.aggregatable).map((field) => field.name)));
  return html`<section class="panel wide" aria-label="Evaluation" data-test="evaluate-panel">
    <div class="panel-head"><h2>Compare topics with a field</h2></div>
    ${shown(fields, (names) => (names.length ? html`
      <form class="inline-form" @submit=${(event) => {
        event.preventDefault();
        local.asked = model.model;
        ctx.forget('heat', 'evaluate');
        ctx.go({ label: new FormData(event.target).get('label') }, true);
      }}>
        <label class="grow"><span>Keyword field</span><select name="label" data-test="label-field">${names.map((name) => html`<option ?selected=${name === state.label}>${name}</option>`)}</select></label>
        <button data-test="evaluate">Compare</button></form>
      ${state.label && local.asked === model.model ? compared(ctx, model, index, state.label) : nothing}`
    : html`<p class="hint">These indices have no keyword field to compare with.</p>`), 'Reading the fields')}
  </section>`;
}

function compared(ctx, model, index, label) {
  const field = model.target_field;
  const evaluation = calls.of('POST', model.model, '_evaluate', { label_field: label.replace(/\.keyword$/, '') });
  const matrix = calls.search(index, {
    size: 0, aggs: {
      topics: { latent_clusters: { field, size: 100, terms: 0 }, aggs: { classes: { terms: { field: label, size: 100 } } } },
      classes: { terms: { field: label, size: MOST_CLASSES } },
    },
  });
  const key = `${model.model}/${model.active_generation}/${label}`;
  const measures = ctx.data('evaluate', key, (signal) => ctx.send(evaluation, signal));
  const counts = ctx.data('heat', key, (signal) => ctx.send(matrix, signal));
  return html`
    ${shown(measures, (answer) => html`<dl class="facts" data-test="evaluation">
      ${[['nmi', 'NMI, 0 is chance'], ['ari', 'ARI, 0 is chance'], ['purity', 'purity'], ['accuracy', 'accuracy']].map(([name, text]) => html`<div><dt>${text}</dt><dd>${decimal(answer[name], 3)}</dd></div>`)}
      <div><dt>documents with one value</dt><dd>${number(answer.labelled)}</dd></div></dl>${curlButton(ctx, evaluation, 'this evaluation')}`, 'Evaluating')}
    ${shown(counts, (answer) => heat(ctx, answer.aggregations, matrix), 'Counting')}`;
}

/** A row a class, a column a topic; a cell the darker, the larger the share of the class that lies in the topic. */
function heat(ctx, { topics, classes }, call) {
  const rows = classes.buckets;
  const columns = topics.buckets;
  if (!rows.length || !columns.length) {
    return empty('Nothing to compare', 'No document has both a value of this field and a topic.');
  }
  const counts = new Map(columns.flatMap((topic) => topic.classes.buckets.map((each) => [`${topic.key}/${each.key}`, each.doc_count])));
  const count = (row, column) => counts.get(`${column.key}/${row.key}`) ?? 0;
  // topics that share a main class stand side by side
  const main = (column) => rows.reduce((best, row, i) => (count(row, column) > count(rows[best], column) ? i : best), 0);
  const ordered = [...columns].sort((a, b) => main(a) - main(b) || b.doc_count - a.doc_count);
  return html`<div class="scroll" tabindex="0" role="region" aria-label="Heat map of classes and topics"><table class="heat" data-test="heat">
    <thead><tr><td></td>${ordered.map((column) => html`<th scope="col"><a href=${ctx.link({ view: 'cluster', key: column.key })}><span>${column.label}</span></a></th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr><th scope="row">${String(row.key_as_string ?? row.key)} <span class="hint">${number(row.doc_count)}</span></th>
      ${ordered.map((column) => cell(count(row, column), row, column))}</tr>`)}</tbody></table></div>
    <p class="hint">Darker: a larger share of the class. ${classes.sum_other_doc_count ? `The ${MOST_CLASSES} largest classes only.` : ''}</p>${curlButton(ctx, call, 'this table')}`;
}

function cell(count, row, column) {
  const share = count / row.doc_count;
  const said = `${row.key}, ${column.label}: ${number(count)}, ${percent(share)}`;
  return html`<td title=${said}><svg viewBox="0 0 28 22" role="img" aria-label=${said}>${svg`<rect width="28" height="22" class="heat-cell" fill-opacity=${Math.sqrt(share).toFixed(3)}></rect>`}
    ${share >= 0.1 ? svg`<text x="14" y="15" text-anchor="middle" class=${share > 0.35 ? 'on-dark' : ''}>${Math.round(share * 100)}</text>` : nothing}</svg></td>`;
}

/* SPDX-License-Identifier: Apache-2.0 */
/** The search box with model, index and the filters, above the views of documents. */
import { html, nothing } from './lit-html.js';
import { filterLabel, isExample } from './state.js';
import { tray, trayToggle } from './examples.js';
import { dot } from './ui.js';

/** The indices that a search may name: all that are bound to the model, together or one at a time. */
export const indicesOf = (model) => [model.bound ?? model.source?.index ?? []].flat();

/** The index expression that the state means. */
export const indexOf = (state, model) => state.index || indicesOf(model).join(',');

export function searchbar(ctx, models, model) {
  const { state } = ctx;
  const indices = indicesOf(model);
  const submit = (event) => {
    event.preventDefault();
    const q = new FormData(event.target).get('q');
    if (q === state.q) {
      ctx.refresh('search', 'map', 'trends');
    } else {
      ctx.go({ q });
    }
  };
  return html`
    <section class="searchbar" aria-label="Search">
      <form @submit=${submit} role="search">
        <label class="field model"><span>Model</span>
          <select data-test="model" @change=${(event) => ctx.go({ model: event.target.value, index: '', filters: [] })}>
            ${models.map((each) => html`<option value=${each.model} ?selected=${each.model === state.model}>${each.model}</option>`)}
          </select></label>
        <label class="field index"><span>Index</span>
          <select data-test="index" @change=${(event) => ctx.go({ index: event.target.value })}>
            <option value="" ?selected=${!state.index}>${indices.length === 1 ? indices[0] : `all ${indices.length}`}</option>
            ${indices.length === 1 ? nothing : indices.map((each) => html`<option value=${each} ?selected=${each === state.index}>${each}</option>`)}
          </select></label>
        <label class="field query"><span>Search</span>
          <input name="q" type="search" data-test="query" .value=${state.q} autocomplete="off" spellcheck="false"
            placeholder="words, title:http, &quot;a phrase&quot;, or {query DSL}"></label>
        <button data-test="submit">Search</button>
        ${trayToggle(ctx)}
      </form>
      ${state.filters.some((each) => !isExample(each)) ? breadcrumbs(ctx) : nothing}
      ${tray(ctx)}
    </section>`;
}

function breadcrumbs(ctx) {
  const { filters } = ctx.state;
  const narrowing = filters.filter((each) => !isExample(each));
  return html`<ol class="crumbs" aria-label="Filters" data-test="crumbs">
    ${narrowing.map((filter) => html`<li class="chip" data-test="crumb" data-type=${filter.t}>
      ${filter.key ? dot(filter.key) : nothing}<span>${filterLabel(filter)}</span>
      <button aria-label=${`Remove the filter ${filterLabel(filter)}`} data-test="remove-crumb"
        @click=${() => ctx.go({ filters: filters.filter((each) => each !== filter) })}>×</button></li>`)}
    ${narrowing.length > 1 ? html`<li><button class="quiet" data-test="clear-crumbs" @click=${() => ctx.go({ filters: filters.filter(isExample) })}>Clear all</button></li>` : nothing}
  </ol>`;
}

/* SPDX-License-Identifier: Apache-2.0 */
/** Making a model: an index, its text fields, and the definition, which can be edited before it is sent. */
import { html, nothing } from './lit-html.js';
import { calls } from './api.js';
import { defaultDefinition, fieldsOf } from './query.js';
import { seedsOf } from './edits.js';
import { seedRows } from './seeds.js';
import { curlButton, empty, number, problem, shown } from './ui.js';

export const title = () => 'Create a model';

const fresh = () => ({ index: '', name: '', fields: null, count: 'auto', seeds: [], text: null });

export function view(ctx) {
  const local = ctx.local('create', fresh());
  const indices = ctx.data('indices', 'indices', (signal) => ctx.send(calls.indices(), signal)
    .then((list) => list.filter((each) => !each.index.startsWith('.')), (error) => {
      if (error.status === 403) {
        return null; // who may not list indices can still name one
      }
      throw error;
    }));
  return html`<p class="back"><a href=${ctx.link({ view: 'models' })}>‹ Models</a></p><h1>Create a model</h1>
    ${shown(indices, (list) => (list && !list.length ? empty('No index yet', 'Index some documents with text first: a model learns from at least 50.')
      : html`<div class="panels"><section class="panel" aria-label="What to learn from">${choose(ctx, local, list)}</section>
        ${local.index ? definitionPanel(ctx, local) : nothing}</div>`), 'Reading the indices')}`;
}

function choose(ctx, local, list) {
  const pick = (index) => {
    Object.assign(local, fresh(), { index, name: index.toLowerCase().replace(/[^a-z0-9_.-]+/g, '-').replace(/^[^a-z0-9]+/, '').slice(0, 100) });
    ctx.update();
  };
  return html`<h2>1. What to learn from</h2>
    ${list ? html`<label><span>Index</span><select data-test="create-index" @change=${(event) => pick(event.target.value)}>
        <option value="" ?selected=${!local.index}>choose …</option>
        ${list.map((each) => html`<option value=${each.index} ?selected=${each.index === local.index}>${each.index} (${number(Number(each['docs.count']))})</option>`)}</select></label>`
    : html`<label><span>Index (you may not list them, so name it)</span><input data-test="create-index" .value=${local.index} @change=${(event) => pick(event.target.value.trim())}></label>`}
    ${local.index ? fieldList(ctx, local) : html`<p class="hint">A model learns from the text fields of an index, without any labels.</p>`}`;
}

function fieldList(ctx, local) {
  const slot = ctx.data('create-mapping', local.index, (signal) => ctx.send(calls.fields(local.index), signal)
    .then((caps) => ({ of: local.index, definition: defaultDefinition(local.index, fieldsOf(caps)) })));
  return shown(slot.value && slot.value.of !== local.index ? { ...slot, value: undefined } : slot, ({ definition }) => {
    const all = definition.source.fields;
    local.fields ??= new Set(all);
    const toggle = (field) => {
      local.fields[local.fields.has(field) ? 'delete' : 'add'](field);
      local.text = null;
      ctx.update();
    };
    return html`
      <fieldset><legend>Text fields</legend>${all.length ? all.map((field) => html`<label class="check"><input type="checkbox" data-test="create-field" .checked=${local.fields.has(field)} @change=${() => toggle(field)}> ${field}</label>`)
        : html`<p class="notice warn">This index has no text field: a model needs text. Choose another one.</p>`}</fieldset>
      <label><span>Number of topics</span><select data-test="create-count" @change=${(event) => {
        local.count = event.target.value;
        local.text = null;
        ctx.update();
      }}>${['auto', '8', '12', '20', '30', '50', '100'].map((each) => html`<option ?selected=${each === local.count}>${each}</option>`)}</select></label>
      <fieldset class="block"><legend>Subjects that you want to find (optional)</legend>${seedRows(local.seeds, () => {
        local.text = null;
        ctx.update();
      })}</fieldset>`;
  }, 'Reading the mapping');
}

function definitionPanel(ctx, local) {
  const act = ctx.local('act', { error: null, busy: false });
  const seeds = seedsOf(local.seeds);
  const clusters = { ...(local.count === 'auto' ? {} : { count: Number(local.count) }), ...(seeds.length ? { seeds } : {}) };
  const definition = { source: { index: [local.index], fields: [...(local.fields ?? [])] }, ...(Object.keys(clusters).length ? { clusters } : {}) };
  const text = local.text ?? JSON.stringify(definition, null, 2);
  let body = null;
  let wrong = null;
  try {
    body = JSON.parse(text);
  } catch (error) {
    wrong = error.message;
  }
  const submit = (event) => {
    event.preventDefault();
    const form = new FormData(event.target);
    const name = form.get('name');
    ctx.act(async () => {
      const known = await ctx.send(calls.models());
      if (known.models.some((each) => each.model === name)) {
        throw new Error(`There is a model “${name}” already. Choose another name.`);
      }
      await ctx.send(calls.putModel(name, body));
      if (form.get('attach')) {
        await ctx.send(calls.of('POST', name, '_attach', { index: body.source.index }));
      }
      if (form.get('train')) {
        await ctx.send(calls.of('POST', name, '_train', {}));
      }
      Object.assign(local, fresh());
      ctx.forget('models', 'model', 'training');
      ctx.go({ view: 'model', model: name, index: '', filters: [] });
    });
  };
  return html`<section class="panel" aria-label="Definition"><h2>2. Name and definition</h2>
    <form @submit=${submit}>
      <label><span>Name</span><input name="name" data-test="create-name" required pattern="[a-z0-9][a-z0-9_.\\-]{0,99}" title="lowercase letters, digits, - _ ." .value=${local.name} @change=${(event) => {
        local.name = event.target.value;
        ctx.update();
      }}></label>
      <label><span>Definition, sent as it stands here</span><textarea class="code" rows="12" spellcheck="false" data-test="create-json" .value=${text} aria-invalid=${Boolean(wrong)} @input=${(event) => {
        local.text = event.target.value;
        ctx.update();
      }}></textarea></label>
      ${wrong ? html`<p class="notice warn" role="alert">This is no JSON: ${wrong}</p>` : nothing}
      <label class="check"><input type="checkbox" name="attach" checked data-test="create-attach"> attach it: documents get their topics, now and when they come</label>
      <label class="check"><input type="checkbox" name="train" checked data-test="create-train"> train it now</label>
      ${act.error ? problem(act.error) : nothing}
      <p class="actions"><button class="primary" data-test="create-submit" ?disabled=${act.busy || !body || !body.source?.fields?.length}>Create</button>
        ${body ? curlButton(ctx, calls.putModel(local.name || 'name', body), 'this definition') : nothing}</p>
    </form></section>`;
}

/* SPDX-License-Identifier: Apache-2.0 */
/** The shell: address, data, header; the views are modules of their own. */
import { html, nothing, render } from './lit-html.js';
import { calls, send } from './api.js';
import { changed, format, parse } from './state.js';
import { textQuery } from './query.js';
import { empty, loading, problem } from './ui.js';
import { indexOf, searchbar } from './searchbar.js';
import * as search from './search.js';
import * as map from './map.js';
import * as trends from './trends.js';
import * as topics from './topics.js';
import * as cluster from './cluster.js';
import * as way from './way.js';
import * as models from './models.js';
import * as create from './create.js';
import * as model from './model.js';

const MODULES = { search, map, trends, topics, cluster, way, models, model, create };
const TABS = [['search', 'Search'], ['map', 'Map'], ['trends', 'Trends'], ['topics', 'Topics'], ['models', 'Models']];
/** Views of the documents of one model, below one search box. */
const OF_DOCUMENTS = ['search', 'map', 'trends'];
/** Views of one model that have their own heading. */
const OF_MODEL = ['topics', 'cluster', 'way'];

const root = document.getElementById('app');
const slots = new Map();
const locals = new Map();
const timers = new Map();
/** Milliseconds between two looks at a model in training. */
const POLL = 3000;
let state = parse(location.hash);
let message = '';
let scheduled = false;

/** What views get. Functions only, so that a view cannot keep an old state. */
const ctx = {
  get state() {
    return state;
  },
  /** Goes to another state, as a new entry of the history or in place of the present one. */
  go(patch, replace = false) {
    const next = changed(state, patch);
    const hash = format(next);
    history[replace || hash === location.hash ? 'replaceState' : 'pushState'](null, '', hash);
    enter(next);
  },
  /** The address of a state, for links. */
  link: (patch) => format(changed(state, patch)),
  update,
  /** What a view keeps between two renderings and the address does not hold. */
  local(name, initial) {
    if (!locals.has(name)) {
      locals.set(name, initial);
    }
    return locals.get(name);
  },
  /**
   * Data that a view needs: `{value, error, busy, retry}`. `load(signal)` runs when the key is another than before; what
   * was under way in this slot is aborted, and its value stays until the next one is there.
   */
  data(name, key, load) {
    const slot = slots.get(name);
    return slot?.key === key ? slot : fetchSlot(name, key, load, slot?.value);
  },
  /** What a slot holds now; undefined if nobody has asked. */
  peek: (name) => slots.get(name),
  /** Drops what slots hold: views that need it ask again. */
  forget: (...names) => names.forEach((name) => slots.delete(name)),
  /** Asks again when a view needs it; the present value stays until then. */
  stale: (...names) => names.filter((name) => slots.has(name)).forEach((name) => {
    slots.get(name).key = null;
    update();
  }),
  /** Asks again at once; the present value stays until then. */
  refresh(...names) {
    names.filter((name) => slots.has(name)).forEach((name) => {
      const { key, load, value } = slots.get(name);
      fetchSlot(name, key, load, value);
    });
    update();
  },
  send,
  toast(text) {
    message = text;
    update();
    setTimeout(() => {
      message = message === text ? '' : message;
      update();
    }, 3000);
  },
  /** Runs an action of a button: says what went wrong, and renders again in any case. */
  async act(action) {
    const local = ctx.local('act', { error: null, busy: false });
    Object.assign(local, { error: null, busy: true });
    update();
    try {
      await action();
    } catch (error) {
      local.error = error;
      setTimeout(() => document.querySelector('#main [role=alert]')?.scrollIntoView({ block: 'nearest' }));
    }
    local.busy = false;
    update();
  },
};

function fetchSlot(name, key, load, stale) {
  slots.get(name)?.abort.abort();
  const slot = { key, load, value: stale, busy: true, error: null, abort: new AbortController() };
  slot.retry = () => {
    slots.delete(name);
    update();
  };
  slots.set(name, slot);
  Promise.resolve()
    .then(() => load(slot.abort.signal))
    .then((value) => Object.assign(slot, { value, busy: false }))
    .catch((error) => error.name !== 'AbortError' && Object.assign(slot, { error, value: undefined, busy: false }))
    .then(update);
  return slot;
}

function update() {
  if (!scheduled) {
    scheduled = true;
    queueMicrotask(() => {
      scheduled = false;
      draw();
    });
  }
}

/** Renders the page. What a view cannot show, such as a strange address, is said in its place. */
function draw() {
  const view = MODULES[state.view];
  try {
    render(page(view), root);
    document.title = `${view.title(state)} – latent-facets`;
    view.after?.(ctx);
  } catch (error) {
    // what lit-html keeps of a rendering that has failed cannot be gone on with
    root.replaceChildren();
    delete root._$litPart$;
    render(html`<main id="main" tabindex="-1">${problem(error)}<p class="centre"><a class="button" href="#/search" @click=${restart}>Start again</a></p></main>`, root);
  }
}

/** Leaves everything that may have made the page fail. */
function restart(event) {
  event.preventDefault();
  history.pushState(null, '', '#/search');
  location.reload();
}

/** Shows a state. Another view reads the model again, which may have learned meanwhile, and says nothing of old actions. */
function enter(next) {
  const moved = next.view !== state.view;
  state = next;
  update();
  if (moved) {
    locals.delete('act');
    ctx.refresh('models', 'model');
    focusView();
  }
}

/** After a change of the view a screen reader goes on at its beginning. */
function focusView() {
  queueMicrotask(() => {
    document.getElementById('main')?.focus({ preventScroll: true });
    scrollTo(0, 0);
  });
}

function page(view) {
  const list = ctx.data('models', 'models', (signal) => send(calls.models(), signal).then((answer) => answer.models));
  return html`
    <header class="top">
      <a class="brand" href=${ctx.link({ view: 'search', q: '', filters: [] })}><img src="icon.svg" alt="" width="22" height="22"> Explorer</a>
      <nav aria-label="Views">${TABS.map(([name, label]) => html`<a href=${ctx.link({ view: name })} data-test=${`tab-${name}`}
        aria-current=${tabOf(state.view) === name ? 'page' : nothing}>${label}</a>`)}</nav>
      <button class="quiet theme" data-test="theme" @click=${toggleTheme} aria-label="Switch between light and dark">◐</button>
    </header>
    <main id="main" tabindex="-1" data-view=${state.view}>${content(view, list)}</main>
    <div id="toast" role="status" aria-live="polite" class=${message ? 'visible' : ''}>${message}</div>
    <dialog id="copy-dialog" aria-label="Copy this">
      <textarea rows="12" cols="70" readonly aria-label="The call"></textarea>
      <form method="dialog"><button>Close</button></form>
    </dialog>`;
}

function content(view, list) {
  const own = OF_MODEL.includes(state.view);
  if (!OF_DOCUMENTS.includes(state.view) && !own) {
    return view.view(ctx, list);
  }
  return html`${own ? nothing : html`<h1 class="sr">${view.title(state)}</h1>`}${ofDocuments(view, list)}`;
}

function ofDocuments(view, list) {
  if (list.error) {
    return problem(list.error, list.retry);
  }
  if (!list.value) {
    return loading('Reading the models');
  }
  if (!list.value.length) {
    return empty('No model yet', 'A model learns from an index what its documents are about. Make one: it takes a minute.',
      html`<a class="button" data-test="create-first" href=${ctx.link({ view: 'create' })}>Create a model</a>`);
  }
  const entry = list.value.find((each) => each.model === state.model);
  if (!state.model || (!entry && !OF_MODEL.includes(state.view))) {
    if (state.model) {
      return empty(`No model “${state.model}”`, 'It was deleted, or the address is wrong. Choose another one.',
        html`<p>${list.value.map((each) => html`<a class="button" href=${ctx.link({ model: each.model, index: '' })}>${each.model}</a> `)}</p>`);
    }
    const ready = list.value.find((each) => each.active_generation > 0) ?? list.value[0];
    ctx.go({ model: ready.model }, true);
    return loading();
  }
  const details = ctx.data('model', state.model, (signal) => send(calls.model(state.model), signal));
  if (details.error) {
    return problem(details.error, details.retry);
  }
  if (!details.value || details.value.model !== state.model) {
    return loading('Reading the model');
  }
  return html`${OF_DOCUMENTS.includes(state.view) ? searchbar(ctx, list.value, details.value) : nothing}${ready(view, details.value)}`;
}

/** A view of documents, or why there is nothing to see. */
function ready(view, details) {
  if (details.active_generation === 0) {
    const training = details.state === 'training';
    if (training) {
      later('model', POLL);
    }
    return empty(training ? 'This model is in training' : 'This model has not learned yet',
      training ? 'Its topics appear here when it is done.' : 'Train it: the topics of its documents appear here afterwards.',
      html`<a class="button" href=${ctx.link({ view: 'model' })}>${training ? 'Watch it' : 'Go to the model'}</a>`);
  }
  if (OF_DOCUMENTS.includes(state.view) && !indexOf(state, details)) {
    return empty('This model is attached to no index', 'Attach an index: its documents get their topics then, and can be searched here.',
      html`<a class="button" href=${ctx.link({ view: 'model' })}>Go to the model</a>`);
  }
  try {
    textQuery(state.q, []);
  } catch (error) {
    return problem(error);
  }
  return view.view(ctx, details);
}

/** Asks again for a slot in a while, once. */
function later(name, millis) {
  if (!timers.has(name)) {
    timers.set(name, setTimeout(() => {
      timers.delete(name);
      ctx.refresh(name);
    }, millis));
  }
}

const tabOf = (name) => ({ cluster: 'topics', way: 'search', model: 'models', create: 'models' })[name] ?? name;

const THEME = 'latent-explorer-theme';

/** The theme of the system, until somebody chooses; a browser may forbid to remember it. */
function theme(chosen) {
  try {
    if (chosen) {
      localStorage.setItem(THEME, chosen);
    }
    return localStorage.getItem(THEME) ?? chosen;
  } catch {
    return chosen;
  }
}

function toggleTheme() {
  const dark = document.documentElement.dataset.theme ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  document.documentElement.dataset.theme = theme(dark === 'dark' ? 'light' : 'dark') ?? 'dark';
  update();
}

root.replaceChildren();
const remembered = theme();
if (remembered) {
  document.documentElement.dataset.theme = remembered;
}
// a link to #main would be an address without a state
document.querySelector('.skip').addEventListener('click', (event) => {
  event.preventDefault();
  document.getElementById('main')?.focus();
});
addEventListener('popstate', () => enter(parse(location.hash)));
update();

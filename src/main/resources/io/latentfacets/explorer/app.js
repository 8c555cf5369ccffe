import { html, render } from './lit-html.js';

/** Where the API is: the page lies at `{prefix}/_plugins/_latent/ui/`. */
const API = new URL('../../../', document.baseURI);

async function start() {
  const response = await fetch(new URL('_plugins/_latent/models', API), { credentials: 'same-origin' });
  const { models = [] } = await response.json();
  render(html`<main id="main"><h1>Models</h1><ul>${models.map((each) => html`<li>${each.model}: ${each.state}</li>`)}</ul></main>`,
    document.getElementById('app'));
}

start();

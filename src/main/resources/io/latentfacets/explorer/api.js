/* SPDX-License-Identifier: Apache-2.0 */
/** Calls of the server, with the credentials that the browser has. */

/** Where the API is: the page lies at `{prefix}/_plugins/_latent/ui/`. */
export const BASE = new URL('../../../', document.baseURI);
const LATENT = '_plugins/_latent';

/** A call that failed. `status` is that of HTTP, or 0 if nothing answered. */
export class ApiError extends Error {
  constructor(status, message, call) {
    super(message);
    this.status = status;
    this.call = call;
  }
}

/** One call: `{method, path, body}`; the path is relative to the server's root. */
export const call = (method, path, body) => ({ method, path, body });

/**
 * A value as one part of a path.
 *
 * @throws Error for `.` and `..`, which no encoding keeps from leading elsewhere
 */
export function part(value) {
  if (/^\.{1,2}$/.test(value)) {
    throw new Error(`“${value}” cannot be part of an address.`);
  }
  return encodeURIComponent(value);
}
/** An index expression, in which commas and wildcards keep their meaning. */
export const indexPart = (index) => index.split(',').map(encodeURIComponent).join(',').replace(/%2A/gi, '*');

export const calls = {
  models: () => call('GET', `${LATENT}/models`),
  model: (model) => call('GET', `${LATENT}/models/${part(model)}`),
  putModel: (model, body) => call('PUT', `${LATENT}/models/${part(model)}`, body),
  of: (method, model, path, body) => call(method, `${LATENT}/models/${part(model)}/${path}`, body),
  facets: (index, body) => call('POST', `${indexPart(index)}/_latent/facets`, body),
  search: (index, body) => call('POST', `${indexPart(index)}/_search`, body),
  explain: (index, id, body) => call('POST', `${indexPart(index)}/_explain/${part(id)}`, body),
  /** Its fields by type; unlike the mapping, whoever may read the index may ask. */
  fields: (index) => call('GET', `${indexPart(index)}/_field_caps?fields=*`),
  indices: () => call('GET', '_cat/indices?format=json&h=index,docs.count&expand_wildcards=open&s=index'),
  task: (task) => call('GET', `_tasks/${part(task)}`),
  trainings: () => call('GET', '_tasks?actions=cluster:admin/plugins/latent/models/train/run*&detailed'),
  cancel: (task) => call('POST', `_tasks/${part(task)}/_cancel`),
};

/**
 * Sends a call and returns the parsed answer.
 *
 * @throws ApiError if the server refuses it or does not answer; AbortError if the signal aborts it
 */
export async function send({ method, path, body }, signal) {
  const options = { method, signal, credentials: 'same-origin', headers: { Accept: 'application/json' } };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers['Content-Type'] = 'application/json';
  }
  let response;
  try {
    response = await fetch(new URL(path, BASE), options);
  } catch (e) {
    if (e.name === 'AbortError') {
      throw e;
    }
    throw new ApiError(0, 'The server does not answer.', { method, path, body });
  }
  const text = await response.text();
  const answer = parsed(text);
  if (!response.ok) {
    throw new ApiError(response.status, reason(answer) ?? text.slice(0, 500), { method, path, body });
  }
  if (answer === null) {
    throw new ApiError(response.status, `This is no answer of OpenSearch, perhaps a page to log in: ${text.slice(0, 200)}`, { method, path, body });
  }
  return answer;
}

/** The reason of an error as OpenSearch writes it; the innermost of a failed search says the most. */
export function reason(answer) {
  const error = answer?.error;
  if (typeof error === 'string') {
    return error;
  }
  const root = error?.failed_shards?.[0]?.reason ?? error?.root_cause?.[0] ?? error;
  return root?.caused_by?.reason ?? root?.reason ?? error?.reason;
}

/** The call for a shell. Quotes in the body are written so that no shell reads them. */
export function curl({ method, path, body }, base = BASE) {
  const quoted = (text) => `'${String(text).replaceAll("'", "'\\''")}'`;
  const lines = [`curl -s -X ${method} ${quoted(new URL(path, base))}`];
  if (body !== undefined) {
    lines.push(`-H 'Content-Type: application/json'`, `-d ${quoted(JSON.stringify(body, null, 1))}`);
  }
  return lines.join(' \\\n  ');
}

function parsed(text) {
  try {
    return text ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

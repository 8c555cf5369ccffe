// SPDX-License-Identifier: Apache-2.0
//
// Uses latent-facets through the OpenSearch client for Node.js.
//
//     npm ci && node latent-facets.mjs http://localhost:9200 articles
//
// The index holds documents with the text fields `title` and `body`. The script learns a model from them, attaches the
// two to each other, asks for facets and neighbours, and takes away again what it made; the field `latent` stays in the
// index. It prints a line for each step and exits with a status other than 0 if an answer is not what it expects.

import assert from "node:assert/strict";
import { Client } from "@opensearch-project/opensearch";

// Node.js refuses an answer whose headers are larger than 16 kB
const MOST_HEADERS = 20;
const MOST_CHARACTERS = 4000;

const [url, index] = process.argv.slice(2);
if (index === undefined) {
  console.error("usage: latent-facets.mjs URL INDEX");
  process.exit(2);
}
const model = `${index}-topics`;
const path = `/_plugins/_latent/models/${model}`;

// A call that waits answers when the work is done, so the time-out is that of the work. A client that sends such a call
// again would be told that the model is being trained already.
const client = new Client({ node: url, requestTimeout: 600_000, maxRetries: 0 });

/** Sends a request by method and path, as every call of the plugin can be sent. */
async function send(method, path, body, status = 200) {
  const answer = await client.transport.request({ method, path, body }, { ignore: [status], opaqueId: "node-example" });
  assert.equal(answer.statusCode, status, `${method} ${path}: ${JSON.stringify(answer.body)}`);
  assert.equal(answer.headers["x-opaque-id"], "node-example");
  requireFewHeaders(answer);
  return answer;
}

/** The values of headers that have the same name come as one, so their length is looked at too. */
function requireFewHeaders({ headers }) {
  assert.ok(Object.keys(headers).length <= MOST_HEADERS, `${Object.keys(headers).length} headers`);
  const characters = JSON.stringify(headers).length;
  assert.ok(characters <= MOST_CHARACTERS, `headers of ${characters} characters`);
}

function step(name, { headers }, result) {
  console.log(`${name.padEnd(11)}${String(Object.keys(headers).length).padStart(3)} headers  ${result}`);
}

// a small model, quick to train; leave out max_documents, text, vae and clusters to get the defaults
const created = await send("PUT", path, {
  source: { index: [index], fields: ["title^2", "body"], max_documents: 2000 },
  text: { vocabulary_size: 1000 },
  vae: { latent_dims: 16, hidden_dims: [32], epochs: 5, neighbors: 0 },
  clusters: { count: 6 },
});
assert.equal(created.body.acknowledged, true);
step("create", created, created.body.model);

const trained = await send("POST", `${path}/_train?wait_for_completion=true`);
assert.equal(trained.body.generation, 1);
assert.equal(trained.body.clusters, 6);
step("train", trained, `${trained.body.documents} documents, ${trained.body.clusters} clusters`);

const attached = await send("POST", `${path}/_attach?wait_for_completion=true`, { index });
assert.ok(attached.body.updated > 15_000, JSON.stringify(attached.body));
assert.equal(attached.body.failures, 0);
step("attach", attached, `${attached.body.updated} documents encoded`);

const found = await send("POST", `/${index}/_latent/facets`, {
  search: { query: { match: { body: "report" } }, size: 3, _source: ["title"] },
  facets: { size: 3, examples: 1 },
});
const clusters = found.body.facets.clusters;
assert.equal(clusters.length, 3);
assert.ok(clusters[0].count >= clusters[1].count && clusters[1].count > 0);
step("facets", found, clusters.map((cluster) => `${cluster.label} (${cluster.count})`).join("; "));

// a search goes through the client's own method, like any other
const near = await client.search({
  index,
  body: {
    size: 3,
    _source: ["title"],
    query: { latent_neighbors: { field: "latent", k: 10, text: "telescope galaxy orbit" } },
  },
});
const hits = near.body.hits.hits;
assert.equal(hits.length, 3);
assert.ok(hits[0]._score > 0.5);
requireFewHeaders(near);
step("neighbours", near, hits.map((hit) => hit._source.title).join("; "));

// documents that come are no longer encoded; then nothing names the model but the mapping, which cannot forget it:
// hence force
await send("PUT", `/${index}/_settings`, { "index.default_pipeline": null });
await send("DELETE", `/_ingest/pipeline/${model}`);
await send("DELETE", path, undefined, 409);
const deleted = await send("DELETE", `${path}?force=true`);
assert.equal(deleted.body.acknowledged, true);
await send("GET", path, undefined, 404);
step("delete", deleted, model);

await client.close();

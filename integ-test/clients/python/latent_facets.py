#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Uses latent-facets with nothing but Python's standard library.

    python3 latent_facets.py http://localhost:9200 articles

The index holds documents with the text fields `title` and `body`. The script learns a model from them, attaches the two
to each other, asks for facets and neighbours, and takes away again what it made; the field `latent` stays in the index.
It prints a line for each step and exits with a status other than 0 if an answer is not what it expects.
"""

import http.client
import json
import sys
from urllib.parse import urlsplit

MOST_HEADERS = 20  # http.client refuses an answer with more than 100


class Server:
    """Sends requests to one node; every answer must have the expected status and few headers."""

    def __init__(self, url):
        # a call that waits answers when the work is done, so the time-out is that of the work
        self.connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=600)

    def send(self, method, path, body=None, status=200):
        headers = {"Content-Type": "application/json", "X-Opaque-Id": "python-example"}
        self.connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connection.getresponse()
        text = answer.read().decode("utf-8")
        expect(answer.status == status, f"{method} {path} gave {answer.status} instead of {status}: {text}")
        count = len(answer.getheaders())
        expect(count <= MOST_HEADERS, f"{method} {path} gave {count} headers")
        expect(answer.getheader("X-Opaque-Id") == "python-example", f"{method} {path} lost the X-Opaque-Id")
        return json.loads(text), count


def expect(holds, otherwise):
    if not holds:
        sys.exit(otherwise)


def step(name, headers, result):
    print(f"{name:<11}{headers:>3} headers  {result}", flush=True)


def main(url, index):
    server = Server(url)
    model = f"{index}-topics"
    path = f"/_plugins/_latent/models/{model}"

    # a small model, quick to train; leave out max_documents, text, vae and clusters to get the defaults
    answer, headers = server.send("PUT", path, {
        "source": {"index": [index], "fields": ["title^2", "body"], "max_documents": 2000},
        "text": {"vocabulary_size": 1000},
        "vae": {"latent_dims": 16, "hidden_dims": [32], "epochs": 5, "neighbors": 0},
        "clusters": {"count": 6},
    })
    expect(answer["acknowledged"], answer)
    step("create", headers, answer["model"])

    trained, headers = server.send("POST", f"{path}/_train?wait_for_completion=true")
    expect(trained["generation"] == 1 and trained["clusters"] == 6, trained)
    step("train", headers, f"{trained['documents']} documents, {trained['clusters']} clusters")

    attached, headers = server.send("POST", f"{path}/_attach?wait_for_completion=true", {"index": index})
    expect(attached["updated"] > 15_000 and attached["failures"] == 0, attached)
    step("attach", headers, f"{attached['updated']} documents encoded")

    found, headers = server.send("POST", f"/{index}/_latent/facets", {
        "search": {"query": {"match": {"body": "report"}}, "size": 3, "_source": ["title"]},
        "facets": {"size": 3, "examples": 1},
    })
    clusters = found["facets"]["clusters"]
    expect(len(clusters) == 3 and clusters[0]["count"] >= clusters[1]["count"] > 0, clusters)
    step("facets", headers, "; ".join(f"{cluster['label']} ({cluster['count']})" for cluster in clusters))

    near, headers = server.send("POST", f"/{index}/_search", {
        "size": 3,
        "_source": ["title"],
        "query": {"latent_neighbors": {"field": "latent", "k": 10, "text": "telescope galaxy orbit"}},
    })
    hits = near["hits"]["hits"]
    expect(len(hits) == 3 and hits[0]["_score"] > 0.5, hits)
    step("neighbours", headers, "; ".join(hit["_source"]["title"] for hit in hits))

    # documents that come are no longer encoded; then nothing names the model but the mapping, which cannot forget it:
    # hence force
    server.send("PUT", f"/{index}/_settings", {"index.default_pipeline": None})
    server.send("DELETE", f"/_ingest/pipeline/{model}")
    server.send("DELETE", path, status=409)
    answer, headers = server.send("DELETE", f"{path}?force=true")
    expect(answer["acknowledged"], answer)
    server.send("GET", path, status=404)
    step("delete", headers, model)


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit("usage: latent_facets.py URL INDEX")
    main(*sys.argv[1:])

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate;

import io.latentfacets.async.Listeners;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.model.Generation;
import io.latentfacets.neighbors.ReadableDocuments;
import io.latentfacets.rest.ChildCalls;
import io.latentfacets.search.ModelIndices;
import io.latentfacets.summarize.CallLimits;
import io.latentfacets.summarize.Summarizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.opensearch.action.ActionRunnable;
import org.opensearch.action.search.SearchRequest;
import org.opensearch.action.search.SearchResponse;
import org.opensearch.core.action.ActionListener;
import org.opensearch.transport.client.Client;

/**
 * One call of {@code _generate}: draws the points, then looks at one after another. It searches with the permissions of
 * the caller. Never blocks. For one use.
 */
final class GenerateCall {

    /** The number of documents whose spread the points have. */
    private static final int CLOUD = 64;
    /** The number of documents that stand for all. */
    private static final int OF_ALL = 500;
    /** The number of documents near a point that its text is made from. */
    private static final int NEAREST = 50;

    private final GenerateRequest request;
    private final ReadableDocuments documents;
    private final ReadableDocuments.Scope scope;
    private final Tools tools;
    private volatile boolean timedOut;

    /**
     * What a call works with.
     *
     * @param client searches as the caller
     * @param children the searches of the call
     * @param executor the pool that encodes
     * @param summarizer reads the latents of documents
     * @param samples says what is at a point
     * @param limits ends the call
     */
    record Tools(
            Client client,
            ChildCalls children,
            Executor executor,
            Summarizer summarizer,
            SampleMaker samples,
            CallLimits limits) {}

    GenerateCall(GenerateRequest request, ReadableDocuments documents, ReadableDocuments.Scope scope, Tools tools) {
        this.request = request;
        this.documents = documents;
        this.scope = scope;
        this.tools = tools;
    }

    void run(ActionListener<GenerateAction.Response> listener) {
        // a search says first whether the caller may know anything about the indices
        search(ModelIndices.probe(scope.names()), Listeners.andThen(listener, (next, seen) -> {
            String field = documents.latentField(scope, request.latentField());
            points(field, Listeners.andThen(next, (last, points) -> sample(field, points, new ArrayList<>(), last)));
        }));
    }

    private void points(String field, ActionListener<List<float[]>> listener) {
        Generation generation = scope.generation();
        if (request.cluster() != null) {
            read(
                    documents.sample(scope, field, request.cluster(), request.seed(), CLOUD),
                    found -> around(generation.clusters().centroid(request.cluster()), latents(found)),
                    listener);
        } else if (!request.between().isEmpty()) {
            read(
                    documents.withIds(scope, request.between()),
                    found -> Points.between(
                            named(GenerateRequest.BETWEEN_KEY, request.between().subList(0, 1), found),
                            named(GenerateRequest.BETWEEN_KEY, request.between().subList(1, 2), found),
                            request.steps()),
                    listener);
        } else if (!request.like().isEmpty()) {
            ActionListener<float[]> center = Listeners.andThen(
                    listener,
                    (next, mean) -> read(
                            documents.near(scope, field, mean, null, CLOUD),
                            found -> around(mean, latents(found)),
                            next));
            read(
                    documents.withIds(scope, request.like()),
                    found -> named(GenerateRequest.LIKE_KEY, request.like(), found),
                    center);
        } else {
            read(documents.sample(scope, field, null, request.seed(), OF_ALL), this::ofAll, listener);
        }
    }

    private List<float[]> latents(SearchResponse found) {
        return tools.summarizer().latents(ReadableDocuments.of(found)).stream()
                .filter(Objects::nonNull)
                .toList();
    }

    /** The mean of the documents with some ids. */
    private float[] named(String key, List<String> ids, SearchResponse found) {
        List<SentenceRanker.Document> named = ReadableDocuments.inOrder(key, ids, ReadableDocuments.of(found));
        float[] mean = Summarizer.mean(tools.summarizer().latents(named));
        if (mean == null) {
            throw new IllegalArgumentException("[" + key + "] must be documents with words that the model ["
                    + request.model() + "] knows: " + ids);
        }
        return mean;
    }

    private List<float[]> around(float[] center, List<float[]> cloud) {
        return seeds().map(random -> Points.around(center, cloud, request.spread(), random))
                .toList();
    }

    private List<float[]> ofAll(SearchResponse found) {
        List<float[]> latents = latents(found);
        return latents.isEmpty()
                ? List.of()
                : seeds().map(random -> Points.ofAll(
                                latents,
                                latent -> scope.generation()
                                        .clusters()
                                        .partition()
                                        .assign(latent),
                                request.spread(),
                                random))
                        .toList();
    }

    /** The chance of each sample: the first ones are the same however many there are. */
    private Stream<Random> seeds() {
        return IntStream.range(0, request.samples())
                .mapToObj(i -> new Random(request.seed() + 0x9E3779B97F4A7C15L * i));
    }

    /** Looks at the point that follows those with a sample. */
    private void sample(
            String field,
            List<float[]> points,
            List<GenerateAction.Sample> done,
            ActionListener<GenerateAction.Response> listener) {
        int at = done.size();
        if (at == points.size()) {
            listener.onResponse(new GenerateAction.Response(
                    request.model(), scope.generation().number(), tools.limits().tookMillis(), timedOut, done));
            return;
        }
        float[] point = points.get(at);
        read(
                documents.near(scope, field, point, null, NEAREST),
                found -> tools.samples().at(point, found, request.seed() + at),
                Listeners.andThen(listener, (next, sample) -> {
                    done.add(sample);
                    sample(field, points, done, next);
                }));
    }

    private void search(SearchRequest search, ActionListener<SearchResponse> listener) {
        tools.limits().check();
        tools.client().search(search, tools.children().listener(listener));
    }

    /** Searches, and makes something of what is found, on the pool for encoding. */
    private <T> void read(SearchRequest search, Function<SearchResponse, T> work, ActionListener<T> listener) {
        search(search, Listeners.andThen(listener, (next, found) -> tools.executor()
                .execute(ActionRunnable.supply(next, () -> {
                    timedOut |= found.isTimedOut();
                    return work.apply(found);
                }))));
    }
}

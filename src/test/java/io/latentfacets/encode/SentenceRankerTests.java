/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.sameInstance;

import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.util.concurrent.OpenSearchExecutors;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.test.OpenSearchTestCase;

public class SentenceRankerTests extends OpenSearchTestCase {
    private static final float[] OIL = {1, 0};

    private final InMemoryGenerations generations = new InMemoryGenerations();
    private final IngestFixtures.CountingFactory factory = new IngestFixtures.CountingFactory();
    private final EncoderService encoders =
            new EncoderService(factory, IngestFixtures::analyzer, generations, new NoopCircuitBreaker("latent"));
    private final SentenceRanker ranker = new SentenceRanker(encoders, OpenSearchExecutors.newDirectExecutorService());
    private Generation generation;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        generation = IngestFixtures.generation("news", 1, createTempDir());
        generations.put(generation).activate("news", 1);
    }

    private static SentenceRanker.Document document(String id, String body) {
        return new SentenceRanker.Document("news", id, Map.of("body", body));
    }

    private List<List<SentenceRanker.Ranked>> rank(int perDocument, int best, SentenceRanker.Topic... topics) {
        PlainActionFuture<List<List<SentenceRanker.Ranked>>> future = PlainActionFuture.newFuture();
        ranker.rank(generation, List.of(topics), perDocument, best, () -> {}, future);
        return future.actionGet();
    }

    private static List<String> ids(List<SentenceRanker.Ranked> ranked) {
        return ranked.stream().map(SentenceRanker.Ranked::id).toList();
    }

    public void testNearestFirst() {
        List<SentenceRanker.Ranked> ranked = rank(
                        9,
                        3,
                        new SentenceRanker.Topic(
                                OIL,
                                List.of(
                                        document("half", "This one has oil and some wheat ."),
                                        document("wheat", "Farmers sold wheat and more wheat ."),
                                        document("oil", "This one has crude oil in it ."),
                                        document("unknown", "This one has nothing that anybody knows ."),
                                        new SentenceRanker.Document("news", "hidden", null))))
                .get(0);
        assertThat(ids(ranked), equalTo(List.of("oil", "half", "wheat")));
        assertThat((double) ranked.get(0).similarity(), closeTo(1, 1e-6));
        assertThat((double) ranked.get(1).similarity(), closeTo(Math.sqrt(.5), 1e-6));
        assertThat(ranked.get(0).sentence(), equalTo("This one has crude oil in it ."));
        assertThat(ranked.get(0).index(), equalTo("news"));
    }

    public void testOfDifferentDocumentsAndNoneTwice() {
        String two = "Here is all about crude oil . There is more about crude oil .";
        List<SentenceRanker.Ranked> ranked = rank(
                        9,
                        2,
                        new SentenceRanker.Topic(
                                OIL,
                                List.of(
                                        document("a", two),
                                        document("b", "Here is all about crude oil ."),
                                        document("c", "It is about oil , partly wheat ."))))
                .get(0);
        assertThat("of a the second would be nearer than that of c", ids(ranked), equalTo(List.of("a", "c")));
        assertThat(
                "only the first sentences are looked at",
                rank(1, 9, new SentenceRanker.Topic(OIL, List.of(document("a", two))))
                        .get(0)
                        .size(),
                equalTo(1));
    }

    public void testEqualIdsOfTwoIndicesAreTwoDocuments() {
        String two = "Here is all about crude oil . There is more about crude oil .";
        SentenceRanker.Document archived =
                new SentenceRanker.Document("archive", "a", Map.of("body", "It is about oil , partly wheat ."));
        List<SentenceRanker.Ranked> ranked = rank(
                        9, 2, new SentenceRanker.Topic(OIL, List.of(document("a", two), archived)))
                .get(0);
        assertThat(ranked.stream().map(SentenceRanker.Ranked::index).toList(), equalTo(List.of("news", "archive")));
    }

    public void testTopicsDoNotMix() {
        List<List<SentenceRanker.Ranked>> ranked = rank(
                9,
                3,
                new SentenceRanker.Topic(OIL, List.of(document("a", "This one has crude oil in it ."))),
                new SentenceRanker.Topic(OIL, List.of()),
                new SentenceRanker.Topic(
                        new float[] {0, 1}, List.of(document("b", "This one has good wheat in it ."))));
        assertThat(ids(ranked.get(0)), equalTo(List.of("a")));
        assertThat(ranked.get(1), empty());
        assertThat(ids(ranked.get(2)), equalTo(List.of("b")));
        assertThat("in one batch", factory.batches, equalTo(List.of(2)));
    }

    public void testFailsAsTheEncoderDoes() {
        factory.failure = new OpenSearchStatusException("no engine", RestStatus.SERVICE_UNAVAILABLE);
        Exception failure = expectThrows(
                OpenSearchStatusException.class,
                () -> rank(
                        9, 3, new SentenceRanker.Topic(OIL, List.of(document("a", "This one has crude oil in it .")))));
        assertThat(failure, sameInstance(factory.failure));
    }

    public void testStopsBetweenBatchesWhenTheSearchDoes() {
        int[] asked = new int[1];
        SentenceRanker.Topic topic = new SentenceRanker.Topic(
                OIL,
                IntStream.range(0, 600)
                        .mapToObj(i -> document("d" + i, "This one has crude oil number " + i + " in it ."))
                        .toList());
        PlainActionFuture<List<List<SentenceRanker.Ranked>>> future = PlainActionFuture.newFuture();
        ranker.rank(
                generation,
                List.of(topic),
                1,
                1,
                () -> {
                    // once a document, then before the first of three batches, and the second
                    if (++asked[0] == 602) {
                        throw new TaskCancelledException("enough");
                    }
                },
                future);
        assertThat(expectThrows(TaskCancelledException.class, future::actionGet).getMessage(), equalTo("enough"));
        assertThat(asked[0], equalTo(602));
    }
}

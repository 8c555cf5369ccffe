/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.IngestFixtures;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import java.util.List;
import java.util.Map;
import org.opensearch.common.breaker.TestCircuitBreaker;
import org.opensearch.core.common.breaker.CircuitBreakingException;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.test.OpenSearchTestCase;

public class SampleTextTests extends OpenSearchTestCase {
    private static final float[] OIL = {1, 0};

    private final InMemoryGenerations generations = new InMemoryGenerations();
    private final IngestFixtures.CountingFactory factory = new IngestFixtures.CountingFactory();
    private final EncoderService encoders =
            new EncoderService(factory, IngestFixtures::analyzer, generations, new NoopCircuitBreaker("latent"));
    private Generation generation;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        generation = IngestFixtures.generation("news", 1, createTempDir());
        generations.put(generation).activate("news", 1);
    }

    private static final List<SentenceRanker.Document> DOCUMENTS = List.of(
            document("They ship crude oil from the harbor . They ship much wheat to the town ."),
            document("Some traders want crude oil from the desert . Some want wheat from the valley ."));

    private static SentenceRanker.Document document(String body) {
        return new SentenceRanker.Document("news", "1", Map.of("body", body));
    }

    private SampleText text(Runnable check) {
        return new SampleText(encoders, generation, new NoopCircuitBreaker("latent"), check);
    }

    public void testTheTextIsAboutThePoint() {
        for (long seed = 1; seed <= 5; seed++) {
            String oil = text(() -> {}).of(OIL, DOCUMENTS, 10, seed);
            assertThat(oil, containsString("oil"));
            assertThat(oil, not(containsString("wheat")));
            assertThat(text(() -> {}).of(new float[] {0, 1}, DOCUMENTS, 10, seed), containsString("wheat"));
            assertThat(oil.split(" ", -1).length, lessThanOrEqualTo(10));
            assertThat("the same seed", text(() -> {}).of(OIL, DOCUMENTS, 10, seed), equalTo(oil));
        }
    }

    public void testNoTextOfNoSentences() {
        assertThat(text(() -> {}).of(OIL, List.of(), 10, 1), equalTo(""));
        assertThat(
                text(() -> {}).of(OIL, List.of(document("oil"), new SentenceRanker.Document("news", "2", null)), 10, 1),
                equalTo(""));
    }

    public void testStopsWhenTheCallDoes() {
        int[] asked = new int[1];
        SampleText stopped = text(() -> {
            if (++asked[0] == 9) {
                throw new TaskCancelledException("enough");
            }
        });
        assertThat(
                expectThrows(TaskCancelledException.class, () -> stopped.of(OIL, DOCUMENTS, 10, 1))
                        .getMessage(),
                equalTo("enough"));
    }

    public void testTheBreakerIsChargedAndGetsAllBack() {
        TestCircuitBreaker breaker = new TestCircuitBreaker();
        SampleText text = new SampleText(encoders, generation, breaker, () -> {});
        text.of(OIL, DOCUMENTS, 10, 1);
        assertThat(breaker.getUsed(), equalTo(0L));
        breaker.startBreaking();
        expectThrows(CircuitBreakingException.class, () -> text.of(OIL, DOCUMENTS, 10, 1));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.IngestFixtures;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.neighbors.ReadableDocuments;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.core.tasks.TaskCancelledException;
import org.opensearch.test.OpenSearchTestCase;

public class SummarizerTests extends OpenSearchTestCase {
    private static final Summarizer.Options TWO = new Summarizer.Options(2, null, .1, List.of());

    private final InMemoryGenerations generations = new InMemoryGenerations();
    private final EncoderService encoders = new EncoderService(
            new IngestFixtures.CountingFactory(),
            IngestFixtures::analyzer,
            generations,
            new NoopCircuitBreaker("latent"));
    private Generation generation;
    private Summarizer summarizer;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        generation = IngestFixtures.generation("news", 1, createTempDir());
        generations.put(generation).activate("news", 1);
        summarizer = new Summarizer(encoders, generation, () -> {});
    }

    private static SentenceRanker.Document document(String id, String body) {
        return new SentenceRanker.Document("news", id, Map.of("body", body));
    }

    public void testSentencesOfBothSubjectsInTheOrderOfTheDocuments() {
        List<SentenceRanker.Document> documents = List.of(
                document("w", "Many farmers sold much wheat . Nobody knows what these words mean ."),
                document("o", "Some people found crude oil . They say the oil is sweet ."));
        float[] target = Summarizer.mean(summarizer.latents(documents));
        assertEquals(Math.sqrt(.5), target[0], 1e-6);
        SummarizeAction.Summary summary = summarizer.summary(documents, target, TWO);
        assertThat(summary.documents(), equalTo(2));
        assertThat(
                summary.sentences().stream().map(SummarizeAction.Sentence::text).toList(),
                equalTo(List.of("Many farmers sold much wheat .", "They say the oil is sweet .")));
        assertThat(summary.sentences().get(0).id(), equalTo("w"));
        assertThat((double) summary.sentences().get(0).similarity(), closeTo(Math.sqrt(.5), 1e-6));
        assertThat("one of each is the source", summary.kept(), closeTo(1, 1e-4));
    }

    public void testKeptIsTheCosineOfTheSentencesTogether() {
        List<SentenceRanker.Document> documents =
                List.of(document("a", "Here is some good wheat . Here they drill for crude oil ."));
        float[] wheat = {0, 1};
        SummarizeAction.Summary one =
                summarizer.summary(documents, wheat, new Summarizer.Options(1, null, 0, List.of()));
        assertThat(one.kept(), closeTo(1, 1e-6));
        SummarizeAction.Summary both =
                summarizer.summary(documents, wheat, new Summarizer.Options(2, null, 0, List.of()));
        // two words of oil, one of wheat
        assertThat(both.kept(), closeTo(1 / Math.sqrt(5), .01));
    }

    public void testARatioIsOfTheSentencesThatMayBeShown() {
        String text = String.join(
                " ",
                IntStream.range(0, 10)
                        .mapToObj(i -> "Story " + "abcdefghij".repeat(1).charAt(i) + i
                                + " tells about oil from "
                                + "qrstuvwxyz".charAt(i) + "land .")
                        .toList());
        Summarizer.Options third = new Summarizer.Options(3, .3, 0, List.of());
        assertThat(third.count(10, 50), equalTo(3));
        assertThat("at least one", new Summarizer.Options(3, .01, 0, List.of()).count(10, 50), equalTo(1));
        assertThat("at most so many", new Summarizer.Options(3, 1.0, 0, List.of()).count(200, 50), equalTo(50));
        assertThat(summarizer.sentences(List.of(document("a", text)), List.of()).size(), equalTo(10));
    }

    public void testExcludedTermsAreWholeWords() {
        assertTrue(Summarizer.contains("The Oil price rose.", "oil"));
        assertTrue(Summarizer.contains("Crude oil, not wheat.", "Crude Oil"));
        assertFalse(Summarizer.contains("It turmoils the boiler.", "oil"));
        List<SentenceRanker.Document> documents =
                List.of(document("a", "Here is some good wheat . Here they drill for crude oil ."));
        assertThat(
                summarizer.sentences(documents, List.of("CRUDE")).stream()
                        .map(Summarizer.Sentence::text)
                        .toList(),
                equalTo(List.of("Here is some good wheat .")));
    }

    public void testNothingToShow() {
        List<SentenceRanker.Document> documents =
                List.of(new SentenceRanker.Document("news", "hidden", null), document("b", "wheat"));
        SummarizeAction.Summary summary = summarizer.summary(documents, new float[] {0, 1}, TWO);
        assertThat(summary.sentences(), empty());
        assertThat(summary.kept(), nullValue());
        assertThat(Summarizer.mean(summarizer.latents(documents.subList(0, 1))), nullValue());
    }

    public void testManyDocumentsGiveFewSentencesEach() {
        String text = "This one has crude oil in it . ".repeat(300);
        List<SentenceRanker.Document> documents =
                IntStream.range(0, 200).mapToObj(i -> document("d" + i, text)).toList();
        assertThat(summarizer.sentences(documents, List.of()).size(), equalTo(Summarizer.MOST_CANDIDATES));
        assertThat(Summarizer.bytes(200, 64), greaterThan(Summarizer.bytes(1, 64)));
    }

    public void testStopsWhenTheCallDoes() {
        int[] asked = new int[1];
        Summarizer stopped = new Summarizer(encoders, generation, () -> {
            if (++asked[0] == 3) {
                throw new TaskCancelledException("enough");
            }
        });
        List<SentenceRanker.Document> documents =
                List.of(document("a", "Here is some good wheat . Here they drill for crude oil ."));
        assertThat(
                expectThrows(TaskCancelledException.class, () -> stopped.summary(documents, new float[] {0, 1}, TWO))
                        .getMessage(),
                equalTo("enough"));
    }

    public void testDocumentsHaveTheOrderOfTheirIds() {
        List<SentenceRanker.Document> read = List.of(document("a", ""), document("b", ""), document("c", ""));
        assertThat(
                ReadableDocuments.inOrder("ids", List.of("c", "a", "c"), read).stream()
                        .map(SentenceRanker.Document::id)
                        .toList(),
                equalTo(List.of("c", "a")));
        assertThat(
                expectThrows(
                                ResourceNotFoundException.class,
                                () -> ReadableDocuments.inOrder("ids", List.of("a", "x"), read))
                        .getMessage(),
                containsString("[ids] must be documents that the caller may read: [x]"));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.text.FieldText;
import java.util.List;
import java.util.Map;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.test.OpenSearchTestCase;

/** Explains documents whose words lie on two axes, so that the weight of each word is known. */
public class OcclusionTests extends OpenSearchTestCase {

    private final InMemoryGenerations generations = new InMemoryGenerations();
    private final IngestFixtures.CountingFactory factory = new IngestFixtures.CountingFactory();
    private final EncoderService encoders =
            new EncoderService(factory, IngestFixtures::analyzer, generations, new NoopCircuitBreaker("latent"));
    private Generation generation;
    private Occlusion occlusion;

    @Override
    public void setUp() throws Exception {
        super.setUp();
        generation = IngestFixtures.generation("news", 1, createTempDir());
        generations.put(generation).activate("news", 1);
        occlusion = new Occlusion(generation, encoders);
    }

    @Override
    public void tearDown() throws Exception {
        encoders.close();
        super.tearDown();
    }

    private Occlusion.Placed place(String text) {
        return occlusion.place(SourceDocument.of(List.of(new FieldText(1, text))));
    }

    public void testWhatTheSimilarityLosesWithoutAWord() {
        // two words of oil and one of wheat: (2, 1), of which 2/√5 is along the first axis
        Occlusion.Placed document = place("crude oil wheat");
        List<ClusterTerm> terms = occlusion.terms(document, unit -> unit[0], () -> {});
        assertThat(terms.stream().map(ClusterTerm::term).toList(), equalTo(List.of("crude", "oil")));
        double left = 1 / Math.sqrt(2);
        for (ClusterTerm term : terms) {
            assertThat((double) term.weight(), closeTo(2 / Math.sqrt(5) - left, .01));
        }
        // the same document, explained against the other axis
        List<ClusterTerm> other = occlusion.terms(document, unit -> unit[1], () -> {});
        assertThat(other.stream().map(ClusterTerm::term).toList(), equalTo(List.of("wheat")));
        assertThat((double) other.get(0).weight(), closeTo(1 / Math.sqrt(5), .01));
    }

    public void testTheOnlyWordIsAllThereIs() {
        List<ClusterTerm> terms = occlusion.terms(place("oil"), unit -> unit[0], () -> {});
        assertThat(terms, equalTo(List.of(new ClusterTerm("oil", 1))));
        assertThat(place("zyzzyva").latent(), nullValue());
    }

    public void testTwoCallsOfTheEncoder() {
        occlusion.terms(place("crude oil wheat grain"), unit -> unit[0], () -> {});
        assertThat(factory.batches, equalTo(List.of(1, 4)));
    }

    /**
     * Between two calls of the encoder the service keeps no encoder of an inactive generation open, unless a caller
     * holds it.
     */
    public void testOneExplanationOpensTheEncoderOnce() throws Exception {
        Generation former = IngestFixtures.generation("news", 2, createTempDir());
        SourceDocument document = SourceDocument.of(List.of(new FieldText(1, "crude oil wheat")));
        Occlusion.Explained explained = new Occlusion(former, encoders).explain(document, unit -> unit[0], () -> {});
        assertThat(explained.terms().size(), equalTo(2));
        assertThat(factory.opened.get(), equalTo(1));

        List<EncodedDocument> encoded = new DocumentExplainer(former, ClusterEdits.NONE, encoders)
                .encode(List.of(document, document), true, () -> {});
        assertThat(encoded.get(1).terms().size(), equalTo(2));
        assertThat("once more for both documents", factory.opened.get(), equalTo(2));
        assertThat(factory.open.get(), equalTo(0));
    }

    public void testTheVectorStays() throws Exception {
        Generation withVectors = IngestFixtures.withVectors(generation);
        generations.put(withVectors);
        Occlusion both = new Occlusion(withVectors, encoders);
        SourceDocument document =
                SourceDocument.of(Map.of("title", "wheat", "embedding", List.of(1.0, 0.0, 0.0)), withVectors);
        List<ClusterTerm> terms = both.terms(both.place(document), unit -> unit[1], () -> {});
        assertThat(terms.stream().map(ClusterTerm::term).toList(), equalTo(List.of("wheat")));
        SourceDocument wordless = SourceDocument.of(Map.of("embedding", List.of(1.0, 0.0, 0.0)), withVectors);
        assertThat(both.terms(both.place(wordless), unit -> unit[0], () -> {}), is(empty()));
    }

    public void testEncodedDocumentsAreExplainedByTheirCluster() {
        DocumentExplainer explainer = new DocumentExplainer(generation, ClusterEdits.NONE, encoders);
        EncodedDocument document = explainer
                .encode(List.of(SourceDocument.of(List.of(new FieldText(1, "crude oil wheat")))), true, () -> {})
                .get(0);
        assertThat(document.clusters().get(0).key(), equalTo("c0"));
        assertThat((double) document.clusters().get(0).similarity(), closeTo(2 / Math.sqrt(5), .01));
        assertThat(document.clusters().get(1).key(), equalTo("c1"));
        assertThat((double) document.clusters().get(1).similarity(), closeTo(1 / Math.sqrt(5), .01));
        assertThat(document.terms().stream().map(ClusterTerm::term).toList(), equalTo(List.of("crude", "oil")));
    }
}

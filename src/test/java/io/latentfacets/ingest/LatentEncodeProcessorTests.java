/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.sameInstance;

import io.latentfacets.drift.watch.DriftWatch;
import io.latentfacets.encode.IngestFixtures;
import io.latentfacets.field.DerivedFields;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.stats.StatName;
import io.latentfacets.vae.VaeWeights;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.opensearch.OpenSearchParseException;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;

public class LatentEncodeProcessorTests extends EncodeTestCase {

    public void testOnlyNewDocumentsCountForDrift() throws Exception {
        activate();
        IngestDocument again = document("title", "oil");
        again.getIngestMetadata().put(LatentEncodeProcessor.ENCODED_AGAIN, true);
        IngestDocument updated = document("title", "oil");
        updated.getSourceAndMetadata().put("_if_seq_no", 3L);
        run(processor(), document("title", "oil"), again, updated, document("title", "unheard"));
        drift.save();
        DriftWatch restarted = new DriftWatch(generations, driftPath, () -> 7);
        restarted.ingested(generation, List.of());
        assertThat(drift.documents("news"), equalTo(2L));
        assertThat("of the node before", restarted.documents("news"), equalTo(2L));
    }

    public void testEncodesABatchAtOnce() throws Exception {
        activate();
        IngestDocument oil = document("title", "oil", "body", List.of("crude", "oil"));
        IngestDocument wheat = document("body", "wheat grain");
        IngestDocument unknown = document("body", "zebra");
        IngestDocument empty = document("other", "oil");
        for (IngestDocumentWrapper result : run(processor(), oil, wheat, unknown, empty)) {
            assertThat(result.getException(), nullValue());
        }
        assertThat(latent(oil).get("generation"), equalTo(2));
        assertThat(Base64.getDecoder().decode((String) latent(oil).get("vector")), equalTo(new byte[] {127, 0}));
        assertThat(Base64.getDecoder().decode((String) latent(wheat).get("vector")), equalTo(new byte[] {0, 127}));
        assertThat(latent(unknown), nullValue());
        assertThat(latent(empty), nullValue());
        assertThat(factory.batches, equalTo(List.of(2)));
        assertThat(stats.get(StatName.DOCUMENTS_ENCODED), equalTo(2L));
        assertThat(stats.get(StatName.DOCUMENTS_SKIPPED), equalTo(2L));
    }

    public void testSubBatchesKeepTheirDocuments() throws Exception {
        activate();
        IngestDocument[] documents = new IngestDocument[10];
        for (int i = 0; i < documents.length; i++) {
            documents[i] = document("body", i % 3 == 0 ? "oil" : "grain");
        }
        run(processor("batch_size", 4), documents);
        assertThat(factory.batches, equalTo(List.of(4, 4, 2)));
        for (int i = 0; i < documents.length; i++) {
            byte[] vector =
                    Base64.getDecoder().decode((String) latent(documents[i]).get("vector"));
            assertThat(vector, equalTo(i % 3 == 0 ? new byte[] {127, 0} : new byte[] {0, 127}));
        }
    }

    public void testUnchangedTextIsLeftAlone() throws Exception {
        activate();
        IngestDocument document = document("body", "oil");
        run(processor(), document);
        Map<?, ?> first = latent(document);
        assertThat(first.get("hash"), notNullValue());
        run(processor(), document);
        assertThat(latent(document), sameInstance(first));
        assertThat(factory.batches, equalTo(List.of(1)));
        run(processor("skip_unchanged", false), document);
        assertThat(factory.batches, equalTo(List.of(1, 1)));
        assertThat(latent(document).get("hash"), nullValue());

        run(processor(), document);
        document.setFieldValue("body", "grain");
        run(processor(), document);
        assertThat(Base64.getDecoder().decode((String) latent(document).get("vector")), equalTo(new byte[] {0, 127}));
        VaeWeights others = VaeWeights.initial(
                generation.vocabulary().inputWeights(),
                generation.vocabulary().logUnigram(),
                List.of(4),
                generation.weights().latentDims(),
                3);
        Generation next = new Generation(
                new GenerationInfo("news", 3, 1003, 100, 1, "cpu", Map.of()),
                generation.text(),
                generation.fields(),
                generation.vocabulary(),
                others,
                generation.clusters());
        generations.put(next).activate("news", 3);
        run(processor(), document);
        assertThat(latent(document).get("generation"), equalTo(3));
        assertThat(latent(document).get("encoder"), equalTo(next.encoder().toString()));
    }

    public void testLatentsAreOfTheEncoderWhateverTheClusters() throws Exception {
        activate();
        IngestDocument before = document("body", "oil");
        run(processor(), before);
        Map<?, ?> latent = latent(before);
        Generation next = withEncoder(3, 2);
        generations.put(next).activate("news", 3);
        IngestDocument after = document("body", "wheat");
        run(processor(), before, after);
        assertThat(latent(before), sameInstance(latent));
        assertThat(latent(after).get("generation"), equalTo(2));
        assertThat(factory.batches, equalTo(List.of(1, 1)));
        // and back again
        generations.activate("news", 2);
        run(processor(), before, after);
        assertThat(factory.batches, equalTo(List.of(1, 1)));
    }

    private static byte[] vectorOf(IngestDocument document) {
        return Base64.getDecoder().decode((String) latent(document).get("vector"));
    }

    public void testAVectorIsReadBesideTheTextOrInItsPlace() throws Exception {
        generation = IngestFixtures.withVectors(generation);
        activate();
        IngestDocument text = document("body", "oil");
        IngestDocument vector = document("embedding", List.of(0, 2.5, 1));
        IngestDocument both = document("body", "oil", "embedding", List.of(0, 1L, 0.5f));
        IngestDocument zeros = document("embedding", List.of(0, 0, 0));
        IngestDocument neither = document("other", "oil");
        for (IngestDocumentWrapper result : run(processor(), text, vector, both, zeros, neither)) {
            assertThat(result.getException(), nullValue());
        }
        assertThat(vectorOf(text), equalTo(new byte[] {127, 0}));
        assertThat(vectorOf(vector), equalTo(new byte[] {0, 127}));
        assertThat(vectorOf(both), equalTo(new byte[] {127, 127}));
        assertThat(latent(zeros), nullValue());
        assertThat(latent(neither), nullValue());
        assertThat(factory.batches, equalTo(List.of(3)));

        // unchanged, then another vector, then none
        Map<?, ?> first = latent(both);
        run(processor(), text, vector, both);
        assertThat(latent(both), sameInstance(first));
        assertThat(factory.batches, equalTo(List.of(3)));
        both.setFieldValue("embedding", List.of(0, 3, 0.5f));
        run(processor(), both);
        assertThat(vectorOf(both), equalTo(new byte[] {42, 127}));
        assertThat(latent(both).get("hash"), not(equalTo(first.get("hash"))));
        both.removeField("embedding");
        run(processor(), both);
        assertThat(latent(both), equalTo(latent(text)));
        vector.removeField("embedding");
        run(processor(), vector);
        assertThat(latent(vector), nullValue());
    }

    public void testWhatIsNoVectorOfTheModelFailsItsDocumentOnly() throws Exception {
        generation = IngestFixtures.withVectors(generation);
        activate();
        IngestDocument good = document("body", "oil", "embedding", List.of(1, 2, 3));
        IngestDocument longer = document("body", "oil", "embedding", List.of(1, 2, 3));
        run(processor(), longer);
        longer.setFieldValue("embedding", List.of(1, 2, 3, 4));
        IngestDocument word = document("embedding", List.of(1, "2", 3));
        List<IngestDocumentWrapper> results = run(processor(), good, longer, word);
        assertThat(results.get(0).getException(), nullValue());
        assertThat(latent(good), notNullValue());
        assertThat(
                results.get(1).getException().getMessage(),
                equalTo("[embedding] must be an array of [3] numbers, has [4]"));
        assertThat("who ignores the failure must not keep what it was", latent(longer), nullValue());
        assertThat(
                results.get(2).getException().getMessage(),
                equalTo("[embedding] must be an array of finite numbers, its [1] is: \"2\""));
        assertThat(stats.get(StatName.DOCUMENTS_FAILED), equalTo(2L));
    }

    public void testStaleLatentOfATextThatIsGoneIsRemoved() throws Exception {
        activate();
        IngestDocument document = document("body", "oil");
        run(processor(), document);
        document.removeField("body");
        run(processor(), document);
        assertThat(latent(document), nullValue());
    }

    public void testWithoutAGenerationDocumentsPassOrFailAsAsked() throws Exception {
        IngestDocument document = document("body", "oil");
        assertThat(run(processor(), document).get(0).getException(), nullValue());
        assertThat(latent(document), nullValue());
        Exception failure =
                run(processor("on_missing_model", "fail"), document).get(0).getException();
        assertThat(failure.getMessage(), containsString("[news]"));
        assertThat(((OpenSearchStatusException) failure).status(), equalTo(RestStatus.SERVICE_UNAVAILABLE));
        assertThat(stats.get(StatName.DOCUMENTS_SKIPPED), equalTo(1L));
        assertThat(stats.get(StatName.DOCUMENTS_FAILED), equalTo(1L));
    }

    public void testEngineFailureNeverLosesADocument() throws Exception {
        activate();
        factory.failure = new OpenSearchStatusException("no engine here", RestStatus.SERVICE_UNAVAILABLE);
        IngestDocument first = document("body", "oil");
        IngestDocument second = document("body", "grain");
        for (IngestDocumentWrapper result : run(processor(), first, second)) {
            assertThat(result.getException(), nullValue());
        }
        for (IngestDocumentWrapper result : run(processor("on_missing_model", "fail"), first, second)) {
            assertThat(result.getException().getMessage(), containsString("no engine here"));
        }
        factory.failure = null;
        run(processor(), first);
        assertThat(latent(first), notNullValue());
    }

    public void testAnOutageLeavesNoLatentOfATextThatHasChanged() throws Exception {
        activate();
        IngestDocument changed = document("body", "oil");
        IngestDocument same = document("body", "wheat");
        run(processor(), changed, same);
        changed.setFieldValue("body", "grain");
        factory.failure = new OpenSearchStatusException("no engine here", RestStatus.SERVICE_UNAVAILABLE);
        for (IngestDocumentWrapper result : run(processor(), changed, same)) {
            assertThat(result.getException(), nullValue());
        }
        assertThat(latent(changed), nullValue());
        assertThat(latent(same), notNullValue());
        assertThat(stats.get(StatName.DOCUMENTS_FAILED), equalTo(1L));
    }

    public void testAFailedLoadLeavesNoLatentOfATextThatMayHaveChanged() throws Exception {
        activate();
        IngestDocument current = document("body", "oil");
        run(processor(), current);
        IngestDocument older = document("body", "oil", "latent", latentOf(1));
        IngestDocument none = document("body", "oil");
        generations.unload("news", 2).failLoads(new IllegalStateException("no room"));

        // first with the default, which indexes the document anyway; below with on_missing_model "fail"
        IngestDocument again = new IngestDocument(current);
        again.setFieldValue("body", "wheat");
        current.setFieldValue("body", "wheat");
        for (IngestDocumentWrapper result : run(processor(), current, older, none)) {
            assertThat(result.getException(), nullValue());
        }
        assertThat("as if it were of the text that is new", latent(current), nullValue());
        assertThat("re-encoding finds it by its number", latent(older).get("generation"), equalTo(1));
        assertThat(latent(none), nullValue());
        assertThat(stats.get(StatName.DOCUMENTS_FAILED), equalTo(3L));

        Exception failure =
                run(processor("on_missing_model", "fail"), again).get(0).getException();
        assertThat(failure.getMessage(), containsString("generation [2] cannot be loaded: no room"));
        assertThat(latent(again), nullValue());

        generations.failLoads(null);
        run(processor(), current);
        assertThat(vectorOf(current), equalTo(new byte[] {0, 127}));
    }

    public void testAFailedLoadIsJudgedByTheEncoderOfTheGeneration() throws Exception {
        generations.store(withEncoder(3, 2)).activate("news", 3).failLoads(new IllegalStateException("no room"));
        IngestDocument current = document("body", "oil", "latent", latentOf(2));
        IngestDocument older = document("body", "oil", "latent", latentOf(1));
        run(processor(), current, older);
        assertThat(latent(current), nullValue());
        assertThat(latent(older).get("generation"), equalTo(1));
    }

    public void testAFailedLoadOfAGenerationThatNobodyKnowsLeavesNoLatentAtAll() throws Exception {
        generations.activate("news", 9);
        IngestDocument document = document("body", "oil", "latent", latentOf(1));
        run(processor(), document);
        assertThat(latent(document), nullValue());
    }

    private Map<String, Object> latentOf(int number) {
        String encoder = number == 2 ? generation.encoder().toString() : "000000000000000a";
        return new HashMap<>(
                Map.of("generation", number, "encoder", encoder, "vector", "fwA=", "hash", "0123456789abcdef"));
    }

    /** A generation of a training in mode {@code clusters}, which uses the encoder of another generation. */
    private Generation withEncoder(int number, int encoder) {
        return new Generation(
                new GenerationInfo("news", number, encoder, 1000 + number, 100, 1, "cpu", Map.of()),
                generation.text(),
                generation.fields(),
                generation.vocabulary(),
                generation.weights(),
                generation.clusters());
    }

    public void testLoadsTheGenerationFirst() throws Exception {
        generations.store(generation).activate("news", 2);
        IngestDocument document = document("body", "oil");
        run(processor(), document);
        assertThat(latent(document).get("generation"), equalTo(2));

        generations.activate("news", 9);
        IngestDocument other = document("body", "oil");
        Exception failure =
                run(processor("on_missing_model", "fail"), other).get(0).getException();
        assertThat(failure.getMessage(), containsString("[9]"));
        assertThat(run(processor(), other).get(0).getException(), nullValue());
    }

    public void testOneBadDocumentDoesNotSpoilTheBatch() throws Exception {
        activate();
        IngestDocument good = document("body", "oil");
        IngestDocument bad = document("body", "oil", "meta", "not an object");
        List<IngestDocumentWrapper> results = run(processor("target_field", "meta.latent"), good, bad);
        assertThat(results.get(0).getException(), nullValue());
        assertThat(good.getFieldValue("meta.latent.generation", Integer.class), equalTo(2));
        assertThat(results.get(1).getException(), notNullValue());
        assertThat(stats.get(StatName.DOCUMENTS_FAILED), equalTo(1L));
    }

    public void testSingleDocument() throws Exception {
        activate();
        IngestDocument document = document("body", "oil");
        AtomicReference<IngestDocument> result = new AtomicReference<>();
        processor().execute(document, (done, e) -> {
            assertThat(e, nullValue());
            result.set(done);
        });
        assertThat(result.get(), sameInstance(document));
        assertThat(latent(document), notNullValue());
    }

    public void testConfigurationIsChecked() throws Exception {
        LatentEncodeProcessor defaults = (LatentEncodeProcessor) processor();
        assertThat(defaults.batchSize(), equalTo(256));
        assertThat(
                defaults.options(),
                equalTo(new EncodeOptions("news", "latent", false, true, List.of(), DerivedFields.NONE)));
        refused("[batch_size] must be in [1, 10000]: 0", "batch_size", 0);
        refused("[batch_size] must be in [1, 10000]: 10001", "batch_size", 10001);
        refused("[on_missing_model] must be [skip] or [fail]: [maybe]", "on_missing_model", "maybe");
        refused("[_id]", "target_field", "_id");
        refused("[model] must name a model: [ ]", "model", " ");
        refused("[skip_unchanged]", "skip_unchanged", "perhaps");
        refused("must be a list of objects: \"kind\"", "classify", "kind");
        refused("[target_field] of [classify] is required", "classify", List.of(Map.of("classifier", "kind")));
        refused("[target_field] of [classify] must be a field of its own", "classify", classify("latent"));
        refused("[target_field] of [classify] must be a field of its own", "classify", classify("_id"));
        Map<String, Object> unlikely = new HashMap<>(classify("kind"));
        unlikely.put("min_probability", 1.5);
        refused("[min_probability] of [classify] must be in [0.0, 1.0]: 1.5", "classify", List.of(unlikely));
        refused("must name at most [10] classifiers: 11", "classify", classifiers(11));
        assertThat(
                ((LatentEncodeProcessor) processor("classify", classify("kind")))
                        .options()
                        .classify(),
                equalTo(List.of(new ClassifyOption("c", "kind", 0.5))));
    }

    private static Map<String, Object> classify(String target) {
        return Map.of("classifier", "c", "target_field", target);
    }

    private static List<Object> classifiers(int count) {
        List<Object> many = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            many.add(classify("kind" + i));
        }
        return many;
    }

    public void testAnUnknownClassifierIsLikeAMissingModel() throws Exception {
        activate();
        IngestDocument skipped = document("title", "oil", "kind", "a former label");
        assertThat(run(processor("classify", classify("kind")), skipped).get(0).getException(), nullValue());
        assertThat(latent(skipped).get("generation"), equalTo(2));
        assertFalse(skipped.hasField("kind"));
        Exception failed = run(
                        processor("classify", classify("kind"), "on_missing_model", "fail"), document("title", "oil"))
                .get(0)
                .getException();
        assertThat(failed.getMessage(), containsString("model [news] has no classifier [c]"));
        assertThat(stats.get(StatName.DOCUMENTS_UNCLASSIFIED), equalTo(2L));
        assertThat(stats.get(StatName.DOCUMENTS_CLASSIFIED), equalTo(0L));
    }

    private void refused(String message, String key, Object value) {
        OpenSearchParseException e = expectThrows(OpenSearchParseException.class, () -> processor(key, value));
        assertThat(e.status(), equalTo(RestStatus.BAD_REQUEST));
        assertThat(e.getMessage(), containsString(message));
    }
}

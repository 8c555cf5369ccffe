/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.sameInstance;

import io.latentfacets.field.StoredLatent;
import io.latentfacets.stats.StatName;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.Version;
import org.opensearch.action.ActionRequest;
import org.opensearch.action.bulk.BulkAction;
import org.opensearch.action.bulk.BulkRequest;
import org.opensearch.action.bulk.BulkResponse;
import org.opensearch.action.index.IndexRequest;
import org.opensearch.action.support.ActionRequestMetadata;
import org.opensearch.action.update.UpdateRequest;
import org.opensearch.cluster.ClusterChangedEvent;
import org.opensearch.cluster.ClusterName;
import org.opensearch.cluster.ClusterState;
import org.opensearch.cluster.metadata.AliasMetadata;
import org.opensearch.cluster.metadata.IndexMetadata;
import org.opensearch.cluster.metadata.Metadata;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.common.xcontent.json.JsonXContent;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.index.VersionType;
import org.opensearch.ingest.AbstractBatchingProcessor;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.ingest.Processor;

/** Encoding because the mapping says so, of documents and of parts of documents. */
public class MappedEncodeProcessorTests extends EncodeTestCase {

    private static final String ENCODED =
            "{\"type\":\"latent_vector\",\"model\":\"news\",\"encode\":true,\"cluster_field\":\"topic\"}";

    private Processor of(String key, Object config) throws Exception {
        return new MappedEncodeProcessor.Factory(
                        () -> new LatentEncodeProcessor.Services(
                                generations, encoders, stats, drift, classifiers, indices),
                        threadContext)
                .create(Map.of(), null, null, Map.of(key, config));
    }

    private static Map<String, Object> mapping(String latent, boolean typed) {
        Map<String, Object> mapping = XContentHelper.convertToMap(
                JsonXContent.jsonXContent,
                "{\"properties\":{\"body\":{\"type\":\"text\"},\"latent\":" + latent + "}}",
                false);
        return typed ? Map.of("_doc", mapping) : mapping;
    }

    private AbstractBatchingProcessor mapped() throws Exception {
        return mapped("topic");
    }

    private AbstractBatchingProcessor mapped(String clusterField) throws Exception {
        return (AbstractBatchingProcessor) of("index_mappings", mapping(ENCODED.replace("topic", clusterField), true));
    }

    public void testOnlyAMappingThatAsksForItMakesAProcessor() throws Exception {
        assertThat(of("index_mappings", mapping(ENCODED, true)), notNullValue());
        assertThat(of("index_mappings", mapping(ENCODED, false)), notNullValue());
        assertThat(of("index_mappings", mapping(ENCODED.replace("true", "false"), true)), nullValue());
        assertThat(of("index_mappings", mapping("{\"type\":\"latent_vector\",\"model\":\"news\"}", true)), nullValue());
        assertThat(of("index_mappings", mapping("{\"type\":\"keyword\"}", true)), nullValue());
        assertThat(of("index_settings", Settings.EMPTY), nullValue());
        String nested = "{\"type\":\"nested\",\"properties\":{\"inner\":" + ENCODED + "}}";
        assertThat("one latent is of one document", of("index_mappings", mapping(nested, true)), nullValue());
        String object = "{\"properties\":{\"inner\":" + ENCODED + "}}";
        assertThat(of("index_mappings", mapping(object, true)), notNullValue());
    }

    public void testTheLastTemplateDecides() throws Exception {
        Map<String, Object> on = mapping(ENCODED, true);
        Map<String, Object> off = mapping("{\"type\":\"latent_vector\",\"model\":\"news\"}", false);
        assertThat(of("index_template_mappings", List.of(off, on)), notNullValue());
        assertThat(of("index_template_mappings", List.of(on, off)), nullValue());
        assertThat(of("index_template_mappings", List.of(on, Map.of())), notNullValue());
        assertThat(of("index_template_mappings", List.of()), nullValue());
    }

    public void testDocumentsAreEncodedAsByAPipeline() throws Exception {
        activate();
        IngestDocument byMapping = document("title", "oil", "body", "wheat");
        IngestDocument byPipeline = document("title", "oil", "body", "wheat");
        run(mapped(), byMapping);
        run(processor("cluster_field", "topic"), byPipeline);
        assertThat(latent(byMapping), equalTo(latent(byPipeline)));
        assertThat(byMapping.getFieldValue("topic", String.class), equalTo("c0"));
    }

    public void testADocumentThatAPipelineHasEncodedIsNotEncodedAgain() throws Exception {
        activate();
        IngestDocument document = document("body", "oil");
        run(processor(), document);
        Map<?, ?> latent = latent(document);
        run(mapped(), document);
        assertThat(latent(document), sameInstance(latent));
        assertThat(factory.batches, equalTo(List.of(1)));
        assertThat(document.getFieldValue("topic", String.class), equalTo("c0"));
        assertThat(stats.get(StatName.DOCUMENTS_ENCODED), equalTo(1L));
    }

    public void testWithoutAGenerationDocumentsAreIndexedWithoutALatent() throws Exception {
        IngestDocument document = document("body", "oil");
        assertThat(run(mapped(), document).get(0).getException(), nullValue());
        assertThat(latent(document), nullValue());
    }

    /** A cluster with an index, which has an alias. */
    private static ClusterState state(String latent) throws Exception {
        IndexMetadata index = IndexMetadata.builder("index")
                .settings(Settings.builder()
                        .put(IndexMetadata.SETTING_VERSION_CREATED, Version.CURRENT)
                        .put(IndexMetadata.SETTING_NUMBER_OF_SHARDS, 1)
                        .put(IndexMetadata.SETTING_NUMBER_OF_REPLICAS, 0))
                .putMapping("{\"properties\":{\"latent\":" + latent + "}}")
                .putAlias(AliasMetadata.builder("alias"))
                .build();
        return ClusterState.builder(ClusterName.DEFAULT)
                .metadata(Metadata.builder().put(index, false))
                .build();
    }

    /** Runs a bulk through the filter, and then its parts and documents through the processor, as core does. */
    private IngestDocument inABulk(IndexRequest arriving, BulkRequest bulk) throws Exception {
        indices.applyClusterState(new ClusterChangedEvent("test", state(ENCODED), ClusterState.EMPTY_STATE));
        AtomicReference<IngestDocument> seen = new AtomicReference<>();
        AbstractBatchingProcessor processor = mapped();
        new PartialUpdates(indices, () -> threadContext)
                .<ActionRequest, BulkResponse>apply(
                        null,
                        BulkAction.NAME,
                        bulk,
                        ActionRequestMetadata.empty(),
                        ActionListener.wrap(() -> {}),
                        (task, action, request, listener) -> {
                            IngestDocument document = new IngestDocument(
                                    arriving.index(),
                                    arriving.id(),
                                    null,
                                    -3L,
                                    VersionType.INTERNAL,
                                    arriving.sourceAsMap());
                            processor.batchExecute(
                                    List.of(new IngestDocumentWrapper(0, 0, document, null)),
                                    results -> assertThat(results.get(0).getException(), nullValue()));
                            seen.set(document);
                        });
        IngestDocument later = document("title", "oil");
        later.getSourceAndMetadata().put("_id", arriving.id());
        run(processor, later);
        assertThat("the next bulk is another one", latent(later) == null, equalTo(unavailable()));
        return seen.get();
    }

    private boolean unavailable() {
        return factory.failure != null || generations.loaded("news", 2) == null;
    }

    private IngestDocument update(Map<String, Object> part) throws Exception {
        UpdateRequest update = new UpdateRequest("index", "7").doc(part);
        return inABulk(update.doc(), new BulkRequest().add(update));
    }

    private static Map<String, Object> part(Object... keysAndValues) {
        return source(document(keysAndValues));
    }

    public void testAPartWithAllOfTheModelsFieldsIsEncoded() throws Exception {
        activate();
        IngestDocument part = update(part("title", "oil", "body", "crude"));
        assertThat(latent(part).get("generation"), equalTo(2));
        assertThat(part.getFieldValue("topic", String.class), equalTo("c0"));
        IngestDocument emptied = update(part("title", null, "body", ""));
        assertTrue("null removes the stored latent", emptied.hasField("latent"));
        assertThat(latent(emptied), nullValue());
        assertTrue(emptied.hasField("topic"));
    }

    public void testAPartWithSomeOfTheModelsFieldsTakesTheLatentAway() throws Exception {
        activate();
        IngestDocument part = update(part("title", "oil"));
        assertTrue(part.hasField("latent"));
        assertThat(latent(part), nullValue());
        assertThat(part.getFieldValue("topic", Object.class), nullValue());
        assertThat("only what came later was encoded", factory.batches, equalTo(List.of(1)));
    }

    public void testAPartWithNoneOfTheModelsFieldsChangesNothing() throws Exception {
        activate();
        IngestDocument part = update(part("views", 5));
        assertThat(source(part).keySet(), equalTo(Set.of("views")));
        assertThat(stats.get(StatName.DOCUMENTS_SKIPPED), equalTo(0L));
    }

    public void testWhatCannotBeEncodedNowTakesTheLatentAway() throws Exception {
        activate();
        factory.failure = new OpenSearchStatusException("no engine here", RestStatus.SERVICE_UNAVAILABLE);
        IngestDocument part = update(part("title", "oil", "body", "crude"));
        assertTrue(part.hasField("latent"));
        assertThat(latent(part), nullValue());
    }

    public void testWhileAModelCannotBeLoadedOnlyPartsThatChangeItsFieldsLoseTheLatent() throws Exception {
        activate();
        generations.unload("news", 2).failLoads(new IllegalStateException("no room"));
        assertThat(source(update(part("views", 5))).keySet(), equalTo(Set.of("views")));
        IngestDocument changed = update(part("title", "oil"));
        assertTrue(changed.hasField("latent"));
        assertThat(latent(changed), nullValue());
        assertTrue(changed.hasField("topic"));
        Map<String, Object> reencoded =
                new StoredLatent(2, generation.encoder(), new byte[] {127, 0}, "0123456789abcdef").toMap();
        assertThat("as re-encoding writes it", latent(update(part("latent", reencoded))), equalTo(reencoded));
    }

    /**
     * A latent that nobody can judge is better than none: the next part that sets the text may find the fields known.
     */
    public void testAPartIsLeftAloneIfNobodyKnowsTheModelsFields() throws Exception {
        generations.activate("news", 9).failLoads(new IllegalStateException("no room"));
        assertThat(source(update(part("title", "oil"))).keySet(), equalTo(Set.of("title")));
    }

    public void testAPartThatReplacesTheObjectAroundADerivedFieldIsNoFailure() throws Exception {
        activate();
        for (Object parent : new Object[] {null, "text", List.of()}) {
            IngestDocument part = document("title", "oil", "ml", parent);
            part.getIngestMetadata().put("latent_part", true);
            AbstractBatchingProcessor processor = mapped("ml.topic");
            assertThat(run(processor, part).get(0).getException(), nullValue());
            assertThat(part.getSourceAndMetadata().get("ml"), equalTo(parent));
            assertTrue(part.hasField("latent"));
        }
    }

    /** What a node passes on has index and id in all its documents. */
    public void testTheUpsertOfAnUpdateThatAnotherNodePassesOnIsNoPart() throws Exception {
        activate();
        UpdateRequest sent =
                new UpdateRequest("index", "7").doc(part("title", "oil")).upsert(part("title", "oil"));
        UpdateRequest update = passedOn(sent);
        assertThat(latent(inABulk(update.upsertRequest(), new BulkRequest().add(update))), notNullValue());
        update = passedOn(sent);
        assertThat(latent(inABulk(update.doc(), new BulkRequest().add(update))), nullValue());
        update = passedOn(sent);
        IndexRequest whole = new IndexRequest("index").id("7").source(part("title", "oil"));
        assertThat(latent(inABulk(whole, new BulkRequest().add(update).add(whole))), notNullValue());
    }

    private UpdateRequest passedOn(UpdateRequest request) throws Exception {
        return copyWriteable(request, writableRegistry(), UpdateRequest::new);
    }

    /** Its mapping may come to encode while the bulk is under way. */
    public void testPartsOfOtherIndicesAreKnownTooOnceAnyMappingEncodes() throws Exception {
        activate();
        UpdateRequest update = new UpdateRequest("other", "7").doc(part("title", "oil"));
        IngestDocument part = inABulk(update.doc(), new BulkRequest().add(update));
        assertThat(part.getSourceAndMetadata().get("_index"), equalTo("other"));
        assertThat(latent(part), nullValue());
    }

    public void testWhileNoMappingEncodesABulkIsLeftAlone() {
        UpdateRequest update = new UpdateRequest("index", "7").doc(part("title", "oil"));
        new PartialUpdates(new WriteIndices(), () -> {
                    throw new AssertionError("nothing to note");
                })
                .<ActionRequest, BulkResponse>apply(
                        null,
                        BulkAction.NAME,
                        new BulkRequest().add(update),
                        ActionRequestMetadata.empty(),
                        ActionListener.wrap(() -> {}),
                        (task, action, request, listener) -> {});
        assertThat(update.doc().id(), nullValue());
    }

    public void testOnlyIndicesThatTheModelIsBoundToAreEncoded() throws Exception {
        activate();
        generations.bind("other");
        IngestDocument passed = document("body", "oil");
        run(mapped(), passed);
        assertThat(source(passed).keySet(), equalTo(Set.of("body")));
        assertThat(factory.batches, equalTo(List.of()));
        generations.bind("ind*", "-index");
        run(mapped(), passed);
        assertThat(latent(passed), nullValue());
        generations.bind("index");
        IngestDocument elsewhere = document("body", "oil");
        elsewhere.getSourceAndMetadata().put("_index", "elsewhere");
        run(mapped(), passed, elsewhere);
        assertThat(latent(passed), notNullValue());
        assertThat("each by its index", latent(elsewhere), nullValue());
    }

    public void testAnIndexIsBoundByTheAliasThatTheModelIsBoundTo() throws Exception {
        activate();
        generations.bind("alias");
        IngestDocument document = document("body", "oil");
        run(mapped(), document);
        assertThat(latent(document), nullValue());
        indices.applyClusterState(new ClusterChangedEvent("test", state(ENCODED), ClusterState.EMPTY_STATE));
        run(mapped(), document);
        assertThat(latent(document), notNullValue());
    }

    /** Core gives each pipeline a document of its own, so only what is in the source can tell. */
    public void testAPipelineThatAlwaysEncodesSavesTheMappingTheWork() throws Exception {
        activate();
        IngestDocument byPipeline = document("body", "oil");
        run(processor("skip_unchanged", false), byPipeline);
        assertThat("no mapping will ask", latent(byPipeline).get("hash"), nullValue());
        indices.applyClusterState(new ClusterChangedEvent("test", state(ENCODED), ClusterState.EMPTY_STATE));
        run(processor("skip_unchanged", false), byPipeline);
        run(processor("skip_unchanged", false), byPipeline);
        assertThat("always", factory.batches, equalTo(List.of(1, 1, 1)));
        Map<String, Object> source = source(byPipeline);
        IngestDocument byMapping = document();
        byMapping.getSourceAndMetadata().putAll(source);
        run(mapped(), byMapping);
        assertThat(factory.batches, equalTo(List.of(1, 1, 1)));
        assertThat(latent(byMapping), equalTo(source.get("latent")));
    }

    /** A new document may lack fields of the model, whatever its id. */
    public void testAWholeDocumentIsEncodedWithTheFieldsThatItHas() throws Exception {
        activate();
        IndexRequest whole = new IndexRequest("index").source(part("title", "oil"));
        assertThat(latent(inABulk(whole, new BulkRequest().add(whole))), notNullValue());
        UpdateRequest other = new UpdateRequest("index", "8").doc(part("title", "oil"));
        assertThat(latent(inABulk(whole, new BulkRequest().add(other).add(whole))), notNullValue());
        UpdateRequest upsert =
                new UpdateRequest("index", "9").doc(part("title", "oil")).upsert(part("title", "oil"));
        assertThat(latent(inABulk(upsert.upsertRequest(), new BulkRequest().add(upsert))), notNullValue());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.sameInstance;

import io.latentfacets.classify.serve.Classifiers;
import io.latentfacets.drift.watch.DriftWatch;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.IngestFixtures;
import io.latentfacets.model.Generation;
import io.latentfacets.model.InMemoryGenerations;
import io.latentfacets.stats.LatentStats;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.opensearch.common.settings.Settings;
import org.opensearch.common.util.concurrent.ThreadContext;
import org.opensearch.core.common.breaker.CircuitBreaker;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;
import org.opensearch.index.VersionType;
import org.opensearch.ingest.AbstractBatchingProcessor;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;
import org.opensearch.test.OpenSearchTestCase;

/** A tiny model of oil and wheat, and processors that encode with it. */
abstract class EncodeTestCase extends OpenSearchTestCase {

    final InMemoryGenerations generations = new InMemoryGenerations();
    final IngestFixtures.CountingFactory factory = new IngestFixtures.CountingFactory();
    final LatentStats stats = new LatentStats();
    /** It has got no cluster state, so it knows no index. */
    final WriteIndices indices = new WriteIndices();

    final ThreadContext threadContext = new ThreadContext(Settings.EMPTY);
    EncoderService encoders;
    Generation generation;
    DriftWatch drift;
    Path driftPath;
    /** It has got no cluster state, so it knows no classifier. */
    final Classifiers classifiers = new Classifiers(null, null, null);

    @Override
    public void setUp() throws Exception {
        super.setUp();
        encoders = new EncoderService(
                factory, IngestFixtures::analyzer, generations, new NoopCircuitBreaker(CircuitBreaker.REQUEST));
        generation = IngestFixtures.generation("news", 2, createTempDir());
        driftPath = createTempDir();
        drift = new DriftWatch(generations, driftPath, () -> 7);
    }

    @Override
    public void tearDown() throws Exception {
        encoders.close();
        assertThat(factory.open.get(), equalTo(0));
        super.tearDown();
    }

    AbstractBatchingProcessor processor(Object... keysAndValues) throws Exception {
        Map<String, Object> config = new HashMap<>(Map.of("model", "news"));
        for (int i = 0; i < keysAndValues.length; i += 2) {
            config.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        AbstractBatchingProcessor processor = new LatentEncodeProcessor.Factory(
                        () -> new LatentEncodeProcessor.Services(
                                generations, encoders, stats, drift, classifiers, indices),
                        threadContext)
                .create(Map.of(), "tag", null, config);
        assertTrue("all keys are read: " + config, config.isEmpty());
        return processor;
    }

    static IngestDocument document(Object... keysAndValues) {
        Map<String, Object> source = new HashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            source.put((String) keysAndValues[i], keysAndValues[i + 1]);
        }
        return new IngestDocument("index", "1", null, 1L, VersionType.INTERNAL, source);
    }

    /** Runs a batch and returns the results in the order of the documents. */
    static List<IngestDocumentWrapper> run(AbstractBatchingProcessor processor, IngestDocument... documents) {
        List<IngestDocumentWrapper> batch = new ArrayList<>();
        for (int i = 0; i < documents.length; i++) {
            batch.add(new IngestDocumentWrapper(i, i, documents[i], null));
        }
        AtomicReference<List<IngestDocumentWrapper>> results = new AtomicReference<>();
        processor.batchExecute(batch, result -> assertTrue("called once", results.compareAndSet(null, result)));
        assertThat(results.get(), hasSize(documents.length));
        List<IngestDocumentWrapper> bySlot = new ArrayList<>(results.get());
        bySlot.sort((a, b) -> Integer.compare(a.getSlot(), b.getSlot()));
        for (int i = 0; i < documents.length; i++) {
            assertThat(bySlot.get(i).getIngestDocument(), sameInstance(documents[i]));
        }
        return bySlot;
    }

    static Map<?, ?> latent(IngestDocument document) {
        return (Map<?, ?>) document.getSourceAndMetadata().get("latent");
    }

    void activate() {
        generations.put(generation).activate("news", 2);
    }

    /** The document without its metadata. */
    static Map<String, Object> source(IngestDocument document) {
        Map<String, Object> source = new HashMap<>(document.getSourceAndMetadata());
        source.keySet().removeIf(key -> key.startsWith("_"));
        return source;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.ingest;

import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.nullValue;

import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.opensearch.OpenSearchStatusException;
import org.opensearch.core.action.ActionListener;
import org.opensearch.core.rest.RestStatus;
import org.opensearch.ingest.AbstractBatchingProcessor;
import org.opensearch.ingest.IngestDocument;
import org.opensearch.ingest.IngestDocumentWrapper;

/** Whatever fails, a batch gets one answer, and a document that fails spoils no other. */
public class BatchFailureTests extends EncodeTestCase {

    /** A document from which nothing can be removed. */
    private static IngestDocument stubborn() {
        return document("body", "oil", "meta", Map.of("topic", "c0"));
    }

    private void onlyTheStubbornOneFails() throws Exception {
        List<IngestDocumentWrapper> results =
                run(processor("cluster_field", "meta.topic"), stubborn(), document("body", "wheat"));
        assertThat(results.get(0).getException(), instanceOf(UnsupportedOperationException.class));
        assertThat(results.get(1).getException(), nullValue());
    }

    public void testOneDocumentWhoseFormerKeyCannotBeRemovedFailsAlone() throws Exception {
        activate();
        factory.failure = new OpenSearchStatusException("no engine here", RestStatus.SERVICE_UNAVAILABLE);
        onlyTheStubbornOneFails();
        generations.unload("news", 2).failLoads(new IllegalStateException("no room"));
        onlyTheStubbornOneFails();
    }

    /** A listener of core may hear of a failure after its response has thrown. */
    public void testABatchIsAnsweredOnceAlthoughWhatFollowsThrows() throws Exception {
        activate();
        generations.unload("news", 2);
        AtomicInteger failures = new AtomicInteger();
        Generations twice = new Generations() {
            @Override
            public int active(String model) {
                return generations.active(model);
            }

            @Override
            public Generation loaded(String model, int number) {
                return generations.loaded(model, number);
            }

            @Override
            public void load(String model, int number, ActionListener<Generation> listener) {
                try {
                    listener.onResponse(generation);
                } catch (IllegalStateException e) {
                    failures.incrementAndGet();
                    listener.onFailure(e);
                }
            }

            @Override
            public List<Known> known(String model) {
                return generations.known(model);
            }
        };
        AbstractBatchingProcessor processor = new LatentEncodeProcessor.Factory(
                        () -> new LatentEncodeProcessor.Services(twice, encoders, stats, drift, classifiers, indices),
                        threadContext)
                .create(Map.of(), "tag", null, new HashMap<>(Map.of("model", "news")));
        IngestDocument document = document("body", "oil");
        AtomicInteger answers = new AtomicInteger();
        processor.batchExecute(List.of(new IngestDocumentWrapper(0, 0, document, null)), results -> {
            answers.incrementAndGet();
            throw new IllegalStateException("a later processor");
        });
        assertThat(failures.get(), equalTo(1));
        assertThat(answers.get(), equalTo(1));
        assertThat("not taken away by the failure", latent(document).get("generation"), equalTo(2));
    }
}

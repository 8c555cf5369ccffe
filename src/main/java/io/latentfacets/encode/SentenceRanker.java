/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.model.Generation;
import io.latentfacets.text.FieldText;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.apache.lucene.util.VectorUtil;
import org.opensearch.action.ActionRunnable;
import org.opensearch.core.action.ActionListener;

/**
 * Finds the sentences of documents that are nearest to a point in latent space. It encodes each sentence separately and
 * ranks it by the cosine between its latent and the point. It returns text of the given documents, so the caller passes
 * only documents that the user may read. Thread-safe and stateless.
 */
public final class SentenceRanker {

    private static final int ENCODE_BATCH = 256;

    private final EncoderService encoders;
    private final ExecutorService executor;

    /** @param executor the pool that encodes sentences, {@link TransportEncodeAction#THREAD_POOL} */
    public SentenceRanker(EncoderService encoders, ExecutorService executor) {
        this.encoders = encoders;
        this.executor = executor;
    }

    /**
     * A document as the user may read it.
     *
     * @param source the source; null if there is none to read
     */
    public record Document(String index, String id, Map<String, Object> source) {}

    /**
     * A point in latent space and the documents to search for sentences near it.
     *
     * @param target the point, {@code [dims]}, unit length
     * @param documents the documents to search
     */
    public record Topic(float[] target, List<Document> documents) {}

    /**
     * A sentence of a document.
     *
     * @param similarity the cosine between the sentence's latent and the topic's target, −1 to 1
     */
    public record Ranked(String index, String id, String sentence, float similarity) {}

    private record Candidate(int topic, Document document, String sentence) {}

    /**
     * Ranks sentences on the encoding pool. Calls the listener there with one list per topic, in the order of the
     * topics, best sentence first; a list may be empty. {@link SentenceChooser} chooses them, so that they differ.
     * Fails as {@link EncoderService#encode} does, and with a rejection (429) if the pool's queue is full.
     *
     * @param perDocument the largest number of sentences that are encoded per document, from its start
     * @param best the largest number of sentences per topic
     * @param check a callback, called many times a second, that throws to stop
     */
    public void rank(
            Generation generation,
            List<Topic> topics,
            int perDocument,
            int best,
            Runnable check,
            ActionListener<List<List<Ranked>>> listener) {
        executor.execute(ActionRunnable.supply(listener, () -> rank(generation, topics, perDocument, best, check)));
    }

    private List<List<Ranked>> rank(
            Generation generation, List<Topic> topics, int perDocument, int best, Runnable check) {
        List<Candidate> candidates = new ArrayList<>();
        List<List<Ranked>> ranked = new ArrayList<>();
        for (int t = 0; t < topics.size(); t++) {
            ranked.add(new ArrayList<>());
            for (Document document : topics.get(t).documents()) {
                check.run();
                for (String sentence : ReadableSentences.of(document.source(), generation, perDocument)) {
                    candidates.add(new Candidate(t, document, sentence));
                }
            }
        }
        for (int from = 0; from < candidates.size(); from += ENCODE_BATCH) {
            check.run();
            List<Candidate> batch = candidates.subList(from, Math.min(candidates.size(), from + ENCODE_BATCH));
            List<byte[]> latents = encoders.encode(
                    generation,
                    batch.stream()
                            .map(candidate -> SourceDocument.of(List.of(new FieldText(1, candidate.sentence()))))
                            .toList());
            for (int i = 0; i < batch.size(); i++) {
                if (latents.get(i) != null) { // null: no word that the generation knows
                    Candidate candidate = batch.get(i);
                    float similarity = VectorUtil.dotProduct(
                            topics.get(candidate.topic()).target(), Latents.dequantize(latents.get(i)));
                    ranked.get(candidate.topic())
                            .add(new Ranked(
                                    candidate.document().index(),
                                    candidate.document().id(),
                                    candidate.sentence(),
                                    similarity));
                }
            }
        }
        return ranked.stream().map(all -> SentenceChooser.choose(all, best)).toList();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.encode;

import io.latentfacets.model.Generation;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.Sentences;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.apache.lucene.util.VectorUtil;
import org.opensearch.action.ActionRunnable;
import org.opensearch.core.action.ActionListener;

/**
 * Finds the sentences of documents that are nearest to a point of latent space: each is encoded by itself and ranked by
 * its cosine to the point. What documents it is given is what it shows, so these must be the caller's to read.
 * Thread-safe; keeps nothing.
 */
public final class SentenceRanker {

    private static final int ENCODE_BATCH = 256;

    private static final Comparator<Ranked> BEST_FIRST = Comparator.comparingDouble((Ranked one) -> -one.similarity())
            .thenComparing(Ranked::sentence)
            .thenComparing(Ranked::index);

    private final EncoderService encoders;
    private final ExecutorService executor;

    /** @param executor where sentences are encoded: the pool {@link TransportEncodeAction#THREAD_POOL} */
    public SentenceRanker(EncoderService encoders, ExecutorService executor) {
        this.encoders = encoders;
        this.executor = executor;
    }

    /** A document as the caller may read it. */
    public record Document(String index, String id, Map<String, Object> source) {}

    /**
     * What sentences are looked for.
     *
     * @param target unit float[dims]
     * @param documents where
     */
    public record Topic(float[] target, List<Document> documents) {}

    /**
     * A sentence and the document that it is from.
     *
     * @param similarity cosine to the topic's target, −1 to 1
     */
    public record Ranked(String index, String id, String sentence, float similarity) {}

    /** What tells documents apart: two indices may hold the same id. */
    private record DocumentKey(String index, String id) {}

    private record Candidate(int topic, Document document, String sentence) {}

    /**
     * Calls back, on the encoding pool, with the best sentences of each topic, in the order of the topics, best first;
     * of different documents where there are several. A topic may have none. Fails as {@link EncoderService#encode}
     * does, and with a rejection (429) when too many wait.
     *
     * @param perDocument most sentences looked at in one document: the first ones
     * @param best most sentences of a topic
     */
    public void rank(
            Generation generation,
            List<Topic> topics,
            int perDocument,
            int best,
            ActionListener<List<List<Ranked>>> listener) {
        executor.execute(ActionRunnable.supply(listener, () -> rank(generation, topics, perDocument, best)));
    }

    private List<List<Ranked>> rank(Generation generation, List<Topic> topics, int perDocument, int best) {
        List<Candidate> candidates = new ArrayList<>();
        List<List<Ranked>> ranked = new ArrayList<>();
        for (int t = 0; t < topics.size(); t++) {
            ranked.add(new ArrayList<>());
            for (Document document : topics.get(t).documents()) {
                for (String sentence : sentences(generation, document, perDocument)) {
                    candidates.add(new Candidate(t, document, sentence));
                }
            }
        }
        for (int from = 0; from < candidates.size(); from += ENCODE_BATCH) {
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
        return ranked.stream().map(all -> best(all, best)).toList();
    }

    private static List<String> sentences(Generation generation, Document document, int most) {
        List<String> sentences = new ArrayList<>();
        if (document.source() != null) {
            for (FieldText field : SourceText.of(document.source(), generation.fields())) {
                if (sentences.size() == most) {
                    break;
                }
                sentences.addAll(Sentences.of(field.text(), most - sentences.size()));
            }
        }
        return sentences;
    }

    private static List<Ranked> best(List<Ranked> all, int most) {
        Set<String> texts = new HashSet<>();
        Set<DocumentKey> documents = new HashSet<>();
        List<Ranked> others = new ArrayList<>();
        List<Ranked> best = new ArrayList<>();
        for (Ranked one : all.stream().sorted(BEST_FIRST).toList()) {
            if (texts.add(one.sentence().toLowerCase(Locale.ROOT))) {
                // sentences of several documents tell more than those of one
                (documents.add(new DocumentKey(one.index(), one.id())) ? best : others).add(one);
            }
        }
        best.addAll(others);
        return best.stream().limit(most).sorted(BEST_FIRST).toList();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate;

import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.ExpectedWords;
import io.latentfacets.encode.ReadableSentences;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.generate.ngram.NgramModel;
import io.latentfacets.generate.ngram.TextSampler;
import io.latentfacets.generate.ngram.Tokens;
import io.latentfacets.model.Generation;
import io.latentfacets.text.FieldText;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.lucene.util.VectorUtil;
import org.opensearch.common.lease.Releasable;
import org.opensearch.common.lease.Releasables;
import org.opensearch.core.common.breaker.CircuitBreaker;

/**
 * Makes a short text about a point of latent space: from a trigram model of the documents near it, steered by the words
 * that the decoder expects there. Of some such texts it takes the one that the encoder places nearest to the point. It
 * uses words of the given documents, so the caller passes only documents that the user may read. Computes on the
 * calling thread. Not thread-safe.
 */
public final class SampleText {

    /** The number of characters that the trigram model is learned from. */
    static final int MOST_CHARACTERS = 200_000;

    private static final int SENTENCES_PER_DOCUMENT = 40;
    private static final int DRAFTS = 48;
    private static final int BATCH = 256;

    private static final double TEMPERATURE = 0.5;
    /** The weight of the decoder against the trigram model. */
    private static final float STEERING = 0.4f;
    /** The largest logarithm of how much more or less probable the decoder makes a word. */
    private static final float MOST_LIFT = 4;
    /** What an end counts, and a tenfold probability by the trigram model, as cosine to the point. */
    private static final double OF_END = 0.2;

    private static final double OF_FLUENCY = 0.2;

    private final EncoderService encoders;
    private final Generation generation;
    private final ExpectedWords expected;
    private final CircuitBreaker breaker;
    private final Runnable check;

    /** @param check a callback, called many times a second, that throws to stop */
    public SampleText(EncoderService encoders, Generation generation, CircuitBreaker breaker, Runnable check) {
        this.encoders = encoders;
        this.generation = generation;
        this.expected = new ExpectedWords(generation);
        this.breaker = breaker;
        this.check = check;
    }

    /**
     * Makes a text. Equal input gives an equal text.
     *
     * @param point the point, {@code [dims]}, unit length
     * @param length the largest number of words
     * @return the text; empty if the documents have no sentence that may be shown
     */
    public String of(float[] point, List<SentenceRanker.Document> documents, int length, long seed) {
        List<List<String>> sentences = new ArrayList<>();
        long characters = 0;
        for (SentenceRanker.Document document : documents) {
            check.run();
            List<String> of = new ArrayList<>();
            for (String sentence : ReadableSentences.of(document.source(), generation, SENTENCES_PER_DOCUMENT)) {
                characters += sentence.length();
                if (characters <= MOST_CHARACTERS) {
                    of.add(sentence);
                }
            }
            sentences.add(of);
        }
        long bytes = NgramModel.bytes(Math.min(characters, MOST_CHARACTERS));
        breaker.addEstimateBytesAndMaybeBreak(bytes, "text by " + generation.model());
        Releasable held = null;
        try {
            held = encoders.hold(generation); // otherwise each step would open the encoder of an inactive generation
            NgramModel model = NgramModel.of(sentences.stream()
                    .map(document -> document.stream().map(Tokens::of).toList())
                    .toList());
            return model.isEmpty() ? "" : best(drafts(model, point, length, seed), point);
        } finally {
            Releasables.close(held);
            breaker.addWithoutBreaking(-bytes);
        }
    }

    private List<TextSampler.Sample> drafts(NgramModel model, float[] point, int length, long seed) {
        TextSampler sampler = new TextSampler(model, weights(model, point), TEMPERATURE);
        Random random = new Random(seed);
        List<TextSampler.Sample> drafts = new ArrayList<>();
        for (int i = 0; i < DRAFTS; i++) {
            check.run();
            drafts.add(sampler.sample(length, random));
        }
        return drafts;
    }

    /** What the decoder says about each token; nothing about those that the vocabulary does not have. */
    private float[] weights(NgramModel model, float[] point) {
        float[] lift = expected.lift(point);
        float[] weights = new float[model.tokens().size()];
        for (int from = 0; from < weights.length; from += BATCH) {
            check.run();
            List<Input> inputs = inputs(model.tokens().subList(from, Math.min(weights.length, from + BATCH)));
            for (int i = 0; i < inputs.size(); i++) {
                int[] ids = inputs.get(i).words().ids();
                if (ids.length == 1) {
                    weights[from + i] = STEERING * Math.clamp(lift[ids[0]], -MOST_LIFT, MOST_LIFT);
                }
            }
        }
        return weights;
    }

    private List<Input> inputs(List<String> texts) {
        return encoders.inputs(
                generation,
                texts.stream()
                        .map(text -> SourceDocument.of(text.isEmpty() ? List.of() : List.of(new FieldText(1, text))))
                        .toList());
    }

    /** The draft that is nearest to the point; an end and probable words count too. */
    private String best(List<TextSampler.Sample> drafts, float[] point) {
        List<byte[]> latents = encoders.encodeInputs(
                generation, inputs(drafts.stream().map(TextSampler.Sample::text).toList()));
        String best = "";
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < drafts.size(); i++) {
            TextSampler.Sample draft = drafts.get(i);
            double near = latents.get(i) == null ? 0 : VectorUtil.dotProduct(Latents.dequantize(latents.get(i)), point);
            double value = near + (draft.complete() ? OF_END : 0) + OF_FLUENCY * draft.logProbability() / Math.log(10);
            if (!draft.text().isEmpty() && value > most) {
                best = draft.text();
                most = value;
            }
        }
        return best;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import io.latentfacets.encode.EncoderService;
import io.latentfacets.encode.ReadableSentences;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.encode.SourceDocument;
import io.latentfacets.model.Generation;
import io.latentfacets.text.Bow;
import io.latentfacets.text.FieldText;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.lucene.util.VectorUtil;

/**
 * Summarises documents by their own sentences. It returns text of the given documents, so the caller passes only
 * documents that the user may read. It computes on the calling thread, which must be one for such work. For one use,
 * not thread-safe.
 */
public final class Summarizer {

    /** The largest number of sentences that a summary is chosen from; with many documents fewer of each. */
    public static final int MOST_CANDIDATES = 2000;

    private static final int FEWEST_PER_DOCUMENT = 10;
    private static final int BATCH = 256;
    /** The heap of a sentence of sixty words: its text, its groups of characters, its bag, and a bag with others. */
    private static final long CANDIDATE_BYTES = 8192;

    private final EncoderService encoders;
    private final Generation generation;
    private final Runnable check;

    /** @param check a callback, called many times a second, that throws to stop */
    public Summarizer(EncoderService encoders, Generation generation, Runnable check) {
        this.encoders = encoders;
        this.generation = generation;
        this.check = check;
    }

    /**
     * How to summarise.
     *
     * @param sentences the largest number of sentences
     * @param ratio the number of sentences as a share of all that may be shown, above 0 to 1; null for
     *     {@code sentences}
     * @param redundancy how much the likeness of a sentence to a chosen one counts against it, 0 to 1
     * @param excluded words and phrases that no sentence may have
     */
    public record Options(int sentences, Double ratio, double redundancy, List<String> excluded) {
        /** The number of sentences of a summary of so many. */
        int count(int all, int most) {
            return ratio == null ? sentences : Math.clamp(Math.round(ratio * all), 1, most);
        }
    }

    /**
     * A sentence that may be in a summary.
     *
     * @param document the place of its document in the list
     * @param text the text
     * @param words the bag of its words, not empty
     * @param latent its latent, {@code [dims]}, unit length
     */
    public record Sentence(int document, String text, Bow words, float[] latent) {}

    /** The latents of documents, {@code [documents][dims]}, unit length; null for a document without one. */
    public List<float[]> latents(List<SentenceRanker.Document> documents) {
        List<SourceDocument> sources = new ArrayList<>();
        for (SentenceRanker.Document document : documents) {
            check.run();
            sources.add(
                    document.source() == null
                            ? SourceDocument.of(List.of())
                            : SourceDocument.leniently(document.source(), generation));
        }
        List<float[]> latents = new ArrayList<>();
        for (int from = 0; from < sources.size(); from += BATCH) {
            check.run();
            for (byte[] latent :
                    encoders.encode(generation, sources.subList(from, Math.min(sources.size(), from + BATCH)))) {
                latents.add(latent == null ? null : Latents.dequantize(latent));
            }
        }
        return latents;
    }

    /** The mean direction of latents, {@code [dims]}, unit length; null if there is none. */
    public static float[] mean(List<float[]> latents) {
        float[] mean = null;
        for (float[] latent : latents) {
            if (latent != null) {
                mean = mean == null ? new float[latent.length] : mean;
                for (int d = 0; d < mean.length; d++) {
                    mean[d] += latent[d];
                }
            }
        }
        return mean == null || VectorUtil.dotProduct(mean, mean) == 0 ? null : VectorUtil.l2normalize(mean);
    }

    /** The sentences of documents that may be shown and have a word that the generation knows, in their order. */
    public List<Sentence> sentences(List<SentenceRanker.Document> documents, List<String> excluded) {
        int perDocument =
                Math.clamp(MOST_CANDIDATES / Math.max(1, documents.size()), FEWEST_PER_DOCUMENT, MOST_CANDIDATES);
        List<Sentence> plain = new ArrayList<>();
        for (int i = 0; i < documents.size(); i++) {
            check.run();
            for (String text : ReadableSentences.of(documents.get(i).source(), generation, perDocument)) {
                if (plain.size() < MOST_CANDIDATES && excluded.stream().noneMatch(word -> contains(text, word))) {
                    plain.add(new Sentence(i, text, Bow.EMPTY, null));
                }
            }
        }
        List<Sentence> encoded = new ArrayList<>();
        for (int from = 0; from < plain.size(); from += BATCH) {
            check.run();
            List<Sentence> batch = plain.subList(from, Math.min(plain.size(), from + BATCH));
            List<Input> inputs = encoders.inputs(
                    generation,
                    batch.stream().map(one -> source(List.of(one.text()))).toList());
            List<byte[]> latents = encoders.encodeInputs(generation, inputs);
            for (int i = 0; i < batch.size(); i++) {
                if (latents.get(i) != null) {
                    encoded.add(new Sentence(
                            batch.get(i).document(),
                            batch.get(i).text(),
                            inputs.get(i).words(),
                            Latents.dequantize(latents.get(i))));
                }
            }
        }
        return ReadableSentences.complete(encoded, Sentence::text);
    }

    /**
     * Summarises documents.
     *
     * @param target the latent of the source, {@code [dims]}, unit length
     */
    SummarizeAction.Summary summary(List<SentenceRanker.Document> documents, float[] target, Options options) {
        List<Sentence> chosen =
                choose(sentences(documents, options.excluded()), target, options, SummarizeRequest.MOST_SENTENCES);
        List<SummarizeAction.Sentence> shown = chosen.stream()
                .map(one -> new SummarizeAction.Sentence(
                        one.text(),
                        documents.get(one.document()).index(),
                        documents.get(one.document()).id(),
                        VectorUtil.dotProduct(one.latent(), target)))
                .toList();
        return new SummarizeAction.Summary(documents.size(), shown, chosen.isEmpty() ? null : kept(chosen, target));
    }

    /** The heap that a summary of so many documents takes at most, in bytes. */
    static long bytes(int documents, int dims) {
        long latent = (long) dims * Float.BYTES;
        long candidates = documents == 0 ? 0 : MOST_CANDIDATES;
        return documents * (256 + latent) + candidates * (CANDIDATE_BYTES + latent) + BATCH * latent;
    }

    /**
     * Chooses the sentences of a summary.
     *
     * @param target the latent of the source, {@code [dims]}, unit length
     * @param most the largest number of sentences, whatever the ratio
     * @return the sentences in the order of the documents; none if there are none to choose from
     */
    public List<Sentence> choose(List<Sentence> sentences, float[] target, Options options, int most) {
        return new SentenceSelection(
                        sentences.stream()
                                .map(one -> new SentenceSelection.Candidate(one.text(), one.words()))
                                .toList(),
                        target,
                        options.redundancy(),
                        this::encode)
                .choose(options.count(sentences.size(), most)).stream()
                        .map(sentences::get)
                        .toList();
    }

    /** The cosine between the latent of some sentences, encoded as one text, and the target; NaN if they have none. */
    public double kept(List<Sentence> summary, float[] target) {
        List<String> texts = summary.stream().map(Sentence::text).toList();
        byte[] latent = encoders.encode(generation, List.of(source(texts))).get(0);
        return latent == null ? Double.NaN : VectorUtil.dotProduct(Latents.dequantize(latent), target);
    }

    private static SourceDocument source(List<String> texts) {
        return SourceDocument.of(
                texts.stream().map(text -> new FieldText(1, text)).toList());
    }

    private float[][] encode(List<Bow> bags) {
        float[][] latents = new float[bags.size()][];
        for (int from = 0; from < latents.length; from += BATCH) {
            check.run();
            List<byte[]> batch = encoders.encodeInputs(
                    generation, Input.of(bags.subList(from, Math.min(latents.length, from + BATCH))));
            for (int i = 0; i < batch.size(); i++) {
                latents[from + i] = batch.get(i) == null
                        ? new float[generation.clusters().partition().dims()]
                        : Latents.dequantize(batch.get(i));
            }
        }
        return latents;
    }

    /** Whether a text has a word or phrase, as whole words, whatever the case. */
    static boolean contains(String text, String phrase) {
        String in = text.toLowerCase(Locale.ROOT);
        String of = phrase.toLowerCase(Locale.ROOT).strip();
        for (int at = in.indexOf(of); at >= 0; at = in.indexOf(of, at + 1)) {
            int end = at + of.length();
            if ((at == 0 || !Character.isLetterOrDigit(in.codePointBefore(at)))
                    && (end == in.length() || !Character.isLetterOrDigit(in.codePointAt(end)))) {
                return true;
            }
        }
        return false;
    }
}

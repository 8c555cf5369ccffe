/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.query;

import io.latentfacets.cluster.Codebook;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.field.LeafLatents;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.search.results.ResultPartitionToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.util.VectorUtil;

/**
 * Explains why a document is in its cluster of a results-scope partition. Thread-safe; encodes on the calling thread.
 */
public final class ResultPartitionExplainer {
    private final Generations generations;
    private final DocumentWords words;

    public ResultPartitionExplainer(Generations generations, EncoderService encoders) {
        this.generations = generations;
        this.words = new DocumentWords(encoders);
    }

    /**
     * @param field the full name of the field
     * @param words whether the indices searched are bound to the model, so that words may be shown
     * @param matches whether the document is in one of the queried clusters
     * @param asked the queried clusters for the message: {@code [r1, r3]}
     */
    Explanation explain(
            String field,
            ResultPartitionToken partition,
            boolean words,
            LeafReaderContext leaf,
            int doc,
            boolean matches,
            float score,
            String asked)
            throws IOException {
        Codebook codebook = partition.codebook();
        LeafLatents latents = LeafLatents.of(leaf.reader(), field, partition.encoder(), codebook.dims());
        if (latents == null || !latents.advanceExact(doc)) {
            return Explanation.noMatch("in no cluster of the partition: it has no latent of encoder ["
                    + partition.encoder() + "] of model [" + partition.model() + "] in [" + field + "]");
        }
        byte[] latent = latents.latent();
        int cluster = codebook.assign(latent);
        String in = "in cluster [" + ResultPartitionToken.key(cluster) + "] of the partition";
        List<Explanation> details = new ArrayList<>();
        details.add(Explanation.match(
                (float) codebook.similarity(latent, cluster), "similarity to the centroid of its cluster"));
        int second = second(codebook, latent, cluster);
        if (second >= 0) {
            details.add(Explanation.match(
                    (float) codebook.similarity(latent, second),
                    "similarity to the nearest other centroid, of cluster [" + ResultPartitionToken.key(second) + "]"));
        }
        if (!matches) {
            return Explanation.noMatch(in + ", which is not among " + asked, details);
        }
        if (!words) {
            details.add(DocumentWords.notBound(partition.model()));
            return Explanation.match(score, in, details);
        }
        Generation generation = encoder(partition);
        float[] centroid = codebook.centroid(cluster);
        if (generation != null && VectorUtil.dotProduct(centroid, centroid) > 0) {
            VectorUtil.l2normalize(centroid);
            details.add(this.words.explain(leaf, doc, generation, latent, at -> VectorUtil.dotProduct(centroid, at)));
        } else {
            details.add(DocumentWords.unknown("encoder [" + partition.encoder() + "] of model [" + partition.model()
                    + "] is not loaded on this node"));
        }
        return Explanation.match(score, in, details);
    }

    /** Returns a loaded generation with the encoder that made the latents; null for none. */
    private Generation encoder(ResultPartitionToken partition) {
        Generation active = generations.loaded(partition.model(), generations.active(partition.model()));
        if (active != null && active.encoder().equals(partition.encoder())) {
            return active;
        }
        for (Generations.Known known : generations.known(partition.model())) {
            Generation other = known.encoder().equals(partition.encoder())
                    ? generations.loaded(partition.model(), known.number())
                    : null;
            if (other != null && other.encoder().equals(partition.encoder())) {
                return other;
            }
        }
        return null;
    }

    private static int second(Codebook codebook, byte[] latent, int first) {
        int second = -1;
        for (int c = 0; c < codebook.count(); c++) {
            if (c != first && (second < 0 || codebook.similarity(latent, c) > codebook.similarity(latent, second))) {
                second = c;
            }
        }
        return second;
    }
}

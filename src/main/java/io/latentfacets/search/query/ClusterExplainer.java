/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.search.query;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Partition;
import io.latentfacets.encode.EncoderService;
import io.latentfacets.field.LatentDocValue;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.Generations;
import io.latentfacets.search.Coverage;
import io.latentfacets.search.ShardField;
import io.latentfacets.vae.Latents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.search.Explanation;
import org.apache.lucene.util.BytesRef;

/**
 * Explains why a document is in its cluster: its similarity to the cluster's centroid and to the nearest other
 * centroid, and the words that contribute most. Thread-safe.
 */
public final class ClusterExplainer {

    private final Generations generations;
    private final DocumentWords words;

    public ClusterExplainer(Generations generations, EncoderService encoders) {
        this.generations = generations;
        this.words = new DocumentWords(encoders);
    }

    /**
     * The position of a document's latent.
     *
     * @param generation the generation whose encoder made the latent and whose partition assigns it
     * @param cluster the cluster's ordinal in that partition
     * @param latent int8[dims]
     * @param unit float[dims], the latent's direction
     */
    private record Place(Generation generation, int cluster, byte[] latent, float[] unit) {
        float similarity(int to) {
            return generation.clusters().partition().similarity(unit, to);
        }

        String key() {
            return generation.clusters().infos().get(cluster).key();
        }

        /** The other cluster with the nearest centroid; −1 if there is no other. */
        int second() {
            Partition partition = generation.clusters().partition();
            int second = -1;
            for (int c = 0; c < partition.count(); c++) {
                if (c != cluster && (second < 0 || similarity(c) > similarity(second))) {
                    second = c;
                }
            }
            return second;
        }
    }

    /**
     * Explains why a document is in the queried clusters, or is not.
     *
     * @param matches whether the document is in one of them
     * @param asked the queried clusters for the message: {@code [c7]}
     */
    Explanation explain(ShardField field, LeafReaderContext leaf, int doc, boolean matches, float score, String asked)
            throws IOException {
        BinaryDocValues latents = leaf.reader().getBinaryDocValues(field.name());
        if (latents == null || !latents.advanceExact(doc)) {
            return Explanation.noMatch("in no cluster: it has no latent in [" + field.name() + "]");
        }
        BytesRef value = latents.binaryValue();
        EncoderId encoder = new EncoderId(LatentDocValue.encoder(value));
        Generation pinned = field.generation();
        Generations.Known known = encoder.equals(pinned.encoder()) ? null : newest(pinned.model(), encoder);
        // As in columns, the pinned partition assigns the latents of the pinned encoder.
        if (known == null && !encoder.equals(pinned.encoder())) {
            return Explanation.noMatch("in no cluster: no known generation of model [" + pinned.model()
                    + "] has the encoder [" + encoder + "] of its latent");
        }
        Generation learned = known == null ? pinned : generations.loaded(pinned.model(), known.number());
        Generation own = learned == null ? null : learned.curated(pinned.curation());
        String of = "generation [" + (known == null ? pinned.number() : known.number()) + "] of model ["
                + pinned.model() + "]";
        if (own == null || !own.encoder().equals(encoder)) {
            return Explanation.noMatch("in no cluster: its latent is of " + of + ", which this node has not loaded");
        }
        if (LatentDocValue.dims(value) != own.clusters().partition().dims()) {
            return Explanation.noMatch("in no cluster: its latent is of another length than those of " + of);
        }
        byte[] latent = new byte[LatentDocValue.dims(value)];
        LatentDocValue.copyLatent(value, latent);
        float[] unit = Latents.dequantize(latent);
        Place place = new Place(own, own.clusters().partition().assign(unit), latent, unit);
        if (matches) {
            return Explanation.match(score, "in " + shown(field, place), details(place, field, leaf, doc, true));
        }
        boolean lives = pinned.clusters().ordinal(place.key()) >= 0;
        return Explanation.noMatch(
                "in " + shown(field, place)
                        + (lives
                                ? ", which is not among " + asked
                                : " of " + of + ", which generation [" + pinned.number() + "] no longer has"),
                details(place, field, leaf, doc, false));
    }

    /** The newest known generation with an encoder; null for none. */
    private Generations.Known newest(String model, EncoderId encoder) {
        Generations.Known newest = null;
        for (Generations.Known known : generations.known(model)) {
            newest = known.encoder().equals(encoder) ? known : newest;
        }
        return newest;
    }

    private List<Explanation> details(Place place, ShardField field, LeafReaderContext leaf, int doc, boolean withWords)
            throws IOException {
        List<Explanation> details = new ArrayList<>();
        details.add(Explanation.match(place.similarity(place.cluster()), "similarity to the centroid of its cluster"));
        int second = place.second();
        if (second >= 0) {
            details.add(Explanation.match(
                    place.similarity(second),
                    "similarity to the nearest other centroid, of " + shown(field, place.generation(), second)));
        }
        if (withWords && field.pin().coverage() == Coverage.NONE) {
            details.add(DocumentWords.notBound(field.pin().model()));
        } else if (withWords) {
            details.add(words.explain(leaf, doc, place.generation(), place.latent(), at -> place.generation()
                    .clusters()
                    .partition()
                    .similarity(at, place.cluster())));
        }
        return details;
    }

    private String shown(ShardField field, Place place) {
        return shown(field, place.generation(), place.cluster());
    }

    /**
     * Returns {@code cluster [c7] (crude oil, opec), child of [p1]}, with the pinned generation's label if it has the
     * key; without a label if the searched indices are not bound to the model.
     */
    private String shown(ShardField field, Generation of, int cluster) {
        Generation pinned = field.generation();
        String key = of.clusters().infos().get(cluster).key();
        int ordinal = pinned.clusters().ordinal(key);
        Clusters naming = ordinal < 0 ? of.clusters() : pinned.clusters();
        int own = ordinal < 0 ? cluster : ordinal;
        String label = generations
                .edits(pinned.model())
                .label(key, naming.infos().get(own).label());
        String parent = naming.tree().parentKey(own);
        String named = field.pin().coverage() == Coverage.NONE ? "" : " (" + label + ")";
        return "cluster [" + key + "]" + named + (parent == null ? "" : ", child of [" + parent + "]");
    }
}

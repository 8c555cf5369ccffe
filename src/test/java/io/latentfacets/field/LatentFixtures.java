/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.field;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.ClusterTree;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.CountCurve;
import io.latentfacets.cluster.Floors;
import io.latentfacets.cluster.Partition;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.Generation;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.SourceField;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeWeights;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.tests.util.LuceneTestCase;

/** Creates generations with random clusters, and random latents, for tests of fields and searches. */
public final class LatentFixtures {

    private LatentFixtures() {}

    /** Clusters c1 … cK, each with terms of its own: {@code c3-0, c3-1, …}. */
    public static Generation generation(String model, int number, int dims, int count, Random random) {
        List<String> keys = new ArrayList<>();
        for (int c = 1; c <= count; c++) {
            keys.add("c" + c);
        }
        return generation(model, number, dims, keys, random);
    }

    public static Generation generation(String model, int number, int dims, List<String> keys, Random random) {
        float[][] centroids = new float[keys.size()][];
        float[] biases = new float[keys.size()];
        List<ClusterInfo> infos = new ArrayList<>();
        for (int c = 0; c < centroids.length; c++) {
            centroids[c] = Latents.dequantize(latent(dims, random));
            biases[c] = random.nextFloat() * .1f;
            String key = keys.get(c);
            List<ClusterTerm> terms = new ArrayList<>();
            for (int t = 0; t < 12; t++) {
                terms.add(new ClusterTerm(key + "-" + t, 1f / (t + 2)));
            }
            infos.add(new ClusterInfo(
                    key, ClusterInfo.labelOf(terms), terms, 10, 1.0 / keys.size(), .25f * c, -.5f, List.of()));
        }
        Clusters clusters =
                new Clusters(new Partition(centroids, centroids, biases, CountCurve.NONE), infos, 1_000_000);
        Vocabulary vocabulary = vocabulary();
        return new Generation(
                new GenerationInfo(model, number, 1_700_000_000_000L + number, 100, 1, "cpu", Map.of()),
                TextOptions.DEFAULTS,
                List.of(new SourceField("title", 1)),
                vocabulary,
                VaeWeights.initial(vocabulary.inputWeights(), vocabulary.logUnigram(), List.of(4), dims, number),
                clusters);
    }

    /** Other clusters, with the encoder of the given generation. */
    public static Generation recluster(Generation of, int number, List<String> keys, Random random) {
        Generation other =
                generation(of.model(), number, of.clusters().partition().dims(), keys, random);
        GenerationInfo info = new GenerationInfo(
                of.model(), number, of.encoderGeneration(), other.createdMillis(), 100, 1, "cpu", Map.of());
        return new Generation(info, of.text(), of.fields(), of.vocabulary(), of.weights(), other.clusters());
    }

    /**
     * The same with a floor for every cluster, and parents {@code p0}, {@code p1}, … over some of them, each with terms
     * of its own: {@code p1-0, p1-1, …}.
     */
    public static Generation withTreeAndFloors(Generation of, int parents, Random random) {
        Clusters clusters = of.clusters();
        int[] parentOf = new int[clusters.infos().size()];
        float[] floors = new float[parentOf.length];
        for (int c = 0; c < parentOf.length; c++) {
            // the first ones see to it that no parent is without a cluster
            parentOf[c] = c < parents ? c : random.nextInt(parents + 1) - 1;
            floors[c] = random.nextFloat();
        }
        List<ClusterInfo> infos = new ArrayList<>();
        for (int p = 0; p < parents; p++) {
            double share = 0;
            for (int c = 0; c < parentOf.length; c++) {
                share += parentOf[c] == p ? clusters.infos().get(c).share() : 0;
            }
            List<ClusterTerm> terms = new ArrayList<>();
            for (int t = 0; t < 12; t++) {
                terms.add(new ClusterTerm("p" + p + "-" + t, 1f / (t + 2)));
            }
            infos.add(new ClusterInfo("p" + p, ClusterInfo.labelOf(terms), terms, 10, share, .25f * p, .5f, List.of()));
        }
        return new Generation(
                of.info(),
                of.text(),
                of.fields(),
                of.vocabulary(),
                of.weights(),
                clusters.with(new ClusterTree(infos, parentOf, parents)).with(new Floors(floors)));
    }

    /** int8[dims], not all zero. */
    public static byte[] latent(int dims, Random random) {
        float[] mu = new float[dims];
        for (int i = 0; i < dims; i++) {
            mu[i] = (float) random.nextGaussian();
        }
        return Latents.quantize(mu);
    }

    /** The latent of a generation's encoder as a document's source has it: a JSON object. */
    public static String source(Generation of, byte[] latent) {
        return source(of.encoderGeneration(), of.encoder(), latent);
    }

    public static String source(int generation, EncoderId encoder, byte[] latent) {
        return "{\"generation\":" + generation + ",\"encoder\":\"" + encoder + "\",\"vector\":\"" + base64(latent)
                + "\"}";
    }

    public static String base64(byte[] latent) {
        return Base64.getEncoder().encodeToString(latent);
    }

    /** What the column must say, by the definition: the key of a latent's cluster. */
    public static String clusterOf(Generation generation, byte[] latent) {
        Clusters clusters = generation.clusters();
        return clusters.infos()
                .get(clusters.partition().assign(Latents.dequantize(latent)))
                .key();
    }

    private static Vocabulary vocabulary() {
        try (CorpusBuilder builder =
                new CorpusBuilder(new StandardAnalyzer(), TextOptions.DEFAULTS, LuceneTestCase.createTempDir())) {
            for (int i = 0; i < 20; i++) {
                builder.add(List.of(new FieldText(1, i % 2 == 0 ? "crude oil barrels" : "wheat grain harvest")));
            }
            try (var corpus = builder.build()) {
                return corpus.vocabulary();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

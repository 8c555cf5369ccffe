/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.model.definition.ModelDefinition;
import io.latentfacets.strict.StrictMap;
import io.latentfacets.text.Bow;
import io.latentfacets.text.BowSource;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.Vocabulary;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.InputSource;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.WordVectors;
import io.latentfacets.vae.training.Checkpoints;
import io.latentfacets.vae.training.EpochReport;
import io.latentfacets.vae.training.TrainingListener;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * Networks that the plugin trains by default. A directory keeps them, so that later steps can be repeated without
 * training.
 */
final class TrainedNetwork {
    private static final int BATCH = 256;
    private static final long CLUSTERER_SEED = 42;

    private TrainedNetwork() {}

    /** Ignores the events of a training and never cancels it. */
    static final class Silent implements TrainingListener {
        @Override
        public void epoch(EpochReport report) {}

        @Override
        public void checkCancelled() {}
    }

    /** Trains a network, or reads the one trained before on the same vocabulary with the same seed. */
    static VaeWeights of(Corpus corpus, int seed, InferenceEngine engine, Path directory) throws IOException {
        Path file = directory.resolve("%d-%08x.weights".formatted(seed, checksum(corpus.vocabulary())));
        if (Files.exists(file)) {
            try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
                return VaeWeights.readFrom(in);
            }
        }
        VaeWeights weights =
                new VaeTrainer(options(seed), engine.djlDevice(), 1).train(corpus, corpus.vocabulary(), new Silent());
        try (DataOutputStream to = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file)))) {
            weights.writeTo(to);
        }
        return weights;
    }

    /**
     * The latents of documents as the plugin stores them, int8 {@code [documents][dims]}; null for a document without
     * words.
     */
    static List<byte[]> encode(VaeWeights weights, List<Bow> bows, InferenceEngine engine) {
        List<byte[]> stored = new ArrayList<>(bows.size());
        try (Encoder encoder = new Encoder(weights, engine.djlDevice())) {
            for (int from = 0; from < bows.size(); from += BATCH) {
                List<Bow> batch = bows.subList(from, Math.min(from + BATCH, bows.size()));
                float[][] means = encoder.encode(Input.of(batch));
                for (int i = 0; i < means.length; i++) {
                    stored.add(batch.get(i).isEmpty() ? null : Latents.quantize(means[i]));
                }
            }
        }
        return stored;
    }

    /**
     * Trains with the defaults, divides the documents as the plugin does, and assigns documents.
     *
     * @param trained the documents to learn from
     * @param assigned the documents to assign; those of the training or others
     * @param count the number of clusters
     * @param words the vectors that the training starts from; null for none
     * @return the cluster of each document to assign, −1 for one without a latent
     */
    static int[] clusters(
            List<Bow> trained,
            List<Bow> assigned,
            Vocabulary vocabulary,
            int count,
            int seed,
            WordVectors words,
            InferenceEngine engine) {
        VaeWeights weights = new VaeTrainer(options(seed), engine.djlDevice(), 1)
                .train(InputSource.of(BowSource.of(trained)), vocabulary, words, new Silent(), Checkpoints.NONE);
        List<byte[]> stored = encode(weights, trained, engine);
        int[] encoded = encoded(stored);
        BowSource bows =
                BowSource.of(Arrays.stream(encoded).mapToObj(trained::get).toList());
        Partition partition = new Clusterer(new ClusterOptions(count, CLUSTERER_SEED))
                .cluster(points(stored, encoded), bows, () -> {});
        List<byte[]> others = encode(weights, assigned, engine);
        int[] found = encoded(others);
        int[] numbers = partition.assign(points(others, found));
        int[] clusters = new int[others.size()];
        Arrays.fill(clusters, -1);
        for (int i = 0; i < found.length; i++) {
            clusters[found[i]] = numbers[i];
        }
        return clusters;
    }

    private static int[] encoded(List<byte[]> stored) {
        return IntStream.range(0, stored.size())
                .filter(doc -> stored.get(doc) != null)
                .toArray();
    }

    private static float[][] points(List<byte[]> stored, int[] encoded) {
        return Arrays.stream(encoded)
                .mapToObj(doc -> Latents.dequantize(stored.get(doc)))
                .toArray(float[][]::new);
    }

    /** The options of a model definition that sets no other. */
    static VaeOptions options(int seed) {
        Map<String, Object> body =
                Map.of("source", Map.of("index", "documents", "fields", List.of("text")), "vae", Map.of("seed", seed));
        return ModelDefinition.stored("labels", new StrictMap(body, "")).vae();
    }

    /** A checksum of the parts of a vocabulary that training reads. The parts that only labels read may change. */
    private static long checksum(Vocabulary vocabulary) {
        CRC32 crc = new CRC32();
        for (int id = 0; id < vocabulary.size(); id++) {
            String entry = vocabulary.term(id) + ' ' + vocabulary.docFreq(id);
            crc.update(entry.getBytes(StandardCharsets.UTF_8));
        }
        return crc.getValue();
    }
}

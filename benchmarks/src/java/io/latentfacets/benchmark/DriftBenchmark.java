/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.text.*;
import io.latentfacets.vae.*;
import io.latentfacets.vae.training.*;
import java.io.*;
import java.nio.file.*;
import java.util.*;
import org.apache.lucene.analysis.en.EnglishAnalyzer;

public final class DriftBenchmark {
    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[1]).toAbsolutePath(), 1);
        engine.start();
        engine.requireAvailable();
        Path keep = Path.of(args[2]);
        List<DriftCorpus.Post> posts = DriftCorpus.read(Path.of(args[0]));
        List<DriftCorpus.Post> ten = posts.stream().filter(p -> DriftCorpus.LEARNED.contains(p.label())).toList();
        train("ten", DriftCorpus.part(ten, 0, 6), engine, keep, Integer.parseInt(args[3]));
        for (int half = 1; half <= 20; half++) {
            List<DriftCorpus.Post> all = DriftCorpus.shuffled(posts, half);
            train("half" + half, all.subList(0, all.size() / 2), engine, keep, Integer.parseInt(args[4]));
        }
    }

    static void train(String name, List<DriftCorpus.Post> posts, InferenceEngine engine, Path keep, int epochs) throws IOException {
        long start = System.nanoTime();
        Path dir = Files.createTempDirectory("drift");
        try (CorpusBuilder builder = new CorpusBuilder(new EnglishAnalyzer(), TextOptions.DEFAULTS, dir)) {
            for (DriftCorpus.Post post : posts) builder.add(post.texts());
            try (Corpus corpus = builder.build()) {
                VaeOptions d = VaeOptions.DEFAULTS;
                VaeOptions o = epochs == 0 ? d : new VaeOptions(d.objective(), d.latentDims(), d.hiddenDims(), epochs, d.seed(), d.beta(), d.temperature(), d.learningRate(), d.batchSize(), d.neighbors(), d.wordDropout(), d.weightDecay(), d.klAnnealing(), d.patience(), d.restarts());
                VaeWeights w = new VaeTrainer(o, engine.djlDevice(), 1).train(corpus, corpus.vocabulary(), new TrainingListener() {
                    public void epoch(EpochReport r) {}
                    public void checkCancelled() {}
                });
                try (DataOutputStream to = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(keep.resolve(name + ".weights"))))) { w.writeTo(to); }
                System.out.printf("%s: %d posts, %d words, %.1f s%n", name, posts.size(), corpus.vocabulary().size(), (System.nanoTime() - start) / 1e9);
            }
        }
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.Partition;
import io.latentfacets.encode.ExpectedWords;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.engine.InferenceEngine;
import io.latentfacets.summarize.NewsModel;
import io.latentfacets.summarize.Summarizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;
import org.opensearch.core.common.breaker.NoopCircuitBreaker;

/**
 * Prints what {@code _generate} says about each cluster, and compares priors: how near the points that they draw are to
 * real documents, and how evenly the points spread over the clusters.
 *
 * <p>Arguments: a directory for the engine's libraries, a file of JSON lines (or .gz) with subject and body, the number
 * of words of a text, a seed, and a directory that keeps trained generations.
 */
public final class GenerateBenchmark {
    private static final int NEAREST = 50;
    private static final int CLOUD = 64;
    private static final int OF_ALL = 500;
    private static final int DRAWS = 500;

    private final NewsModel model;
    private final List<SentenceRanker.Document> documents;
    private final List<float[]> latents;
    private final Partition partition;

    private GenerateBenchmark(NewsModel model, List<SentenceRanker.Document> all) {
        this.model = model;
        List<float[]> found = model.summarizer().latents(all);
        int[] known =
                IntStream.range(0, all.size()).filter(i -> found.get(i) != null).toArray();
        this.documents = Arrays.stream(known).mapToObj(all::get).toList();
        this.latents = Arrays.stream(known).mapToObj(found::get).toList();
        this.partition = model.generation().clusters().partition();
    }

    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[0]).toAbsolutePath(), 2);
        engine.start();
        engine.requireAvailable();
        List<SentenceRanker.Document> all = NewsModel.documents(Path.of(args[1]));
        GenerateBenchmark benchmark = new GenerateBenchmark(NewsModel.of(engine, all, 1, Path.of(args[4])), all);
        benchmark.show(Integer.parseInt(args[2]), Long.parseLong(args[3]));
        benchmark.priors();
    }

    private List<Integer> nearest(float[] point, int most) {
        return IntStream.range(0, latents.size())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -VectorUtil.dotProduct(latents.get(i), point)))
                .limit(most)
                .toList();
    }

    private void show(int length, long seed) {
        SampleText text =
                new SampleText(model.encoders(), model.generation(), new NoopCircuitBreaker("latent"), () -> {});
        ExpectedWords expected = new ExpectedWords(model.generation());
        List<ClusterInfo> infos = model.generation().clusters().infos();
        long nanos = 0;
        double kept = 0;
        for (int c = 0; c < infos.size(); c++) {
            int cluster = c;
            List<float[]> cloud = new ArrayList<>(latents.stream()
                    .filter(latent -> partition.assign(latent) == cluster)
                    .toList());
            Collections.shuffle(cloud, new Random(seed));
            float[] point = Points.around(
                    partition.centroids()[c], cloud.subList(0, Math.min(CLOUD, cloud.size())), 1, new Random(seed));
            List<SentenceRanker.Document> near =
                    nearest(point, NEAREST).stream().map(documents::get).toList();
            long start = System.nanoTime();
            String made = text.of(point, near, length, seed);
            nanos += System.nanoTime() - start;
            List<float[]> of =
                    model.summarizer().latents(List.of(new SentenceRanker.Document("", "", Map.of("body", made))));
            double similarity = of.get(0) == null ? 0 : VectorUtil.dotProduct(of.get(0), point);
            kept += similarity / infos.size();
            System.out.printf(
                    "%s %s: %s%n    %.2f %s%n",
                    infos.get(c).key(),
                    infos.get(c).label(),
                    String.join(
                            ", ",
                            expected.at(point, 8).stream()
                                    .map(ExpectedWords.Word::term)
                                    .toList()),
                    similarity,
                    made);
        }
        System.out.printf(
                "%.0f ms a text, whose latent has a mean cosine of %.3f to the point%n",
                nanos / 1e6 / infos.size(), kept);
    }

    private void priors() {
        Random random = new Random(7);
        List<float[]> some = new ArrayList<>(latents);
        Collections.shuffle(some, random);
        List<float[]> sample = some.subList(0, OF_ALL);
        float[] mean = Summarizer.mean(sample);
        int dims = partition.dims();
        System.out.println("| prior | nearest document, mean cosine | clusters in " + DRAWS + " draws |");
        System.out.println("|---|---|---|");
        prior("N(0, 1), unit length", () -> {
            float[] point = new float[dims];
            for (int d = 0; d < dims; d++) {
                point[d] = (float) random.nextGaussian();
            }
            return VectorUtil.l2normalize(point);
        });
        prior("normal, mean and covariance of 500 documents", () -> Points.around(mean, sample, 1, random));
        prior("cluster by its share, then normal in it", () -> Points.ofAll(sample, partition::assign, 1, random));
        prior("documents themselves, another one is nearest", () -> some.get(random.nextInt(some.size())));
    }

    private void prior(String name, Supplier<float[]> draw) {
        double similarity = 0;
        Set<Integer> clusters = new HashSet<>();
        for (int i = 0; i < DRAWS; i++) {
            float[] point = draw.get();
            clusters.add(partition.assign(point));
            double best = -1;
            for (float[] latent : latents) {
                double cosine = VectorUtil.dotProduct(latent, point);
                best = latent == point ? best : Math.max(best, cosine);
            }
            similarity += best / DRAWS;
        }
        System.out.printf("| %s | %.3f | %d |%n", name, similarity, clusters.size());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.summarize;

import io.latentfacets.encode.Likeness;
import io.latentfacets.encode.SentenceRanker;
import io.latentfacets.engine.InferenceEngine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.lucene.util.VectorUtil;
import org.opensearch.action.support.PlainActionFuture;
import org.opensearch.common.util.concurrent.OpenSearchExecutors;

/**
 * Measures how much of a source's latent its summaries keep, against the first sentences, random ones, the nearest ones
 * and those of {@link SentenceRanker}. A summary is chosen with one network and also measured by a second one, trained
 * from another seed, because it is chosen by its measure.
 *
 * <p>Arguments: a directory for the engine's libraries, a file of JSON lines (or .gz) with subject and body, the number
 * of documents, numbers of sentences, separated by commas, and optionally a directory that keeps trained generations.
 */
public final class SummaryBenchmark {
    private static final int FEWEST_SENTENCES = 8;
    private static final int NEAREST = 30;
    private static final String OURS = "summary";
    private static final List<String> OTHERS = List.of("first", "random", "nearest", "ranked");

    /**
     * What is to be summarised.
     *
     * @param documents the documents to take sentences from
     * @param targets the latent by each judge
     */
    private record Source(List<SentenceRanker.Document> documents, List<float[]> targets) {}

    private final List<SentenceRanker.Document> documents;
    private final List<NewsModel> judges = new ArrayList<>();
    private final Random random = new Random(1);

    private SummaryBenchmark(List<SentenceRanker.Document> documents) {
        this.documents = documents;
    }

    public static void main(String[] args) throws IOException {
        InferenceEngine engine = new InferenceEngine(Path.of(args[0]).toAbsolutePath(), 2);
        engine.start();
        engine.requireAvailable();
        List<SentenceRanker.Document> documents = NewsModel.documents(Path.of(args[1]));
        SummaryBenchmark benchmark = new SummaryBenchmark(documents);
        for (int seed = 1; seed <= 2; seed++) {
            benchmark.judges.add(NewsModel.of(engine, documents, seed, args.length > 4 ? Path.of(args[4]) : null));
        }
        List<Source> single = benchmark.singles(Integer.parseInt(args[2]));
        List<Source> clusters = benchmark.clusters();
        for (String count : args[3].split(",", -1)) {
            benchmark.compare("documents", single, Integer.parseInt(count));
            benchmark.compare("clusters", clusters, Integer.parseInt(count));
        }
    }

    /** Random documents of enough sentences, each by itself. */
    private List<Source> singles(int count) {
        List<SentenceRanker.Document> shuffled = new ArrayList<>(documents);
        Collections.shuffle(shuffled, new Random(42));
        List<Source> sources = new ArrayList<>();
        for (SentenceRanker.Document document : shuffled) {
            List<SentenceRanker.Document> one = List.of(document);
            if (sources.size() < count
                    && judges.get(0).summarizer().sentences(one, List.of()).size() >= FEWEST_SENTENCES) {
                sources.add(new Source(
                        one,
                        judges.stream()
                                .map(judge -> Summarizer.mean(judge.summarizer().latents(one)))
                                .toList()));
            }
        }
        return sources;
    }

    /** Each cluster of the first network: its nearest documents and its centroid; for the second, their mean. */
    private List<Source> clusters() {
        List<float[]> latents = judges.get(0).summarizer().latents(documents);
        List<Source> sources = new ArrayList<>();
        for (float[] centroid :
                judges.get(0).generation().clusters().partition().centroids()) {
            List<SentenceRanker.Document> nearest = IntStream.range(0, documents.size())
                    .filter(i -> latents.get(i) != null)
                    .boxed()
                    .sorted(Comparator.comparingDouble(i -> -VectorUtil.dotProduct(latents.get(i), centroid)))
                    .limit(NEAREST)
                    .map(documents::get)
                    .toList();
            sources.add(new Source(
                    nearest,
                    List.of(centroid, Summarizer.mean(judges.get(1).summarizer().latents(nearest)))));
        }
        return sources;
    }

    private void compare(String what, List<Source> sources, int count) {
        Map<String, double[][]> kept = new LinkedHashMap<>();
        long nanos = 0;
        for (int s = 0; s < sources.size(); s++) {
            Source source = sources.get(s);
            Summarizer summarizer = judges.get(0).summarizer();
            List<Summarizer.Sentence> sentences = summarizer.sentences(source.documents(), List.of());
            Map<String, List<Summarizer.Sentence>> chosen = others(source, sentences, count);
            for (double redundancy : new double[] {0, .05, .1, .2}) {
                long start = System.nanoTime();
                chosen.put(
                        OURS + " " + redundancy,
                        summarizer.choose(
                                sentences,
                                source.targets().get(0),
                                new Summarizer.Options(count, null, redundancy, List.of()),
                                count));
                nanos += redundancy == .05 ? System.nanoTime() - start : 0;
            }
            for (Map.Entry<String, List<Summarizer.Sentence>> one : chosen.entrySet()) {
                double[][] of = kept.computeIfAbsent(one.getKey(), name -> new double[3][sources.size()]);
                for (int j = 0; j < judges.size(); j++) {
                    of[j][s] = judges.get(j)
                            .summarizer()
                            .kept(one.getValue(), source.targets().get(j));
                }
                of[2][s] = likeness(one.getValue());
            }
        }
        System.out.printf(
                "%n%d %s, %d sentences; %.1f ms a summary%n",
                sources.size(), what, count, nanos / 1e6 / sources.size());
        System.out.println(
                "| chosen | kept | by another network | more than first and random | most of all | likeness |");
        System.out.println("|---|---|---|---|---|---|");
        kept.forEach((name, of) -> System.out.printf(
                "| %s | %.3f | %.3f | %.1f %% | %.1f %% | %.3f |%n",
                name,
                mean(of[0]),
                mean(of[1]),
                100 * best(kept, name, OTHERS.subList(0, 2)),
                100 * best(kept, name, OTHERS),
                mean(of[2])));
    }

    private Map<String, List<Summarizer.Sentence>> others(
            Source source, List<Summarizer.Sentence> sentences, int count) {
        Map<String, List<Summarizer.Sentence>> chosen = new LinkedHashMap<>();
        chosen.put("first", sentences.subList(0, Math.min(count, sentences.size())));
        List<Summarizer.Sentence> shuffled = new ArrayList<>(sentences);
        Collections.shuffle(shuffled, random);
        chosen.put("random", shuffled.subList(0, Math.min(count, sentences.size())));
        float[] target = source.targets().get(0);
        chosen.put(
                "nearest",
                sentences.stream()
                        .sorted(Comparator.comparingDouble(one -> -VectorUtil.dotProduct(one.latent(), target)))
                        .limit(count)
                        .toList());
        PlainActionFuture<List<List<SentenceRanker.Ranked>>> ranked = PlainActionFuture.newFuture();
        new SentenceRanker(judges.get(0).encoders(), OpenSearchExecutors.newDirectExecutorService())
                .rank(
                        judges.get(0).generation(),
                        List.of(new SentenceRanker.Topic(target, source.documents())),
                        Summarizer.MOST_CANDIDATES,
                        count,
                        () -> {},
                        ranked);
        chosen.put(
                "ranked",
                ranked.actionGet().get(0).stream()
                        .map(one -> new Summarizer.Sentence(0, one.sentence(), null, null))
                        .toList());
        return chosen;
    }

    private static double likeness(List<Summarizer.Sentence> summary) {
        double most = 0;
        for (int i = 0; i < summary.size(); i++) {
            for (int j = 0; j < i; j++) {
                most = Math.max(
                        most,
                        Likeness.of(summary.get(i).text())
                                .to(Likeness.of(summary.get(j).text())));
            }
        }
        return most;
    }

    /** The share of sources of which a method keeps at least as much as others. */
    private static double best(Map<String, double[][]> kept, String name, List<String> others) {
        double[] own = kept.get(name)[0];
        return IntStream.range(0, own.length)
                        .filter(s -> others.stream().allMatch(other -> kept.get(other)[0][s] <= own[s]))
                        .count()
                / (double) own.length;
    }

    private static double mean(double[] of) {
        return Arrays.stream(of).average().orElse(Double.NaN);
    }
}

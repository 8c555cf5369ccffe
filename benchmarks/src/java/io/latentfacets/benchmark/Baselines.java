/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/** All baselines, by name. */
final class Baselines {
    static final List<Baseline> ALL = List.of(
            new TfIdfKMeans(),
            new LsaKMeans(),
            new Nmf(),
            new MalletLda(),
            new BottleneckBaseline(),
            new Carrot2Baseline.BisectingKMeans(),
            new Carrot2Baseline.Lingo());

    /** The names of those that cluster corpora of any size, by the plugin's own words. */
    static final List<String> CLASSICS = List.of("tfidf", "lsa", "nmf", "lda", "sib");

    private Baselines() {}

    /**
     * Runs a baseline, on a sample of its own if the corpus is larger than its limit, and scores it.
     *
     * @param count the number of clusters
     * @param seed the seed of the baseline and of the sample
     */
    static Scores score(Baseline baseline, LabeledCorpus corpus, Bags all, int count, long seed) throws IOException {
        Bags bags = all.sample(baseline.limit(), seed);
        int[] truth = new int[bags.size()];
        Arrays.setAll(truth, i -> corpus.documents().get(bags.number(i)).label());
        long begun = System.nanoTime();
        Baseline.Clustering clustering = baseline.fit(bags, count, seed);
        double seconds = (System.nanoTime() - begun) / 1e9;
        return Scores.of(truth, clustering.clusters(), clustering.words(), all, Double.NaN, seconds);
    }

    /**
     * The names that the user selected with {@code all}, {@code classics}, {@code none}, or a list.
     *
     * @throws IllegalArgumentException for an unknown name
     */
    static List<String> select(String text) {
        List<String> names = ALL.stream().map(Baseline::name).toList();
        if (text.equals("all")) {
            return names;
        }
        if (text.equals("classics")) {
            return CLASSICS;
        }
        if (text.equals("none")) {
            return List.of();
        }
        List<String> wanted =
                Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        for (String name : wanted) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "--baselines must be all, classics, none or some of " + String.join(",", names) + ": " + name);
            }
        }
        return names.stream().filter(wanted::contains).toList();
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.bottleneck.InformationBottleneck;
import io.latentfacets.cluster.bottleneck.WordShares;
import io.latentfacets.text.BowSource;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * The sequential information bottleneck (Slonim, Friedman and Tishby, 2002), the best of ten random starts by its own
 * objective. The class is the plugin's own.
 */
final class BottleneckBaseline implements Baseline {
    private static final int STARTS = 10;
    private static final int PASSES = 30;

    @Override
    public String name() {
        return "sib";
    }

    @Override
    public String title() {
        return "sIB";
    }

    @Override
    public Clustering fit(Bags corpus, int count, long seed) {
        WordShares shares = WordShares.of(BowSource.of(
                IntStream.range(0, corpus.size()).mapToObj(corpus::words).toList()));
        int[] clusters = new InformationBottleneck(shares, () -> {})
                .divide(count, STARTS, PASSES, new SplittableRandom(seed))
                .clusters();
        return new Clustering(clusters, TopWords.byClass(corpus, clusters));
    }
}

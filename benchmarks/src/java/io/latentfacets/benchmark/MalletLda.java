/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import cc.mallet.topics.ParallelTopicModel;
import cc.mallet.types.Alphabet;
import cc.mallet.types.FeatureSequence;
import cc.mallet.types.IDSorter;
import cc.mallet.types.Instance;
import cc.mallet.types.InstanceList;
import io.latentfacets.text.Bow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.logging.Level;

/**
 * Latent Dirichlet allocation (Blei et al., 2003) by MALLET's parallel Gibbs sampler (Yao et al., 2009), with its
 * asymmetric prior over topics learned (Wallach et al., 2009). A document belongs to its most probable topic.
 */
final class MalletLda implements Baseline {
    private static final int ITERATIONS = 200;
    private static final int BURN_IN = 40;
    private static final int OPTIMIZE_INTERVAL = 10;
    private static final int THREADS = 2;
    private static final double ALPHA_SUM = 5; // MALLET's own default, as is beta

    @Override
    public String name() {
        return "lda";
    }

    @Override
    public String title() {
        return "LDA (MALLET)";
    }

    @Override
    public Clustering fit(Bags corpus, int count, long seed) throws IOException {
        Alphabet alphabet = new Alphabet(corpus.vocabulary().size());
        for (int id = 0; id < corpus.vocabulary().size(); id++) {
            // use the number as entry: two terms may have the same text
            alphabet.lookupIndex(id);
        }
        int[] usable = corpus.usable();
        InstanceList instances = new InstanceList(alphabet, null);
        for (int doc : usable) {
            instances.add(new Instance(tokens(corpus.words(doc), alphabet), null, doc, null));
        }
        ParallelTopicModel.logger.setLevel(Level.OFF);
        ParallelTopicModel model = new ParallelTopicModel(count, ALPHA_SUM, ParallelTopicModel.DEFAULT_BETA);
        model.setRandomSeed((int) seed);
        model.setNumThreads(THREADS);
        model.setNumIterations(ITERATIONS);
        model.setBurninPeriod(BURN_IN);
        model.setOptimizeInterval(OPTIMIZE_INTERVAL);
        model.addInstances(instances);
        model.estimate();

        int[] clusters = new int[corpus.size()];
        Arrays.fill(clusters, -1);
        for (int i = 0; i < usable.length; i++) {
            double[] shares = model.getTopicProbabilities(i);
            int best = 0;
            for (int t = 1; t < shares.length; t++) {
                best = shares[t] > shares[best] ? t : best;
            }
            clusters[usable[i]] = best;
        }
        List<int[]> words = new ArrayList<>();
        for (TreeSet<IDSorter> topic : model.getSortedWords()) {
            words.add(topic.stream()
                    .limit(TopWords.COUNT)
                    .mapToInt(IDSorter::getID)
                    .toArray());
        }
        return new Clustering(clusters, words);
    }

    private static FeatureSequence tokens(Bow bow, Alphabet alphabet) {
        FeatureSequence tokens = new FeatureSequence(alphabet);
        for (int e = 0; e < bow.size(); e++) {
            // field weights make counts fractional; the sampler needs integers
            int times = Math.max(1, Math.round(bow.count(e)));
            for (int i = 0; i < times; i++) {
                tokens.add(bow.id(e));
            }
        }
        return tokens;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

/**
 * Latent semantic analysis (Deerwester et al., 1990): k-means on the TF-IDF vectors projected on their 100 largest
 * singular directions and scaled to unit length again.
 */
final class LsaKMeans implements Baseline {
    private static final int DIMS = 100;

    @Override
    public String name() {
        return "lsa";
    }

    @Override
    public String title() {
        return "LSA(100) + k-means";
    }

    @Override
    public Clustering fit(Bags corpus, int count, long seed) {
        int[] usable = corpus.usable();
        TruncatedSvd svd = TruncatedSvd.of(corpus.tfIdf(usable), DIMS, seed);
        return TfIdfKMeans.clustering(corpus, usable, SparseMatrix.unitRows(svd.rows()), count, seed);
    }
}

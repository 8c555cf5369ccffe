/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.apache.lucene.util.VectorUtil;

/** Counts each cluster's documents and finds the few nearest to its centroid, in one pass. Immutable once built. */
public final class Exemplars {
    /** The number of exemplars of a cluster. */
    static final int COUNT = 5;

    /** Near-duplicates have nearly equal latents, so this class keeps more candidates than it returns. */
    private static final int CANDIDATES = 10 * COUNT;

    private static final float SAME = 0.9999f;

    private static final Comparator<Candidate> NEAREST_FIRST =
            Comparator.comparingDouble(Candidate::similarity).reversed().thenComparingInt(Candidate::doc);

    private record Candidate(int doc, float similarity) {}

    private final float[][] latents;
    private final List<String> ids;
    private final long[] sizes;
    private final List<PriorityQueue<Candidate>> nearest = new ArrayList<>();
    private long total;

    /**
     * @param centroids the centroids, {@code [count][dims]}, unit length
     * @param assigned the cluster of each document, negative for none
     * @param latents the latents, {@code [documents][dims]}, kept and not copied
     * @param ids the document ids, parallel to the latents
     */
    public Exemplars(float[][] centroids, int[] assigned, float[][] latents, List<String> ids) {
        this.latents = latents;
        this.ids = ids;
        sizes = new long[centroids.length];
        for (int c = 0; c < sizes.length; c++) {
            nearest.add(new PriorityQueue<>(NEAREST_FIRST.reversed()));
        }
        for (int doc = 0; doc < latents.length; doc++) {
            int cluster = assigned[doc];
            if (cluster < 0) {
                continue;
            }
            sizes[cluster]++;
            total++;
            PriorityQueue<Candidate> queue = nearest.get(cluster);
            queue.add(new Candidate(doc, VectorUtil.dotProduct(centroids[cluster], latents[doc])));
            if (queue.size() > CANDIDATES) {
                queue.poll();
            }
        }
    }

    long size(int cluster) {
        return sizes[cluster];
    }

    double share(int cluster) {
        return total == 0 ? 0 : (double) sizes[cluster] / total;
    }

    /** The ids of up to {@link #COUNT} documents, nearest first; no two have the same id or nearly the same latent. */
    public List<String> nearest(int cluster) {
        List<Integer> chosen = new ArrayList<>();
        for (Candidate candidate :
                nearest.get(cluster).stream().sorted(NEAREST_FIRST).toList()) {
            boolean distinct = chosen.stream()
                    .noneMatch(other -> ids.get(other).equals(ids.get(candidate.doc()))
                            || VectorUtil.dotProduct(latents[other], latents[candidate.doc()]) > SAME);
            if (distinct) {
                chosen.add(candidate.doc());
            }
            if (chosen.size() == COUNT) {
                break;
            }
        }
        return chosen.stream().map(ids::get).toList();
    }
}

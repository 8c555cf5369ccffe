/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Random curations, made by the steps that people make. */
public final class CurationFixtures {
    private CurationFixtures() {}

    /** Some merges and splits of what is seen after those before. */
    public static Curation random(Clusters learned, String encoder, Random random) {
        Curation curation = Curation.NONE;
        for (int step = 0; step < 6; step++) {
            Clusters seen = learned.curated(curation, encoder);
            List<String> keys = new ArrayList<>(seen.keys());
            Collections.shuffle(keys, random);
            if (random.nextBoolean() && keys.size() > 4) {
                int count = 2 + random.nextInt(2);
                curation = curation.merged(keys.subList(0, count), random.nextBoolean() ? "merged " + step : null);
            } else {
                String key = keys.get(0);
                if (curation.parts(key).isEmpty()) {
                    curation = split(curation, seen, encoder, key, 2 + random.nextInt(3), random);
                }
            }
        }
        return curation;
    }

    /** A split by the nearest of random centroids near that of the cluster. */
    public static Curation split(
            Curation curation, Clusters seen, String encoder, String key, int count, Random random) {
        float[] centroid = seen.partition().centroids()[seen.ordinal(key)];
        ClusterInfo whole = seen.infos().get(seen.ordinal(key));
        float[][] centroids = new float[count][centroid.length];
        List<String> keys = curation.nextKeys(count);
        List<ClusterInfo> infos = new ArrayList<>();
        for (int c = 0; c < count; c++) {
            String own = keys.get(c);
            for (int d = 0; d < centroid.length; d++) {
                centroids[c][d] = centroid[d] + (float) random.nextGaussian();
            }
            infos.add(new ClusterInfo(
                    own,
                    "part " + own,
                    List.of(new ClusterTerm(own + "-1", .5f), new ClusterTerm(own + "-2", .3f)),
                    whole.size() / count,
                    whole.share() / count,
                    0,
                    0,
                    List.of()));
        }
        return curation.split(whole, encoder, Curation.Division.nearest(keys, centroids), infos);
    }
}

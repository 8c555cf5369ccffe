/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * What people have merged and split, for all generations of a model. It names clusters by key, so it holds for as long
 * as the clusters do: {@link Clusters#curated} makes of a generation's clusters what people see. Immutable and
 * thread-safe, as long as nobody writes to the arrays of a division.
 *
 * @param merges what was merged, by the key that counts for all parts
 * @param splits the keys of the parts of each cluster that was split, by its key. It is the parent of the parts
 * @param added the description of each cluster that no training made, and of each that was split, by its key
 * @param divisions how a cluster is divided, by the fingerprint of the encoder whose latents are divided, then by the
 *     key of the cluster
 * @param nextKey the number in the key of the next new part
 */
public record Curation(
        NavigableMap<String, Merge> merges,
        NavigableMap<String, List<String>> splits,
        NavigableMap<String, ClusterInfo> added,
        NavigableMap<String, NavigableMap<String, Division>> divisions,
        long nextKey) {

    /** The first letter of the keys of parts. */
    private static final String PART = "s";

    public static final Curation NONE =
            new Curation(new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>(), 0);

    /**
     * Clusters that count as one.
     *
     * @param parts the keys of the other clusters, at least one, without the key that counts
     * @param label the label of all together; null for the learned one of the cluster whose key counts
     */
    public record Merge(List<String> parts, String label) {
        public Merge {
            parts = List.copyOf(parts);
        }
    }

    /**
     * A division of one cluster, or its other name if there is one part: a latent x of it belongs to the part c with
     * the largest scales[c] · centroids[c]·x + biases[c].
     *
     * @param keys the keys of the parts
     * @param centroids the mean direction of each part, {@code [parts][dims]}, unit length
     * @param scales the factor of each part's centroid, {@code [parts]}
     * @param biases the bias of each part, {@code [parts]}
     */
    public record Division(List<String> keys, float[][] centroids, float[] scales, float[] biases) {
        public Division {
            keys = List.copyOf(keys);
            int parts = keys.size();
            if (parts < 1 || centroids.length != parts || scales.length != parts || biases.length != parts) {
                throw new IllegalArgumentException("a division needs parts, and as many centroids, scales"
                        + " and biases: " + parts + ", " + centroids.length + ", " + scales.length + ", "
                        + biases.length);
            }
        }

        /** A division by the nearest of some centroids, {@code [parts][dims]}, which need not have unit length. */
        public static Division nearest(List<String> keys, float[][] centroids) {
            float[][] directions = new float[centroids.length][];
            float[] scales = new float[centroids.length];
            float[] biases = new float[centroids.length];
            for (int c = 0; c < centroids.length; c++) {
                double squares = 0;
                for (float component : centroids[c]) {
                    squares += (double) component * component;
                }
                scales[c] = (float) Math.sqrt(squares);
                biases[c] = (float) (-squares / 2);
                directions[c] = centroids[c].clone();
                for (int d = 0; d < directions[c].length && squares > 0; d++) {
                    directions[c][d] /= scales[c];
                }
            }
            return new Division(keys, directions, scales, biases);
        }

        LinearRule rule() {
            float[][] directions = new float[centroids.length][];
            for (int c = 0; c < directions.length; c++) {
                directions[c] = centroids[c].clone();
                for (int d = 0; d < directions[c].length; d++) {
                    directions[c][d] *= scales[c];
                }
            }
            return new LinearRule(directions, biases);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Division that
                    && keys.equals(that.keys)
                    && Arrays.deepEquals(centroids, that.centroids)
                    && Arrays.equals(scales, that.scales)
                    && Arrays.equals(biases, that.biases);
        }

        @Override
        public int hashCode() {
            return 31 * (31 * keys.hashCode() + Arrays.deepHashCode(centroids)) + Arrays.hashCode(biases);
        }
    }

    public Curation {
        merges = Collections.unmodifiableNavigableMap(new TreeMap<>(merges));
        splits = Collections.unmodifiableNavigableMap(new TreeMap<>(splits));
        added = Collections.unmodifiableNavigableMap(new TreeMap<>(added));
        divisions = Collections.unmodifiableNavigableMap(new TreeMap<>(divisions));
    }

    public boolean isNone() {
        return merges.isEmpty() && splits.isEmpty() && divisions.isEmpty();
    }

    /** The key that counts for a cluster: its own unless it was merged into another one. */
    public String counts(String key) {
        for (Map.Entry<String, Merge> merge : merges.entrySet()) {
            if (merge.getValue().parts().contains(key)) {
                return merge.getKey();
            }
        }
        return key;
    }

    /** The keys of the clusters that were merged into one, without its own; empty for a cluster that was not merged. */
    public List<String> parts(String key) {
        Merge merge = merges.get(key);
        return merge == null ? List.of() : merge.parts();
    }

    /**
     * A copy in which clusters count as one. What was merged into any of them before stays merged.
     *
     * @param keys the keys, at least two, distinct; the first one counts for all
     */
    public Curation merged(List<String> keys, String label) {
        NavigableMap<String, Merge> changed = new TreeMap<>(merges);
        String counts = keys.get(0);
        List<String> parts = new ArrayList<>();
        for (String key : keys) {
            if (!key.equals(counts)) {
                parts.add(key);
            }
            Merge before = changed.remove(key);
            if (before != null) {
                parts.addAll(before.parts());
            }
        }
        changed.put(counts, new Merge(parts, label));
        return new Curation(changed, splits, added, divisions, nextKey);
    }

    /**
     * A copy in which clusters count for themselves again.
     *
     * @param keys keys that count for others, whose parts are all released, or keys of single parts; others are ignored
     */
    public Curation unmerged(List<String> keys) {
        NavigableMap<String, Merge> changed = new TreeMap<>(merges);
        keys.forEach(changed::remove);
        for (Map.Entry<String, Merge> merge : List.copyOf(changed.entrySet())) {
            List<String> left = merge.getValue().parts().stream()
                    .filter(part -> !keys.contains(part))
                    .toList();
            if (left.isEmpty()) {
                changed.remove(merge.getKey());
            } else {
                changed.put(merge.getKey(), new Merge(left, merge.getValue().label()));
            }
        }
        return new Curation(changed, splits, added, divisions, nextKey);
    }

    /**
     * A copy in which a cluster is split.
     *
     * @param whole the cluster, which is not merged; it becomes the parent of the parts
     * @param encoder the fingerprint of the encoder whose latents the division divides
     * @param parts the description of each part, parallel to the division
     */
    public Curation split(ClusterInfo whole, String encoder, Division division, List<ClusterInfo> parts) {
        String key = whole.key();
        NavigableMap<String, List<String>> changed = new TreeMap<>(splits);
        changed.put(key, division.keys());
        NavigableMap<String, ClusterInfo> infos = new TreeMap<>(added);
        infos.put(key, whole);
        parts.forEach(part -> infos.put(part.key(), part));
        return new Curation(merges, changed, infos, with(encoder, key, division), nextKey + parts.size());
    }

    /**
     * The keys of the next new clusters. Their numbers are not those of learned clusters, because a training may give
     * those at the same time.
     */
    public List<String> nextKeys(int count) {
        return LongStream.range(nextKey, nextKey + count)
                .mapToObj(number -> PART + number)
                .toList();
    }

    /** The key of the cluster that a part was split from; null if it is no part. */
    String whole(String part) {
        for (Map.Entry<String, List<String>> split : splits.entrySet()) {
            if (split.getValue().contains(part)) {
                return split.getKey();
            }
        }
        return null;
    }

    private NavigableMap<String, NavigableMap<String, Division>> with(String encoder, String key, Division division) {
        NavigableMap<String, NavigableMap<String, Division>> changed = new TreeMap<>(divisions);
        NavigableMap<String, Division> own = new TreeMap<>(changed.getOrDefault(encoder, new TreeMap<>()));
        own.put(key, division);
        changed.put(encoder, own);
        return changed;
    }

    /**
     * A copy in which a cluster that was split is one cluster again. Its parts end, with what they were merged with and
     * split into.
     */
    public Curation unsplit(String key) {
        Curation changed = this;
        for (String part : splits.getOrDefault(key, List.of())) {
            changed = changed.splits.containsKey(part) ? changed.unsplit(part) : changed;
            changed = changed.unmerged(List.of(part));
        }
        NavigableMap<String, List<String>> left = new TreeMap<>(changed.splits);
        NavigableMap<String, ClusterInfo> infos = new TreeMap<>(changed.added);
        List<String> ended = left.remove(key);
        if (ended != null) {
            ended.forEach(infos::remove);
            if (changed.whole(key) == null) {
                infos.remove(key);
            }
        }
        NavigableMap<String, NavigableMap<String, Division>> rules = new TreeMap<>();
        changed.divisions.forEach((encoder, own) -> {
            NavigableMap<String, Division> kept = new TreeMap<>(own);
            kept.remove(key);
            if (!kept.isEmpty()) {
                rules.put(encoder, kept);
            }
        });
        return new Curation(changed.merges, left, infos, rules, changed.nextKey);
    }

    /** How an encoder's latents of a cluster are divided; null if they are not. */
    Division division(String encoder, String key) {
        NavigableMap<String, Division> own = divisions.get(encoder);
        return own == null ? null : own.get(key);
    }
}

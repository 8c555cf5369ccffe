/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Carries what people made of clusters over to the clusters of another training, by the documents that both know. What
 * they merged, split or pinned has to be there again. Where the new training has a cluster of the same key, there is
 * nothing to do. Where it has not, the new clusters that have the old one's documents are divided: each part has a
 * normal distribution around the mean of its documents, equally wide in all directions and in all parts, so the
 * division is linear (linear discriminant analysis with a spherical covariance; Hastie, Tibshirani and Friedman, The
 * Elements of Statistical Learning, 2nd edition, section 4.3). Used once, by one thread.
 */
public final class CurationTransfer {

    /** A new cluster is divided for an old one if it has this share of the old one's documents. */
    private static final double PART = 0.1;

    /** The fewest documents for which a cluster is divided, and the fewest of which a part consists. */
    private static final int FEWEST = 3;

    /** Below this share of its documents that stay together, an old cluster counts as not kept. */
    private static final double KEPT = 0.5;

    /**
     * One generation's view of the documents.
     *
     * @param learned its clusters, without what people made of them
     * @param encoder the fingerprint of its encoder
     * @param latents the latents, {@code [documents][dims]}, unit length
     * @param assigned the learned cluster of each document, negative for none
     */
    public record Side(Clusters learned, String encoder, float[][] latents, int[] assigned) {}

    /**
     * What is carried over.
     *
     * @param curation the curation that shows the new clusters as people made them
     * @param lost a sentence for each cluster that could not be kept, or not whole
     */
    public record Result(Curation curation, List<String> lost) {}

    private final Curation curation;
    private final Set<String> pinned;
    private final Side after;
    private final Clusters seen;
    /** The old key of each document, without merges; null for none. */
    private final String[] old;

    private final Map<String, Integer> sizes = new HashMap<>();
    private final List<String> lost = new ArrayList<>();

    /**
     * @param pinned the keys of the clusters and parents that must be kept
     * @param before the old generation
     * @param after the new generation; the same documents in the same order
     */
    public CurationTransfer(Curation curation, Set<String> pinned, Side before, Side after) {
        this.curation = curation;
        this.pinned = pinned;
        this.after = after;
        // what was merged has the keys of its parts, so that it can come apart again
        this.seen = before.learned()
                .curated(curation.unmerged(List.copyOf(curation.merges().keySet())), before.encoder());
        this.old = new String[before.assigned().length];
        for (int i = 0; i < old.length; i++) {
            if (before.assigned()[i] >= 0) {
                old[i] = seen.keys().get(seen.partition().assign(before.latents()[i]));
                sizes.merge(old[i], 1, Integer::sum);
            }
        }
    }

    public Result transfer() {
        Set<String> wanted = wanted();
        wanted.removeIf(
                key -> after.learned().ordinal(key) >= 0 && !curation.splits().containsKey(key));
        NavigableMap<String, Curation.Division> divisions =
                new TreeMap<>(curation.divisions().getOrDefault(after.encoder(), new TreeMap<>()));
        divisions.keySet().removeIf(key -> after.learned().ordinal(key) >= 0);
        List<List<Integer>> rows = rows();
        for (int c = 0; c < rows.size(); c++) {
            Curation.Division division = division(c, rows.get(c), wanted);
            if (division != null) {
                divisions.put(after.learned().keys().get(c), division);
            }
        }
        NavigableMap<String, NavigableMap<String, Curation.Division>> all = new TreeMap<>(curation.divisions());
        all.remove(after.encoder());
        if (!divisions.isEmpty()) {
            all.put(after.encoder(), divisions);
        }
        NavigableMap<String, ClusterInfo> added = new TreeMap<>(curation.added());
        wanted.forEach(key -> added.put(key, seen.infos().get(seen.ordinal(key))));
        Curation carried = new Curation(curation.merges(), curation.splits(), added, all, curation.nextKey());
        return new Result(described(carried, wanted), lost);
    }

    /** The old clusters that must be there again, without merges. */
    private Set<String> wanted() {
        Set<String> keys = new LinkedHashSet<>(pinned);
        curation.merges().forEach((key, merge) -> {
            keys.add(key);
            keys.addAll(merge.parts());
        });
        keys.addAll(curation.splits().keySet());
        Set<String> wanted = new LinkedHashSet<>();
        for (String key : keys) {
            seen.ordinals(key).forEach(ordinal -> wanted.add(seen.keys().get(ordinal)));
        }
        return wanted;
    }

    /** The documents of each new cluster. */
    private List<List<Integer>> rows() {
        List<List<Integer>> rows = new ArrayList<>();
        after.learned().infos().forEach(info -> rows.add(new ArrayList<>()));
        for (int i = 0; i < old.length; i++) {
            if (after.assigned()[i] >= 0) {
                rows.get(after.assigned()[i]).add(i);
            }
        }
        return rows;
    }

    /**
     * How a new cluster is divided; null if it stays whole.
     *
     * @param rows its documents
     */
    private Curation.Division division(int cluster, List<Integer> rows, Set<String> wanted) {
        String key = after.learned().keys().get(cluster);
        Map<String, List<Integer>> members = new LinkedHashMap<>();
        List<Integer> rest = new ArrayList<>();
        Map<String, Integer> here = new HashMap<>();
        for (int i : rows) {
            if (old[i] != null) {
                here.merge(old[i], 1, Integer::sum);
            }
        }
        for (int i : rows) {
            boolean part = old[i] != null
                    && wanted.contains(old[i])
                    && here.get(old[i]) >= Math.max(FEWEST, PART * sizes.get(old[i]));
            (part ? members.computeIfAbsent(old[i], each -> new ArrayList<>()) : rest).add(i);
        }
        boolean split = curation.splits().containsKey(key);
        if (members.isEmpty() && !split) {
            return null;
        }
        if (members.isEmpty()) {
            // the cluster that was split has none of its parts' documents, and is their parent all the same
            for (int i = 0; i < old.length; i++) {
                if (old[i] != null && after.assigned()[i] >= 0 && isPartOf(old[i], key)) {
                    members.computeIfAbsent(old[i], each -> new ArrayList<>()).add(i);
                }
            }
        } else if (!split && rest.size() >= Math.max(FEWEST, PART * (rest.size() + count(members)))) {
            members.put(key, rest);
        }
        return members.isEmpty() ? null : discriminant(members);
    }

    private boolean isPartOf(String key, String whole) {
        String above = curation.whole(key);
        return above != null && (above.equals(whole) || isPartOf(above, whole));
    }

    private static int count(Map<String, List<Integer>> members) {
        return members.values().stream().mapToInt(List::size).sum();
    }

    private Curation.Division discriminant(Map<String, List<Integer>> members) {
        int dims = after.latents()[0].length;
        double[][] means = new double[members.size()][dims];
        double spread = 0;
        int all = count(members);
        int c = 0;
        for (List<Integer> rows : members.values()) {
            for (int row : rows) {
                for (int d = 0; d < dims; d++) {
                    means[c][d] += (double) after.latents()[row][d] / rows.size();
                }
            }
            for (int row : rows) {
                for (int d = 0; d < dims; d++) {
                    double off = after.latents()[row][d] - means[c][d];
                    spread += off * off;
                }
            }
            c++;
        }
        double variance = spread / ((double) all * dims);
        float[][] centroids = new float[means.length][dims];
        float[] scales = new float[means.length];
        float[] biases = new float[means.length];
        c = 0;
        for (List<Integer> rows : members.values()) {
            double squares = 0;
            for (double component : means[c]) {
                squares += component * component;
            }
            scales[c] = (float) Math.sqrt(squares);
            for (int d = 0; d < dims && squares > 0; d++) {
                centroids[c][d] = (float) (means[c][d] / scales[c]);
            }
            biases[c] = (float) (-squares / 2 + variance * Math.log((double) rows.size() / all));
            c++;
        }
        return new Curation.Division(List.copyOf(members.keySet()), centroids, scales, biases);
    }

    /** The same curation, with sizes and places of what was carried over; notes what was lost. */
    private Curation described(Curation carried, Set<String> wanted) {
        Clusters now = after.learned()
                .curated(carried.unmerged(List.copyOf(carried.merges().keySet())), after.encoder());
        int[] assigned = new int[old.length];
        long all = 0;
        Map<String, Integer> stayed = new HashMap<>();
        long[] counts = new long[now.infos().size()];
        double[][] places = new double[counts.length][2];
        for (int i = 0; i < old.length; i++) {
            assigned[i] = after.assigned()[i] < 0 ? -1 : now.partition().assign(after.latents()[i]);
            if (assigned[i] >= 0) {
                all++;
                counts[assigned[i]]++;
                ClusterInfo base = after.learned().infos().get(after.assigned()[i]);
                places[assigned[i]][0] += base.x();
                places[assigned[i]][1] += base.y();
                if (old[i] != null && old[i].equals(now.keys().get(assigned[i]))) {
                    stayed.merge(old[i], 1, Integer::sum);
                }
            }
        }
        NavigableMap<String, ClusterInfo> added = new TreeMap<>(carried.added());
        for (String key : wanted) {
            int size = sizes.getOrDefault(key, 0);
            int ordinal = now.ordinal(key);
            double kept = size == 0 ? 0 : (double) stayed.getOrDefault(key, 0) / size;
            if (ordinal < 0 || kept < KEPT) {
                lost.add(String.format(
                        Locale.ROOT,
                        "[%s] %s: %.0f %% of its %d documents stay together",
                        key,
                        ordinal < 0 ? "ended" : "is not whole",
                        100 * kept,
                        size));
            }
            if (ordinal >= 0) {
                ClusterInfo info = carried.added().get(key);
                double count = Math.max(1, counts[ordinal]);
                added.put(
                        key,
                        new ClusterInfo(
                                key,
                                info.label(),
                                info.terms(),
                                counts[ordinal],
                                all == 0 ? 0 : (double) counts[ordinal] / all,
                                (float) (places[ordinal][0] / count),
                                (float) (places[ordinal][1] / count),
                                info.exemplars()));
            }
        }
        return new Curation(carried.merges(), carried.splits(), added, carried.divisions(), carried.nextKey());
    }
}

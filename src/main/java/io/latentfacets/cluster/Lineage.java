/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What became of each cluster, or parent, from one generation to the next, by the documents that both generations
 * assign. The transitions are those of MONIC (Spiliopoulou et al., 2006), with the keys of {@link StableKeys} in the
 * place of its survival: X is an old cluster, Y a new one, and |X ∩ Y| the number of documents in both.
 *
 * <ul>
 *   <li>{@link Event#KEPT}: Y has the key of an old cluster, and no other old cluster merged into it.
 *   <li>{@link Event#MERGED}: at least one old cluster, whose key ends, merged into Y: Y has more than
 *       {@link #MERGE_SHARE} of the documents of X. Y may have the key of another old cluster, which then is in
 *       {@code from} too.
 *   <li>{@link Event#SPLIT}: Y has a new key and is a part of X: more than {@link #PART_SHARE} of the documents of Y
 *       are members of X.
 *   <li>{@link Event#BORN}: Y has a new key and nothing of the above holds.
 *   <li>{@link Event#ENDED}: the key of X ends, and X is in the {@code from} of no event.
 * </ul>
 *
 * So every new key is the key of one event. Every old key has one fate: it is kept, or merged into one new cluster, or
 * split, or ended. Stateless.
 */
public final class Lineage {

    /** An old cluster merges into the new cluster that has more than this share of its documents. */
    public static final double MERGE_SHARE = 0.5;

    /** A new cluster is a part of the old one that more than this share of its documents come from. */
    public static final double PART_SHARE = 0.5;

    private Lineage() {}

    /** The kinds of transition. */
    public enum Event {
        KEPT,
        BORN,
        MERGED,
        SPLIT,
        ENDED;

        /** The name in the store and in the API. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The event with this name; fails with IllegalArgumentException for another. */
        public static Event of(String key) {
            return valueOf(key.toUpperCase(Locale.ROOT));
        }
    }

    /**
     * One cluster of the new generation, or one that ended.
     *
     * @param key the key of the new cluster; of the old one if it ended
     * @param from the keys of the old clusters that it comes from; empty for a born and an ended one
     * @param event the kind of transition
     * @param overlap the Jaccard overlap, 0 to 1, of the documents of the cluster with those of {@code from} together;
     *     for a born or ended cluster the largest with one cluster of the other generation
     */
    public record Transition(String key, List<String> from, Event event, double overlap) {
        public Transition {
            Objects.requireNonNull(key);
            Objects.requireNonNull(event);
            from = List.copyOf(from);
        }
    }

    /**
     * One generation's view of the documents.
     *
     * @param keys the keys of its clusters, by ordinal
     * @param assigned the cluster of each document, −1 for none
     */
    public record Side(List<String> keys, int[] assigned) {}

    /**
     * Compares two generations.
     *
     * @param before the old generation
     * @param after the new generation; the same documents in the same order
     * @param members the old cluster of each document that is on the subject of that cluster, −1 for others. An old
     *     cluster is the nearest one of every document, so documents of a new subject are in it without being its
     *     members. Equal to the old assignment if nothing is known
     * @return the transitions: the new clusters by ordinal, then the ended ones by ordinal
     */
    public static List<Transition> of(Side before, Side after, int[] members) {
        return new Comparison(before, after, members).transitions();
    }

    /** The tables of one comparison; rows are old clusters, columns new ones. */
    private static final class Comparison {
        private final List<String> oldKeys;
        private final List<String> newKeys;
        private final long[][] both;
        private final long[][] fromMembers;
        private final long[] oldSizes;
        private final long[] newSizes;
        private final Map<String, Integer> newOrdinals = new HashMap<>();

        Comparison(Side before, Side after, int[] members) {
            oldKeys = before.keys();
            newKeys = after.keys();
            both = ClusterMatching.counts(before.assigned(), after.assigned(), oldKeys.size(), newKeys.size());
            fromMembers = ClusterMatching.counts(members, after.assigned(), oldKeys.size(), newKeys.size());
            oldSizes = sizes(before);
            newSizes = sizes(after);
            for (int c = 0; c < newKeys.size(); c++) {
                newOrdinals.put(newKeys.get(c), c);
            }
        }

        private static long[] sizes(Side side) {
            long[] sizes = new long[side.keys().size()];
            for (int cluster : side.assigned()) {
                if (cluster >= 0) {
                    sizes[cluster]++;
                }
            }
            return sizes;
        }

        List<Transition> transitions() {
            List<List<Integer>> from = new ArrayList<>();
            newKeys.forEach(key -> from.add(new ArrayList<>()));
            boolean[] named = new boolean[oldKeys.size()];
            boolean[] kept = new boolean[newKeys.size()];
            for (int x = 0; x < oldKeys.size(); x++) {
                Integer same = newOrdinals.get(oldKeys.get(x));
                int into = same == null ? mergedInto(x) : same;
                if (into >= 0) {
                    from.get(into).add(x);
                    named[x] = true;
                    kept[into] |= same != null;
                }
            }
            List<Transition> transitions = new ArrayList<>();
            for (int y = 0; y < newKeys.size(); y++) {
                List<Integer> parents = from.get(y);
                Event event = parents.size() > 1 || !(parents.isEmpty() || kept[y]) ? Event.MERGED : Event.KEPT;
                if (parents.isEmpty()) {
                    int whole = partOf(y);
                    event = whole < 0 ? Event.BORN : Event.SPLIT;
                    if (whole >= 0) {
                        parents.add(whole);
                        named[whole] = true;
                    }
                }
                transitions.add(new Transition(
                        newKeys.get(y),
                        parents.stream().map(oldKeys::get).toList(),
                        event,
                        parents.isEmpty() ? largestOfNew(y) : overlap(parents, y)));
            }
            for (int x = 0; x < oldKeys.size(); x++) {
                if (!named[x]) {
                    transitions.add(new Transition(oldKeys.get(x), List.of(), Event.ENDED, largestOfOld(x)));
                }
            }
            return transitions;
        }

        /** The new cluster that has most of an old one; −1 for none. */
        private int mergedInto(int x) {
            for (int y = 0; y < newKeys.size(); y++) {
                if (both[x][y] > MERGE_SHARE * oldSizes[x]) {
                    return y;
                }
            }
            return -1;
        }

        /** The old cluster that a new one is a part of; −1 for none. */
        private int partOf(int y) {
            for (int x = 0; x < oldKeys.size(); x++) {
                if (fromMembers[x][y] > PART_SHARE * newSizes[y]) {
                    return x;
                }
            }
            return -1;
        }

        private double overlap(List<Integer> olds, int y) {
            long common = 0;
            long either = newSizes[y];
            for (int x : olds) {
                common += both[x][y];
                either += oldSizes[x] - both[x][y];
            }
            return either == 0 ? 0 : (double) common / either;
        }

        private double largestOfNew(int y) {
            double largest = 0;
            for (int x = 0; x < oldKeys.size(); x++) {
                largest = Math.max(largest, overlap(List.of(x), y));
            }
            return largest;
        }

        private double largestOfOld(int x) {
            double largest = 0;
            for (int y = 0; y < newKeys.size(); y++) {
                largest = Math.max(largest, overlap(List.of(x), y));
            }
            return largest;
        }
    }
}

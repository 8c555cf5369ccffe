/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Measures;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Vocabulary;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures the terms of clusters: their diversity, and their coherence over documents that the caller adds one by one.
 * Its memory depends on the number of clusters and not on the number of documents. Not thread-safe.
 */
public final class LabelMeasures {

    /** The number of a cluster's best terms that are measured; at most 32, the bits of a mask. */
    static final int TOP_TERMS = 10;

    private final List<List<String>> terms;
    private final Counts counts;

    /**
     * @param clusters the clusters whose terms are measured
     * @param vocabulary the vocabulary that the labels came from; terms are matched by their surface form
     */
    public LabelMeasures(Clusters clusters, Vocabulary vocabulary) {
        terms = clusters.infos().stream()
                .map(info -> info.terms().stream()
                        .limit(TOP_TERMS)
                        .map(ClusterTerm::term)
                        .toList())
                .toList();
        Map<String, Integer> bySurface = new HashMap<>();
        for (int id = vocabulary.size() - 1; id >= 0; id--) {
            bySurface.put(vocabulary.surface(id), id);
        }
        counts = new Counts(terms.stream()
                .map(words -> words.stream()
                        .filter(bySurface::containsKey)
                        .mapToInt(bySurface::get)
                        .distinct()
                        .toArray())
                .toList());
    }

    /** Counts a document. The caller should skip documents without known words: they would distort the coherence. */
    public void add(Bow document) {
        counts.add(document);
    }

    /** The number of distinct terms over the number of all terms, see {@link Measures#diversity}. */
    public double diversity() {
        return Measures.diversity(terms);
    }

    /** The coherence of all clusters over the documents added so far, see {@link Measures#npmiCoherence}; 0 if none. */
    public double coherence() {
        return counts.documents == 0 ? 0 : Measures.npmiCoherence(counts.topics, counts);
    }

    /** The coherence of one cluster, by ordinal; NaN if it has fewer than two words, or there are no documents. */
    public double coherence(int cluster) {
        int[] topic = counts.topics.get(cluster);
        return counts.documents == 0 || topic.length < 2 ? Double.NaN : Measures.npmiCoherence(List.of(topic), counts);
    }

    /** Counts documents per word, and per pair of words of one list. */
    static final class Counts implements Measures.CoOccurrence {

        /** The position of a word: the number of its list and its index in the list. */
        private record Place(int topic, int slot) {}

        private final List<int[]> topics;
        private final Map<Integer, List<Place>> places = new HashMap<>();
        private final Map<Integer, Long> alone = new HashMap<>();
        private final long[][] together;
        private final int[] seen;
        private final List<Integer> touched = new ArrayList<>();
        private long documents;

        /** @param topics the lists of word numbers, at most 32 in a list, each once */
        Counts(List<int[]> topics) {
            this.topics = topics;
            together = new long[topics.size()][];
            seen = new int[topics.size()];
            for (int t = 0; t < topics.size(); t++) {
                int[] topic = topics.get(t);
                together[t] = new long[topic.length * topic.length];
                for (int slot = 0; slot < topic.length; slot++) {
                    places.computeIfAbsent(topic[slot], word -> new ArrayList<>(1))
                            .add(new Place(t, slot));
                }
            }
        }

        void add(Bow document) {
            documents++;
            for (int id : document.ids()) {
                List<Place> found = places.get(id);
                if (found == null) {
                    continue;
                }
                alone.merge(id, 1L, Long::sum);
                for (Place place : found) {
                    if (seen[place.topic()] == 0) {
                        touched.add(place.topic());
                    }
                    seen[place.topic()] |= 1 << place.slot();
                }
            }
            for (int topic : touched) {
                pairs(topic, seen[topic]);
                seen[topic] = 0;
            }
            touched.clear();
        }

        private void pairs(int topic, int mask) {
            int width = topics.get(topic).length;
            for (int first = mask; first != 0; first &= first - 1) {
                int row = Integer.numberOfTrailingZeros(first) * width;
                for (int second = first & (first - 1); second != 0; second &= second - 1) {
                    together[topic][row + Integer.numberOfTrailingZeros(second)]++;
                }
            }
        }

        @Override
        public long documents() {
            return documents;
        }

        @Override
        public long documents(int term) {
            return alone.getOrDefault(term, 0L);
        }

        /**
         * The number of documents with both words. Any list that has both words gives the same number.
         *
         * @throws IllegalArgumentException if no list has both words
         */
        @Override
        public long documents(int first, int second) {
            for (Place a : places.getOrDefault(first, List.of())) {
                for (Place b : places.getOrDefault(second, List.of())) {
                    if (a.topic() == b.topic() && a.slot() != b.slot()) {
                        int width = topics.get(a.topic()).length;
                        return together[a.topic()][Math.min(a.slot(), b.slot()) * width + Math.max(a.slot(), b.slot())];
                    }
                }
            }
            throw new IllegalArgumentException("[" + first + "] and [" + second + "] are in no list together");
        }
    }
}

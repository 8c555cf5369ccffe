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
 * How good the words are that clusters are described by: their diversity, and their coherence over documents that are
 * added one by one. Takes a few numbers per cluster, however many documents there are. Not thread-safe.
 */
public final class LabelMeasures {

    /** Words of a cluster that are looked at, its best; at most 32, the bits of a mask. */
    static final int TOP_TERMS = 10;

    private final List<List<String>> terms;
    private final Counts counts;

    /**
     * @param clusters whose words are measured
     * @param vocabulary the one that the clusters were labelled with; words are matched by how they are written
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

    /** Counts a document. Those without a known word say nothing about words and should be left out. */
    public void add(Bow document) {
        counts.add(document);
    }

    /** Distinct words over all words, see {@link Measures#diversity}. */
    public double diversity() {
        return Measures.diversity(terms);
    }

    /** Of all clusters over the documents added so far, see {@link Measures#npmiCoherence}; 0 if there are none. */
    public double coherence() {
        return counts.documents == 0 ? 0 : Measures.npmiCoherence(counts.topics, counts);
    }

    /** Of one cluster, by ordinal; NaN where it has not two words, or there are no documents. */
    public double coherence(int cluster) {
        int[] topic = counts.topics.get(cluster);
        return counts.documents == 0 || topic.length < 2 ? Double.NaN : Measures.npmiCoherence(List.of(topic), counts);
    }

    /** Documents by word, and by pair of words that stand in one list. */
    static final class Counts implements Measures.CoOccurrence {

        /** Where a word stands: in which list, at which place. */
        private record Place(int topic, int slot) {}

        private final List<int[]> topics;
        private final Map<Integer, List<Place>> places = new HashMap<>();
        private final Map<Integer, Long> alone = new HashMap<>();
        private final long[][] together;
        private final int[] seen;
        private final List<Integer> touched = new ArrayList<>();
        private long documents;

        /** @param topics word numbers, each once in a list, at most 32 a list */
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

        /** Of two words that stand in one list; every list that has both has counted the same. */
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

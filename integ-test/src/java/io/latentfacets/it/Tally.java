/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The expected facets of some documents, counted from the documents' own vectors and the model's clusters.
 *
 * @param counts the number of documents by the key of their cluster; no zeros
 * @param sums the sums of the field {@code number}, by the key of the cluster
 * @param unassigned the number of documents without a cluster
 * @param latents the number of documents by the generation of their latent
 * @param sumsByGeneration the sums of the field {@code number}, by the generation of the latent
 */
record Tally(
        Map<String, Integer> counts,
        Map<String, Long> sums,
        int unassigned,
        Map<Integer, Integer> latents,
        Map<Integer, Long> sumsByGeneration) {

    /**
     * Counts the documents of a search.
     *
     * @param hits the hits, whose {@code _source} has {@code latent} and {@code number}
     * @param rule assigns a document to its cluster
     */
    static Tally of(List<?> hits, Centroids.Rule rule) {
        Map<String, Integer> counts = new TreeMap<>();
        Map<String, Long> sums = new TreeMap<>();
        Map<Integer, Integer> latents = new TreeMap<>();
        Map<Integer, Long> sumsByGeneration = new TreeMap<>();
        int unassigned = 0;
        for (Object hit : hits) {
            Map<?, ?> source = (Map<?, ?>) ((Map<?, ?>) hit).get("_source");
            Map<?, ?> latent = (Map<?, ?>) source.get("latent");
            if (latent != null) {
                latents.merge((Integer) latent.get("generation"), 1, Integer::sum);
                sumsByGeneration.merge(
                        (Integer) latent.get("generation"), ((Number) source.get("number")).longValue(), Long::sum);
            }
            String key =
                    latent == null ? null : rule.key((Integer) latent.get("generation"), (String) latent.get("vector"));
            if (key == null) {
                unassigned++;
                continue;
            }
            counts.merge(key, 1, Integer::sum);
            sums.merge(key, ((Number) source.get("number")).longValue(), Long::sum);
        }
        return new Tally(counts, sums, unassigned, latents, sumsByGeneration);
    }

    int documents() {
        return unassigned + counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    /**
     * Asserts that an aggregation equals this tally: the same buckets and counts, and the same sums if it has a
     * sub-aggregation {@code total}.
     *
     * @param what the name of the search, for messages
     * @param aggregation the aggregation's response; its {@code size} must leave out no bucket
     */
    void compare(String what, Map<?, ?> aggregation) {
        Map<String, Integer> seen = new TreeMap<>();
        for (Object each : (List<?>) aggregation.get("buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            String key = (String) bucket.get("key");
            seen.put(key, ((Number) bucket.get("doc_count")).intValue());
            if (bucket.get("total") instanceof Map<?, ?> total && sums.containsKey(key)) {
                assertThat(
                        what + ", sum of " + key,
                        ((Number) total.get("value")).doubleValue(),
                        closeTo(sums.get(key), 0));
            }
        }
        assertThat(what, seen, equalTo(counts));
        assertThat(what, ((Number) aggregation.get("unassigned_doc_count")).intValue(), equalTo(unassigned));
        assertThat(what, ((Number) aggregation.get("sum_other_doc_count")).intValue(), equalTo(0));
    }

    /**
     * Asserts that the clusters of results contain each comparable document exactly once and no other, in number and in
     * the sum of a sub-aggregation {@code total}.
     *
     * @param what the name of the search, for messages
     * @param aggregation the aggregation's response
     * @param generation the generation whose latents are comparable
     */
    void conserve(String what, Map<?, ?> aggregation, int generation) {
        int documents = 0;
        double total = 0;
        for (Object each : (List<?>) aggregation.get("buckets")) {
            Map<?, ?> bucket = (Map<?, ?>) each;
            documents += ((Number) bucket.get("doc_count")).intValue();
            if (bucket.get("total") instanceof Map<?, ?> sum) {
                total += ((Number) sum.get("value")).doubleValue();
            }
        }
        int comparable = latents.getOrDefault(generation, 0);
        assertThat(what, documents, equalTo(comparable));
        assertThat(what, total, closeTo(sumsByGeneration.getOrDefault(generation, 0L), 0));
        assertThat(
                what, ((Number) aggregation.get("unassigned_doc_count")).intValue(), equalTo(documents() - comparable));
        assertThat(what, ((Number) aggregation.get("sum_other_doc_count")).intValue(), equalTo(0));
        assertThat(what, ((Number) aggregation.get("doc_count_error_upper_bound")).intValue(), equalTo(0));
    }
}

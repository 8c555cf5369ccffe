/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.Clusters;
import io.latentfacets.encode.ExpectedWords;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.neighbors.ReadableDocuments;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.opensearch.action.search.SearchResponse;

/** Says what is at a point of latent space. For one call, not thread-safe. */
final class SampleMaker {

    /** The number of clusters that are shown. */
    private static final int CLUSTERS = 3;

    private final GenerateRequest request;
    private final Clusters clusters;
    private final ClusterEdits edits;
    private final ExpectedWords expected;
    private final SampleText text;

    SampleMaker(GenerateRequest request, Generation generation, ClusterEdits edits, SampleText text) {
        this.request = request;
        this.clusters = generation.clusters();
        this.edits = edits;
        this.expected = new ExpectedWords(generation);
        this.text = text;
    }

    /**
     * What is at a point.
     *
     * @param point the point, {@code [dims]}, unit length
     * @param nearest the documents near it that the caller may read
     */
    GenerateAction.Sample at(float[] point, SearchResponse nearest, long seed) {
        return new GenerateAction.Sample(
                expected.at(point, request.words()).stream()
                        .map(word -> new GenerateAction.Word(word.term(), word.probability()))
                        .toList(),
                request.length() == 0 ? null : text.of(point, ReadableDocuments.of(nearest), request.length(), seed),
                Arrays.stream(nearest.getHits().getHits())
                        .limit(request.documents())
                        // the score is (1 + cosine) / 2
                        .map(hit -> new GenerateAction.Near(hit.getIndex(), hit.getId(), 2 * hit.getScore() - 1))
                        .toList(),
                clusters(point));
    }

    private List<GenerateAction.Cluster> clusters(float[] point) {
        return IntStream.range(0, clusters.partition().count())
                .boxed()
                .sorted(Comparator.comparingDouble(
                        (Integer c) -> -clusters.partition().similarity(point, c)))
                .limit(CLUSTERS)
                .map(c -> {
                    ClusterInfo info = clusters.infos().get(c);
                    return new GenerateAction.Cluster(
                            info.key(),
                            edits.label(info.key(), info.label()),
                            clusters.partition().similarity(point, c));
                })
                .toList();
    }
}

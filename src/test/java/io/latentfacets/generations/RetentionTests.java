/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generations;

import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;

import io.latentfacets.cluster.CountCurve;
import io.latentfacets.model.Bound;
import io.latentfacets.model.Decision;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.MajorGeneration;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.opensearch.test.OpenSearchTestCase;

/** Which generations have no place. RejectedGenerationTests has the deletion itself. */
public class RetentionTests extends OpenSearchTestCase {

    /** A model with generations 1 to {@code newest}, each compared with the one before it. */
    private static List<Integer> surplus(int newest, int active, Integer keep) {
        Map<String, Object> body = new HashMap<>(Map.of("source", Map.of("index", "news", "fields", List.of("title"))));
        if (keep != null) {
            body.put("refresh", Map.of("keep_generations", keep));
        }
        List<GenerationSummary> generations = IntStream.rangeClosed(1, newest)
                .mapToObj(number -> new GenerationSummary(
                        new GenerationInfo("m", number, 0, 100, 1, "cpu", Map.of()),
                        new EncoderId(number),
                        10,
                        2,
                        1000,
                        CountCurve.NONE,
                        new Decision("full", "test", number - 1, Decision.Verdict.ACCEPTED, null)))
                .toList();
        StoredModel model = new StoredModel(
                ModelDefinition.fromMap("m", body),
                ModelState.READY,
                null,
                active,
                newest,
                generations,
                null,
                Bound.NONE,
                null);
        return Retention.surplus(model).stream().map(GenerationSummary::number).toList();
    }

    public void testTheActiveOneAndTheNewestHavePlaces() {
        assertThat(surplus(6, 6, 3), contains(1, 2, 3));
        assertThat(surplus(6, 6, 1), contains(1, 2, 3, 4, 5));
        assertThat(surplus(3, 3, 3), empty());
        assertThat("active counts, wherever it is", surplus(6, 1, 3), contains(2, 3, 4));
    }

    /** Going back stays possible while newer generations that are worse come in. */
    public void testThePredecessorOfTheActiveOneHasAPlace() {
        assertThat(surplus(8, 3, 3), contains(1, 4, 5, 6, 7));
        assertThat("the newest was made just now", surplus(8, 3, 1), contains(1, 2, 4, 5, 6, 7));
    }

    /** Generations 2 and 5 are major; the minor ones 3 and 4 come from 2, and from 6 on from 5. */
    private static GenerationSummary following(int number) {
        int major = number < 5 ? 2 : 5;
        boolean minor = number != 2 && number != 5 && number != 1;
        GenerationInfo info = new GenerationInfo(
                "m", number, 1, number, 100, 1, "cpu", Map.of(), minor ? new MajorGeneration(major, major) : null);
        return new GenerationSummary(
                info,
                new EncoderId(1),
                10,
                2,
                1000,
                CountCurve.NONE,
                new Decision(minor ? "online" : "full", "test", number - 1, Decision.Verdict.ACCEPTED, null));
    }

    private static List<Integer> surplusOfAStream(int newest, int active, int keep) {
        StoredModel model = new StoredModel(
                ModelDefinition.fromMap(
                        "m",
                        Map.of(
                                "source",
                                Map.of("index", "news", "fields", List.of("title")),
                                "refresh",
                                Map.of("keep_generations", keep))),
                ModelState.READY,
                null,
                active,
                newest,
                IntStream.rangeClosed(1, newest)
                        .mapToObj(RetentionTests::following)
                        .toList(),
                null,
                Bound.NONE,
                null);
        return Retention.surplus(model).stream().map(GenerationSummary::number).toList();
    }

    /** They go when they have been replaced twice, and take no place of others. */
    public void testMinorGenerationsGoFirst() {
        assertThat("9 is active, searches may count with 8", surplusOfAStream(9, 9, 3), contains(3, 4, 6, 7));
        assertThat("5 is the major one of 9", surplusOfAStream(9, 9, 1), contains(3, 4, 6, 7, 1, 2));
        assertThat("9 was made just now", surplusOfAStream(9, 8, 2), contains(3, 4, 6, 1));
        assertThat("a training has replaced 4", surplusOfAStream(5, 5, 2), contains(3, 1));
    }

    public void testWithoutRefreshNothingIsDeleted() {
        assertThat(surplus(50, 50, null), empty());
        assertThat("nothing is active", surplus(9, 0, 1), empty());
    }
}

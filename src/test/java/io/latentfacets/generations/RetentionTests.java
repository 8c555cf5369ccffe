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

    public void testWithoutRefreshNothingIsDeleted() {
        assertThat(surplus(50, 50, null), empty());
        assertThat("nothing is active", surplus(9, 0, 1), empty());
    }
}

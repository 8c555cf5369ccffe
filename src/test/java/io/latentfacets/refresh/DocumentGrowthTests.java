/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.refresh;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.model.Bound;
import io.latentfacets.model.EncoderId;
import io.latentfacets.model.GenerationInfo;
import io.latentfacets.model.GenerationSummary;
import io.latentfacets.model.ModelState;
import io.latentfacets.model.StoredModel;
import io.latentfacets.model.definition.ModelDefinition;
import java.util.List;
import java.util.Map;
import org.opensearch.test.OpenSearchTestCase;

/** What the number of documents says about a refresh. */
public class DocumentGrowthTests extends OpenSearchTestCase {

    private static GenerationSummary generation(int number, int encoder, long documents) {
        return new GenerationSummary(
                new GenerationInfo("m", number, encoder, 1, documents, 1, "cpu", Map.of()),
                new EncoderId(encoder),
                100,
                5,
                1000);
    }

    /** Generation 1 learned an encoder from 1,000 documents; generation 2 has it too, with clusters of 1,080. */
    private static RefreshPolicy.Decision decide(long now) {
        StoredModel model = new StoredModel(
                ModelDefinition.fromMap(
                        "m", Map.of("source", Map.of("index", "a", "fields", "b", "max_documents", 5000))),
                ModelState.READY,
                null,
                2,
                2,
                List.of(generation(1, 1, 1000), generation(2, 1, 1080)),
                null,
                Bound.NONE,
                null);
        return DocumentGrowth.compare(model, now);
    }

    private static void check(long now, RefreshPolicy.Advice advice, String why) {
        RefreshPolicy.Decision decision = decide(now);
        assertThat(decision.why(), decision.advice(), equalTo(advice));
        assertThat(decision.why(), containsString(why));
    }

    public void testTheNumberOfDocumentsDecides() {
        check(1080, RefreshPolicy.Advice.NONE, "1,080 documents match, and generation 2 learned from 1,080");
        check(1085, RefreshPolicy.Advice.NONE, "less than 1 %");
        check(1095, RefreshPolicy.Advice.CLUSTERS, "1,095 documents match, 1 % more than the 1,080 of generation 2");
        check(900, RefreshPolicy.Advice.CLUSTERS, "900 documents match, 17 % fewer than the 1,080 of generation 2");
        check(1101, RefreshPolicy.Advice.FULL, "10 % more than the 1,000 that the encoder learned from");
        check(0, RefreshPolicy.Advice.NONE, "no document matches");
        check(5001, RefreshPolicy.Advice.CLUSTERS, "more than the 5,000 of [source.max_documents]");
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.facets;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNull;

import io.latentfacets.encode.SentenceRanker.Ranked;
import java.util.Arrays;
import java.util.List;
import org.junit.Test;

public class FacetSummariesTests {
    private static String text(String... sentences) {
        return new FacetSummaries.Summary(FacetSummaries.fitting(Arrays.stream(sentences)
                        .map(sentence -> new Ranked("news", "1", sentence, 1))
                        .toList()))
                .text();
    }

    @Test
    public void sentencesMakeATextAndTitlesDoNot() {
        assertEquals("One is here. Two are there!", text("One is here.", "Two are there!"));
        assertEquals("Base theme for jQuery UI", text("Base theme for jQuery UI", "Icons of every kind"));
        assertEquals("One is here.", text("One is here.", "Icons of every kind"));
        assertNull(new FacetSummaries.Summary(List.of()).text());
    }

    @Test
    public void whatDoesNotFitIsLeftOut() {
        String most = "x".repeat(FacetSummaries.MAX_LENGTH - 4) + ".";
        assertEquals(most + " Y.", text(most, "No room.", "Y."));
        assertEquals(most, text(most, "No room."));
    }
}

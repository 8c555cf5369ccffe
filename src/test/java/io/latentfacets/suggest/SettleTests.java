/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.suggest;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.cluster.Curation;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.ClusterSuggestions;
import io.latentfacets.model.ClusterSuggestions.Suggestion;
import io.latentfacets.model.Generation;
import io.latentfacets.strict.StrictMap;
import java.util.List;
import java.util.Map;
import org.opensearch.ResourceNotFoundException;
import org.opensearch.test.OpenSearchTestCase;

/** What becomes of labels that wait for clusters that were merged meanwhile, or are gone. */
public class SettleTests extends OpenSearchTestCase {
    private static final Curation MERGED = Curation.NONE.merged(List.of("c1", "c3"), null);
    private static final ClusterEdits EDITS = ClusterEdits.NONE.with(MERGED);
    private static final ClusterSuggestions OF_PART = waiting("c3", "c9");
    private static final ClusterSuggestions OF_BOTH = waiting("c1", "c2", "c3");

    private final Generation generation =
            LatentFixtures.generation("news", 4, 8, 5, random()).curated(MERGED);

    private static ClusterSuggestions waiting(String... keys) {
        ClusterSuggestions all = ClusterSuggestions.NONE;
        for (String key : keys) {
            all = all.with(Map.of(key, new Suggestion("Of " + key, 4, "llm")));
        }
        return all;
    }

    private List<String> settled(boolean accept, Object keys, ClusterSuggestions waiting) {
        SettleRequest request = SettleRequest.of(accept, "news", new StrictMap(Map.of("keys", keys), ""));
        return TransportSettleAction.settled(request, generation, waiting, EDITS).stream()
                .map(each -> each.key() + " " + each.label())
                .toList();
    }

    public void testWhatWaitsForAMergedClusterIsDismissed() {
        assertThat(settled(false, "all", OF_PART), equalTo(List.of("c3 Of c3", "c9 Of c9")));
        assertThat(settled(false, List.of("c3"), OF_PART), equalTo(List.of("c3 Of c3")));
        assertThat(settled(false, List.of("c9"), OF_PART), equalTo(List.of("c9 Of c9")));
        assertThat(settled(false, "all", OF_BOTH), equalTo(List.of("c1 Of c1", "c2 Of c2", "c3 Of c3")));
        assertThat(settled(false, List.of("c3"), OF_BOTH), equalTo(List.of("c3 Of c3")));
    }

    public void testItIsNotAccepted() {
        assertThat(settled(true, "all", OF_PART), equalTo(List.of()));
        assertThat(settled(true, "all", OF_BOTH), equalTo(List.of("c1 Of c1", "c2 Of c2")));
        for (ClusterSuggestions waiting : new ClusterSuggestions[] {OF_PART, OF_BOTH}) {
            Exception e = expectThrows(IllegalArgumentException.class, () -> settled(true, List.of("c3"), waiting));
            assertThat(e.getMessage(), containsString("[c3] was merged, and [c1] counts for it"));
        }
        expectThrows(ResourceNotFoundException.class, () -> settled(true, List.of("c9"), OF_PART));
        expectThrows(ResourceNotFoundException.class, () -> settled(false, List.of("c8"), OF_PART));
        Exception e = expectThrows(IllegalArgumentException.class, () -> settled(true, List.of("c4"), OF_BOTH));
        assertThat(e.getMessage(), containsString("for which a label waits, some of [c1, c2, c3]: [c4]"));
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.manage;

import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.ClusterEdits;
import io.latentfacets.model.Generation;
import io.latentfacets.model.ModelFixtures;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.opensearch.common.xcontent.XContentHelper;
import org.opensearch.core.common.bytes.BytesReference;
import org.opensearch.core.xcontent.MediaTypeRegistry;
import org.opensearch.core.xcontent.ToXContent;
import org.opensearch.test.OpenSearchTestCase;

public class GetClustersActionTests extends OpenSearchTestCase {
    private final Generation generation =
            LatentFixtures.withTreeAndFloors(LatentFixtures.generation("news", 4, 8, 7, random()), 2, random());
    private final ClusterEdits edits = new ClusterEdits(
            Map.of("c1", new ClusterEdits.Edit("Oil", false), "p1", new ClusterEdits.Edit("Energy", true)));

    private static Map<String, Object> json(ToXContent shown) throws IOException {
        BytesReference bytes = org.opensearch.core.xcontent.XContentHelper.toXContent(
                shown, MediaTypeRegistry.JSON, ToXContent.EMPTY_PARAMS, false);
        return XContentHelper.convertToMap(bytes, true, MediaTypeRegistry.JSON).v2();
    }

    public void testClustersThenParents() throws IOException {
        Clusters clusters = generation.clusters();
        List<GetClustersAction.View> views = GetClustersAction.View.all(clusters, edits, Set.of(), Map.of());
        assertEquals(9, views.size());
        for (int c = 0; c < 7; c++) {
            Map<String, Object> shown = json(views.get(c));
            assertEquals(clusters.keys().get(c), shown.get("key"));
            assertEquals(clusters.tree().parentKey(c), shown.get("parent"));
            assertEquals(clusters.floors().of(c), ((Number) shown.get("floor")).floatValue(), 1e-6f);
            assertFalse(shown.containsKey("children"));
        }
        for (int p = 0; p < 2; p++) {
            Map<String, Object> shown = json(views.get(7 + p));
            assertEquals("p" + p, shown.get("key"));
            assertThat(
                    shown.get("children"),
                    equalTo(clusters.tree().children(p).stream()
                            .map(clusters.keys()::get)
                            .toList()));
            assertFalse(shown.containsKey("parent"));
            assertFalse(shown.containsKey("floor"));
        }
        assertEquals("Oil", json(views.get(0)).get("custom_label"));
        assertEquals("Energy", json(views.get(8)).get("custom_label"));
        assertEquals(true, json(views.get(8)).get("hidden"));
    }

    public void testNothingIsShownOfWhatOlderGenerationsLack() throws IOException {
        Generation older = LatentFixtures.generation("news", 1, 8, 3, random());
        List<GetClustersAction.View> views =
                GetClustersAction.View.all(older.clusters(), ClusterEdits.NONE, Set.of(), Map.of());
        assertEquals(3, views.size());
        for (GetClustersAction.View view : views) {
            assertFalse(json(view).containsKey("parent"));
            assertFalse(json(view).containsKey("floor"));
        }
    }

    public void testOnlyExemplarsThatTheCallerMayReadAreShown() throws IOException {
        Clusters clusters =
                ModelFixtures.generation("news", 1, createTempDir(), 100).clusters();
        String one = clusters.infos().get(0).exemplars().get(0);
        List<GetClustersAction.View> views = GetClustersAction.View.all(clusters, edits, Set.of(one), Map.of());
        assertEquals(List.of(one), json(views.get(0)).get("exemplars"));
        for (GetClustersAction.View view : GetClustersAction.View.all(clusters, edits, Set.of(), Map.of())) {
            assertEquals(List.of(), json(view).get("exemplars"));
        }
    }

    public void testTable() {
        ClusterEdits edited = edits.with("c3", new ClusterEdits.Edit("-1", false, true, "a, b"));
        List<GetClustersAction.View> views = GetClustersAction.View.all(
                generation.clusters(), edited, Set.of(), Map.of("c1", List.of(sentence("One."), sentence("Two."))));
        String[] rows = ClustersCsv.of(views).split("\r\n", -1);
        assertEquals("a header, seven clusters, two parents, and nothing after the last", 11, rows.length);
        assertEquals(
                "key,parent,children,merged,label,custom_label,hidden,pinned,note,terms,size,share,x,y,floor,exemplars,"
                        + "exemplar_sentences",
                rows[0]);
        assertTrue(
                rows[1],
                rows[1].startsWith("\"c1\",\"" + generation.clusters().tree().parentKey(0) + "\",\"\",\"\","));
        assertTrue(
                rows[1], rows[1].endsWith("," + generation.clusters().floors().of(0) + ",\"\",\"One. | Two.\""));
        assertTrue(rows[3], rows[3].contains(",\"'-1\",false,true,\"a, b\","));
        List<String> below = views.get(8).children();
        assertTrue(rows[9], rows[9].startsWith("\"p1\",,\"" + String.join(" | ", below) + "\",\"\","));
        assertTrue(rows[9], rows[9].contains(",\"Energy\",true,false,,"));
        assertEquals("", rows[10]);
    }

    private static ExemplarSentence sentence(String text) {
        return new ExemplarSentence("news", "a", text, 0.5f);
    }

    public void testWire() throws IOException {
        GetClustersAction.Response response = new GetClustersAction.Response(
                "news", 4, GetClustersAction.View.all(generation.clusters(), edits, Set.of(), Map.of()));
        GetClustersAction.Response copy = copyWriteable(response, writableRegistry(), GetClustersAction.Response::new);
        assertEquals(4, copy.generation());
        assertThat(copy.clusters(), equalTo(response.clusters()));
    }
}

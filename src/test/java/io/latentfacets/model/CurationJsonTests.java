/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.model;

import static org.hamcrest.Matchers.containsString;

import io.latentfacets.cluster.Clusters;
import io.latentfacets.cluster.Curation;
import io.latentfacets.cluster.CurationFixtures;
import io.latentfacets.field.LatentFixtures;
import org.opensearch.test.OpenSearchTestCase;

public class CurationJsonTests extends OpenSearchTestCase {

    public void testWhatIsWrittenIsRead() {
        Generation generation = LatentFixtures.generation("news", 1, 8, 12, random());
        Clusters learned = generation.clusters();
        Curation curation =
                CurationFixtures.random(learned, generation.encoder().toString(), random());
        String text = CurationJson.write(curation);
        Curation read = CurationJson.read(text);
        assertEquals(curation.merges(), read.merges());
        assertEquals(curation.splits(), read.splits());
        assertEquals(curation.added(), read.added());
        assertEquals(curation.nextKey(), read.nextKey());
        // centroids are rounded once and never again
        assertEquals(text, CurationJson.write(read));
        assertEquals(read, CurationJson.read(text));
        assertEquals(CurationJson.hash(read), CurationJson.hash(curation));
        assertEquals(Curation.NONE, CurationJson.read(CurationJson.write(Curation.NONE)));
    }

    public void testWhatNobodyWroteIsRefused() {
        assertThat(refused("{\"merges\":{\"c1\":{\"parts\":[]}}}"), containsString("merges.c1.parts"));
        assertThat(refused("{\"merges\":{\"c1\":{\"parts\":[\"c2\"],\"x\":1}}}"), containsString("[merges.c1.x]"));
        assertThat(refused("{\"splits\":{\"c1\":[\"c2\"]}}"), containsString("splits.c1"));
        assertThat(
                refused("{\"divisions\":{\"e\":{\"c1\":{\"keys\":[\"c2\",\"c3\"],\"scales\":[1],\"biases\":[0,0],"
                        + "\"centroids\":\"AAAA\"}}}}"),
                containsString("scales"));
        assertThat(
                refused("{\"divisions\":{\"e\":{\"c1\":{\"keys\":[\"c2\",\"c3\"],\"scales\":[1,1],\"biases\":[0,\"x\"],"
                        + "\"centroids\":\"AAAA\"}}}}"),
                containsString("biases"));
        assertThat(
                refused("{\"divisions\":{\"e\":{\"c1\":{\"keys\":[\"c2\",\"c3\"],\"scales\":[1,1],\"biases\":[0,0],"
                        + "\"centroids\":\"AAAA\"}}}}"),
                containsString("centroids"));
        assertThat(
                refused("{\"added\":[{\"key\":\"c1\",\"label\":\"x\",\"terms\":[\"a\"],\"weights\":[\"2\"]}]}"),
                containsString("weights"));
        assertThat(refused("{\"more\":1}"), containsString("more"));
    }

    private static String refused(String json) {
        return expectThrows(IllegalArgumentException.class, () -> CurationJson.read(json))
                .getMessage();
    }
}

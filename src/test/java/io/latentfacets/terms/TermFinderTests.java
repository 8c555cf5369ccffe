/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.terms;

import static org.hamcrest.Matchers.containsString;

import io.latentfacets.field.LatentFixtures;
import io.latentfacets.model.Generation;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.opensearch.test.OpenSearchTestCase;

/** The vocabulary is {@code crude oil barrels} and {@code wheat grain harvest}, and their pairs. */
public class TermFinderTests extends OpenSearchTestCase {

    private final Generation generation = LatentFixtures.generation("news", 1, 8, 3, random());
    private final TermFinder finder = new TermFinder(name -> new StandardAnalyzer());

    private TermFinder.Found find(String words, String... context) {
        return finder.find(generation, words, List.of(context), 20, () -> {});
    }

    private static Set<String> terms(TermFinder.Found found) {
        return found.nearest().stream().map(NearTerm::term).collect(Collectors.toSet());
    }

    public void testKnownWords() {
        TermFinder.Found found = find("Oil");
        assertEquals("oil", found.term());
        assertTrue(found.known());
        assertNull(found.notice());
        assertTrue(terms(found).containsAll(Set.of("crude", "barrels", "wheat", "grain", "harvest")));
        assertFalse(terms(found).contains("oil"));
        assertEquals(10, found.nearest().get(0).docFreq());
        assertEquals(
                2,
                finder.find(generation, "oil", List.of(), 2, () -> {}).nearest().size());
        // of several words, none comes back
        assertTrue(Set.of("barrels", "wheat", "grain", "harvest")
                .containsAll(terms(find("crude oil")).stream()
                        .filter(term -> !term.contains(" "))
                        .toList()));
    }

    public void testContextChangesWhatIsNear() {
        TermFinder.Found found = find("oil", "wheat");
        assertFalse(terms(found).contains("wheat"));
        assertNull(found.notice());
        assertNotEquals(
                find("oil").nearest().stream()
                        .filter(term -> !term.term().contains("wheat"))
                        .map(NearTerm::similarity)
                        .toList(),
                found.nearest().stream().map(NearTerm::similarity).toList());
        TermFinder.Found partly = find("oil", "wheat", "zyzzyva");
        assertEquals(found.nearest(), partly.nearest());
        assertEquals("unknown and left out of [context]: [zyzzyva]", partly.notice());
        assertTrue(partly.known());
    }

    public void testUnknownWordsAreTakenForWhatIsSpeltAlike() {
        for (String misspelt : List.of("barels", "barrles", "BARELLS", "barrell")) {
            TermFinder.Found found = find(misspelt);
            assertEquals(misspelt, "barrels", found.term());
            assertFalse(found.known());
            assertThat(found.notice(), containsString("unknown: [" + misspelt + "]; taken instead is [barrels]"));
            assertEquals(find("barrels").nearest(), found.nearest());
        }
        for (String other : List.of("zyzzyva", "o", "barr", "the", "!?")) {
            TermFinder.Found found = find(other);
            assertFalse(other, found.known());
            assertTrue(other, found.nearest().isEmpty());
            assertThat(found.notice(), containsString("no known word is spelt like [" + other + "]"));
        }
    }
}

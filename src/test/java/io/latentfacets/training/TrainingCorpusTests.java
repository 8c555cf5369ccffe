/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.training;

import static org.hamcrest.Matchers.equalTo;

import io.latentfacets.cluster.Seed;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.opensearch.test.OpenSearchTestCase;

/** Where the documents that a person gave are among those of a training. */
public class TrainingCorpusTests extends OpenSearchTestCase {
    private static final int DOCUMENTS = 3000;

    public void testAllExamplesAreFoundInOnePass() throws Exception {
        TextOptions text = new TextOptions("english", 100, 1, 1, true, List.of());
        List<String> ids = new ArrayList<>();
        List<String> indices = new ArrayList<>();
        int[] textRows = new int[DOCUMENTS];
        long[] hashes = new long[DOCUMENTS];
        try (EnglishAnalyzer analyzer = new EnglishAnalyzer();
                CorpusBuilder builder = new CorpusBuilder(analyzer, text, createTempDir())) {
            for (int i = 0; i < DOCUMENTS; i++) {
                builder.add(List.of(new FieldText(1, "crude oil")));
                // the last hundred have the ids of the first, in another index
                ids.add("d" + i % (DOCUMENTS - 100));
                indices.add(i < DOCUMENTS - 100 ? "a" : "b");
                textRows[i] = i;
                hashes[i] = i;
            }
            try (TrainingCorpus corpus = TrainingCorpus.of(builder.build(), textRows, null, ids, hashes, null)
                    .in(indices)) {
                List<Seed.Example> examples = new ArrayList<>();
                for (int i = 0; i < DOCUMENTS; i++) {
                    examples.add(new Seed.Example("", "d" + i));
                }
                AtomicInteger checks = new AtomicInteger();
                Function<Seed.Example, int[]> rows = corpus.rows(examples, checks::incrementAndGet);
                assertThat(checks.get(), equalTo(3));
                assertArrayEquals(new int[] {7, DOCUMENTS - 93}, rows.apply(new Seed.Example("", "d7")));
                assertArrayEquals(new int[] {7}, rows.apply(new Seed.Example("a", "d7")));
                assertArrayEquals(new int[] {DOCUMENTS - 93}, rows.apply(new Seed.Example("b", "d7")));
                assertArrayEquals(new int[0], rows.apply(new Seed.Example("c", "d7")));
                assertArrayEquals(new int[] {1000}, rows.apply(new Seed.Example("", "d1000")));
                assertArrayEquals(new int[0], rows.apply(examples.get(DOCUMENTS - 1)));
                corpus.rows(List.of(), () -> fail("there is nothing to look for"));
                expectThrows(
                        IllegalStateException.class,
                        () -> corpus.rows(examples, () -> {
                            throw new IllegalStateException("cancelled");
                        }));
            }
        }
    }
}

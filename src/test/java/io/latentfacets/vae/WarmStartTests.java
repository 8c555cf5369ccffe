/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What becomes of a trained network when the words of the documents change. */
public final class WarmStartTests {
    private static final int WIDTH = 5;
    private static final int DIMS = 3;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Vocabulary vocabulary(String... texts) throws IOException {
        TextOptions options = new TextOptions("whitespace", 100, 1, 1, false, List.of());
        try (CorpusBuilder builder = new CorpusBuilder(
                new WhitespaceAnalyzer(), options, folder.newFolder().toPath())) {
            for (String text : texts) {
                builder.add(List.of(new FieldText(1, text)));
            }
            try (Corpus corpus = builder.build()) {
                return corpus.vocabulary();
            }
        }
    }

    private static VaeWeights weights(Vocabulary vocabulary) {
        return VaeWeights.initial(vocabulary.inputWeights(), vocabulary.logUnigram(), List.of(WIDTH, 4), DIMS, 7)
                .withVectors(2, 8);
    }

    private static float[] row(VaeWeights weights, int word) {
        return Arrays.copyOfRange(weights.layers().get(0).weights(), word * WIDTH, (word + 1) * WIDTH);
    }

    private static float[] column(Dense decoder, int word) {
        float[] column = new float[decoder.in()];
        for (int j = 0; j < column.length; j++) {
            column[j] = decoder.weights()[j * decoder.out() + word];
        }
        return column;
    }

    @Test
    public void theSameVocabularyLeavesTheNetworkAsItIs() throws IOException {
        Vocabulary words = vocabulary("oil rig barrel", "wheat corn", "oil opec wheat");
        VaeWeights weights = weights(words);
        WarmStart start = new WarmStart(weights, words);
        assertArrayEquals(VaeWeightsTests.bytes(weights), VaeWeightsTests.bytes(start.over(words, 1)));
        assertThat(start.kept(words), equalTo(words.size()));
    }

    @Test
    public void wordsKeepTheirRowsAndNewOnesGetShortOnes() throws IOException {
        Vocabulary before = vocabulary("oil rig barrel", "wheat corn", "oil opec wheat");
        Vocabulary now = vocabulary("corn oil solar", "wind solar wheat", "oil wheat wheat", "barrel");
        VaeWeights weights = weights(before);
        WarmStart start = new WarmStart(weights, before);
        VaeWeights mapped = start.over(now, 1);
        assertThat("corn, oil, wheat and barrel", start.kept(now), equalTo(4));
        assertThat(mapped.vocabularySize(), equalTo(6));
        assertArrayEquals(now.inputWeights(), mapped.idf(), 0);
        for (String word : List.of("corn", "oil", "wheat", "barrel")) {
            int old = before.id(word);
            int id = now.id(word);
            assertArrayEquals(word, row(weights, old), row(mapped, id), 0);
            assertArrayEquals(word, column(weights.decoder(), old), column(mapped.decoder(), id), 0);
            // the bias follows the word's share of the corpus
            assertEquals(
                    word,
                    weights.decoder().bias()[old] + now.logUnigram()[id] - before.logUnigram()[old],
                    mapped.decoder().bias()[id],
                    1e-6);
        }
        for (String word : List.of("solar", "wind")) {
            int id = now.id(word);
            double length = 0;
            for (float value : row(mapped, id)) {
                length += value * value;
            }
            assertThat(word, Math.sqrt(length), greaterThan(0.0));
            assertThat(word, Math.sqrt(length), lessThan(0.3));
            assertArrayEquals(word, new float[DIMS], column(mapped.decoder(), id), 0);
            assertEquals(word, now.logUnigram()[id], mapped.decoder().bias()[id], 0);
        }
        assertThat(
                "the other layers",
                mapped.layers().get(1),
                equalTo(weights.layers().get(1)));
        assertThat(mapped.mean(), equalTo(weights.mean()));
        assertThat(mapped.logVariance(), equalTo(weights.logVariance()));
        assertThat(mapped.vectors(), equalTo(weights.vectors()));
        assertArrayEquals("deterministic", VaeWeightsTests.bytes(mapped), VaeWeightsTests.bytes(start.over(now, 1)));
    }

    @Test
    public void aVocabularyOfAnotherNetworkIsRefused() throws IOException {
        VaeWeights weights = weights(vocabulary("oil rig barrel"));
        Vocabulary other = vocabulary("oil rig");
        Exception e = assertThrows(IllegalArgumentException.class, () -> new WarmStart(weights, other));
        assertThat(e.getMessage(), containsString("[2] entries, and weights for [3]"));
    }
}

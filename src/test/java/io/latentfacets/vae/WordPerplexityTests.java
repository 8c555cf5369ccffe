/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.latentfacets.text.Bow;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** At the origin of latent space a decoder predicts its words with the frequencies that it began with. */
public final class WordPerplexityTests {
    private static final float[] ORIGIN = new float[2];

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Vocabulary vocabulary(String... words) throws IOException {
        TextOptions all = new TextOptions("standard", 100, 1, 1, false, List.of());
        try (CorpusBuilder builder = new CorpusBuilder(
                new StandardAnalyzer(), all, folder.newFolder().toPath())) {
            for (String word : words) {
                builder.add(List.of(new FieldText(1, word)));
                builder.add(List.of(new FieldText(1, word)));
            }
            try (var corpus = builder.build()) {
                assertEquals(words.length, corpus.vocabulary().size());
                return corpus.vocabulary();
            }
        }
    }

    private static Decoder predicting(Vocabulary vocabulary, Map<String, Double> probabilities) {
        float[] log = new float[vocabulary.size()];
        probabilities.forEach((word, probability) -> log[vocabulary.id(word)] = (float) Math.log(probability));
        float[] idf = new float[log.length];
        return new Decoder(VaeWeights.initial(idf, log, List.of(4), ORIGIN.length, 1));
    }

    private static Bow document(Vocabulary vocabulary, Map<String, Float> counts) {
        Map<Integer, Float> byId = new HashMap<>();
        counts.forEach((word, count) -> byId.put(vocabulary.id(word), count));
        int[] ids = byId.keySet().stream().sorted().mapToInt(Integer::intValue).toArray();
        float[] values = new float[ids.length];
        for (int i = 0; i < ids.length; i++) {
            values[i] = byId.get(ids[i]);
        }
        return new Bow(ids, values);
    }

    @Test
    public void byHandOverTheWordsThatBothKnow() throws IOException {
        Vocabulary words = vocabulary("barrel", "harvest", "satellite");
        Vocabulary oldWords = vocabulary("harvest", "barrel", "typewriter");
        WordPerplexity compared = new WordPerplexity(
                predicting(words, Map.of("barrel", 0.4, "harvest", 0.1, "satellite", 0.5)),
                words,
                predicting(oldWords, Map.of("barrel", 0.3, "harvest", 0.3, "typewriter", 0.4)),
                oldWords);
        compared.add(document(words, Map.of("barrel", 3f, "harvest", 1f, "satellite", 2f)), ORIGIN, ORIGIN);
        assertTrue(compared.comparable());
        double expected = Math.exp(-(3 * Math.log(0.8) + Math.log(0.2)) / 4);
        assertThat(compared.newer(), closeTo(expected, 1e-5));
        assertThat(compared.older(), closeTo(2, 1e-5));
    }

    @Test
    public void tooFewCommonWordsCompareNothing() throws IOException {
        Vocabulary words = vocabulary("barrel", "satellite");
        Vocabulary oldWords = vocabulary("barrel", "typewriter");
        WordPerplexity compared = new WordPerplexity(
                predicting(words, Map.of("barrel", 0.5, "satellite", 0.5)),
                words,
                predicting(oldWords, Map.of("barrel", 0.5, "typewriter", 0.5)),
                oldWords);
        assertFalse("no words at all", compared.comparable());
        compared.add(document(words, Map.of("barrel", 1f, "satellite", 2f)), ORIGIN, ORIGIN);
        assertFalse(compared.comparable());
        compared.add(document(words, Map.of("barrel", 1f)), ORIGIN, ORIGIN);
        assertTrue(compared.comparable());
    }
}

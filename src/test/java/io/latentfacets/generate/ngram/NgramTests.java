/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.generate.ngram;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.Test;

public class NgramTests {

    private static NgramModel model(String... documents) {
        return NgramModel.of(Arrays.stream(documents)
                .map(document -> Arrays.stream(document.split("\\.", -1))
                        .filter(sentence -> !sentence.isBlank())
                        .map(Tokens::of)
                        .toList())
                .toList());
    }

    private static double p(NgramModel model, String before, String last, String token) {
        return model.probability(id(model, before), id(model, last), id(model, token));
    }

    private static int id(NgramModel model, String token) {
        return switch (token) {
            case "<s>" -> NgramModel.START;
            case "</s>" -> NgramModel.END;
            default -> model.id(token);
        };
    }

    /** a b c. a b d. b c. */
    @Test
    public void probabilitiesAreThoseComputedByHand() {
        NgramModel model = model("a b c. a b d", "b c");
        // 8 tokens and 3 ends: a 2, b 3, c 2, d 1, end 3
        double c = 2 / 11.0;
        double d = 1 / 11.0;
        // behind b: c twice, d once; two different ones
        double cAfterB = (2 + 2 * c) / (3 + 2);
        double dAfterB = (1 + 2 * d) / (3 + 2);
        // behind a b: c once, d once
        assertEquals((1 + 2 * cAfterB) / (2 + 2), p(model, "a", "b", "c"), 1e-12);
        assertEquals((1 + 2 * dAfterB) / (2 + 2), p(model, "a", "b", "d"), 1e-12);
        // behind b at the beginning: c once
        assertEquals((1 + cAfterB) / 2, p(model, "<s>", "b", "c"), 1e-12);
        // a pair that was never seen leaves the word before
        assertEquals(cAfterB, p(model, "d", "b", "c"), 1e-12);
        // behind d: the end once; b never
        assertEquals((0 + 1 * (3 / 11.0)) / 2, p(model, "c", "d", "b"), 1e-12);
        assertEquals("of an unknown word", 0, p(model, "a", "b", "e"), 0);
    }

    @Test
    public void probabilitiesAddUpToOne() {
        NgramModel model =
                model("The old ship left the harbor, and the crew sang. The harbor was empty", "A ship came");
        for (int before : model.all()) {
            for (int last : model.all()) {
                assertEquals(
                        1,
                        model.all().stream()
                                .mapToDouble(token -> model.probability(before, last, token))
                                .sum(),
                        1e-9);
            }
        }
    }

    @Test
    public void wordsHaveTheFormThatTheyHaveWithinSentences() {
        NgramModel model = model("Ships sail to Rome. The ships sail. The Romans sail. THE");
        assertTrue(model.tokens().toString(), model.tokens().containsAll(List.of("ships", "Rome", "Romans", "sail")));
        assertEquals(model.id("ships"), model.id("Ships"));
        assertEquals(-1, model.id("boat"));
    }

    @Test
    public void tokensAndTexts() {
        assertEquals(
                List.of("Don't", "pay", "3.5", "dollars", ",", "said", "the", "e-mail"),
                Tokens.of("Don't pay $3.5 dollars, said the (e-mail)!"));
        assertEquals("Don't pay, said the e-mail.", Tokens.text(Tokens.of("don't pay, said the e-mail"), true));
        assertEquals("It goes on", Tokens.text(Tokens.of("it goes on"), false));
        String chinese = "今天天气很好，我们去公园";
        assertTrue(Tokens.of(chinese).size() > 4);
        assertEquals("今天天气很好、我们去公园。", Tokens.text(Tokens.of(chinese), true));
    }

    @Test
    public void weightsSteer() {
        NgramModel model =
                model("The ship sank quickly today. The market sank quickly today", "The ship left. The market left");
        float[] ships = new float[model.tokens().size()];
        ships[model.id("ship")] = 50;
        float[] markets = new float[model.tokens().size()];
        markets[model.id("market")] = 50;
        for (int seed = 0; seed < 20; seed++) {
            assertTrue(sample(model, ships, 6, seed).text().contains("ship"));
            assertTrue(sample(model, markets, 6, seed).text().contains("market"));
        }
    }

    private static TextSampler.Sample sample(NgramModel model, float[] weights, int length, long seed) {
        return new TextSampler(model, weights, 1).sample(length, new Random(seed));
    }

    @Test
    public void nothingOfNothing() {
        NgramModel empty = NgramModel.of(List.of(List.of(), List.of()));
        assertTrue(empty.isEmpty());
        TextSampler.Sample sample = sample(empty, new float[0], 9, 1);
        assertEquals("", sample.text());
        assertEquals(0, sample.words());
        assertFalse(sample.complete());
    }

    /** Over random corpora: long repeated sentences, few words, many words. */
    @Test
    public void neverLongerNeverCopiedAlwaysTheSame() {
        Random random = new Random(11);
        for (int round = 0; round < 150; round++) {
            String[] documents = documents(random);
            NgramModel model = model(documents);
            float[] weights = new float[model.tokens().size()];
            for (int i = 0; i < weights.length; i++) {
                weights[i] = (float) random.nextGaussian();
            }
            int length = 1 + random.nextInt(60);
            TextSampler sampler = new TextSampler(model, weights, .2 + random.nextDouble());
            long seed = random.nextLong();
            TextSampler.Sample sample = sampler.sample(length, new Random(seed));
            assertEquals(sample, sampler.sample(length, new Random(seed)));
            List<String> words = words(sample.text());
            assertEquals(sample.text(), sample.words(), words.size());
            assertTrue(sample.text(), words.size() <= length);
            for (int from = 0; from + CopyGuard.MOST < words.size(); from++) {
                List<String> run = words.subList(from, from + CopyGuard.MOST + 1);
                for (String document : documents) {
                    assertEquals(run + " of " + document, -1, Collections.indexOfSubList(words(document), run));
                }
            }
        }
    }

    private static String[] documents(Random random) {
        int vocabulary = 3 + random.nextInt(40);
        return IntStream.range(0, 1 + random.nextInt(6))
                .mapToObj(document -> {
                    StringBuilder text = new StringBuilder();
                    for (int sentence = random.nextInt(4); sentence >= 0; sentence--) {
                        int length = 3 + random.nextInt(30);
                        for (int i = 0; i < length; i++) {
                            text.append("w")
                                    .append(random.nextInt(vocabulary))
                                    .append(random.nextInt(9) == 0 && i + 1 < length ? ", " : " ");
                        }
                        text.append(". ");
                    }
                    return text.toString();
                })
                .toArray(String[]::new);
    }

    private static List<String> words(String text) {
        List<String> words = new ArrayList<>();
        for (String word : text.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
            if (!word.isEmpty()) {
                words.add(word);
            }
        }
        return words;
    }

    @Test
    public void otherSeedsGiveOtherTexts() {
        NgramModel model = model(documents(new Random(3)));
        float[] none = new float[model.tokens().size()];
        assertNotEquals(
                sample(model, none, 30, 1).text(), sample(model, none, 30, 2).text());
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;

/** Documents about known topics: two words in three belong to the topic, the others to all topics. */
public final class TopicCorpus {
    private static final int WORDS_OF_A_TOPIC = 30;
    private static final int COMMON_WORDS = 60;

    private TopicCorpus() {}

    /** Returns a corpus in which document i is about topic i mod {@code topics}. The caller must close it. */
    public static Corpus build(int documents, int topics, long seed, Path directory) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        TextOptions options = new TextOptions("whitespace", 1000, 1, 1, false, List.of());
        try (CorpusBuilder builder = new CorpusBuilder(new WhitespaceAnalyzer(), options, directory)) {
            for (int i = 0; i < documents; i++) {
                builder.add(List.of(new FieldText(1, text(i % topics, random))));
            }
            return builder.build();
        }
    }

    private static String text(int topic, SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(20, 60);
        for (int i = 0; i < length; i++) {
            boolean own = random.nextInt(3) < 2;
            text.append(own ? "topic" + letters(topic) : "common")
                    .append(letters(random.nextInt(own ? WORDS_OF_A_TOPIC : COMMON_WORDS)))
                    .append(' ');
        }
        return text.toString();
    }

    /** Writes a number in letters, since text with digits may count as noise. */
    private static String letters(int number) {
        return "" + (char) ('a' + number / 10) + (char) ('k' + number % 10);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import java.util.Locale;

/**
 * A random part of a corpus, see {@link Draws}.
 *
 * @param seed the seed of the draws
 * @param number its number, from 1
 * @param file the name of the file that it is a part of
 * @param text what is left of the documents' texts
 * @param skew how unequal the classes are
 * @param corpus its documents, in the order of the file; the labels are in the order of their sizes
 */
record Draw(long seed, int number, String file, DrawText text, Skew skew, LabeledCorpus corpus) {

    /** The number of classes. */
    int classes() {
        return corpus.labels().size();
    }

    /** All that it takes to know and to repeat this draw, in a line. */
    String line() {
        return String.format(
                Locale.ROOT,
                "draw %d of seed %d: %s, %s, %,d documents, %d classes (%s): %s",
                number,
                seed,
                file,
                text,
                corpus.size(),
                classes(),
                skew,
                String.join(", ", corpus.labels()));
    }
}

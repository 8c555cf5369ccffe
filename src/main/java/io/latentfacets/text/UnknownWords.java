/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.text;

import io.latentfacets.text.language.Language;
import io.latentfacets.text.tokens.Noise;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;

/**
 * Words that are read when somebody asks for them. Thread-safe: two threads at once read them twice. Fails with
 * {@link UncheckedIOException} if reading does.
 */
final class UnknownWords extends AbstractList<ReadDocument.Word> {
    /** Reads the words; gives the same each time. */
    interface Words {
        List<ReadDocument.Word> read() throws IOException;
    }

    private final Words words;
    private volatile List<ReadDocument.Word> read;

    UnknownWords(Words words) {
        this.words = words;
    }

    /**
     * The words of tokens, which the reader takes as words.
     *
     * @param at the number of the value, the start and the end of each token, in this order
     * @param languages the language of each value
     */
    static UnknownWords of(WordReader reader, List<FieldText> doc, int[] at, Language[] languages) {
        return new UnknownWords(() -> words(reader, doc, at, languages));
    }

    private static List<ReadDocument.Word> words(WordReader reader, List<FieldText> doc, int[] at, Language[] languages)
            throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < at.length; i += 3) {
            lines.append(doc.get(at[i]).text(), at[i + 1], at[i + 2]).append('\n');
        }
        String text = lines.toString();
        boolean[] shouting = new boolean[doc.size()];
        for (int i = 0; i < shouting.length; i++) {
            shouting[i] = Noise.isShouting(doc.get(i).text());
        }
        List<ReadDocument.Word> words = new ArrayList<>(at.length / 3);
        reader.analyze(text, (term, start, end, type, next) -> {
            int value = at[3 * words.size()];
            words.add(reader.word(term.toString(), text, start, end, type, languages[value], shouting[value]));
        });
        return words;
    }

    @Override
    public ReadDocument.Word get(int index) {
        return read().get(index);
    }

    @Override
    public int size() {
        return read().size();
    }

    private List<ReadDocument.Word> read() {
        List<ReadDocument.Word> all = read;
        if (all == null) {
            try {
                all = words.read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            read = all;
        }
        return all;
    }
}

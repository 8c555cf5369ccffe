/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.vae;

import io.latentfacets.text.Vocabulary;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Reads a text file of word vectors, as GloVe, word2vec and fastText write them: UTF-8, one word a line with its
 * numbers after it, separated by blanks or tabs. A first line of two whole numbers is a header: how many words, and how
 * long the vectors are. A file whose name ends with {@code .gz} is compressed. The reader streams: it holds one line,
 * and keeps the vectors of the words of a vocabulary only.
 *
 * <p>An entry gets the vector of its surface form, else that of its surface form in lower case, else that of its term.
 * Of equal words in the file the first counts. Phrases get none: the encoder does not read them.
 *
 * <p>It counts the numbers of every line, and parses those of the words that it keeps.
 */
public final class WordVectorFile {
    static final int LEAST_DIMS = 2;
    /** The longest vector. */
    public static final int MOST_DIMS = 2048;
    /** The longest line, in bytes; 2,048 numbers of 60 bytes each, and a word. */
    static final int MAX_LINE = 1 << 17;

    private static final int BUFFER = 1 << 16;
    /** Its length in bytes. Editors of some systems write it at the beginning of a file. */
    private static final int BYTE_ORDER_MARK = 3;

    private static final int LINES_PER_CHECK = 1 << 12;

    /** An entry that may take the vector of a word, and how good the match is: 0 is best. */
    private record Match(int entry, int rank) {}

    private final String name;
    private final int entries;
    private final int width;
    private final Map<String, List<Match>> wanted;
    private final int[] ranks;
    private final Runnable checkCancelled;
    private final byte[] line = new byte[MAX_LINE];
    private int length;
    private long number;
    private int dims;
    private float[] vector;
    private WordVectors.Builder builder;

    private WordVectorFile(String name, Vocabulary vocabulary, int width, Runnable checkCancelled) {
        this.name = name;
        this.entries = vocabulary.size();
        this.width = width;
        this.wanted = wanted(vocabulary);
        this.ranks = new int[entries];
        Arrays.fill(ranks, Integer.MAX_VALUE);
        this.checkCancelled = checkCancelled;
    }

    /**
     * Reads the vectors of the words of a vocabulary.
     *
     * @param file the file
     * @param vocabulary the vocabulary; its words are compared with those of the file
     * @param width the width of the first layer of the network that will start from the vectors
     * @param checkCancelled called now and then; throws to end the reading
     * @throws IllegalArgumentException if the file has another format, exceeds a bound, or has none of the words; names
     *     the file and, where there is one, the line and the bound
     * @throws IOException if the file cannot be read
     */
    public static WordVectors read(Path file, Vocabulary vocabulary, int width, Runnable checkCancelled)
            throws IOException {
        String name = file.getFileName().toString();
        WordVectorFile reader = new WordVectorFile(name, vocabulary, width, checkCancelled);
        try (InputStream raw = Files.newInputStream(file);
                InputStream bytes = new BufferedInputStream(
                        name.endsWith(".gz") ? new GZIPInputStream(raw, BUFFER) : raw, BUFFER)) {
            return reader.read(bytes);
        }
    }

    private static Map<String, List<Match>> wanted(Vocabulary vocabulary) {
        Map<String, List<Match>> wanted = new HashMap<>();
        for (int entry = 0; entry < vocabulary.size(); entry++) {
            if (vocabulary.isPhrase(entry)) {
                continue;
            }
            String surface = vocabulary.surface(entry);
            List<String> forms = List.of(surface, surface.toLowerCase(Locale.ROOT), vocabulary.term(entry));
            for (int rank = 0; rank < forms.size(); rank++) {
                wanted.computeIfAbsent(forms.get(rank), form -> new ArrayList<>(1))
                        .add(new Match(entry, rank));
            }
        }
        return wanted;
    }

    private WordVectors read(InputStream in) throws IOException {
        while (next(in)) {
            if (number % LINES_PER_CHECK == 0) {
                checkCancelled.run();
            }
            if (length > 0 && !(number == 1 && header())) {
                line();
            }
        }
        if (builder == null) {
            throw new IllegalArgumentException("the file of word vectors [" + name + "] has no vectors");
        }
        WordVectors vectors = builder.build();
        if (vectors.known() == 0) {
            throw new IllegalArgumentException("the file of word vectors [" + name + "] has none of the [" + entries
                    + "] words and phrases of the vocabulary, or only one; is it of another language?");
        }
        return vectors;
    }

    /** Reads a line without its end into {@code line}; false at the end of the file. */
    private boolean next(InputStream in) throws IOException {
        length = 0;
        number++;
        int read = in.read();
        if (read < 0) {
            return false;
        }
        for (; read >= 0 && read != '\n'; read = in.read()) {
            if (length == MAX_LINE) {
                throw bad("must have at most [" + MAX_LINE + "] bytes");
            }
            line[length++] = (byte) read;
        }
        while (length > 0 && (blank(length - 1) || line[length - 1] == '\r')) {
            length--;
        }
        if (number == 1 && text(0, Math.min(length, BYTE_ORDER_MARK)).equals("\uFEFF")) {
            length -= BYTE_ORDER_MARK;
            System.arraycopy(line, BYTE_ORDER_MARK, line, 0, length);
        }
        return true;
    }

    private boolean blank(int at) {
        return line[at] == ' ' || line[at] == '\t';
    }

    /** Whether this is a header, which it reads. A line of vectors has at least two numbers after its word. */
    private boolean header() {
        String[] parts = text(0, length).split("[ \t]+", -1);
        if (parts.length != 2 || !Arrays.stream(parts).allMatch(part -> part.matches("[0-9]{1,18}"))) {
            return false;
        }
        dims(Long.parseLong(parts[1]));
        return true;
    }

    private void dims(long found) {
        if (found < LEAST_DIMS || found > MOST_DIMS) {
            throw bad("must have vectors of [" + LEAST_DIMS + "] to [" + MOST_DIMS + "] numbers: [" + found + "]");
        }
        dims = (int) found;
    }

    private void line() {
        int end = 0;
        while (end < length && !blank(end)) {
            end++;
        }
        int numbers = count(end);
        if (dims == 0) {
            dims(numbers);
        }
        if (builder == null) {
            builder = new WordVectors.Builder(entries, dims, width, checkCancelled);
            vector = new float[dims];
        }
        if (numbers > dims && !startsWithNumber(end)) {
            return; // a word with blanks in it, as some files have; no word of a vocabulary is like that
        }
        if (numbers != dims) {
            throw bad("must have [" + dims + "] numbers after its word: [" + numbers + "]");
        }
        List<Match> matches = wanted.get(text(0, end));
        if (matches == null || matches.stream().noneMatch(match -> match.rank < ranks[match.entry])) {
            return;
        }
        checkCancelled.run();
        parse(end);
        for (Match match : matches) {
            if (match.rank < ranks[match.entry] && builder.set(match.entry, vector)) {
                ranks[match.entry] = match.rank;
            }
        }
    }

    /** The number of parts of the line from {@code from} on. */
    private int count(int from) {
        int count = 0;
        for (int i = from; i < length; i++) {
            count += !blank(i) && (i == 0 || blank(i - 1)) ? 1 : 0;
        }
        return count;
    }

    private boolean startsWithNumber(int from) {
        int start = skipBlanks(from);
        try {
            Float.parseFloat(text(start, partEnd(start)));
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private void parse(int from) {
        int start = from;
        for (int i = 0; i < dims; i++) {
            start = skipBlanks(start);
            int end = partEnd(start);
            try {
                vector[i] = Float.parseFloat(text(start, end));
            } catch (NumberFormatException e) {
                throw bad("must have only numbers after its word, its number [" + (i + 1) + "] is none");
            }
            if (!Float.isFinite(vector[i])) {
                throw bad("must have finite numbers, its number [" + (i + 1) + "] is not");
            }
            start = end;
        }
    }

    private int skipBlanks(int from) {
        int at = from;
        while (at < length && blank(at)) {
            at++;
        }
        return at;
    }

    private int partEnd(int from) {
        int at = from;
        while (at < length && !blank(at)) {
            at++;
        }
        return at;
    }

    private String text(int from, int to) {
        return new String(line, from, to - from, StandardCharsets.UTF_8);
    }

    /**
     * Says which line is wrong, and not what it holds: the file is the operator's, the reader of the message may not
     * be.
     */
    private IllegalArgumentException bad(String what) {
        return new IllegalArgumentException("line [" + number + "] of the file of word vectors [" + name + "] " + what);
    }
}

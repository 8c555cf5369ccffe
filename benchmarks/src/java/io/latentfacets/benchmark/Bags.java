/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.Measures;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;

/**
 * The corpus of the baselines: the words of the plugin's model, read by the same code with the same options, without
 * its phrases. It also keeps the texts, for methods that have their own analysis. Any number of threads may read it.
 */
final class Bags implements Measures.CoOccurrence {
    private final Vocabulary vocabulary;
    private final List<Bow> bows; // with phrases
    private final List<String> texts;
    private final int[] numbers;
    private final Map<String, Integer> surfaces;
    private final int[][] documentsOf;

    private Bags(Vocabulary vocabulary, List<Bow> bows, List<String> texts, int[] numbers) {
        this.vocabulary = vocabulary;
        this.bows = bows;
        this.texts = texts;
        this.numbers = numbers;
        this.surfaces = new HashMap<>();
        int[] sizes = new int[vocabulary.size()];
        for (Bow bow : bows) {
            for (int id : bow.ids()) {
                sizes[id]++;
            }
        }
        this.documentsOf = new int[vocabulary.size()][];
        for (int id = 0; id < sizes.length; id++) {
            surfaces.putIfAbsent(vocabulary.surface(id), id);
            documentsOf[id] = new int[sizes[id]];
        }
        for (int doc = bows.size() - 1; doc >= 0; doc--) {
            for (int id : bows.get(doc).ids()) {
                documentsOf[id][--sizes[id]] = doc;
            }
        }
    }

    /**
     * Reads a corpus with the default options.
     *
     * @param corpus the documents
     * @param directory the directory for temporary files
     */
    static Bags of(LabeledCorpus corpus, Path directory) throws IOException {
        return of(corpus, TextOptions.DEFAULTS, directory);
    }

    /**
     * Reads a corpus.
     *
     * @param corpus the documents
     * @param options how text becomes words; the analyzer is the English one
     * @param directory the directory for temporary files
     */
    static Bags of(LabeledCorpus corpus, TextOptions options, Path directory) throws IOException {
        List<Bow> bows = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        try (EnglishAnalyzer analyzer = new EnglishAnalyzer();
                CorpusBuilder builder = new CorpusBuilder(analyzer, options, directory)) {
            for (LabeledCorpus.Document document : corpus.documents()) {
                List<FieldText> fields = document.texts(corpus.fields());
                builder.add(fields);
                texts.add(String.join("\n", fields.stream().map(FieldText::text).toList()));
            }
            try (Corpus built = builder.build()) {
                for (int doc = 0; doc < built.size(); doc++) {
                    bows.add(built.get(doc));
                }
                int[] numbers = new int[bows.size()];
                Arrays.setAll(numbers, doc -> doc);
                return new Bags(built.vocabulary(), List.copyOf(bows), List.copyOf(texts), numbers);
            }
        }
    }

    /** A uniform sample of at most {@code limit} documents, in their order; the same for the same seed. */
    Bags sample(int limit, long seed) {
        if (limit >= bows.size()) {
            return this;
        }
        SplittableRandom random = new SplittableRandom(seed);
        int[] order = new int[bows.size()];
        Arrays.setAll(order, i -> i);
        for (int i = 0; i < limit; i++) {
            int j = i + random.nextInt(order.length - i);
            int swap = order[i];
            order[i] = order[j];
            order[j] = swap;
        }
        int[] taken = Arrays.copyOf(order, limit);
        Arrays.sort(taken);
        return part(taken);
    }

    /** A corpus of only these documents, given by their positions in this corpus, in this order. */
    Bags part(int[] taken) {
        return new Bags(
                vocabulary,
                Arrays.stream(taken).mapToObj(bows::get).toList(),
                Arrays.stream(taken).mapToObj(texts::get).toList(),
                Arrays.stream(taken).map(i -> numbers[i]).toArray());
    }

    int size() {
        return bows.size();
    }

    /** The number of document i in the complete corpus, of which this may be a part. */
    int number(int i) {
        return numbers[i];
    }

    Vocabulary vocabulary() {
        return vocabulary;
    }

    /** The text that the analyzer read: the values of all fields, one per line. */
    String text(int doc) {
        return texts.get(doc);
    }

    /** The words of a document, without phrases. */
    Bow words(int doc) {
        Bow bow = bows.get(doc);
        int words = 0;
        // phrases have the highest ids
        while (words < bow.size() && !vocabulary.isPhrase(bow.id(words))) {
            words++;
        }
        return words == bow.size() ? bow : new Bow(Arrays.copyOf(bow.ids(), words), Arrays.copyOf(bow.counts(), words));
    }

    /** The documents with at least one word. No method can cluster the others. */
    int[] usable() {
        return IntStream.range(0, bows.size())
                .filter(doc -> !words(doc).isEmpty())
                .toArray();
    }

    /** The TF-IDF matrix, (1 + ln tf) · idf with rows of unit length, as the plugin's encoder gets it too. */
    SparseMatrix tfIdf(int[] documents) {
        int[][] ids = new int[documents.length][];
        float[][] values = new float[documents.length][];
        for (int i = 0; i < documents.length; i++) {
            Bow bow = words(documents[i]);
            ids[i] = bow.ids();
            values[i] = new float[bow.size()];
            double squares = 0;
            for (int e = 0; e < bow.size(); e++) {
                // the weight of a field can make a count less than one
                double value = (1 + Math.log(Math.max(1, bow.count(e)))) * vocabulary.idf(bow.id(e));
                values[i][e] = (float) value;
                squares += value * value;
            }
            for (int e = 0; e < bow.size(); e++) {
                values[i][e] /= (float) Math.sqrt(squares);
            }
        }
        return new SparseMatrix(ids, values, vocabulary.size());
    }

    /** The documents that contain the word, in their order. */
    int[] documentsOf(int term) {
        return documentsOf[term].clone();
    }

    /** The words and phrases of each document. */
    List<Bow> bows() {
        return List.copyOf(bows);
    }

    /** The words and phrases of a document. */
    Bow bow(int doc) {
        return bows.get(doc);
    }

    /**
     * The vocabulary ids of a label's words: the term that is shown like this, else the known ones among its analyzed
     * words.
     */
    List<Integer> ids(String shown) {
        Integer exact = surfaces.get(shown);
        if (exact != null) {
            return List.of(exact);
        }
        List<Integer> ids = new ArrayList<>();
        try (Analyzer analyzer = new EnglishAnalyzer();
                TokenStream tokens = analyzer.tokenStream("label", shown)) {
            CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
            tokens.reset();
            while (tokens.incrementToken()) {
                int id = vocabulary.id(term.toString());
                if (id >= 0) {
                    ids.add(id);
                }
            }
            tokens.end();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return ids;
    }

    @Override
    public long documents() {
        return bows.size();
    }

    @Override
    public long documents(int term) {
        return documentsOf[term].length;
    }

    @Override
    public long documents(int first, int second) {
        int[] a = documentsOf[first];
        int[] b = documentsOf[second];
        long both = 0;
        for (int i = 0, j = 0; i < a.length && j < b.length; ) {
            if (a[i] == b[j]) {
                both++;
                i++;
                j++;
            } else if (a[i] < b[j]) {
                i++;
            } else {
                j++;
            }
        }
        return both;
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.text.SourceField;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.StringHelper;

/**
 * Random sub-corpora, so that a method is measured on collections that nobody chose. The corpora take turns. Of a
 * corpus, a draw takes at random, in this order:
 *
 * <ol>
 *   <li>what is left of the texts ({@link DrawText}) and the skew of the classes ({@link Skew}), each with equal
 *       chances;
 *   <li>the number of classes, each from {@value #LEAST_CLASSES} to {@value #MOST_CLASSES} for which the corpus has
 *       {@value #LEAST_DOCUMENTS} documents, with equal chances;
 *   <li>the number of documents, its logarithm uniform between that of {@value #LEAST_DOCUMENTS} and that of the most
 *       for which the corpus has enough, no more than {@value #MOST_DOCUMENTS};
 *   <li>the classes, from the largest down, each among those that hold enough documents;
 *   <li>the documents of each class, without replacement.
 * </ol>
 *
 * A draw depends on the seed, its number, and the name and content of its file, and on no other draw. Thread-safe.
 */
final class Draws {
    static final int LEAST_CLASSES = 3;
    static final int MOST_CLASSES = 20;
    static final int LEAST_DOCUMENTS = 200;
    static final int MOST_DOCUMENTS = 20_000;

    private final long seed;
    private final List<LabeledCorpus> corpora;

    /**
     * The draws of a seed.
     *
     * @param seed the seed
     * @param corpora the corpora, named by their files; documents without a label are never drawn
     */
    Draws(long seed, List<LabeledCorpus> corpora) {
        this.seed = seed;
        this.corpora = List.copyOf(corpora);
    }

    /** The draws of the files and the seed that the options name. Reads the files. */
    static Draws of(QualityOptions options) throws IOException {
        List<LabeledCorpus> corpora = new ArrayList<>();
        for (Path file : options.files()) {
            corpora.add(LabeledCorpus.of(JsonLines.name(file), JsonLines.read(file), options));
        }
        return new Draws(options.draws().seed(), corpora);
    }

    /** The draws of a seed from whole files, of which the benchmark finds the fields and the label. Reads the files. */
    static Draws of(long seed, List<Path> files) throws IOException {
        Stream<String> arguments = Stream.concat(
                Stream.of("--draws", "1", "--seed", Long.toString(seed)),
                files.stream().map(Path::toString));
        return of(QualityOptions.parse(arguments.toArray(String[]::new)));
    }

    /**
     * A draw.
     *
     * @param number its number, from 1
     * @throws IllegalArgumentException if the corpus is too small for any draw
     */
    Draw get(int number) {
        LabeledCorpus corpus = corpora.get((number - 1) % corpora.size());
        SplittableRandom random = random(number, corpus.name());
        List<DrawText> texts = DrawText.of(corpus);
        DrawText text = texts.get(random.nextInt(texts.size()));
        List<Skew> skews = List.of(Skew.values());
        Skew skew = skews.get(random.nextInt(skews.size()));
        List<SourceField> fields = text.fields(corpus);
        Map<Integer, List<Integer>> byLabel = byLabel(corpus, fields);
        int[] held = byLabel.values().stream().mapToInt(List::size).sorted().toArray();
        int[] possible = IntStream.rangeClosed(LEAST_CLASSES, Math.min(MOST_CLASSES, held.length))
                .filter(classes -> fits(skew.sizes(classes, LEAST_DOCUMENTS), held))
                .toArray();
        if (possible.length == 0) {
            throw new IllegalArgumentException(
                    corpus.name() + " has too few documents for a draw of " + LEAST_DOCUMENTS + ", " + skew);
        }
        int classes = possible[random.nextInt(possible.length)];
        int most = most(classes, skew, held);
        double range = Math.log((most + 1.0) / LEAST_DOCUMENTS);
        int documents = Math.min(most, (int) (LEAST_DOCUMENTS * Math.exp(range * random.nextDouble())));
        return new Draw(
                seed,
                number,
                corpus.name(),
                text,
                skew,
                part(corpus, text, fields, byLabel, skew.sizes(classes, documents), number, random));
    }

    /** Hashed, because neighbouring seeds of this generator overlap. */
    private SplittableRandom random(int number, String name) {
        return new SplittableRandom(
                StringHelper.murmurhash3_x64_128(new BytesRef(seed + " " + number + " " + name))[0]);
    }

    /** The positions of the documents with text, by their label. */
    private static Map<Integer, List<Integer>> byLabel(LabeledCorpus corpus, List<SourceField> fields) {
        Map<Integer, List<Integer>> byLabel = new TreeMap<>();
        for (int doc = 0; doc < corpus.size(); doc++) {
            LabeledCorpus.Document document = corpus.documents().get(doc);
            if (document.label() >= 0
                    && document.texts(fields).stream()
                            .anyMatch(text -> !text.text().isBlank())) {
                byLabel.computeIfAbsent(document.label(), label -> new ArrayList<>())
                        .add(doc);
            }
        }
        return byLabel;
    }

    /**
     * Whether there is a class for each size. If so, any choice from the largest size down comes to an end: a class
     * that is large enough for one size is so for all that follow.
     *
     * @param sizes the sizes, the largest first
     * @param held the numbers of documents of all classes, ascending
     */
    private static boolean fits(int[] sizes, int[] held) {
        return sizes.length <= held.length
                && IntStream.range(0, sizes.length).allMatch(rank -> sizes[rank] <= held[held.length - 1 - rank]);
    }

    /** The most documents that fit, found by halving. {@link #LEAST_DOCUMENTS} do. */
    private static int most(int classes, Skew skew, int[] held) {
        int fitting = LEAST_DOCUMENTS;
        int above = MOST_DOCUMENTS + 1;
        while (above - fitting > 1) {
            int middle = (fitting + above) / 2;
            if (fits(skew.sizes(classes, middle), held)) {
                fitting = middle;
            } else {
                above = middle;
            }
        }
        return fitting;
    }

    private LabeledCorpus part(
            LabeledCorpus corpus,
            DrawText text,
            List<SourceField> fields,
            Map<Integer, List<Integer>> byLabel,
            int[] sizes,
            int number,
            SplittableRandom random) {
        List<Integer> left = new ArrayList<>(byLabel.keySet());
        List<String> labels = new ArrayList<>();
        Map<Integer, Integer> labelOf = new TreeMap<>(); // by position: the order of the file
        for (int size : sizes) {
            List<Integer> enough = left.stream()
                    .filter(label -> byLabel.get(label).size() >= size)
                    .toList();
            Integer label = enough.get(random.nextInt(enough.size()));
            left.remove(label);
            for (int doc : sample(byLabel.get(label), size, random)) {
                labelOf.put(doc, labels.size());
            }
            labels.add(corpus.labels().get(label));
        }
        List<LabeledCorpus.Document> documents = new ArrayList<>();
        labelOf.forEach(
                (doc, label) -> documents.add(text.cut(corpus.documents().get(doc), fields, label)));
        return new LabeledCorpus(
                "draw-" + seed + "-" + number,
                fields,
                corpus.labelField(),
                List.copyOf(labels),
                List.copyOf(documents),
                corpus.size() - documents.size());
    }

    private static List<Integer> sample(List<Integer> all, int size, SplittableRandom random) {
        List<Integer> order = new ArrayList<>(all);
        for (int i = 0; i < size; i++) {
            Collections.swap(order, i, i + random.nextInt(order.size() - i));
        }
        return order.subList(0, size);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.Measures;
import io.latentfacets.text.Bow;
import io.latentfacets.text.TextOptions;
import io.latentfacets.text.Vocabulary;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * The words of a draw and what the classics make of them, so that trainings can be compared without reading and
 * clustering again.
 *
 * @param number the number of the draw
 * @param name the file, the text and the skew
 * @param classes the number of classes
 * @param truth the class of each document
 * @param vocabulary the vocabulary
 * @param bows the words and phrases of each document
 * @param classics the cluster of each document by each classic, −1 for none
 */
record SmallDraw(
        int number,
        String name,
        int classes,
        int[] truth,
        Vocabulary vocabulary,
        List<Bow> bows,
        Map<String, int[]> classics) {
    private static final long SEED = 42;

    /** Reads the words of a draw and runs the classics. */
    static SmallDraw of(Draw draw, TextOptions options, Path directory) throws IOException {
        Bags bags = Bags.of(draw.corpus(), options, directory);
        List<Bow> bows = bags.bows();
        Map<String, int[]> classics = new LinkedHashMap<>();
        for (Baseline baseline : Baselines.ALL) {
            if (Baselines.CLASSICS.contains(baseline.name())) {
                classics.put(
                        baseline.title(),
                        baseline.fit(bags, draw.classes(), SEED).clusters());
            }
        }
        String name = draw.file() + ", " + draw.text() + ", " + draw.skew();
        return new SmallDraw(
                draw.number(), name, draw.classes(), draw.corpus().truth(), bags.vocabulary(), bows, classics);
    }

    /** Every other document, from the first (0) or the second (1) on, without words that the first part lacks. */
    SmallDraw part(int from) {
        boolean[] known = new boolean[vocabulary.size()];
        for (int doc = 0; doc < truth.length; doc += 2) {
            for (int word : bows.get(doc).ids()) {
                known[word] = true;
            }
        }
        int[] taken =
                IntStream.range(0, truth.length).filter(doc -> doc % 2 == from).toArray();
        Map<String, int[]> found = new LinkedHashMap<>();
        classics.forEach((name, clusters) ->
                found.put(name, Arrays.stream(taken).map(doc -> clusters[doc]).toArray()));
        return new SmallDraw(
                number,
                name,
                classes,
                Arrays.stream(taken).map(doc -> truth[doc]).toArray(),
                vocabulary,
                Arrays.stream(taken).mapToObj(doc -> only(bows.get(doc), known)).toList(),
                found);
    }

    private static Bow only(Bow bow, boolean[] known) {
        int[] kept =
                IntStream.range(0, bow.size()).filter(i -> known[bow.id(i)]).toArray();
        float[] counts = new float[kept.length];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = bow.count(kept[i]);
        }
        return new Bow(Arrays.stream(kept).map(bow::id).toArray(), counts);
    }

    /** The agreement of a division with the classes; documents with a negative cluster count as one more cluster. */
    double nmi(int[] clusters) {
        return Measures.nmi(truth, Scores.withRest(clusters));
    }

    /** The agreement of the classic that is best on this draw. */
    double best() {
        return classics.values().stream().mapToDouble(this::nmi).max().orElseThrow();
    }

    void writeTo(Path file) throws IOException {
        KeptFile.write(file, out -> {
            out.writeInt(number);
            out.writeUTF(name);
            out.writeInt(classes);
            out.writeInt(truth.length);
            for (int doc = 0; doc < truth.length; doc++) {
                out.writeInt(truth[doc]);
                KeptFile.writeBow(out, bows.get(doc));
            }
            vocabulary.writeTo(out);
            out.writeInt(classics.size());
            for (Map.Entry<String, int[]> classic : classics.entrySet()) {
                out.writeUTF(classic.getKey());
                for (int cluster : classic.getValue()) {
                    out.writeInt(cluster);
                }
            }
        });
    }

    static SmallDraw readFrom(Path file) throws IOException {
        return KeptFile.read(file, in -> {
            int number = in.readInt();
            String name = in.readUTF();
            int classes = in.readInt();
            int[] truth = new int[in.readInt()];
            List<Bow> bows = new ArrayList<>();
            for (int doc = 0; doc < truth.length; doc++) {
                truth[doc] = in.readInt();
                bows.add(KeptFile.readBow(in));
            }
            Vocabulary vocabulary = Vocabulary.readFrom(in);
            Map<String, int[]> classics = new LinkedHashMap<>();
            for (int left = in.readInt(); left > 0; left--) {
                int[] clusters = new int[truth.length];
                classics.put(in.readUTF(), clusters);
                for (int doc = 0; doc < clusters.length; doc++) {
                    clusters[doc] = in.readInt();
                }
            }
            return new SmallDraw(number, name, classes, truth, vocabulary, bows, classics);
        });
    }
}

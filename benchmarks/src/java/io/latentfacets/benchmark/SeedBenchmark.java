/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.benchmark;

import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.Measures;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.cluster.fit.Subject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Names five of the 20 newsgroups by three words each, and measures the clusters that these seeds get: precision and
 * recall against the group, and the NMI of the whole division with and without seeds. The words were chosen from the
 * names of the groups before anything was measured.
 */
public final class SeedBenchmark {
    private static final String[][] SETS = {
        {
            "comp.graphics: graphics, image, rendering",
            "rec.autos: car, engine, dealer",
            "sci.space: space, orbit, nasa",
            "talk.politics.guns: gun, firearm, weapon",
            "rec.sport.hockey: hockey, nhl, goalie"
        },
        {
            "sci.med: doctor, disease, patient",
            "sci.crypt: encryption, key, cipher",
            "rec.motorcycles: motorcycle, bike, rider",
            "talk.politics.mideast: israel, arab, palestinian",
            "misc.forsale: sale, offer, shipping"
        },
        {
            "comp.windows.x: window, x11, motif",
            "rec.sport.baseball: baseball, pitcher, inning",
            "soc.religion.christian: christian, church, jesus",
            "sci.electronics: circuit, voltage, amplifier",
            "comp.sys.mac.hardware: mac, apple, powerbook"
        },
        {
            "comp.sys.ibm.pc.hardware: pc, motherboard, bios",
            "comp.os.ms-windows.misc: windows, microsoft, dos",
            "alt.atheism: atheist, atheism, belief",
            "talk.politics.misc: government, tax, congress",
            "talk.religion.misc: religion, bible, moral"
        },
        {
            "sci.med: health, medicine, treatment",
            "rec.autos: automobile, ford, toyota",
            "sci.space: moon, satellite, launch",
            "talk.politics.mideast: turkish, armenian, israeli",
            "comp.graphics: polygon, jpeg, 3d"
        },
    };

    private static final String WITHOUT_SUPPORT = "none: cricket, wicket, bowler";

    private SeedBenchmark() {}

    /**
     * Arguments: the engine's cache; the file of 20 newsgroups; that of Reuters; the directory that keeps what was
     * learned; the seeds of the trainings, with commas.
     */
    public static void main(String[] args) throws IOException {
        Path newsgroups = Path.of(args[1]);
        LearnedDraws draws = new LearnedDraws(Path.of(args[0]), newsgroups, Path.of(args[2]), Path.of(args[3]), 1);
        QualityOptions options = QualityOptions.parse(new String[] {newsgroups.toString(), "--classes=0"});
        LabeledCorpus corpus = LabeledCorpus.of(JsonLines.name(newsgroups), JsonLines.read(newsgroups), options);
        Bags bags = Bags.of(corpus, Path.of(args[3]));
        for (String seed : args[4].split(",", -1)) {
            List<LearnedDraw> wholes = draws.wholes(Integer.parseInt(seed));
            LearnedDraw draw = wholes.get(1);
            if (!draw.bows().equals(bags.bows())) {
                throw new IllegalArgumentException("the draws are of another vocabulary");
            }
            LearnedDraw.Encoded encoded = draw.encoded();
            for (int count : new int[] {20, ClusterOptions.AUTO}) {
                Clusterer clusterer = new Clusterer(new ClusterOptions(count, 42));
                Partition without = clusterer.cluster(encoded.points(), encoded.words(), () -> {});
                double nmi = Measures.nmi(encoded.truth(), without.assign(encoded.points()));
                System.out.printf(
                        Locale.ROOT, "seed %s, count %d: %d clusters, NMI %.3f%n", seed, count, without.count(), nmi);
                measure(clusterer, encoded, without, bags, corpus, nmi);
            }
        }
    }

    private static void measure(
            Clusterer clusterer,
            LearnedDraw.Encoded encoded,
            Partition without,
            Bags bags,
            LabeledCorpus corpus,
            double nmi) {
        int good = 0;
        for (String[] set : SETS) {
            List<Subject> subjects = new ArrayList<>();
            List<String> names = new ArrayList<>(List.of(set));
            names.add(WITHOUT_SUPPORT);
            for (String name : names) {
                String[] terms = name.substring(name.indexOf(':') + 2).split(", ", -1);
                int[][] ids = Arrays.stream(terms)
                        .map(term -> bags.ids(term).stream()
                                .mapToInt(Integer::intValue)
                                .toArray())
                        .filter(found -> found.length > 0)
                        .toArray(int[][]::new);
                subjects.add(new Subject(ids, terms.length, new int[0]));
            }
            Clusterer.Guided guided = clusterer.guided(
                    without,
                    encoded.points(),
                    encoded.words(),
                    bags.vocabulary().inverseFrequencies(),
                    subjects,
                    () -> {});
            int[] clusters = guided.partition().assign(encoded.points());
            double with = Measures.nmi(encoded.truth(), clusters);
            StringBuilder line = new StringBuilder();
            int reached = 0;
            for (int s = 0; s < subjects.size(); s++) {
                String group = names.get(s).substring(0, names.get(s).indexOf(':'));
                int label = corpus.labels().indexOf(group);
                int of = 0;
                int right = 0;
                int all = 0;
                for (int row = 0; row < clusters.length; row++) {
                    of += clusters[row] == guided.clusters()[s] ? 1 : 0;
                    right += clusters[row] == guided.clusters()[s] && encoded.truth()[row] == label ? 1 : 0;
                    all += encoded.truth()[row] == label ? 1 : 0;
                }
                double precision = (double) right / Math.max(1, of);
                reached += precision >= .8 ? 1 : 0;
                line.append("  %s %.2f %.2f".formatted(group, precision, (double) right / Math.max(1, all)));
            }
            good += reached >= 4 ? 1 : 0;
            System.out.printf(
                    Locale.ROOT,
                    "| %d | %d of 5 | %.3f (%+.3f) | %s |%n",
                    guided.partition().count(),
                    reached,
                    with,
                    with - nmi,
                    line);
        }
        System.out.printf("%d of %d sets%n", good, SETS.length);
    }
}

/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.cluster.label;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import io.latentfacets.cluster.ClusterInfo;
import io.latentfacets.cluster.ClusterLabel;
import io.latentfacets.cluster.ClusterOptions;
import io.latentfacets.cluster.ClusterTerm;
import io.latentfacets.cluster.Partition;
import io.latentfacets.cluster.fit.Clusterer;
import io.latentfacets.text.Bow;
import io.latentfacets.text.Corpus;
import io.latentfacets.text.CorpusBuilder;
import io.latentfacets.text.FieldText;
import io.latentfacets.text.TextOptions;
import io.latentfacets.vae.Decoder;
import io.latentfacets.vae.Encoder;
import io.latentfacets.vae.Engines;
import io.latentfacets.vae.Input;
import io.latentfacets.vae.Latents;
import io.latentfacets.vae.VaeOptions;
import io.latentfacets.vae.VaeWeights;
import io.latentfacets.vae.training.EpochReport;
import io.latentfacets.vae.training.TrainingListener;
import io.latentfacets.vae.training.VaeTrainer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Trains on documents about three subjects in four languages, with the default analyzer, from text to labels. */
public final class MixedLanguagesTests {
    private static final String[] LANGUAGES = {"english", "german", "french", "spanish"};

    /** The names that all languages use, by subject. */
    private static final String[] NAMES = {"OPEC Exxon", "NASA Hubble", "FIFA Pelé"};

    private static final String[] FUNCTION_WORDS = {
        "the of and a with for this that from was his which at been would over",
        "der die und des mit für diese dass aus war sein welche bei wurde würde über jedoch wegen bereits durch",
        "le la et les avec pour cette dans sur son qui chez est mais aussi plus toutes parce depuis sans",
        "el la y los con para esta que del su quien en sido pero también todos porque según desde sin"
    };

    /** By language, then by subject: oil, space, football. */
    private static final String[][] WORDS = {
        {
            "oil barrels crude refinery pipeline drilling price export petroleum tanker",
            "orbit rocket telescope astronauts satellite launch moon planet galaxy spacecraft",
            "football goal stadium striker referee penalty championship coach defender match"
        },
        {
            "Erdöl Fässer Rohöl Raffinerie Förderung Bohrung Ölpreis Ausfuhr Tankschiff Energie",
            "Umlaufbahn Rakete Teleskop Raumfahrt Satellit Raumsonde Mond Planeten Milchstraße Sternwarte",
            "Fußball Tor Stadion Stürmer Schiedsrichter Elfmeter Meisterschaft Trainer Verteidiger Spielfeld"
        },
        {
            "pétrole barils brut raffinerie oléoduc forage prix exportation pétrolier énergie",
            "orbite fusée télescope astronautes sonde lancement lune planète galaxie vaisseau",
            "ballon but stade attaquant arbitre pénalité championnat entraîneur défenseur rencontre"
        },
        {
            "petróleo barriles crudo refinería oleoducto perforación precio exportación petrolero energía",
            "órbita cohete telescopio astronautas satélite lanzamiento luna planeta galaxia nave",
            "fútbol gol estadio delantero árbitro penalti campeonato entrenador defensor partido"
        }
    };

    private static final int DOCUMENTS = 960;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private static String document(int number, SplittableRandom random) {
        int language = number % LANGUAGES.length;
        int subject = number / LANGUAGES.length % NAMES.length;
        String[] function = FUNCTION_WORDS[language].split(" ", -1);
        String[] words = (WORDS[language][subject] + " " + NAMES[subject]).split(" ", -1);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 16; i++) {
            text.append(function[random.nextInt(function.length)]).append(' ');
            text.append(words[random.nextInt(words.length)]).append(i % 5 == 4 ? ". " : " ");
        }
        return text.toString();
    }

    private static Set<String> languagesOf(List<ClusterTerm> label) {
        Set<String> languages = new TreeSet<>();
        for (ClusterTerm term : label) {
            for (String word : term.term().split(" ", -1)) {
                languages.addAll(languagesOf(word));
            }
        }
        return languages;
    }

    /**
     * The languages whose subjects use the word: one, or none for a name. Two entries for any other word, such as a
     * function word, so that the assertions fail.
     */
    private static Set<String> languagesOf(String word) {
        if (Arrays.stream(NAMES)
                .anyMatch(names -> Arrays.asList(names.toLowerCase(Locale.ROOT).split(" ", -1))
                        .contains(word.toLowerCase(Locale.ROOT)))) {
            return Set.of();
        }
        Set<String> languages = new TreeSet<>();
        for (int l = 0; l < LANGUAGES.length; l++) {
            if (Arrays.asList(String.join(" ", WORDS[l]).split(" ", -1)).contains(word)) {
                languages.add(LANGUAGES[l]);
            }
        }
        return languages.isEmpty() ? Set.of(word, "is no word of the subjects") : languages;
    }

    private static List<List<ClusterTerm>> label(float[][] latents, VaeWeights weights, Corpus corpus, int count) {
        Partition partition = new Clusterer(new ClusterOptions(count, 42)).cluster(latents, () -> {});
        double[] shares = new double[partition.count()];
        Arrays.stream(partition.assign(latents)).forEach(c -> shares[c] += 1.0 / latents.length);
        float[][] logProbabilities = IntStream.range(0, partition.count())
                .mapToObj(c -> new Decoder(weights).logProbabilities(partition.centroids()[c]))
                .toArray(float[][]::new);
        return new Labeler(new LabelOptions(List.of(), ClusterInfo.LABEL_TERMS))
                .label(logProbabilities, shares, corpus.vocabulary(), List.of()).stream()
                        .map(ClusterLabel::terms)
                        .toList();
    }

    @Test
    public void testLabelsAreInOneLanguageAndHaveNoFunctionWords() throws IOException {
        TextOptions options = new TextOptions("english", 1000, 5, 0.5, true, List.of());
        try (CorpusBuilder builder = new CorpusBuilder(
                new EnglishAnalyzer(), options, folder.newFolder().toPath())) {
            SplittableRandom random = new SplittableRandom(42);
            for (int doc = 0; doc < DOCUMENTS; doc++) {
                builder.add(List.of(new FieldText(1, document(doc, random))));
            }
            try (Corpus corpus = builder.build()) {
                VaeWeights weights = train(corpus);
                float[][] latents = encode(corpus, weights);
                List<List<ClusterTerm>> labels = label(latents, weights, corpus, 12);
                assertThat(labels, hasSize(12));
                labels.forEach(label -> assertThat(label.toString(), label, hasSize(ClusterInfo.LABEL_TERMS)));
                // 12 clusters give each subject one per language. Fewer clusters mix languages, but their labels do
                // not.
                for (int count : new int[] {12, 8, 4, 3, 2}) {
                    for (List<ClusterTerm> label : label(latents, weights, corpus, count)) {
                        assertThat(count + " clusters", label, not(empty()));
                        assertThat(
                                count + " clusters: " + label,
                                languagesOf(label).size(),
                                lessThanOrEqualTo(1));
                    }
                }
            }
        }
    }

    private static VaeWeights train(Corpus corpus) {
        VaeOptions options = VaeOptions.builder()
                .latentDims(16)
                .hiddenDims(List.of(32))
                .epochs(40)
                .batchSize(128)
                .neighbors(5)
                .build();
        return new VaeTrainer(options, Engines.started().djlDevice(), 1)
                .train(corpus, corpus.vocabulary(), new TrainingListener() {
                    @Override
                    public void epoch(EpochReport report) {}

                    @Override
                    public void checkCancelled() {}
                });
    }

    private static float[][] encode(Corpus corpus, VaeWeights weights) {
        List<Bow> bows = new ArrayList<>();
        IntStream.range(0, corpus.size()).forEach(doc -> bows.add(corpus.get(doc)));
        try (Encoder encoder = new Encoder(weights, Engines.started().djlDevice())) {
            return Arrays.stream(encoder.encode(Input.of(bows)))
                    .map(mean -> Latents.dequantize(Latents.quantize(mean)))
                    .toArray(float[][]::new);
        }
    }
}

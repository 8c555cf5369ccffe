/* SPDX-License-Identifier: Apache-2.0 */
package io.latentfacets.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;

/** The analyzers that every node has by name: from text in their language to labels that a person can read. */
public final class LanguagesIT {
    private static final String INDEX = "language-docs";
    private static final String MODEL = "language-model";
    private static final int DOCUMENTS = 240;
    private static final int SUBJECTS = 3;

    /**
     * A language to test.
     *
     * @param analyzer the name of the analyzer
     * @param function function words of the language
     * @param joint the separator between its words
     * @param subjects the words of three subjects: oil, space, football
     */
    record Language(String analyzer, String function, String joint, List<String> subjects) {}

    static final List<Language> LANGUAGES = List.of(
            new Language(
                    "english",
                    "the of and a with for this that from was his which at been would over",
                    " ",
                    List.of(
                            "oil barrels crude refinery pipeline drilling price export petroleum tanker",
                            "orbit rocket telescope astronauts satellite launch moon planet galaxy spacecraft",
                            "football goal stadium striker referee penalty championship coach defender match")),
            new Language(
                    "german",
                    "der die und des mit für diese dass aus war sein welche bei wurde würde über",
                    " ",
                    List.of(
                            "Erdöl Fässer Rohöl Raffinerie Förderung Bohrung Ölpreis Ausfuhr Tankschiff Energie",
                            "Umlaufbahn Rakete Teleskop Raumfahrt Satellit Raumsonde Mond Planeten Milchstraße Sternwarte",
                            "Fußball Tor Stadion Stürmer Schiedsrichter Elfmeter Meisterschaft Trainer Verteidiger Spielfeld")),
            new Language(
                    "french",
                    "le la et les avec pour cette dans sur son qui chez est mais aussi plus",
                    " ",
                    List.of(
                            "pétrole barils brut raffinerie oléoduc forage prix exportation pétrolier énergie",
                            "orbite fusée télescope astronautes sonde lancement lune planète galaxie vaisseau",
                            "ballon but stade attaquant arbitre pénalité championnat entraîneur défenseur rencontre")),
            new Language(
                    "spanish",
                    "el la y los con para esta que del su quien en sido pero también todos",
                    " ",
                    List.of(
                            "petróleo barriles crudo refinería oleoducto perforación precio exportación petrolero energía",
                            "órbita cohete telescopio astronautas satélite lanzamiento luna planeta galaxia nave",
                            "fútbol gol estadio delantero árbitro penalti campeonato entrenador defensor partido")),
            new Language(
                    "cjk",
                    "的 在 和 了 是 与 这 那 我们 他们",
                    "",
                    List.of("石油 原油 炼油厂 油轮 出口 价格 钻井 管道", "火箭 卫星 月球 行星 望远镜 宇航员 轨道 银河", "足球 进球 球场 裁判 教练 后卫 冠军 点球")));

    private final TestCluster cluster = TestCluster.shared(2);
    private final Rest rest = cluster.rest();

    @Rule
    public final ServerLogs logs = new ServerLogs(() -> cluster);

    @After
    public void cleanUp() {
        Latent.cleanUp(rest, MODEL, INDEX);
    }

    @Test
    public void labelsAreWordsOfTheLanguageAndNoFunctionWords() {
        for (Language language : LANGUAGES) {
            index(language);
            Map<String, Object> definition = new LinkedHashMap<>(Latent.definition(INDEX, SUBJECTS, 12));
            definition.put("source", Map.of("index", List.of(INDEX), "fields", List.of("text")));
            definition.put(
                    "text",
                    Map.of(
                            "analyzer",
                            language.analyzer(),
                            "vocabulary_size",
                            1000,
                            "min_doc_freq",
                            2,
                            "max_doc_ratio",
                            0.9));
            Latent.createModel(rest, MODEL, definition);
            Latent.train(rest, MODEL);
            for (Object cluster : rest.get(Latent.BASE + "/models/" + MODEL + "/clusters")
                    .ok()
                    .listAt("")) {
                check(language, (Map<?, ?>) cluster);
            }
            cleanUp();
        }
    }

    /** Asserts that the first words of a cluster are as written, belong to one subject, and do not join other words. */
    private static void check(Language language, Map<?, ?> cluster) {
        List<String> terms = ((List<?>) cluster.get("terms"))
                .stream()
                        .limit(5)
                        .map(term -> ((Map<?, ?>) term).get("term").toString())
                        .toList();
        String where = language.analyzer() + ": " + terms;
        assertThat(where, terms.size(), greaterThan(2));
        Set<String> functions = words(language.function());
        Set<Integer> subjects = new HashSet<>();
        List<String> strangers = new ArrayList<>();
        for (String term : terms) {
            for (String word : term.toLowerCase(Locale.ROOT).split(" ", -1)) {
                int subject = subjectOf(language, word);
                if (functions.contains(word) || subject < 0) {
                    strangers.add(word);
                } else {
                    subjects.add(subject);
                }
            }
        }
        assertThat(where, strangers, empty());
        assertThat(where, subjects, hasSize(1));
    }

    /**
     * The subject of a shown word. Chinese appears as pairs of characters or as whole words; both are parts of the
     * text.
     */
    private static int subjectOf(Language language, String word) {
        for (int subject = 0; subject < SUBJECTS; subject++) {
            String text = language.subjects().get(subject).toLowerCase(Locale.ROOT);
            boolean there = language.joint().isEmpty()
                    ? text.contains(word)
                    : words(text).contains(word);
            if (there) {
                return subject;
            }
        }
        return -1;
    }

    private static Set<String> words(String text) {
        return Set.of(text.toLowerCase(Locale.ROOT).split(" ", -1));
    }

    private void index(Language language) {
        rest.put("/" + INDEX, Map.of("settings", Map.of("number_of_shards", 2, "number_of_replicas", 0)))
                .ok();
        cluster.awaitGreen(INDEX);
        SplittableRandom random = new SplittableRandom(11);
        String[] functions = language.function().split(" ", -1);
        Map<String, Object> documents = new LinkedHashMap<>();
        for (int doc = 0; doc < DOCUMENTS; doc++) {
            String[] words = language.subjects().get(doc % SUBJECTS).split(" ", -1);
            String text = random.ints(12, 0, words.length)
                    .mapToObj(word -> functions[random.nextInt(functions.length)] + language.joint() + words[word])
                    .collect(Collectors.joining(language.joint().isEmpty() ? "，" : " "));
            documents.put(Integer.toString(doc), Map.of("text", text));
        }
        rest.bulk("/" + INDEX + "/_bulk?refresh=true", documents);
    }
}
